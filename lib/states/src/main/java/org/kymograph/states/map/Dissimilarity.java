package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.optim.linear.LinearConstraint;
import org.apache.commons.math3.optim.linear.LinearConstraintSet;
import org.apache.commons.math3.optim.linear.LinearObjectiveFunction;
import org.apache.commons.math3.optim.linear.NonNegativeConstraint;
import org.apache.commons.math3.optim.linear.Relationship;
import org.apache.commons.math3.optim.linear.SimplexSolver;
import org.apache.commons.math3.util.MathArrays;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/** Distances of runs by how differently they spend their time over the states: the mean distance of all unordered pairs of runs' shares. */
public final class Dissimilarity {
    private final List<String> runs;
    private final double[][] distances;

    private Dissimilarity(List<String> runs, double[][] distances) {
        this.runs = runs;
        this.distances = distances;
    }

    /**
     * Returns the paper's distances: Wasserstein distances over the states' numbers, Σ_k |P(≤ k) − Q(≤ k)|. It depends on how the states are
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
     * The mean of {@link #paper} over all numberings of the states, which are arbitrary.
     *
     * @param least the least
     * @param median the median
     * @param most the most
     */
    public record OverNumberings(double least, double median, double most) {}

    /**
     * Returns what the paper's dissimilarity would be with the states numbered otherwise.
     *
     * @param occupancies the checkpoints in each state, of at least two runs and at most 8 states
     * @return its range over all K! numberings
     * @throws IllegalArgumentException if there is only one run, or there are more than 8 states
     */
    public static OverNumberings overNumberings(Occupancies occupancies) {
        int k = occupancies.states();
        Arguments.check(k <= 8, "the number of states", k, "at most 8, since every numbering is tried");
        double[][] shares = occupancies.shares();
        List<int[]> pairs = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            for (int j = 0; j < i; j++) {
                pairs.add(new int[] {i, j});
            }
        }
        Arguments.atLeast("the number of runs", shares.length, 2);
        // A permutation's distance is a sum over the sets of states numbered first, so each set is looked at once.
        double[] bySet = new double[1 << k];
        for (int set = 1; set < bySet.length - 1; set++) {
            for (int[] pair : pairs) {
                double difference = 0;
                for (int s = 0; s < k; s++) {
                    difference += (set >> s & 1) * (shares[pair[0]][s] - shares[pair[1]][s]);
                }
                bySet[set] += Math.abs(difference) / pairs.size();
            }
        }
        List<Double> all = new ArrayList<>();
        collect(bySet, 0, 0, all);
        double[] means = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new OverNumberings(means[0], Statistics.median(means), means[means.length - 1]);
    }

    private static void collect(double[] bySet, int set, double sum, List<Double> all) {
        if (set == bySet.length - 1) {
            all.add(sum);
            return;
        }
        for (int bit = 1; bit < bySet.length; bit <<= 1) {
            if ((set & bit) == 0) {
                collect(bySet, set | bit, sum + bySet[set | bit], all);
            }
        }
    }

    /**
     * Returns total variation distances: half of Σ_k |P(k) − Q(k)|.
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
     * Returns Wasserstein distances over the states' distances, solved exactly.
     *
     * @param occupancies the checkpoints in each state, of at least two runs
     * @param ground K·K distances of the states, such as {@link #euclidean}; at least 0
     * @return the distances, in the unit of the states'
     * @throws IllegalArgumentException if there is only one run, or the distances aren't K·K finite numbers of at least 0
     */
    public static Dissimilarity wasserstein(Occupancies occupancies, double[][] ground) {
        int k = occupancies.states();
        boolean fits = ground.length == k
                && Arrays.stream(ground)
                        .allMatch(row -> row.length == k
                                && Arrays.stream(row).allMatch(c -> c >= 0 && c < Double.POSITIVE_INFINITY));
        Arguments.check(fits, "ground", Arrays.deepToString(ground), k + "·" + k + " finite numbers of at least 0");
        return of(occupancies, (p, q) -> transport(p, q, ground));
    }

    /**
     * Returns the least cost of moving one distribution to another, a linear program in the flow from each state to each:
     * what leaves a state is what was there, what arrives is what shall be there.
     */
    static double transport(double[] from, double[] to, double[][] cost) {
        int[] sources = IntStream.range(0, from.length).filter(i -> from[i] > 0).toArray();
        int[] sinks = IntStream.range(0, to.length).filter(j -> to[j] > 0).toArray();
        int n = sources.length * sinks.length;
        double[] costs = new double[n];
        double[][] leaving = new double[sources.length][n];
        double[][] arriving = new double[sinks.length][n];
        for (int i = 0, flow = 0; i < sources.length; i++) {
            for (int j = 0; j < sinks.length; j++, flow++) {
                costs[flow] = cost[sources[i]][sinks[j]];
                leaving[i][flow] = 1;
                arriving[j][flow] = 1;
            }
        }
        List<LinearConstraint> constraints = new ArrayList<>();
        for (int i = 0; i < sources.length; i++) {
            constraints.add(new LinearConstraint(leaving[i], Relationship.EQ, from[sources[i]]));
        }
        // The last equation follows from the others, up to rounding.
        for (int j = 0; j < sinks.length - 1; j++) {
            constraints.add(new LinearConstraint(arriving[j], Relationship.EQ, to[sinks[j]]));
        }
        return new SimplexSolver()
                .optimize(
                        new LinearObjectiveFunction(costs, 0),
                        new LinearConstraintSet(constraints),
                        new NonNegativeConstraint(true))
                .getValue();
    }

    /**
     * Returns the Euclidean distances of a model's states.
     *
     * @param model the model
     * @return K·K: the distance of each two states' means
     */
    public static double[][] euclidean(HmmModel model) {
        return between(model.means());
    }

    /**
     * Returns the Mahalanobis distances of a model's states, √((μ_i − μ_j)ᵀ Σ̄⁺ (μ_i − μ_j)), with Σ̄ the mean of the states'
     * covariances, so that the triangle inequality holds.
     *
     * @param model the model
     * @return K·K: the distance of each two states' means; a direction in which Σ̄ is singular doesn't count
     */
    public static double[][] mahalanobis(HmmModel model) {
        int d = model.features().size();
        double[][] mean = new double[d][d];
        for (double[][] covariance : model.covariances()) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    mean[i][j] += covariance[i][j] / model.states();
                }
            }
        }
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(mean, false));
        double[] s = svd.getSingularValues();
        double[][] means = model.means();
        // In the directions of the singular vectors, each in its own standard deviation.
        double[][] whitened = new double[means.length][d];
        for (int k = 0; k < means.length; k++) {
            double[] along = svd.getVT().operate(means[k]);
            for (int i = 0; i < d; i++) {
                whitened[k][i] = s[i] > d * Math.ulp(s[0]) ? along[i] / Math.sqrt(s[i]) : 0;
            }
        }
        return between(whitened);
    }

    private static double[][] between(double[][] points) {
        return Arrays.stream(points)
                .map(a -> Arrays.stream(points)
                        .mapToDouble(b -> MathArrays.distance(a, b))
                        .toArray())
                .toArray(double[][]::new);
    }

    private static Dissimilarity of(Occupancies occupancies, ToDoubleBiFunction<double[], double[]> distance) {
        int n = occupancies.runs().size();
        Arguments.atLeast("the number of runs", n, 2);
        double[][] shares = occupancies.shares();
        double[][] distances = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                distances[i][j] = distance.applyAsDouble(shares[i], shares[j]);
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

    /** Returns the runs' names. */
    public List<String> runs() {
        return runs;
    }

    /** Returns [run][run]: the distances, symmetric, 0 on the diagonal. */
    public double[][] distances() {
        return Arrays.stream(distances).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns the mean and spread over all unordered pairs of different runs; the mean is the paper's dissimilarity. */
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

    /** Returns the mean over all unordered pairs of different runs. */
    public double mean() {
        return pairs().mean();
    }

    /** Returns one row per run: {@code run}, and its distance to each. */
    public Table table() {
        Columns<Integer> columns = Columns.of("distances of runs", runs.size()).texts("run", runs::get);
        for (int i = 0; i < runs.size(); i++) {
            int to = i;
            columns.doubles("to " + runs.get(i), run -> distances[run][to]);
        }
        return columns.table();
    }
}
