package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Transport;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How differently runs spend their time over the states: the mean distance of all unordered pairs of runs' shares. */
public final class Dissimilarity {
    private final List<String> runs;
    private final double[][] distances;

    private Dissimilarity(List<String> runs, double[][] distances) {
        this.runs = runs;
        this.distances = distances;
    }

    /** The distance of two runs' shares of checkpoints, each summing to 1. */
    @FunctionalInterface
    private interface Distance {
        double between(double[] p, double[] q);
    }

    /**
     * The paper's: Wasserstein distances over the states' numbers, Σ_k |P(≤ k) − Q(≤ k)|. It depends on how the states are
     * numbered; the others don't.
     *
     * @param occupancies the checkpoints in each state, of at least two runs
     * @return the distances, 0 … K−1
     * @throws IllegalArgumentException if there is only one run
     */
    public static Dissimilarity paper(Occupancies occupancies) {
        return of(occupancies, Dissimilarity::overNumbers);
    }

    /**
     * Total variation: half of Σ_k |P(k) − Q(k)|.
     *
     * @param occupancies the checkpoints in each state, of at least two runs
     * @return the distances, 0 … 1
     * @throws IllegalArgumentException if there is only one run
     */
    public static Dissimilarity totalVariation(Occupancies occupancies) {
        return of(occupancies, (p, q) -> {
            double sum = 0;
            for (int k = 0; k < p.length; k++) {
                sum += Math.abs(p[k] - q[k]);
            }
            return sum / 2;
        });
    }

    /**
     * Wasserstein distances over the states' distances, solved exactly.
     *
     * @param occupancies the checkpoints in each state, of at least two runs
     * @param ground K·K distances of the states, such as {@link StateDistances#euclidean}; at least 0
     * @return the distances, in the unit of the states'
     * @throws IllegalArgumentException if there is only one run, or the distances aren't K·K finite numbers of at least 0
     */
    public static Dissimilarity wasserstein(Occupancies occupancies, double[][] ground) {
        int k = occupancies.states();
        boolean fits = ground.length == k
                && Arrays.stream(ground)
                        .allMatch(row -> row.length == k
                                && Arrays.stream(row).allMatch(c -> c >= 0 && c < Double.POSITIVE_INFINITY));
        if (!fits) {
            throw new IllegalArgumentException("ground " + Arrays.deepToString(ground) + ": must be " + k + "·" + k
                    + " finite numbers of at least 0");
        }
        return of(occupancies, (p, q) -> Transport.cost(p, q, ground));
    }

    private static Dissimilarity of(Occupancies occupancies, Distance distance) {
        int n = occupancies.runs().size();
        if (n < 2) {
            throw new IllegalArgumentException("occupancies: of " + n + " run; expected at least 2");
        }
        double[][] shares = occupancies.shares();
        double[][] distances = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                distances[i][j] = distance.between(shares[i], shares[j]);
                distances[j][i] = distances[i][j];
            }
        }
        return new Dissimilarity(occupancies.runs(), distances);
    }

    static double overNumbers(double[] p, double[] q) {
        double sum = 0;
        double difference = 0;
        for (int k = 0; k < p.length - 1; k++) {
            difference += p[k] - q[k];
            sum += Math.abs(difference);
        }
        return sum;
    }

    /** @return the runs' names */
    public List<String> runs() {
        return runs;
    }

    /** @return [run][run]: the distances, symmetric, 0 on the diagonal */
    public double[][] distances() {
        return Arrays.stream(distances).map(double[]::clone).toArray(double[][]::new);
    }

    /** @return the mean and spread over all unordered pairs of different runs; the mean is the paper's dissimilarity */
    public MeanSd pairs() {
        int n = runs.size();
        double[] all = new double[n * (n - 1) / 2];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                all[at++] = distances[i][j];
            }
        }
        return MeanSd.of(all);
    }

    /** @return the mean over all unordered pairs of different runs */
    public double mean() {
        return pairs().mean();
    }

    /** @return one row per run: {@code run}, and its distance to each */
    public Table table() {
        Table table = Table.create("distances of runs", StringColumn.create("run", runs));
        for (int i = 0; i < runs.size(); i++) {
            table.addColumns(DoubleColumn.create("to " + runs.get(i), distances[i]));
        }
        return table;
    }
}
