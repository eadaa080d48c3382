package org.kymograph.connectivity.berts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.cluster.ClusterEffect;
import org.kymograph.connectivity.cluster.ExtremeModels;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * The 100 BERTs of McCoy, Min and Linzen, fine-tuned on MNLI from one pretrained network with different heads and data orders:
 * their published accuracies on MNLI and on the parts of HANS, and the two clusters in which their losses on MNLI arrange them.
 *
 * <p>Sources: McCoy et al., BERTs of a feather do not generalize together (2020), whose table of accuracies is part of this
 * library under its MIT licence; Juneja et al., Linear Connectivity Reveals Generalization Strategies (ICLR 2023), for
 * the clusters.
 */
public final class FeatherBerts {
    /** The accuracy on MNLI's matched validation set. */
    public static final String MNLI = "MNLI dev acc.";
    /** The accuracy on HANS's non-entailed pairs of lexical overlap, which bags of words get wrong. */
    public static final String LEXICAL_OVERLAP = "Lexical (nonent)";
    /** The accuracy on HANS's non-entailed pairs of constituents. */
    public static final String CONSTITUENT = "Constituent (nonent)";

    private static final String FILE = "berts_of_a_feather_accuracies_by_run.csv";
    private static final Set<Integer> SMALL = Set.of(15, 25, 26, 42, 44, 46, 56, 61, 63, 70, 73, 89);
    private static final long SEED = 42;

    private final List<String> columns;
    private final double[][] accuracies;

    private FeatherBerts(List<String> columns, double[][] accuracies) {
        this.columns = columns;
        this.accuracies = accuracies;
    }

    /** Returns the published accuracies. */
    public static FeatherBerts load() {
        try (InputStream in = FeatherBerts.class.getResourceAsStream(FILE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            List<String> columns = List.of(lines.readLine().split(","));
            double[][] accuracies = lines.lines()
                    .filter(line -> line.startsWith("Run "))
                    .map(line -> Arrays.stream(line.split(","))
                            .skip(1)
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .toArray(double[][]::new);
            return new FeatherBerts(columns.subList(1, columns.size()), accuracies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the names of the models, {@code "0"} to {@code "99"}. */
    public List<String> models() {
        return IntStream.range(0, accuracies.length).mapToObj(Integer::toString).toList();
    }

    /** Returns the names of the measurements, as in the published table. */
    public List<String> columns() {
        return columns;
    }

    /**
     * Returns the accuracies in one measurement.
     *
     * @param column one of {@link #columns()}
     * @return an accuracy a model, 0 to 1
     * @throws IllegalArgumentException if there is no such column
     */
    public double[] accuracies(String column) {
        int j = columns.indexOf(column);
        if (j < 0) {
            throw Arguments.unknown("column", column, columns);
        }
        return Arrays.stream(accuracies).mapToDouble(row -> row[j]).toArray();
    }

    /** Returns the published members of the smaller cluster by the convexity gaps on MNLI. */
    public List<String> smallCluster() {
        return SMALL.stream().sorted().map(i -> Integer.toString(i)).toList();
    }

    /** Returns whether each model belongs to the smaller cluster. */
    public List<Boolean> inSmallCluster() {
        return IntStream.range(0, accuracies.length).mapToObj(SMALL::contains).toList();
    }

    /**
     * Compares the clusters in one measurement.
     *
     * @param column one of {@link #columns()}
     * @return the comparison
     */
    public ClusterEffect effect(String column) {
        return ClusterEffect.of(inSmallCluster(), accuracies(column), SEED);
    }

    /**
     * Returns the ranks of the smaller cluster's models in one measurement.
     *
     * @param column one of {@link #columns()}
     * @return the ranks, 0 the lowest accuracy of all, rising
     */
    public int[] ranksOfSmallCluster(String column) {
        List<String> order = ExtremeModels.of(models(), accuracies(column), accuracies.length)
                .lowest();
        return SMALL.stream()
                .mapToInt(i -> order.indexOf(Integer.toString(i)))
                .sorted()
                .toArray();
    }

    /**
     * Selects the models of the lowest, middle and highest accuracy on lexical overlap.
     *
     * @param each how many of each
     * @return the selection; the paper has 5 of each
     */
    public ExtremeModels selection(int each) {
        return ExtremeModels.of(models(), accuracies(LEXICAL_OVERLAP), each);
    }

    /**
     * Returns the correlation of two measurements over the models.
     *
     * @param column one of {@link #columns()}
     * @param other another
     * @return Pearson's r
     */
    public double correlation(String column, String other) {
        return Statistics.pearson(accuracies(column), accuracies(other));
    }

    /**
     * Returns all measurements by cluster.
     *
     * @return a row a measurement: mean and standard deviation of all models and of both clusters, and how the clusters differ
     */
    public Table effects() {
        record Row(String column, double[] all, ClusterEffect effect) {}
        return Columns.of(
                        "100 BERTs",
                        columns.stream()
                                .map(c -> new Row(c, accuracies(c), effect(c)))
                                .toList())
                .texts("measurement", Row::column)
                .doubles("mean", r -> Statistics.mean(r.all))
                .doubles("sd", r -> Statistics.populationSd(r.all))
                .doubles("mean (12)", r -> r.effect.small().mean())
                .doubles("sd (12)", r -> r.effect.small().sd())
                .doubles("mean (88)", r -> r.effect.large().mean())
                .doubles("sd (88)", r -> r.effect.large().sd())
                .doubles("lower", r -> r.effect.difference().lower())
                .doubles("upper", r -> r.effect.difference().upper())
                .doubles("Cohen's d", r -> r.effect.cohen())
                .doubles("r", r -> r.effect.pointBiserial())
                .table();
    }

    /**
     * Returns the accuracies as a table.
     *
     * @return a row a model: its number, its cluster (1 the smaller) and a column a measurement
     */
    public Table table() {
        Table table = Table.create(
                "100 BERTs",
                IntColumn.create("model", IntStream.range(0, accuracies.length).toArray()),
                IntColumn.create(
                        "cluster",
                        inSmallCluster().stream().mapToInt(s -> s ? 1 : 0).toArray()));
        columns.forEach(c -> table.addColumns(DoubleColumn.create(c, accuracies(c))));
        return table;
    }
}
