package org.kymograph.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.tracr.TracrFineTuning;

/**
 * Fine-tunes both compiled programs at the paper's rates, on samples that are never and always correlated, and prints the accuracies beside the
 * published ones: {@code [FOLDER [STEPS [SEEDS]]]}, 10,000 steps and five seeds as in the paper unless said. What is trained already is not trained
 * again. The folder gets {@code tracr.csv}, renewed after each program.
 */
public final class TracrBenchmark {
    private TracrBenchmark() {}

    /**
     * Trains what is missing, prints the table and writes it.
     *
     * @param args the folder (tracr), the steps (10000), the number of seeds (5)
     */
    public static void main(String[] args) {
        Path folder = Path.of(args.length > 0 ? args[0] : "tracr");
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        long[] seeds = LongStream.range(0, args.length > 2 ? Integer.parseInt(args[2]) : 5)
                .toArray();
        List<TracrFineTuning.Cell> cells = new ArrayList<>();
        for (TracrFineTuning grid : List.of(TracrFineTuning.withDefaults(), TracrFineTuning.selector())) {
            cells.addAll(grid.withSteps(steps).run(folder, seeds));
            Tables.writeCsv(folder.resolve("tracr.csv"), TracrFineTuning.table(cells));
        }
        System.out.println(TracrFineTuning.table(cells).printAll());
    }
}
