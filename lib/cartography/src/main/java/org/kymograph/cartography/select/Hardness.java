package org.kymograph.cartography.select;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * Easy against hard as a classification task of its own: the more confident half of the samples has label 0, the less
 * confident half label 1; of each half seven tenths, cut off, are for training. Immutable.
 */
public final class Hardness {
    /** The label of easy samples. */
    public static final int EASY = 0;

    /** The label of hard samples. */
    public static final int HARD = 1;

    private static final double HALF = 0.5;
    private static final double TRAIN_SHARE = 0.7;

    private final Guids guids;
    private final boolean[] hard;
    private final int[] train;
    private final int[] validation;

    private Hardness(Guids guids, boolean[] hard, int[] train, int[] validation) {
        this.guids = guids;
        this.hard = hard;
        this.train = train;
        this.validation = validation;
    }

    /**
     * Takes {@code (int) (n / 2)} samples from each end of the confidences; of an odd number the middle one is left out.
     *
     * @param metrics at least two samples, with confidence
     * @param seed the random seed of the shuffling
     * @return the task
     * @throws IllegalArgumentException if there are fewer than two samples
     */
    public static Hardness of(SampleMetrics metrics, long seed) {
        Arguments.atLeast("the number of samples", metrics.size(), 2);
        int[] order = metrics.order(Metric.CONFIDENCE, false);
        int half = (int) (HALF * order.length);
        RandomGenerator random = Streams.of(seed, "hardness");
        int[] hard = Streams.shuffled(random, Arrays.copyOf(order, half));
        int[] easy = Streams.shuffled(random, Arrays.copyOfRange(order, order.length - half, order.length));
        int cut = trainSize(half);
        return new Hardness(
                metrics.guids(),
                SampleRows.mask(hard, order.length),
                Streams.shuffled(random, join(easy, hard, 0, cut)),
                Streams.shuffled(random, join(easy, hard, cut, half)));
    }

    static int trainSize(int half) {
        return (int) (TRAIN_SHARE * half);
    }

    private static int[] join(int[] easy, int[] hard, int from, int to) {
        return IntStream.concat(Arrays.stream(easy, from, to), Arrays.stream(hard, from, to))
                .toArray();
    }

    /** Returns the samples to train on, as indices, in random order. */
    public int[] train() {
        return train.clone();
    }

    /** Returns the samples to validate on, as indices, in random order. */
    public int[] validation() {
        return validation.clone();
    }

    /**
     * Returns the label of a sample, {@link #EASY} or {@link #HARD}.
     *
     * @param i a sample of the task
     */
    public int label(int i) {
        return hard[i] ? HARD : EASY;
    }

    /**
     * Makes the task of the examples, for training a classifier.
     *
     * @param data the examples, as many as there are samples, example i being sample i
     * @return those of the two parts, with {@link #EASY} and {@link #HARD} as their classes
     * @throws IllegalArgumentException if there are not as many examples as samples
     */
    public Split split(Dataset data) {
        Arguments.sameLength("data", data.size(), "metrics", guids.size());
        return new Split(part(data, "train", train), part(data, "validation", validation));
    }

    private Dataset part(Dataset data, String split, int... rows) {
        Dataset some = data.subset(rows);
        long[] labels = Arrays.stream(rows).mapToLong(this::label).toArray();
        return new Dataset(
                data.name() + "-easy-hard",
                split,
                data.seed(),
                some.inputs(),
                Tensor.of(labels, rows.length),
                2,
                data.scaling());
    }

    /**
     * Writes {@code NAME-easy-hard_train.csv} and {@code NAME-easy-hard_valid.csv}: the texts, idx and label.
     *
     * @param folder where to
     * @param name the task's name, such as {@code qnli}
     * @param texts a row for each sample, maybe more: a column of guids and the columns of the texts
     * @param guidColumn the name of the column of guids, which becomes idx
     * @param rowNumbers whether a first column without a name numbers the rows, as the original has it; a reader of the first
     *     columns takes that for the text
     * @throws IllegalArgumentException if a sample has no row, or the texts have a column label or idx
     * @throws org.kymograph.record.files.RecordException if a file can't be written
     */
    public void write(Path folder, String name, Table texts, String guidColumn, boolean rowNumbers) {
        Tables.writeCsv(folder.resolve(name + "-easy-hard_train.csv"), table(train, texts, guidColumn, rowNumbers));
        Tables.writeCsv(
                folder.resolve(name + "-easy-hard_valid.csv"), table(validation, texts, guidColumn, rowNumbers));
    }

    private Table table(int[] rows, Table texts, String guidColumn, boolean rowNumbers) {
        Guids ids = TextColumns.guids(texts, guidColumn);
        Table some = TextColumns.rows(texts, SampleRows.of(ids, guids.at(rows)));
        Table table = Table.create(texts.name());
        if (rowNumbers) {
            table.addColumns(IntColumn.create(
                    Tables.INDEX, IntStream.range(0, rows.length).toArray()));
        }
        some.columns().stream()
                .filter(column -> !column.name().equals(guidColumn))
                .forEach(table::addColumns);
        return table.addColumns(
                some.column(guidColumn).copy().setName("idx"),
                IntColumn.create("label", Arrays.stream(rows).map(this::label).toArray()));
    }
}
