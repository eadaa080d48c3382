package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.kymograph.base.Progress;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.TensorFile;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/** Further losses of the checkpoints of runs: anything that can be computed of a checkpoint's tensors. */
public final class ExtraLosses {
    private ExtraLosses() {}

    /**
     * Evaluates a loss on every checkpoint.
     *
     * @param population the runs
     * @param loss computes named numbers of an open checkpoint
     * @return a row per checkpoint: {@code seed}, {@code step} (of the optimiser), and the numbers
     */
    public static Table table(Population population, Function<TensorFile, Map<String, Double>> loss) {
        return table(population, checkpoints(population), loss);
    }

    /**
     * Evaluates a loss on every checkpoint and joins it to the metrics on the step.
     *
     * @param population the runs
     * @param loss computes named numbers of an open checkpoint
     * @return {@link Population#metrics()} with the numbers as further columns, missing where an evaluation has no checkpoint;
     *     checkpoints without an evaluation, such as the first, are left out
     * @throws IllegalArgumentException if a number has the name of a measurement
     */
    public static Table joined(Population population, Function<TensorFile, Map<String, Double>> loss) {
        Table metrics = population.metrics();
        Map<RunFolder, List<Long>> rows = new LinkedHashMap<>();
        int row = 0;
        for (RunFolder run : population.runs()) {
            int n = run.metrics().table().rowCount();
            List<Long> steps = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                steps.add(metrics.longColumn("step").getLong(row++));
            }
            rows.put(run, steps);
        }
        Table extra = table(population, rows, loss);
        for (int i = 2; i < extra.columnCount(); i++) {
            if (metrics.containsColumn(extra.column(i).name())) {
                throw new IllegalArgumentException(
                        "extra loss '" + extra.column(i).name() + "': the metrics have a column of that name already");
            }
            metrics.addColumns(extra.column(i));
        }
        return metrics;
    }

    private static Map<RunFolder, List<Long>> checkpoints(Population population) {
        Map<RunFolder, List<Long>> steps = new LinkedHashMap<>();
        population.runs().forEach(run -> steps.put(run, run.checkpointSteps()));
        return steps;
    }

    private static Table table(
            Population population, Map<RunFolder, List<Long>> rows, Function<TensorFile, Map<String, Double>> loss) {
        LongColumn seeds = LongColumn.create("seed");
        LongColumn steps = LongColumn.create("step");
        List<Map<String, Double>> values = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        int total = rows.values().stream().mapToInt(List::size).sum();
        try (Progress progress = Progress.start("extra loss", "checkpoints", Math.max(1, total))) {
            for (RunFolder run : population.runs()) {
                List<Long> saved = run.checkpointSteps();
                for (long step : rows.get(run)) {
                    Map<String, Double> at = Map.of();
                    if (saved.contains(step)) {
                        try (TensorFile checkpoint = run.checkpoint(step)) {
                            at = loss.apply(checkpoint);
                        }
                    }
                    names.addAll(at.keySet());
                    values.add(at);
                    seeds.append(run.seed());
                    steps.append(step);
                    progress.update(values.size(), run.id());
                }
            }
        }
        Table table = Table.create("extra losses", seeds, steps);
        names.forEach(name -> table.addColumns(DoubleColumn.create(
                name,
                values.stream()
                        .mapToDouble(v -> v.getOrDefault(name, Double.NaN))
                        .toArray())));
        return table;
    }
}
