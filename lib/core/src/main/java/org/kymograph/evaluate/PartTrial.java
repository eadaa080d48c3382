package org.kymograph.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Experiment;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a network learns from parts of a training set: the same experiment on each part, each for the same number of steps,
 * evaluated on the same test sets (Swayamdipta et al., EMNLP 2020, section 4). A part is the same for all seeds, or each
 * seed's own log chooses it.
 *
 * @param experiment the experiment on all the data
 * @param steps how many optimiser steps the training on a part takes, at least 1
 * @param tests gives a seed's test sets by name, the same names for all
 */
public record PartTrial(Experiment experiment, long steps, LongFunction<Map<String, Dataset>> tests) {
    private static final String ALL = "all";

    /** Checks the number of steps. */
    public PartTrial {
        Arguments.atLeast("steps", steps, 1);
    }

    /**
     * Trials of half the steps of the experiment on all the data: for a third of the data, one and a half times its epochs.
     *
     * @param experiment the experiment on all the data
     * @param tests the test sets by name, at least one
     * @return the trials
     * @throws IllegalArgumentException if there is no test set
     */
    public static PartTrial of(Experiment experiment, Map<String, Dataset> tests) {
        Arguments.check(!tests.isEmpty(), "tests", tests, "at least one test set");
        return of(experiment, seed -> tests);
    }

    /**
     * Such trials with test sets of each seed's own, as a task has that draws its data by seed.
     *
     * @param experiment the experiment on all the data
     * @param tests gives a seed's test sets by name, the same names for all
     * @return the trials
     */
    public static PartTrial of(Experiment experiment, LongFunction<Map<String, Dataset>> tests) {
        long epoch = -Math.floorDiv(-experiment.task().sample(0).train().size(), experiment.batchSize());
        return new PartTrial(experiment, Math.max(1, experiment.length().inSteps(epoch) / 2), tests);
    }

    /**
     * Returns a copy with another number of steps.
     *
     * @param steps how many optimiser steps the training on a part takes, at least 1
     */
    public PartTrial withSteps(long steps) {
        return Copies.with(this, "steps", steps);
    }

    /**
     * Returns the experiment on that part alone, with a checkpoint and an evaluation at its end.
     *
     * @param rows a part, as rows of the training set, which is the same for every seed
     */
    public Experiment on(int... rows) {
        Split all = experiment.task().sample(0);
        return on(Task.byContent(
                all.train().name() + "-part", new Split(all.train().subset(rows), all.test())));
    }

    private Experiment on(Task part) {
        return experiment
                .withName(experiment.name() + "-part")
                .withTask(part)
                .withLength(Span.steps(steps))
                .withCheckpoints(Span.steps(steps))
                .withEvaluation(Span.steps(steps));
    }

    private Map<String, Experiment> on(Population recorded, Function<RunFolder, Map<String, int[]>> rows) {
        Map<String, Experiment> parts = new LinkedHashMap<>();
        PartTask.of(experiment.task(), recorded, rows).forEach((name, part) -> parts.put(name, on(part)));
        return parts;
    }

    /**
     * Trains on parts that are chosen for each run, such as by its own log, or what is missing of it.
     *
     * @param root the folder of all experiments
     * @param recorded the runs on all the data
     * @param rows gives a run's parts by name, as rows of its training set
     * @return the columns of {@link #train(Path, Map, long...)}: first the recorded runs, as {@code "all"}, then those on each
     *     part, of the same seeds
     */
    public Table train(Path root, Population recorded, Function<RunFolder, Map<String, int[]>> rows) {
        Table all = accuracies(ALL, experiment, recorded);
        on(recorded, rows)
                .forEach((name, part) ->
                        all.append(accuracies(name, part, Trainer.of(part).train(root, recorded.seeds()))));
        return all;
    }

    /**
     * Tells for which share of their samples something holds, to stand beside accuracies in a {@link #summary}.
     *
     * @param recorded the runs on all the data
     * @param rows gives a run's parts by name, as rows of its training set
     * @param what what holds, in the place of the test set
     * @param share the share of given samples for which it does, 0 to 1
     * @return the rows and columns of {@link #train(Path, Population, Function)}, with the share in the place of the accuracy
     */
    public Table shares(
            Population recorded,
            Function<RunFolder, Map<String, int[]>> rows,
            String what,
            ToDoubleFunction<Dataset> share) {
        Map<String, Experiment> parts = new LinkedHashMap<>();
        parts.put(ALL, experiment);
        parts.putAll(on(recorded, rows));
        Table all = noAccuracies();
        parts.forEach((name, part) -> {
            double percent = percent(part, recorded);
            for (long seed : recorded.seeds()) {
                add(
                        all,
                        name,
                        percent,
                        what,
                        seed,
                        share.applyAsDouble(part.task().sample(seed).train()));
            }
        });
        return all;
    }

    private double percent(Experiment part, Population runs) {
        return 100.0 * samples(part, runs) / samples(experiment, runs);
    }

    private static long samples(Experiment experiment, Population runs) {
        return runs.runs().stream()
                .mapToLong(run -> experiment.task().sample(run.seed()).train().size())
                .sum();
    }

