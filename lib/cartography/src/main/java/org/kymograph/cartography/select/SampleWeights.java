package org.kymograph.cartography.select;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;

/**
 * How much each sample counts in training, for {@link org.kymograph.train.loss.Loss#weighted}. Weights are finite and at least 0.
 * Immutable.
 */
public final class SampleWeights {
    private static final System.Logger LOG = System.getLogger(SampleWeights.class.getName());

    private static final String WEIGHT = "weight";

    private final Guids guids;
    private final double[] weights;

    private SampleWeights(Guids guids, double[] weights) {
        this.guids = guids;
        this.weights = weights;
    }

    /**
     * Returns weights of samples.
     *
     * @param guids the samples
     * @param weights a weight for each
     * @throws IllegalArgumentException if the lengths differ, or a weight is negative or not finite
     */
    public static SampleWeights of(Guids guids, double[] weights) {
        Arguments.sameLength("weights", weights.length, "guids", guids.size());
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && Double.isFinite(weights[i]))) {
                throw new IllegalArgumentException(
                        "weight of guid " + guids.text(i) + " is " + weights[i] + "; expected at least 0");
            }
        }
        return new SampleWeights(guids, weights.clone());
    }

    /**
     * Weights from a metric. Negative ones become 0, which is warned of.
     *
     * @param metrics the samples
     * @param metric one of their metrics
     * @param weight gives the weight of a value
     * @return the weights
     * @throws IllegalArgumentException if the metric is absent or a weight is not finite
     */
    public static SampleWeights of(SampleMetrics metrics, Metric metric, DoubleUnaryOperator weight) {
        double[] weights = Arrays.stream(metrics.values(metric)).map(weight).toArray();
        long negative = Arrays.stream(weights).filter(w -> w < 0).count();
        if (negative > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    negative + " of " + weights.length + " weights by " + metric.column()
                            + " are negative and become 0");
        }
        return of(
                metrics.guids(), Arrays.stream(weights).map(w -> w < 0 ? 0 : w).toArray());
    }

    /**
     * Ambiguous samples first: 1 − (c − a)<sup>k</sup> / a<sup>k</sup> of the confidence c, which is 0 for c = 0 and 1 for
     * c = a. For a below 0.5 it falls below 0 where c &gt; 2a; such weights become 0, which is warned of.
     *
     * @param metrics the samples
     * @param a the confidence of the full weight, above 0 to 1; such as 0.8
     * @param k how flat the weight is around it, an even number of at least 2; such as 4
     * @return the weights
     * @throws IllegalArgumentException if a or k is out of range, or there is no confidence
     */
    public static SampleWeights ambiguousFirst(SampleMetrics metrics, double a, int k) {
        Arguments.check(a > 0 && a <= 1, "a", a, "above 0 to 1");
        Arguments.check(k >= 2 && k % 2 == 0, "k", k, "an even number of at least 2");
        return of(metrics, Metric.CONFIDENCE, c -> 1 - Math.pow((c - a) / a, k));
    }

    /**
     * Reads weights, in the order of the file.
     *
     * @param file a JSON object a line, with {@code guid} and {@code weight}
     * @throws RecordException if the file can't be read, a field is missing or of the wrong kind, a weight is negative, or a
     *     guid comes twice
     */
    public static SampleWeights read(Path file) {
        GuidFiles.Scores read = GuidFiles.readScores(file, WEIGHT);
        double[] weights = read.values();
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] >= 0 && Double.isFinite(weights[i]))) {
                throw new RecordException(
                        file, i + 1, "field '" + WEIGHT + "' is " + weights[i] + "; expected a number of at least 0");
            }
        }
        return new SampleWeights(read.guids(), weights);
    }

    /**
     * Writes what {@link #read} reads.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        GuidFiles.writeScores(file, WEIGHT, new GuidFiles.Scores(guids, weights));
    }

    /** Returns the samples. */
    public Guids guids() {
        return guids;
    }

    /**
     * Returns the weight of a sample.
     *
     * @param i a sample, 0 to the number of guids - 1
     */
    public double weight(int i) {
        return weights[i];
    }

    /** Returns a copy of all weights. */
    public double[] weights() {
        return weights.clone();
    }

    /**
     * Gives examples their weights as the first side number.
     *
     * @param data the examples
     * @param ids the id of each example
     * @return the examples with their weights before the side numbers that they have
     * @throws IllegalArgumentException if there are not as many ids as examples, or an example has no weight
     */
    public Dataset join(Dataset data, Guids ids) {
        return data.withAuxiliaryBefore(column(data, ids, guids, weights, "weight"));
    }

    /** Returns {@code [N, 1]}: of the values those that belong to the examples. */
    public static Tensor column(Dataset data, Guids ids, Guids known, double[] values, String what) {
        Arguments.sameLength("ids", ids.size(), "data", data.size());
        float[] out = new float[ids.size()];
        int missing = 0;
        String first = null;
        for (int i = 0; i < out.length; i++) {
            int at = ids.numeric() ? known.indexOf(ids.number(i)) : known.indexOf(ids.text(i));
            if (at >= 0) {
                out[i] = (float) values[at];
            } else {
                first = missing++ == 0 ? ids.text(i) : first;
            }
        }
        Arguments.require(
                missing <= 0,
                missing + " of " + out.length + " examples have no " + what + ", the first of them guid " + first);
        return Tensor.of(out, out.length, 1);
    }

    @Override
    public String toString() {
        return weights.length + " weights, mean "
                + Arrays.stream(weights).average().orElse(Double.NaN);
    }
}
