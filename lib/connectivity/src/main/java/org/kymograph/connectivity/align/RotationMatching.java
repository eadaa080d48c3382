package org.kymograph.connectivity.align;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.model.llama.Llama;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * A Llama whose residual stream is rotated, and whose heads and SwiGLU units are permuted, so that its parameters lie near
 * another's: the same function. Immutable.
 *
 * <p>RMS norms commute with rotations once their weights are moved into the matrices behind them; tied embeddings are untied by
 * that. The rotation starts as the orthogonal matrix that brings the embeddings nearest to each other (Procrustes);
 * then permutations by assignment and the rotation of all matrices take turns until their inner product grows no more: a
 * local optimum. A rotated and permuted copy is recovered exactly. Symmetries inside a head (rotations of values, turns of
 * query and key pairs) are not used.
 *
 * <p>Source: Theus et al., Generalized Linear Mode Connectivity for Transformers (arXiv:2506.22712).
 *
 * @param network the form of all, with a matrix of its own for the logits
 * @param fixed the network that stays, its norms' weights moved into the matrices
 * @param moved the other network, likewise
 * @param aligned the other network, moved near the first
 * @param sweeps how often permutations and rotation took turns
 * @param heads how many query heads changed their place
 * @param units how many SwiGLU units did
 */
public record RotationMatching(
        Llama network,
        ParameterVector fixed,
        ParameterVector moved,
        ParameterVector aligned,
        int sweeps,
        int heads,
        int units) {
    private static final int SWEEPS = 100;
    private static final double IMPROVED = 1e-10;

    /**
     * Aligns a network with another.
     *
     * @param network the form of both
     * @param fixed the parameters of the network that stays
     * @param moved those of the network that is moved
     * @return the alignment
     * @throws IllegalArgumentException if the parameters are not the network's
     */
    public static RotationMatching of(Llama network, ParameterVector fixed, ParameterVector moved) {
        fixed.sameSegments(moved);
        ParameterVector a = folded(network, fixed);
        ParameterVector b = folded(network, moved);
        LlamaSymmetry now = identity(network, rotation(network, a, b, true));
        double before = Double.NEGATIVE_INFINITY;
        int sweeps = 0;
        ParameterVector aligned = b;
        while (sweeps < SWEEPS) {
            sweeps++;
            ParameterVector rotated = identity(network, now.rotation()).applied(network, b);
            for (int l = 0; l < network.layers(); l++) {
                heads(network, a, rotated, l, now);
                double[][] units = new double[network.dMlp()][network.dMlp()];
                addRows(units, rows(a, part(l, "feed_forward.w1")), rows(rotated, part(l, "feed_forward.w1")), 1, 0, 0);
                addRows(units, rows(a, part(l, "feed_forward.w3")), rows(rotated, part(l, "feed_forward.w3")), 1, 0, 0);
                addRows(
                        units,
                        columns(a, part(l, "feed_forward.w2")),
                        columns(rotated, part(l, "feed_forward.w2")),
                        1,
                        0,
                        0);
                now.units()[l] = Assignment.largest(units);
            }
            LlamaSymmetry permuted = new LlamaSymmetry(
                    MatrixUtils.createRealIdentityMatrix(network.dModel()), now.keyHeads(), now.heads(), now.units());
            now = new LlamaSymmetry(
                    rotation(network, a, permuted.applied(network, b), false),
                    now.keyHeads(),
                    now.heads(),
                    now.units());
            aligned = now.applied(network, b);
            double product = a.dot(aligned);
            if (product <= before + IMPROVED * Math.abs(before)) {
                break;
            }
            before = product;
        }
        return new RotationMatching(
                network.withTied(false), a, b, aligned, sweeps, moves(now.heads()), moves(now.units()));
    }

    /**
     * Returns the parameters of the same function with another residual stream: rotated at random, heads and units permuted.
     *
     * @param network the form
     * @param parameters the parameters
     * @param seed the random seed
     * @return the parameters of {@code network.withTied(false)}, all norms' weights at 1
     */
    public static ParameterVector scrambled(Llama network, ParameterVector parameters, long seed) {
        RandomGenerator random = Streams.of(seed, "scrambled");
        int d = network.dModel();
        RealMatrix gaussian = new Array2DRowRealMatrix(d, d);
        for (int i = 0; i < d * d; i++) {
            gaussian.setEntry(i / d, i % d, Streams.gaussian(random));
        }
        LlamaSymmetry symmetry = identity(network, new QRDecomposition(gaussian).getQ());
        int group = network.heads() / network.kvHeads();
        for (int l = 0; l < network.layers(); l++) {
            symmetry.units()[l] = Streams.permutation(random, network.dMlp());
            symmetry.keyHeads()[l] = Streams.permutation(random, network.kvHeads());
            for (int g = 0; g < network.kvHeads(); g++) {
                int[] within = Streams.permutation(random, group);
                for (int h = 0; h < group; h++) {
                    symmetry.heads()[l][g * group + h] = symmetry.keyHeads()[l][g] * group + within[h];
                }
            }
        }
        return symmetry.applied(network, folded(network, parameters));
    }

    private static ParameterVector folded(Llama network, ParameterVector parameters) {
        List<String> names = parameters.segments().stream().map(Segment::name).toList();
        Arguments.check(
                parameters.size() == network.parameters() && names.contains("tok_embeddings.weight"),
                "parameters",
                parameters.size() + " numbers in " + names,
                network.parameters() + " numbers of a llama");
        return LlamaSymmetry.folded(network, parameters);
    }

    private static String part(int layer, String name) {
        return "layers." + layer + "." + name;
    }

    private static LlamaSymmetry identity(Llama network, RealMatrix rotation) {
        int layers = network.layers();
        LlamaSymmetry out = new LlamaSymmetry(rotation, new int[layers][], new int[layers][], new int[layers][]);
        for (int l = 0; l < layers; l++) {
            out.keyHeads()[l] = WeightMatching.identity(network.kvHeads());
            out.heads()[l] = WeightMatching.identity(network.heads());
            out.units()[l] = WeightMatching.identity(network.dMlp());
        }
        return out;
    }

    static int moves(int[]... orders) {
        int moved = 0;
        for (int[] order : orders) {
            for (int i = 0; i < order.length; i++) {
                moved += order[i] != i ? 1 : 0;
            }
        }
        return moved;
    }

    // argmax over orthogonal Q of tr(Q' M) = U V' with M = U S V'.
    private static RealMatrix rotation(Llama network, ParameterVector a, ParameterVector b, boolean embeddings) {
        int d = network.dModel();
        RealMatrix m = new Array2DRowRealMatrix(d, d);
        for (Segment s : a.segments()) {
            String name = s.name().replaceFirst("\\.weight$", "");
            if (s.shape().size() < 2 || embeddings && name.startsWith("layers.")) {
                continue;
            }
            int columns = s.shape().get(1).intValue();
            RealMatrix x = LlamaSymmetry.matrix(a, name, columns);
            RealMatrix y = LlamaSymmetry.matrix(b, name, columns);
            boolean writes = name.endsWith(".wo") || name.endsWith(".w2");
            m = m.add(writes ? y.multiply(x.transpose()) : y.transpose().multiply(x));
        }
        SingularValueDecomposition svd = new SingularValueDecomposition(m);
        return svd.getU().multiply(svd.getVT());
    }

    private static void heads(Llama network, ParameterVector a, ParameterVector b, int l, LlamaSymmetry into) {
        int width = network.dModel() / network.heads();
        int keys = network.kvHeads();
        int group = network.heads() / keys;
        double[][] total = new double[keys][keys];
        for (String name : new String[] {part(l, "attention.wk"), part(l, "attention.wv")}) {
            addRows(total, rows(a, name), rows(b, name), width, 0, 0);
        }
        double[][] queriesA = rows(a, part(l, "attention.wq"));
        double[][] queriesB = rows(b, part(l, "attention.wq"));
        double[][] outputsA = columns(a, part(l, "attention.wo"));
        double[][] outputsB = columns(b, part(l, "attention.wo"));
        int[][][] within = new int[keys][keys][];
        for (int i = 0; i < keys; i++) {
            for (int j = 0; j < keys; j++) {
                double[][] inside = new double[group][group];
                addRows(inside, queriesA, queriesB, width, i * group, j * group);
                addRows(inside, outputsA, outputsB, width, i * group, j * group);
                within[i][j] = Assignment.largest(inside);
                total[i][j] += WeightMatching.total(inside, within[i][j]);
            }
        }
        int[] found = Assignment.largest(total);
        into.keyHeads()[l] = found;
        for (int i = 0; i < keys; i++) {
            for (int h = 0; h < group; h++) {
                into.heads()[l][i * group + h] = found[i] * group + within[i][found[i]][h];
            }
        }
    }

    // Adds the inner products of blocks of rows, from some block of each matrix on.
    private static void addRows(double[][] gain, double[][] a, double[][] b, int width, int fromA, int fromB) {
        for (int i = 0; i < gain.length; i++) {
            for (int j = 0; j < gain.length; j++) {
                for (int k = 0; k < width; k++) {
                    double[] u = a[(fromA + i) * width + k];
                    double[] v = b[(fromB + j) * width + k];
                    for (int c = 0; c < u.length; c++) {
                        gain[i][j] += u[c] * v[c];
                    }
                }
            }
        }
    }

    private static double[][] rows(ParameterVector vector, String name) {
        return matrix(vector, name).getData();
    }

    private static double[][] columns(ParameterVector vector, String name) {
        return matrix(vector, name).transpose().getData();
    }

    private static RealMatrix matrix(ParameterVector vector, String name) {
        Segment segment = vector.segments().stream()
                .filter(s -> s.name().equals(name + ".weight"))
                .findFirst()
                .orElseThrow();
        return LlamaSymmetry.matrix(vector, name, segment.shape().get(1).intValue());
    }

    /** Returns the Euclidean distance to the fixed network before. */
    public double before() {
        return fixed.distance(moved);
    }

    /** Returns that after. */
    public double after() {
        return fixed.distance(aligned);
    }

    /**
     * Evaluates the straight segment to the fixed network before and after.
     *
     * @param objective gives loss and samples; the network is this alignment's
     * @param points the number of points, both ends included
     * @return the curve to the network as it was, and that to the aligned one
     */
    public List<LossCurve> curves(Objective objective, int points) {
        Objective own =
                Objective.of(network, objective.loss(), objective.data()).withThreads(objective.threads());
        return Columns.each(
                Arrays.asList(moved, aligned), to -> LossCurve.along(own, ParameterPath.segment(fixed, to), points));
    }

    /**
     * Returns the alignment as a table.
     *
     * @return one row: distances before and after, heads and units that moved, sweeps
     */
    public Table table() {
        return Columns.of("rotation", 1)
                .doubles("distance before", i -> before())
                .doubles("distance after", i -> after())
                .ints("heads moved", i -> heads)
                .ints("units moved", i -> units)
                .ints("sweeps", i -> sweeps)
                .table();
    }
}
