package org.kymograph.cartography.metrics;

import java.util.Arrays;

/**
 * A number for each sample, from its outputs over the epochs. In what follows p is the probability of the gold label,
 * p_c that of class c, z_c its logit, y the gold label, and means are over epochs.
 */
public enum Metric {
    /** c (1 - c), with c the confidence. */
    THRESHOLD_CLOSENESS("threshold_closeness", false, false),
    /** The mean of p (Swayamdipta et al. 2020). */
    CONFIDENCE("confidence", true, false),
    /** The population standard deviation of p, 0 to 0.5 (Swayamdipta et al. 2020). */
    VARIABILITY("variability", false, false),
    /** In how many epochs the prediction is right. */
    CORRECTNESS("correctness", true, true),
    /** How often right turned wrong; a sample that is never right has what {@link ForgettingRule} says. */
    FORGETFULNESS("forgetfulness", false, true),
    /** The mean of z_y - max of the other logits (Pleiss et al., arXiv 2001.10528). */
    AUM("aum", true, false),
    /** The mean of p_y - max of the other probabilities. */
    AUM_PROBABILITIES("aum_probabilities", true, false),
    /** The mean Euclidean distance of the probabilities from the gold label's (Paul et al., arXiv 2107.07075). */
    EL2N("el2n", false, false),
    /** The mean sum of absolute differences of the probabilities from the gold label's, 2 (1 - p). */
    L1_ERROR("l1_error", false, false),
    /** The mean of max of the other probabilities - p_y. */
    MAX_MARGIN("max_margin", false, false),
    /** The mean of the sum of the other probabilities - p_y, 1 - 2 p. */
    SUM_MARGIN("sum_margin", false, false),
    /** The mean norm of the last layer's gradient, where the log has the norms of its inputs (arXiv 2107.07075). */
    GRAND("grand", false, false),
    /** The mean of -ln p. */
    LOSS_MEAN("loss_mean", false, false),
    /** -ln p in the last epoch. */
    LOSS_LAST("loss_last", false, false),
    /** The population variance of -ln p. */
    LOSS_VAR("loss_var", false, false),
    /** The mean entropy of the prediction, in nats. */
    ENTROPY_MEAN("entropy_mean", false, false),
    /** In how many epochs the prediction differs from the one before. */
    FLIPS("flips", false, true),
    /** The first epoch whose prediction is right, NaN if none is. */
    FIRST_LEARNED("first_learned", false, true),
    /** The epoch from which on every prediction is right, the number of epochs if the last isn't. */
    LEARNED_FOR_GOOD("learned_for_good", false, true),
    /** The mean of p (1 - p), which is threshold closeness - variability squared (Data-IQ, NeurIPS 2022). */
    ALEATORIC("aleatoric", false, false),
    /** The gold label's part of the mean probabilities. */
    SELF_CONFIDENCE("self_confidence", true, false),
    /** The gold label's part of the mean probabilities - the largest other part. */
    NORMALIZED_MARGIN("normalized_margin", true, false),
    /** ln(1 + h) / h with h = the entropy of the mean probabilities / ln C / self-confidence; low is suspect. */
    CONFIDENCE_WEIGHTED_ENTROPY("confidence_weighted_entropy", true, false),
    /** The label of several with the lowest confidence, counted from 0. */
    WORST_LABEL("worst_label", true, true);

    private final String column;
    private final boolean ascending;
    private final boolean whole;

    Metric(String column, boolean ascending, boolean whole) {
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
        return Arrays.stream(values())
                .filter(m -> m.column.equals(column))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("metric is '" + column + "'; expected one of "
                        + String.join(
                                ", ",
                                Arrays.stream(values()).map(Metric::column).toList())));
    }
}
