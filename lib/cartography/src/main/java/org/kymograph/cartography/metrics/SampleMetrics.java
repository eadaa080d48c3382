package org.kymograph.cartography.metrics;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.TdMetrics;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** Metrics of samples, a column for each metric; a metric that the samples' log can't give is absent. Immutable. */
public final class SampleMetrics {
    /** How the first released files spell forgetfulness. */
    private static final String FIRST_SPELLING = "forgotfulness";

    private final Guids guids;
    private final int[] positions;
    private final int[] gold;
    private final Map<Metric, double[]> columns;
    private final int epochs;

    /** Takes the arrays without copies. */
    SampleMetrics(Guids guids, int[] positions, int[] gold, Map<Metric, double[]> columns, int epochs) {
        this.guids = guids;
        this.positions = positions;
        this.gold = gold;
        this.columns = columns;
        this.epochs = epochs;
    }

    /**
     * Computes every metric that a log can give, in the log's order.
     *
     * @param d a log
     */
    public static SampleMetrics of(Dynamics d) {
        return of(d, Metric.Options.defaults());
    }

    /**
     * Computes those of the wanted metrics that a log can give, in the log's order.
     *
     * @param d a log
     * @param options which metrics, and variants of them
     */
    public static SampleMetrics of(Dynamics d, Metric.Options options) {
        int[] gold = d.kind() == Dynamics.Kind.CLASSES ? d.golds() : null;
        return new SampleMetrics(d.guids(), null, gold, MetricsPass.columns(d, options), d.epochs());
    }

    /**
     * Computes how well each epoch of a log did: a row for each with epoch, loss (the samples' mean loss, −ln p in nats; empty
     * if the log gives none), loss_div_n (the loss divided by the number of samples, as the original has it) and train_acc
     * (the share of the samples that is predicted right).
     *
     * @param d a log
     */
    public static Table epochTable(Dynamics d) {
        List<double[]> rows = List.of(epochs(d));
        return Table.create(
                "epochs",
                IntColumn.create("epoch", IntStream.range(0, rows.size()).toArray()),
                DoubleColumn.create("loss", Columns.numbers(rows, r -> r[0])),
                DoubleColumn.create("loss_div_n", Columns.numbers(rows, r -> r[0] / d.samples())),
                DoubleColumn.create("train_acc", Columns.numbers(rows, r -> r[1])));
    }

    /**
     * Computes how well each epoch of a log did.
     *
     * @param d a log
     * @return for each epoch the samples' mean loss, −ln p in nats, NaN if the log gives none, and the share of samples that is predicted right
     */
    public static double[][] epochs(Dynamics d) {
        return MetricsPass.epochs(d);
    }

    /**
     * Computes the course of every sample's loss, −ln p in nats; of several labels the mean of theirs.
     *
     * @param d a log of classes, labels or sequences
     * @return {@code [epoch][sample]}
     * @throws IllegalArgumentException if the log is of a regression
     */
    public static double[][] losses(Dynamics d) {
        return MetricsPass.losses(d);
    }

    /**
     * Returns metrics that were computed elsewhere.
     *
     * @param guids the N samples
     * @param gold their labels, or null if unknown
     * @param columns N values for each metric
     * @param epochs over how many epochs, 0 if unknown
     * @throws IllegalArgumentException if lengths differ or epochs is negative
     */
    public static SampleMetrics of(Guids guids, int[] gold, Map<Metric, double[]> columns, int epochs) {
        Arguments.atLeast("epochs", epochs, 0);
        Arguments.sameLength("gold", gold == null ? guids.size() : gold.length, "guids", guids.size());
        Map<Metric, double[]> copies = new EnumMap<>(Metric.class);
        columns.forEach((metric, values) -> {
            Arguments.sameLength(metric.column(), values.length, "guids", guids.size());
            copies.put(metric, values.clone());
        });
        return new SampleMetrics(guids, null, gold == null ? null : gold.clone(), copies, epochs);
    }

    /**
     * Reads a file of metrics, in the file's order.
     *
     * @param file {@code td_metrics.jsonl}, or a released file of a map's coordinates; plain or gzipped, which is told from
     *     its first bytes
     * @throws RecordException if it can't be read; the message names the line and the field
     */
    public static SampleMetrics read(Path file) {
        TdMetrics td = TdMetrics.read(file);
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        for (String name : td.names()) {
            Metric m = name.equals(FIRST_SPELLING) ? Metric.FORGETFULNESS : Metric.find(name);
            if (m != null && columns.put(m, td.values(name)) != null) {
                throw new RecordException(file, "it has " + m.column() + " twice");
            }
        }
        if (columns.isEmpty()) {
            throw new RecordException(
                    file, "it has no metric; expected confidence, variability, correctness or others");
        }
        columns.forEach((m, values) -> {
            for (int i = 0; i < values.length; i++) {
                if (!m.allows(values[i])) {
                    throw new RecordException(
                            file,
                            "guid " + td.guids().text(i) + ": " + m.column() + " is " + values[i] + "; expected "
                                    + m.range());
                }
            }
        });
        return new SampleMetrics(td.guids(), td.index(), null, columns, 0);
    }

