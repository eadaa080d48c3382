package org.kymograph.cli.connectivity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.curves.ClassificationScores;
import org.kymograph.connectivity.logs.EvaluationLog;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** The scores of models: a CSV with a row a model, or the JSON evaluations of the paper's program. */
final class ScoreFile {
    static final String DESCRIPTION =
            "A CSV with a column model and a column of scores, such as accuracies out of distribution, as evaluate writes it; or what "
                    + "the names of JSON evaluations begin with, such as evals/hans_eval_bert_.";

    private ScoreFile() {}

    /** Reads the scores of some models, in their order. */
    static double[] read(Path file, String score, List<String> models) {
        Map<String, Double> byModel = Files.exists(file) ? csv(file, score) : logs(file, score);
        return Columns.numbers(models, m -> {
            Double value = byModel.get(m);
            if (value == null || value.isNaN()) {
                throw new RecordException(file, "has no " + score + " of model " + m);
            }
            return value;
        });
    }

    /** Reads all scores of all models of a file, by their names. */
    static Map<String, double[]> readAll(Path file) {
        Map<String, double[]> all = new LinkedHashMap<>();
        if (Files.exists(file)) {
            Table table = Tables.readCsv(file, Set.of("model"));
            Tables.column(file, table, "model");
            table.columns().stream()
                    .filter(c -> c instanceof NumericColumn)
                    .forEach(c -> all.put(c.name(), Columns.numbers(table, c.name())));
        } else {
            for (String score : List.of("loss", "accuracy")) {
                all.put(
                        score,
                        logs(file, score).values().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray());
            }
        }
        if (all.isEmpty()) {
            throw new RecordException(file, "has no column of numbers");
        }
        return all;
    }

    private static boolean startsThere(Path folder, String begin) {
        return AtomicFiles.list(folder).stream()
                .anyMatch(file -> file.getFileName().toString().startsWith(begin));
    }

    private static Map<String, Double> csv(Path file, String score) {
        Table table = Tables.readCsv(file, Set.of("model"));
        Column<?> models = Tables.column(file, table, "model");
        Tables.column(file, table, score);
        double[] all = Columns.numbers(table, score);
        Map<String, Double> byModel = new LinkedHashMap<>();
        for (int row = 0; row < all.length; row++) {
            byModel.put(models.getString(row), all[row]);
        }
        return byModel;
    }

    private static Map<String, Double> logs(Path prefix, String score) {
        Path folder = prefix.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new RecordException(
                    prefix, "does not exist; expected a CSV file, or what names of JSON files begin with");
        }
        String begin = String.valueOf(prefix.getFileName());
        if (!startsThere(folder, begin)) {
            throw new RecordException(
                    prefix,
                    "there is no such file, and none whose name begins so; expected a CSV file or JSON evaluations");
        }
        Map<String, Double> byModel = new LinkedHashMap<>();
        EvaluationLog.readAll(folder, begin).forEach((model, log) -> {
            ClassificationScores scores = log.scores();
            byModel.put(model, scores.get(score.equals("score") ? "accuracy" : score));
        });
        return byModel;
    }
}
