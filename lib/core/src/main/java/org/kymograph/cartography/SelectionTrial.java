package org.kymograph.cartography;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Experiment;
import org.kymograph.train.Population;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a network learns from parts of a training set: the same experiment on each part, each for the same number of steps,
 * evaluated on the same test sets (Swayamdipta et al., EMNLP 2020, section 4).
 *
 * @param experiment the experiment on all the data; its task gives every seed the same data
 * @param steps how many optimiser steps the training on a part takes, at least 1
 * @param tests the test sets by name
 */
public record SelectionTrial(Experiment experiment, long steps, Map<String, Dataset> tests) {
    /** Checks the number of steps and that there are test sets. */
    public SelectionTrial {
        if (steps < 1 || tests.isEmpty()) {
            throw new IllegalArgumentException("steps, tests: " + steps + " and " + tests.keySet() + "; must be at least 1 and a set");
        }
    }

    /**
     * Trials of half the steps of the experiment on all the data: for a third of the data, one and a half times its epochs.
     *
     * @param experiment the experiment on all the data; its task gives every seed the same data
     * @param tests the test sets by name
     * @return the trials
     */
    public static SelectionTrial of(Experiment experiment, Map<String, Dataset> tests) {
        long epoch = -Math.floorDiv(-experiment.task().sample(0).train().size(), experiment.batchSize());
        return new SelectionTrial(experiment, Math.max(1, experiment.length().inSteps(epoch) / 2), tests);
    }

    /**
     * @param steps how many optimiser steps the training on a part takes, at least 1
     * @return a copy with that
     */
    public SelectionTrial withSteps(long steps) {
        return new SelectionTrial(experiment, steps, tests);
    }

    /**
     * The parts that are usually compared, equally large.
     *
     * @param metrics the samples, with confidence, variability and forgetfulness, and row numbers as guids
     * @param fraction the share of the samples in each part, above 0 to 1
     * @param seed draws the random part
     * @return random, easy (the most confident), hard (the least confident), ambiguous (the most variable), forgettable (the
     *     most often forgotten or never learnt), as rows of the training set
     */
    public static Map<String, int[]> parts(SampleMetrics metrics, double fraction, long seed) {
        Map<String, int[]> parts = new LinkedHashMap<>();
        Map<String, SampleSelection> selections = new LinkedHashMap<>();
        selections.put("random", SampleSelection.random(fraction, seed));
        selections.put("easy", SampleSelection.by(Metric.CONFIDENCE).withWorst(true).withFraction(fraction));
        selections.put("hard", SampleSelection.by(Metric.CONFIDENCE).withFraction(fraction));
        selections.put("ambiguous", SampleSelection.by(Metric.VARIABILITY).withFraction(fraction));
        selections.put("forgettable", SampleSelection.by(Metric.FORGETFULNESS).withFraction(fraction));
        selections.forEach((name, selection) -> parts.put(name, SampleRows.ofTraining(metrics, selection.of(metrics))));
        return parts;
    }

    /**
     * @param rows a part, as rows of the training set
     * @return the experiment on that part alone, with a checkpoint and an evaluation at its end
     */
    public Experiment on(int... rows) {
        Split all = experiment.task().sample(0);
        Split part = new Split(all.train().subset(rows), all.test());
        return experiment.withName(experiment.name() + "-part")
                .withTask(Task.byContent(all.train().name() + "-part", part))
                .withLength(Span.steps(steps)).withCheckpoints(Span.steps(steps)).withEvaluation(Span.steps(steps));
    }

    /**
     * Trains on each part, or what is missing of it.
     *
     * @param root the folder of all experiments
     * @param parts the parts by name, as rows of the training set
     * @param seeds the seeds of the runs on each part
     * @return a row per part, test set and seed: selection, percent (of the training set), test, seed, accuracy
     */
    public Table train(Path root, Map<String, int[]> parts, long... seeds) {
        Table all = null;
        for (Map.Entry<String, int[]> part : parts.entrySet()) {
            Experiment one = on(part.getValue());
            Table rows = accuracies(part.getKey(), part.getValue().length, one, Trainer.of(one).train(root, seeds));
            all = all == null ? rows : all.append(rows);
        }
        return all;
    }

