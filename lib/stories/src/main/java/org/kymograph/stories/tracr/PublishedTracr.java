package org.kymograph.stories.tracr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Tables;
import org.kymograph.stats.Statistics;
import org.kymograph.stories.tracr.TracrFineTuning.Cell;
import org.kymograph.train.Optimizer;
import tech.tablesaw.api.Table;

/** The published accuracies of fine-tuned programs, and those of cells of a grid beside them. */
final class PublishedTracr {
    // Accuracy in % by rate and share: (C_Te 1: old, new; C_Te 0: old, new), the paper's tables.
    private static final Map<String, double[]> COUNTER = Map.of(
            "0.1/0", new double[] {0, 100, 0, 100},
            "0.1/1", new double[] {0, 100, 35.8, 0.7},
            "0.01/0", new double[] {1.1, 96.3, 0, 98.8},
            "0.01/1", new double[] {0.3, 98.3, 4.2, 0.2},
            "0.001/0", new double[] {54.6, 1.2, 25.7, 27.2},
            "0.001/1", new double[] {4.0, 94.3, 10.3, 2.2},
            "0.0001/0", new double[] {32.6, 0, 10.6, 28.7},
            "0.0001/1", new double[] {1.6, 98.3, 10.6, 0.2});
    private static final Map<String, double[]> SELECTOR = Map.of(
            "0.1/0", new double[] {20.3, 34.5, 0, 99.3},
            "0.1/1", new double[] {0.3, 99.6, 16.8, 37.8},
            "0.01/0", new double[] {29.7, 0.2, 16.3, 52.6},
            "0.01/1", new double[] {11.1, 78.5, 23.8, 14.4},
            "0.001/0", new double[] {6.4, 20.2, 4.5, 28.5},
            "0.001/1", new double[] {16.0, 33.2, 12.8, 14.0},
            "0.0001/0", new double[] {0.5, 82.6, 0.5, 91.1},
            "0.0001/1", new double[] {0, 90.2, 0.7, 88.6});

    private PublishedTracr() {}

    static Table table(List<Cell> cells) {
        record Key(CompiledProgram.Program program, double rate, double share) {}
        record Row(Key key, int test, int task, double[] ours) {}
        List<Row> rows = new ArrayList<>();
        cells.stream()
                .map(c -> new Key(c.program(), c.rate(), c.correlated()))
                .distinct()
                .forEach(key -> {
                    for (int column = 0; column < 4; column++) {
                        int task = column % 2;
                        int test = 1 - column / 2;
                        double[] ours = cells.stream()
                                .filter(c -> new Key(c.program(), c.rate(), c.correlated()).equals(key))
                                .mapToDouble(c -> 100 * (test == 1 ? c.tied() : c.free()).get(task))
                                .filter(x -> !Double.isNaN(x))
                                .toArray();
                        rows.add(new Row(key, test, task, ours));
                    }
                });
        return Columns.of("compiled programs", rows)
                .texts("program", row -> row.key().program().name().toLowerCase(Locale.ROOT))
                .doubles("rate", row -> row.key().rate())
                .doubles("correlated in training", row -> row.key().share())
                .ints("correlated in test", Row::test)
                .texts("task", row -> row.task() == 0 ? "old" : "new")
                .doubles(
                        "accuracy",
                        row -> row.ours().length == 0 ? Double.NaN : Tables.rounded(Statistics.mean(row.ours()), 1))
                .doubles(
                        "sd",
                        row -> row.ours().length < 2 ? Double.NaN : Tables.rounded(Statistics.sampleSd(row.ours()), 1))
                .ints("seeds", row -> row.ours().length)
                .doubles(
                        "published",
                        row -> published(
                                row.key().program(),
                                row.key().rate(),
                                row.key().share(),
                                2 * (1 - row.test()) + row.task()))
                .table();
    }

    private static double published(CompiledProgram.Program program, double rate, double share, int column) {
        String key = Optimizer.text(rate) + (share % 1 == 0 ? "/" + (long) share : "/" + share);
        double[] row = (program == CompiledProgram.Program.COUNTER ? COUNTER : SELECTOR).get(key);
        return row == null ? Double.NaN : row[column];
    }
}