    /**
     * Writes {@code td_metrics.jsonl} as the original does: guid, index and the five metrics of data maps, with ten
     * decimals; NaN is null. The file appears whole or not at all.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        write(file, Metric.Options.MAP);
    }

    /**
     * Writes a file as {@link #write(Path)} does, of other metrics.
     *
     * @param file the file to write or replace
     * @param metrics which metrics, those that are absent left out
     * @throws RecordException if it can't be written
     */
    public void write(Path file, Collection<Metric> metrics) {
        Map<String, double[]> written = new LinkedHashMap<>();
        metrics.stream().filter(this::has).sorted().forEach(m -> written.put(m.column(), columns.get(m)));
        Set<String> counts =
                metrics.stream().filter(Metric::whole).map(Metric::column).collect(Collectors.toSet());
        TdMetrics.of(guids, positions, written, counts).write(file);
    }

    /** Returns the number of samples. */
    public int size() {
        return guids.size();
    }

    /** Returns the number of epochs that the metrics are over, 0 if unknown. */
    public int epochs() {
        return epochs;
    }

    /** Returns the samples' ids. */
    public Guids guids() {
        return guids;
    }

    /**
     * Returns a sample's position in the file of epoch 0.
     *
     * @param i a sample, 0 to size - 1
     */
    public int index(int i) {
        return positions == null ? i : positions[i];
    }

    /** Returns the metrics that there are, in the order of {@link Metric}. */
    public Set<Metric> metrics() {
        return Collections.unmodifiableSet(columns.keySet());
    }

    /**
     * Returns whether the samples have a metric.
     *
     * @param m a metric
     */
    public boolean has(Metric m) {
        return columns.containsKey(m);
    }

    /**
     * Returns the value of a metric for a sample; it may be NaN.
     *
     * @param m a metric
     * @param i a sample, 0 to size - 1
     * @throws IllegalArgumentException if the metric is absent
     */
    public double value(Metric m, int i) {
        return column(m)[i];
    }

    /**
     * Returns a copy of a metric's values.
     *
     * @param m a metric
     * @throws IllegalArgumentException if the metric is absent
     */
    public double[] values(Metric m) {
        return column(m).clone();
    }

    /** Returns the labels given in the log, null if unknown. */
    public int[] gold() {
        return gold == null ? null : gold.clone();
    }

    /**
     * Sorts stably; samples of equal value are in the order of epoch 0. NaN counts as larger than any number.
     *
     * @param m a metric
     * @param worst whether the least valuable samples are to come first
     * @return the samples, the most valuable first
     * @throws IllegalArgumentException if the metric is absent
     */
    public int[] order(Metric m, boolean worst) {
        double[] values = column(m);
        int sign = m.ascending() != worst ? 1 : -1;
        return Statistics.order(size(), (a, b) -> {
            // Adding 0 makes -0 and 0 equal.
            int byValue = Double.compare(values[a] + 0.0, values[b] + 0.0);
            return byValue != 0 ? sign * byValue : Integer.compare(index(a), index(b));
        });
    }

    /**
     * Returns some of the samples, in the order given.
     *
     * @param indices samples, each 0 to size - 1 and at most once
     */
    public SampleMetrics at(int[] indices) {
        Map<Metric, double[]> parts = new EnumMap<>(Metric.class);
        columns.forEach((metric, values) -> parts.put(metric, Columns.pick(values, indices)));
        return new SampleMetrics(
                guids.at(indices),
                Arrays.stream(indices).map(this::index).toArray(),
                gold == null ? null : Arrays.stream(indices).map(i -> gold[i]).toArray(),
                parts,
                epochs);
    }

    /**
     * Compares metrics of the same samples.
     *
     * @param of at least one metric
     * @return for each pair of them Spearman's rank correlation over the samples, -1 to 1, NaN being larger than any number;
     *     NaN if a metric has the same value for all
     * @throws IllegalArgumentException if one is absent, or there are fewer than two samples
     */
    public double[][] spearman(List<Metric> of) {
        Arguments.atLeast("the number of samples", size(), 2);
        return Agreement.correlations(of.stream().map(this::column).toList());
    }

    /**
     * Returns a row for each value that occurs, by rising value: the value, how many samples have it, and their share.
     *
     * @param m a metric, such as correctness
     * @throws IllegalArgumentException if the metric is absent
     */
    public Table counts(Metric m) {
        Map<Double, Integer> counts = new TreeMap<>();
        Arrays.stream(column(m)).forEach(value -> counts.merge(value, 1, Integer::sum));
        return Table.create(
                m.column(),
                DoubleColumn.create(m.column(), Columns.numbers(counts.keySet(), Double::doubleValue)),
                IntColumn.create(
                        "samples",
                        counts.values().stream().mapToInt(Integer::intValue).toArray()),
                DoubleColumn.create("share", Columns.numbers(counts.values(), n -> (double) n / size())));
    }

    /** Returns a row for each sample: guid, index, gold where known, and a column for each metric. */
    public Table table() {
        Columns<Integer> rows = Columns.of("metrics", size());
        Columns<Integer> table = guids.numeric() ? rows.longs("guid", guids::number) : rows.texts("guid", guids::text);
        table.ints("index", this::index);
        if (gold != null) {
            table.ints("gold", i -> gold[i]);
        }
        columns.forEach((metric, values) -> table.doubles(metric.column(), i -> values[i]));
        return table.table();
    }

    private double[] column(Metric m) {
        double[] values = columns.get(m);
        if (values == null) {
            throw Arguments.unknown("metric", m.column(), Columns.each(columns.keySet(), Metric::column));
        }
        return values;
    }

    @Override
    public String toString() {
        return size() + " samples" + (epochs == 0 ? "" : ", " + epochs + " epochs") + ": "
                + String.join(
                        ", ", columns.keySet().stream().map(Metric::column).toList());
    }
}