    /**
     * Evaluates runs that were trained otherwise, such as those on all the data, as {@link #train} does.
     *
     * @param selection what to call what they were trained on
     * @param samples how many samples that were
     * @param trained the experiment of the runs
     * @param runs the runs
     * @return the same columns
     */
    public Table accuracies(String selection, int samples, Experiment trained, Population runs) {
        Table table = Table.create("accuracies", StringColumn.create("selection"), DoubleColumn.create("percent"),
                StringColumn.create("test"), LongColumn.create("seed"), DoubleColumn.create("accuracy"));
        Table wide = Evaluation.accuracies(trained, runs, tests);
        double percent = 100.0 * samples / experiment.task().sample(0).train().size();
        for (String test : tests.keySet()) {
            for (int i = 0; i < wide.rowCount(); i++) {
                table.stringColumn("selection").append(selection);
                table.doubleColumn("percent").append(percent);
                table.stringColumn("test").append(test);
                table.longColumn("seed").append(wide.longColumn("seed").get(i));
                table.doubleColumn("accuracy").append(wide.doubleColumn(test).get(i));
            }
        }
        return table;
    }

    /**
     * Shows accuracies side by side.
     *
     * @param accuracies a table of {@link #train}, or several below each other
     * @return a row per selection and size, and a column per test set: the mean over the seeds in percent, with the standard
     *     deviation over the seeds where there are several
     */
    public static Table summary(Table accuracies) {
        Map<Part, Map<String, List<Double>>> parts = byPart(accuracies);
        Table table = Table.create("accuracy, %", StringColumn.create("trained on", parts.keySet().stream().map(Part::selection)),
                StringColumn.create("of the data", parts.keySet().stream().map(part -> Math.round(part.percent) + " %")));
        for (String test : new LinkedHashSet<>(accuracies.stringColumn("test").asList())) {
            table.addColumns(StringColumn.create(test, parts.values().stream().map(row -> cell(row.getOrDefault(test, List.of())))));
        }
        return table;
    }

    /**
     * @param accuracies a table of {@link #train}, or several below each other
     * @return a row per selection, size and test set, with the mean over the seeds as accuracy, for plots of bars
     */
    public static Table means(Table accuracies) {
        Table table = Table.create("mean accuracies", StringColumn.create("selection"), DoubleColumn.create("percent"),
                StringColumn.create("test"), DoubleColumn.create("accuracy"));
        byPart(accuracies).forEach((part, sets) -> sets.forEach((test, values) -> {
            table.stringColumn("selection").append(part.selection);
            table.doubleColumn("percent").append(part.percent);
            table.stringColumn("test").append(test);
            table.doubleColumn("accuracy").append(mean(values));
        }));
        return table;
    }

    private record Part(String selection, double percent) {
    }

    private static Map<Part, Map<String, List<Double>>> byPart(Table accuracies) {
        Map<Part, Map<String, List<Double>>> parts = new LinkedHashMap<>();
        for (Row row : accuracies) {
            parts.computeIfAbsent(new Part(row.getString("selection"), row.getDouble("percent")), p -> new LinkedHashMap<>())
                    .computeIfAbsent(row.getString("test"), test -> new ArrayList<>()).add(row.getDouble("accuracy"));
        }
        return parts;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    /**
     * Describes parts by the share of their samples that something holds for.
     *
     * @param parts the parts by name, as rows of the training set
     * @param rows the rows for which it holds
     * @param what the column's name
     * @return a row per part: its name, its samples and the share in percent
     */
    public static Table shares(Map<String, int[]> parts, int[] rows, String what) {
        ToDoubleFunction<int[]> share = part -> Math.round(1000.0 * Overlap.of(part, rows).shared() / part.length) / 10.0;
        return Table.create(what, StringColumn.create("part", parts.keySet()),
                IntColumn.create("samples", parts.values().stream().mapToInt(part -> part.length).toArray()),
                DoubleColumn.create(what + ", %", parts.values().stream().mapToDouble(share).toArray()));
    }

    private static String cell(List<Double> values) {
        double mean = mean(values);
        if (values.size() < 2) {
            return values.isEmpty() ? "" : String.format(Locale.ROOT, "%.1f", 100 * mean);
        }
        double variance = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum() / (values.size() - 1);
        return String.format(Locale.ROOT, "%.1f ± %.1f", 100 * mean, 100 * Math.sqrt(variance));
    }
}
