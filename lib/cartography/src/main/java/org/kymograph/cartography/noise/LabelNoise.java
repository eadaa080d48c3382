package org.kymograph.cartography.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.record.dynamics.Guids;

/** How labels are made wrong on purpose. Immutable. */
public final class LabelNoise {
    private static final double ROW_TOLERANCE = 1e-9;

    private final Kind kind;
    private final double rate;
    private final SampleMetrics metrics;
    private final double[][] matrix;

    private LabelNoise(Kind kind, double rate, SampleMetrics metrics, double[][] matrix) {
        if (kind != Kind.MATRIX) {
            Arguments.within("rate", rate, 0, 1);
        }
        this.kind = kind;
        this.rate = rate;
        this.metrics = metrics;
        this.matrix = matrix;
    }

    private enum Kind {
        UNIFORM,
        FLIP,
        EASIEST,
        MATRIX,
        BINARY
    }

    /**
     * Returns noise that gives each changed sample one of the other classes, all equally likely.
     *
     * @param rate the share of samples to change, 0 to 1; exactly {@code (int) (rate * n)} of them
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static LabelNoise uniform(double rate) {
        return new LabelNoise(Kind.UNIFORM, rate, null, null);
    }

    /**
     * Returns noise that gives each changed sample the next class, and the last class the first.
     *
     * @param rate the share of samples to change, 0 to 1; exactly {@code (int) (rate * n)} of them
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static LabelNoise flip(double rate) {
        return new LabelNoise(Kind.FLIP, rate, null, null);
    }

    /**
     * Returns noise as {@link #flip}, for two classes only.
     *
     * @param rate the share of samples to change, 0 to 1; exactly {@code (int) (rate * n)} of them
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static LabelNoise binary(double rate) {
        return new LabelNoise(Kind.BINARY, rate, null, null);
    }

    /**
     * Changes the samples that a model learned best (Swayamdipta et al., EMNLP 2020, section 5).
     *
     * @param rate the share of samples to change, 0 to 1; exactly {@code (int) (rate * n)} of them
     * @param metrics the same samples in the same order, with confidence
     * @return the most confident ones get one of the other classes, each as likely as the others
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static LabelNoise easiest(double rate, SampleMetrics metrics) {
        return new LabelNoise(Kind.EASIEST, rate, metrics, null);
    }

    /**
     * Returns noise that draws every sample's class, so that the count is not exact.
     *
     * @param matrix {@code [C][C]}: the probability that a sample of the row's class gets the column's class
     * @throws IllegalArgumentException if the matrix isn't square, a number is below 0, or a row's sum isn't 1
     */
    public static LabelNoise matrix(double[][] matrix) {
        double[][] copy = new double[matrix.length][];
        for (int c = 0; c < matrix.length; c++) {
            String row = "row " + c + " of the matrix";
            Arguments.sameLength(row, matrix[c].length, "the matrix", matrix.length);
            for (double p : matrix[c]) {
                Arguments.atLeast("a probability in " + row, p, 0);
            }
            double sum = Arrays.stream(matrix[c]).sum();
            Arguments.check(Math.abs(sum - 1) <= ROW_TOLERANCE, "the sum of " + row, sum, "1");
            copy[c] = matrix[c].clone();
        }
        return new LabelNoise(Kind.MATRIX, Double.NaN, null, copy);
    }

    /**
     * Returns a matrix with 1 − rate on the diagonal and rate/(C − 1) elsewhere (the uniform noise of Pleiss et al.,
     * arXiv 2001.10528).
     *
     * @param rate the probability of another class, 0 to 1
     * @param classes C, at least 2
     * @throws IllegalArgumentException if an argument is out of range
     */
    public static double[][] uniformMatrix(double rate, int classes) {
        Arguments.atLeast("classes", classes, 2);
        Arguments.within("rate", rate, 0, 1);
        double[][] matrix = new double[classes][classes];
        for (int c = 0; c < classes; c++) {
            Arrays.fill(matrix[c], rate / (classes - 1));
            matrix[c][c] = 1 - rate;
        }
        return matrix;
    }

    /**
     * Draws which samples change, and how.
     *
     * @param guids the samples
     * @param labels their classes, 0 to classes−1
     * @param classes C, at least 2
     * @param seed the random seed
     * @throws IllegalArgumentException if an argument is out of range or doesn't fit this noise
     */
    public NoisyLabels inject(Guids guids, int[] labels, int classes, long seed) {
        Arguments.atLeast("classes", classes, 2);
        Arguments.sameLength("labels", labels.length, "guids", guids.size());
        for (int i = 0; i < labels.length; i++) {
            Arguments.within("label of sample " + guids.text(i), labels[i], 0, classes - 1);
        }
        Arguments.check(kind != Kind.BINARY || classes == 2, "classes", classes, "2 for binary noise");
        if (kind == Kind.MATRIX) {
            Arguments.check(classes == matrix.length, "classes", classes, matrix.length + ", as the matrix has");
        }
        if (kind == Kind.EASIEST) {
            Arguments.sameLength("metrics", metrics.size(), "labels", labels.length);
        }
        RandomGenerator random = Streams.of(seed, "label noise");
        int[] rows = rows(guids, labels.length, random);
        int[] assigned =
                Arrays.stream(rows).map(i -> assign(labels[i], classes, random)).toArray();
        int[] changed = IntStream.range(0, rows.length)
                .filter(k -> assigned[k] != labels[rows[k]])
                .toArray();
        return new NoisyLabels(
                guids.at(Arrays.stream(changed).map(k -> rows[k]).toArray()),
                Arrays.stream(changed).map(k -> labels[rows[k]]).toArray(),
                Arrays.stream(changed).map(k -> assigned[k]).toArray());
    }

    private int[] rows(Guids guids, int n, RandomGenerator random) {
        int count = (int) (rate * n);
        return switch (kind) {
            case MATRIX -> IntStream.range(0, n).toArray();
            case EASIEST -> {
                // Ids are checked, because metrics in another order would change other samples.
                for (int i = 0; i < n; i++) {
                    Arguments.check(
                            guids.text(i).equals(metrics.guids().text(i)),
                            "sample " + i + " of the metrics",
                            metrics.guids().text(i),
                            guids.text(i) + ": the same order");
                }
                int[] easiest = Arrays.copyOf(metrics.order(Metric.CONFIDENCE, true), count);
                Arrays.sort(easiest);
                yield easiest;
            }
            default -> {
                int[] drawn = Arrays.copyOf(Streams.permutation(random, n), count);
                Arrays.sort(drawn);
                yield drawn;
            }
        };
    }

    private int assign(int label, int classes, RandomGenerator random) {
        return switch (kind) {
            case FLIP, BINARY -> (label + 1) % classes;
            case UNIFORM, EASIEST -> (label + 1 + Streams.below(random, classes - 1)) % classes;
            case MATRIX -> {
                double u = random.nextDouble();
                int c = 0;
                int last = label;
                for (double sum = 0; c < classes; c++) {
                    sum += matrix[label][c];
                    last = matrix[label][c] > 0 ? c : last;
                    if (u < sum) {
                        yield c;
                    }
                }
                // Rounding may leave the sum a little below 1.
                yield last;
            }
        };
    }
}