    /**
     * Trains on each part, or what is missing of it. The task gives every seed the same data.
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
            Table rows = accuracies(part.getKey(), one, Trainer.of(one).train(root, seeds));
            all = all == null ? rows : all.append(rows);
        }
        return all;
    }

    /**
     * Evaluates runs that were trained otherwise, such as those on all the data, as {@code train} does.
     *
     * @param selection what to call what they were trained on
     * @param samples how many samples that were
     * @param trained the experiment of the runs
     * @param runs the runs
     * @return the same columns
     */
    public Table accuracies(String selection, int samples, Experiment trained, Population runs) {
        return accuracies(
                selection, 100.0 * samples / experiment.task().sample(0).train().size(), trained, runs);
    }

    private Table accuracies(String selection, Experiment trained, Population runs) {
        return accuracies(selection, percent(trained, runs), trained, runs);
    }

    private Table accuracies(String selection, double percent, Experiment trained, Population runs) {
        Table table = noAccuracies();
        Table wide = Evaluation.accuracies(trained, runs, tests);
        for (String test : wide.columnNames().subList(1, wide.columnCount())) {
            for (Row row : wide) {
                add(table, selection, percent, test, row.getLong("seed"), row.getDouble(test));
            }
        }
        return table;
    }

    /** Returns a table of accuracies without rows: selection, percent, test, seed and accuracy. */
    public static Table noAccuracies() {
        return Table.create(
                "accuracies",
                StringColumn.create("selection"),
                DoubleColumn.create("percent"),
                StringColumn.create("test"),
                LongColumn.create("seed"),
                DoubleColumn.create("accuracy"));
    }

    /**
     * Adds a row to a table of accuracies.
     *
     * @param table the table
     * @param selection how the part was chosen
     * @param percent its share of the training set
     * @param test the test set
     * @param seed the run's seed
     * @param accuracy the accuracy, 0 to 1
     */
    public static void add(Table table, String selection, double percent, String test, long seed, double accuracy) {
        table.stringColumn("selection").append(selection);
        table.doubleColumn("percent").append(percent);
        table.stringColumn("test").append(test);
        table.longColumn("seed").append(seed);
        table.doubleColumn("accuracy").append(accuracy);
    }

    /**
     * Shows accuracies side by side.
     *
     * @param accuracies tables of these columns, as {@code train} and {@code shares} give them
     * @return a row per selection and size, and a column per test set: the mean over the seeds in percent, with the standard
     *     deviation over the seeds where there are several
     */
    public static Table summary(Table... accuracies) {
        Map<Part, Map<String, List<Double>>> parts = byPart(accuracies);
        Set<String> tests = new LinkedHashSet<>();
        Stream.of(accuracies)
                .forEach(table -> tests.addAll(table.stringColumn("test").asList()));
        Table table = Table.create(
                "accuracy, %",
                StringColumn.create("trained on", parts.keySet().stream().map(Part::selection)),
                StringColumn.create(
                        "of the data", parts.keySet().stream().map(part -> Math.round(part.percent) + " %")));
        for (String test : tests) {
            table.addColumns(StringColumn.create(
                    test, parts.values().stream().map(row -> cell(row.getOrDefault(test, List.of())))));
        }
        return table;
    }

    /**
     * Returns a row per selection, size and test set, with the mean over the seeds as accuracy, for plots of bars.
     *
     * @param accuracies tables of these columns, as {@code train} gives them
     */
    public static Table means(Table... accuracies) {
        Table table = Table.create(
                "mean accuracies",
                StringColumn.create("selection"),
                DoubleColumn.create("percent"),
                StringColumn.create("test"),
                DoubleColumn.create("accuracy"));
        byPart(accuracies)
                .forEach((part, sets) -> sets.forEach((test, values) -> {
                    table.stringColumn("selection").append(part.selection);
                    table.doubleColumn("percent").append(part.percent);
                    table.stringColumn("test").append(test);
                    table.doubleColumn("accuracy")
                            .append(values.stream()
                                    .mapToDouble(v -> v)
                                    .average()
                                    .orElse(Double.NaN));
                }));
        return table;
    }

    private record Part(String selection, double percent) {}

    private static Map<Part, Map<String, List<Double>>> byPart(Table... accuracies) {
        Map<Part, Map<String, List<Double>>> parts = new LinkedHashMap<>();
        for (Table table : accuracies) {
            for (Row row : table) {
                parts.computeIfAbsent(
                                new Part(row.getString("selection"), row.getDouble("percent")),
                                p -> new LinkedHashMap<>())
                        .computeIfAbsent(row.getString("test"), test -> new ArrayList<>())
                        .add(row.getDouble("accuracy"));
            }
        }
        return parts;
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
        Set<Integer> holds = new HashSet<>(Arrays.stream(rows).boxed().toList());
        ToDoubleFunction<int[]> share = part ->
                Math.round(1000.0 * Arrays.stream(part).filter(holds::contains).count() / part.length) / 10.0;
        return Columns.of(what, List.copyOf(parts.entrySet()))
                .texts("part", Map.Entry::getKey)
                .ints("samples", part -> part.getValue().length)
                .doubles(what + ", %", part -> share.applyAsDouble(part.getValue()))
                .table();
    }

    private static String cell(List<Double> values) {
        double[] percent = values.stream().mapToDouble(v -> 100 * v).toArray();
        if (percent.length < 2) {
            return percent.length == 0 ? "" : String.format(Locale.ROOT, "%.1f", percent[0]);
        }
        return String.format(Locale.ROOT, "%.1f ± %.1f", Statistics.mean(percent), Statistics.sampleSd(percent));
    }
}
