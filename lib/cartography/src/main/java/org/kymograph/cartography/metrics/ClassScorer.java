package org.kymograph.cartography.metrics;

import java.util.Arrays;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.stats.Statistics;

/** The trend of a sample with one class of several. */
final class ClassScorer extends SampleScorer {
    private final double[] prediction;
    private final double[] meanPrediction;
    private final boolean scores;
    private double margin;
    private double probabilityMargin;
    private double el2n;
    private double grand;
    private double entropy;
    private int gold;

    ClassScorer(Dynamics log, Metric.Options options) {
        super(log, options);
        prediction = new double[log.classes()];
        meanPrediction = new double[log.classes()];
        scores = !Metric.Options.MAP.containsAll(options.metrics());
    }

    @Override
    void follow(int sample) {
        int classes = log.classes();
        gold = log.golds()[sample];
        int from = sample * classes;
        margin = probabilityMargin = el2n = grand = entropy = 0;
        flips = 0;
        Arrays.fill(meanPrediction, 0);
        int before = -1;
        for (int e = 0; e < epochs; e++) {
            float[] z = log.outputs(e);
            int best = Statistics.argmax(z, from, classes);
            double logSum = Dynamics.softmax(z, from, prediction);
            p[e] = prediction[gold];
            loss[e] = logSum - z[from + gold];
            right[e] = best == gold;
            flips += e > 0 && best != before ? 1 : 0;
            before = best;
            if (scores) {
                score(e, sample, z, from);
            }
        }
    }

    private void score(int e, int sample, float[] z, int from) {
        double otherLogit = Double.NEGATIVE_INFINITY;
        double otherProbability = 0;
        double squares = (1 - p[e]) * (1 - p[e]);
        for (int c = 0; c < prediction.length; c++) {
            double q = prediction[c];
            meanPrediction[c] += q / epochs;
            entropy -= q > 0 ? q * Math.log(q) : 0;
            if (c != gold) {
                otherLogit = Math.max(otherLogit, z[from + c]);
                otherProbability = Math.max(otherProbability, q);
                squares += q * q;
            }
        }
        margin += z[from + gold] - otherLogit;
        probabilityMargin += p[e] - otherProbability;
        el2n += Math.sqrt(squares);
        if (log.hasNorms()) {
            // The last layer's weights and bias: |p - y| |(h, 1)|.
            double h = log.norm(e, sample);
            grand += Math.sqrt(squares) * Math.sqrt(h * h + 1);
        }
    }

    @Override
    double value(Metric metric) {
        return switch (metric) {
            case AUM -> margin / epochs;
            case AUM_PROBABILITIES -> probabilityMargin / epochs;
            case MAX_MARGIN -> -probabilityMargin / epochs;
            case SUM_MARGIN -> 1 - 2 * confidence();
            case L1_ERROR -> 2 * (1 - confidence());
            case EL2N -> el2n / epochs;
            case GRAND -> grand / epochs;
            case ENTROPY_MEAN -> entropy / epochs;
            case NORMALIZED_MARGIN -> normalizedMargin();
            case CONFIDENCE_WEIGHTED_ENTROPY -> confidenceWeightedEntropy();
            default -> super.value(metric);
        };
    }

    private double normalizedMargin() {
        double other = 0;
        for (int c = 0; c < meanPrediction.length; c++) {
            other = c == gold ? other : Math.max(other, meanPrediction[c]);
        }
        return meanPrediction[gold] - other;
    }

    private double confidenceWeightedEntropy() {
        double h = 0;
        for (double q : meanPrediction) {
            h -= q > 0 ? q * Math.log(q) : 0;
        }
        double weighted = h / Math.log(meanPrediction.length) / meanPrediction[gold];
        // ln(1 + h) / h tends to 1 and 0 at the ends; without any self-confidence h is boundless.
        return meanPrediction[gold] == 0 || Double.isInfinite(weighted)
                ? 0
                : weighted == 0 ? 1 : Math.log1p(weighted) / weighted;
    }
}
