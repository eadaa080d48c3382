package org.kymograph.cartography.metrics;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;

/**
 * A number for each sample, from its outputs over the epochs. In what follows p is the probability of the gold label,
 * p_c that of class c, z_c its logit, y the gold label, and means are over epochs.
 */
public enum Metric {
    /** c (1 - c), with c the confidence. */
    THRESHOLD_CLOSENESS("threshold_closeness", false, false, 0, 1),
    /** The mean of p (Swayamdipta et al. 2020). */
    CONFIDENCE("confidence", true, false, 0, 1),
    /** The population standard deviation of p, 0 to 0.5 (Swayamdipta et al. 2020). */
    VARIABILITY("variability", false, false, 0, Double.POSITIVE_INFINITY),
    /** In how many epochs the prediction is right. */
    CORRECTNESS("correctness", true, true, 0, Double.POSITIVE_INFINITY),
    /** How often right turned wrong; a sample that is never right has what {@link MetricOptions.ForgettingRule} says. */
    FORGETFULNESS("forgetfulness", false, true, 0, Double.POSITIVE_INFINITY),
    /** The mean of z_y - max of the other logits (Pleiss et al., arXiv 2001.10528). */
    AUM("aum", true, false, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    /** The mean of p_y - max of the other probabilities. */
    AUM_PROBABILITIES("aum_probabilities", true, false, -1, 1),
    /** The mean Euclidean distance of the probabilities from the gold label's (Paul et al., arXiv 2107.07075). */
    EL2N("el2n", false, false, 0, Math.sqrt(2)),
    /** The mean sum of absolute differences of the probabilities from the gold label's, 2 (1 - p). */
    L1_ERROR("l1_error", false, false, 0, 2),
    /** The mean of max of the other probabilities - p_y. */
    MAX_MARGIN("max_margin", false, false, -1, 1),
    /** The mean of the sum of the other probabilities - p_y, 1 - 2 p. */
    SUM_MARGIN("sum_margin", false, false, -1, 1),
    /** The mean norm of the last layer's gradient, where the log has the norms of its inputs (arXiv 2107.07075). */
    GRAND("grand", false, false, 0, Double.POSITIVE_INFINITY),
    /** The mean of -ln p. */
    LOSS_MEAN("loss_mean", false, false, 0, Double.POSITIVE_INFINITY),
    /** -ln p in the last epoch. */
    LOSS_LAST("loss_last", false, false, 0, Double.POSITIVE_INFINITY),
    /** The population variance of -ln p. */
    LOSS_VAR("loss_var", false, false, 0, Double.POSITIVE_INFINITY),
    /** The mean entropy of the prediction, in nats. */
    ENTROPY_MEAN("entropy_mean", false, false, 0, Double.POSITIVE_INFINITY),
    /** In how many epochs the prediction differs from the one before. */
    FLIPS("flips", false, true, 0, Double.POSITIVE_INFINITY),
    /** The first epoch whose prediction is right, NaN if none is. */
    FIRST_LEARNED("first_learned", false, true, 0, Double.POSITIVE_INFINITY),
    /** The epoch from which on every prediction is right, the number of epochs if the last isn't. */
    LEARNED_FOR_GOOD("learned_for_good", false, true, 0, Double.POSITIVE_INFINITY),
    /** The mean of p (1 - p), which is threshold closeness - variability squared (Data-IQ, NeurIPS 2022). */
    ALEATORIC("aleatoric", false, false, 0, 1),
    /** The gold label's part of the mean probabilities. */
    SELF_CONFIDENCE("self_confidence", true, false, 0, 1),
    /** The gold label's part of the mean probabilities - the largest other part. */
    NORMALIZED_MARGIN("normalized_margin", true, false, -1, 1),
    /** ln(1 + h) / h with h = the entropy of the mean probabilities / ln C / self-confidence; low is suspect. */
    CONFIDENCE_WEIGHTED_ENTROPY("confidence_weighted_entropy", true, false, 0, 1),
    /** The label of several with the lowest confidence, counted from 0. */
    WORST_LABEL("worst_label", true, true, 0, Double.POSITIVE_INFINITY);

    private static final double ROUNDING = 1e-9;

    private final String column;
    private final boolean ascending;
    private final boolean whole;

    private final double least;
    private final double most;

    Metric(String column, boolean ascending, boolean whole, double least, double most) {
        this.least = least;
        this.most = most;
        this.column = column;
        this.ascending = ascending;
        this.whole = whole;
    }

    /** Returns the metric's name in files, such as {@code "threshold_closeness"}. */
    public String column() {
        return column;
    }

    /** Returns whether the most valuable samples, the hard or uncertain ones, are those with the lowest values. */
    public boolean ascending() {
        return ascending;
    }

    /** Returns whether the metric's values are whole numbers. */
    public boolean whole() {
        return whole;
    }

    /**
     * Returns the metric of a name.
     *
     * @param column a name as {@link #column} gives it
     * @throws IllegalArgumentException if none has that name
     */
    public static Metric of(String column) {
        Metric metric = find(column);
        if (metric == null) {
            List<String> names = Arrays.stream(values()).map(Metric::column).toList();
            throw Arguments.unknown("metric", column, names);
        }
        return metric;
    }

    /** Returns the metric of a name, null if none has it. */
    static Metric find(String column) {
        return Arrays.stream(values())
                .filter(m -> m.column.equals(column))
                .findFirst()
                .orElse(null);
    }

    /** Returns whether a number can be a value of the metric, written with ten decimals; NaN can. */
    boolean allows(double value) {
        return !(value < least - ROUNDING || value > most + ROUNDING);
    }

    /** Returns the metric's range in words. */
    String range() {
        return Double.isInfinite(most) ? "at least " + number(least) : number(least) + " to " + number(most);
    }

    private static String number(double x) {
        return x == Math.rint(x) ? Long.toString((long) x) : Double.toString(x);
    }
}
