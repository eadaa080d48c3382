package org.kymograph.connectivity.align;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import tech.tablesaw.api.Table;

/**
 * A network whose hidden units are permuted so that its parameters lie near another's: the same function, and often without the
 * barrier that two independent trainings have between them. Immutable.
 *
 * <p>Layer by layer in random order the permutation is the assignment that makes the inner product of both networks' weights
 * largest while the other permutations stay, until nothing improves: a local optimum, which depends on the seed.
 *
 * <p>Source: Ainsworth et al., Git Re-Basin (2023), algorithm 1.
 *
 * @param aligned the permuted parameters
 * @param permutations for each hidden layer, which unit of the network comes to each place
 * @param before the Euclidean distance to the other network before
 * @param after that after
 * @param sweeps how often all layers were gone through
 */
public record WeightMatching(
        ParameterVector aligned, List<int[]> permutations, double before, double after, int sweeps) {
    private static final int SWEEPS = 100;
    private static final double IMPROVED = 1e-12;

    /** Copies the list. */
    public WeightMatching {
        permutations = permutations.stream().map(int[]::clone).toList();
    }

    /**
     * Aligns a network with another.
     *
     * @param network the form of both, without skip connections, whose hidden units can be permuted freely
     * @param fixed the parameters of the network that stays
     * @param moved those of the network that is permuted
     * @param seed the random seed of the order of layers
     * @return the alignment
     */
    public static WeightMatching of(Mlp network, ParameterVector fixed, ParameterVector moved, long seed) {
        fixed.sameSegments(moved);
        Map<String, int[]> axes = axes(network, fixed);
        int layers = network.hidden().size();
        int[][] permutations = new int[layers][];
        for (int l = 0; l < layers; l++) {
            permutations[l] = identity(network.hidden().get(l));
        }
        RandomGenerator random = Streams.of(seed, "weight matching");
        boolean improved = true;
        int sweeps = 0;
        while (improved && sweeps < SWEEPS) {
            improved = false;
            sweeps++;
            for (int layer : Streams.permutation(random, layers)) {
                double[][] gain = gain(axes, fixed, moved, permutations, layer);
                int[] found = Assignment.largest(gain);
                if (total(gain, found) > total(gain, permutations[layer]) + IMPROVED) {
                    permutations[layer] = found;
                    improved = true;
                }
            }
        }
        ParameterVector aligned = permuted(axes, moved, permutations);
        return new WeightMatching(
                aligned, List.of(permutations), fixed.distance(moved), fixed.distance(aligned), sweeps);
    }

    /**
     * Permutes the hidden units of a network, which leaves its function as it is.
     *
     * @param network its form, without skip connections
     * @param parameters its parameters
     * @param permutations for each hidden layer, which unit comes to each place
     * @return the permuted parameters
     */
    public static ParameterVector permute(Mlp network, ParameterVector parameters, List<int[]> permutations) {
        Arguments.sameLength(
                "permutations",
                permutations.size(),
                "hidden layers",
                network.hidden().size());
        return permuted(axes(network, parameters), parameters, permutations.toArray(int[][]::new));
    }

    // For each parameter the hidden layer whose units its rows and its columns are; −1 for inputs, outputs and none.
    private static Map<String, int[]> axes(Mlp network, ParameterVector parameters) {
        Arguments.check(!network.skip(), "network", "with skip connections", "one whose layers can be permuted apart");
        Map<String, int[]> axes = new LinkedHashMap<>();
        int index = 0;
        int layers = network.hidden().size();
        for (int l = 0; l <= layers; l++) {
            int rows = l < layers ? l : -1;
            axes.put(index + ".weight", new int[] {rows, l - 1});
            axes.put(index + ".bias", new int[] {rows, -1});
            if (l < layers && network.norm() != Mlp.Norm.NONE) {
                index++;
                axes.put(index + ".weight", new int[] {rows, -1});
                axes.put(index + ".bias", new int[] {rows, -1});
            }
            index += 2;
        }
        List<String> names = parameters.segments().stream().map(Segment::name).toList();
        Arguments.check(
                axes.keySet().containsAll(names), "parameters", names, "those of the network, " + axes.keySet());
        return axes;
    }

    static int[] identity(int n) {
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            p[i] = i;
        }
        return p;
    }

    static double total(double[][] gain, int[] permutation) {
        double sum = 0;
        for (int i = 0; i < permutation.length; i++) {
            sum += gain[i][permutation[i]];
        }
        return sum;
    }

    // How well unit j of the moved network fits place i of the fixed one, the other layers permuted as they are now.
    private static double[][] gain(
            Map<String, int[]> axes, ParameterVector fixed, ParameterVector moved, int[][] permutations, int layer) {
        int n = permutations[layer].length;
        double[][] gain = new double[n][n];
        for (Segment s : fixed.segments()) {
            int[] of = axes.get(s.name());
            if (of[0] != layer && of[1] != layer) {
                continue;
            }
            double[] a = fixed.segment(s.name());
            double[] b = moved.segment(s.name());
            boolean byRow = of[0] == layer;
            int columns = s.shape().size() < 2 ? 1 : s.shape().get(1).intValue();
            int others = a.length / n;
            int[] other = of[byRow ? 1 : 0] < 0 ? identity(others) : permutations[of[byRow ? 1 : 0]];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double sum = 0;
                    for (int k = 0; k < others; k++) {
                        sum += byRow
                                ? a[i * columns + k] * b[j * columns + other[k]]
                                : a[k * columns + i] * b[other[k] * columns + j];
                    }
                    gain[i][j] += sum;
                }
            }
        }
        return gain;
    }

    private static ParameterVector permuted(Map<String, int[]> axes, ParameterVector of, int[][] permutations) {
        double[] out = of.toArray();
        for (Segment s : of.segments()) {
            int[] layers = axes.get(s.name());
            double[] w = of.segment(s.name());
            int columns = s.shape().size() < 2 ? 1 : s.shape().get(1).intValue();
            for (int i = 0; i < w.length; i++) {
                int row = layers[0] < 0 ? i / columns : permutations[layers[0]][i / columns];
                int column = layers[1] < 0 ? i % columns : permutations[layers[1]][i % columns];
                out[s.offset() + i] = w[row * columns + column];
            }
        }
        return of.withValues(out);
    }

    /**
     * Returns the alignment as a table.
     *
     * @return a row a hidden layer: its units and how many of them moved
     */
    public Table table() {
        List<Integer> layers = new ArrayList<>();
        for (int l = 0; l < permutations.size(); l++) {
            layers.add(l);
        }
        return Columns.of("weight matching", layers)
                .ints("layer", l -> l)
                .ints("units", l -> permutations.get(l).length)
                .ints("moved", l -> RotationMatching.moves(permutations.get(l)))
                .doubles("distance before", l -> before)
                .doubles("distance after", l -> after)
                .table();
    }
}
