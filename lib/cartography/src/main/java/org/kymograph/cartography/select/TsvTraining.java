package org.kymograph.cartography.select;

import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** The rows of a task's {@code train.tsv}, kept as they are, by the guids of a log; and how parts of them are written. */
final class TsvTraining {
    private final GlueTask task;
    private final Path file;
    private final String header;
    private final List<String> lines = new ArrayList<>();
    private final DoubleArrayList labels = new DoubleArrayList();
    private int clashing;
    private final Map<String, Integer> rows = new HashMap<>();
    private final List<Path> copied = new ArrayList<>();
    private final GlueTsv.Skipped skipped;

    /**
     * Reads a task's files.
     *
     * @param conversion makes guids of rows
     * @throws RecordException if a file is missing or damaged
     */
    TsvTraining(GlueTask task, Path data, GuidConversion conversion) {
        this.task = task;
        file = task.file(data, "train");
        List<String> others = new ArrayList<>(task.devs());
        if (task != GlueTask.MNLI) {
            others.add("test");
        }
        others.forEach(part -> copied.add(task.file(data, part)));
        GlueTsv tsv = GlueTsv.of(task);
        header = tsv.header(file);
        skipped = tsv.rows(file, row -> {
            if (rows.putIfAbsent(key(row, conversion), lines.size()) == null) {
                lines.add(row.line());
                labels.add(row.label());
            } else {
                clashing++;
            }
        });
    }

    private String key(GlueTsv.Row row, GuidConversion conversion) {
        try {
            return conversion.text(row);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, "row " + row.number() + ": " + e.getMessage(), e);
        }
    }

    Path file() {
        return file;
    }

    int size() {
        return lines.size();
    }

    GlueTsv.Skipped skipped() {
        return skipped;
    }

    /** Rows passed over because an earlier row's id has become the same guid. */
    int clashing() {
        return clashing;
    }

    /** The row of a guid, null if it has none. */
    Integer row(String guid) {
        return rows.get(guid);
    }

    /** Returns the class of a row, or the number to regress on. */
    double label(int row) {
        return labels.getDouble(row);
    }

    /** Writes some rows and copies the other files of the task. */
    void write(Path folder, int[] chosen) {
        Path target = folder.resolve(task.folder());
        AtomicFiles.write(target.resolve("train.tsv"), out -> {
            Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            if (task != GlueTask.COLA) {
                writer.append(header).append('\n');
            }
            for (int row : chosen) {
                writer.append(lines.get(row)).append('\n');
            }
            writer.flush();
        });
        for (Path from : copied) {
            AtomicFiles.write(target.resolve(from.getFileName()), out -> copy(from, out));
        }
    }

    private static void copy(Path from, OutputStream out) throws IOException {
        Files.copy(from, out);
    }

    /** A fraction as Python writes it with {@code .2f}. */
    static String twoDecimals(double fraction) {
        return new BigDecimal(fraction).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** Checks fractions, and that no two of them name the same folder. */
    static void checkFractions(List<Double> fractions) {
        Set<String> names = new HashSet<>();
        for (double f : fractions) {
            Arguments.check(f > 0 && f <= 1, "fraction", f, "above 0 to 1");
            if (!names.add(twoDecimals(f))) {
                throw Arguments.unexpected(
                        "fraction",
                        f,
                        "other first two decimals than " + twoDecimals(f) + ", the name of another's folder");
            }
        }
        Arguments.notEmpty("fractions", fractions);
    }
}
