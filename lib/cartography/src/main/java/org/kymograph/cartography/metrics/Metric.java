package org.kymograph.cartography.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

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
    /** How often right turned wrong; a sample that is never right has what {@link Metric.Options.ForgettingRule} says. */
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

    /**
     * Which metrics to compute, and variants of them.
     *
     * @param metrics which metrics
     * @param includeCi whether variability is sqrt(v + v^2 / (E - 1)) with v the population variance (arXiv 1704.07433)
     * @param forgetting what the forgetfulness of a sample is that is never right
     * @param tolerance how far a regression's prediction may be off and yet be right, in standard deviations of the
     *     targets, above 0
     */
    public record Options(Set<Metric> metrics, boolean includeCi, ForgettingRule forgetting, double tolerance) {
        /** The five metrics of data maps, which {@code td_metrics.jsonl} holds. */
        public static final Set<Metric> MAP =
                Collections.unmodifiableSet(EnumSet.range(Metric.THRESHOLD_CLOSENESS, Metric.FORGETFULNESS));

        /** Checks the numbers. */
        public Options {
            metrics = Collections.unmodifiableSet(
                    metrics.isEmpty() ? EnumSet.noneOf(Metric.class) : EnumSet.copyOf(metrics));
            Arguments.check(tolerance > 0, "tolerance", tolerance, "above 0");
        }

        /** Returns options for all metrics, with plain variability, 1000 for what is never right and a tolerance of 0.5. */
        public static Options defaults() {
            return new Options(EnumSet.allOf(Metric.class), false, ForgettingRule.THOUSAND, 0.5);
        }

        /**
         * Returns a copy with other metrics.
         *
         * @param wanted which metrics to compute
         */
        public Options withMetrics(Collection<Metric> wanted) {
            return Copies.with(this, "metrics", Set.copyOf(wanted));
        }

        /**
         * Returns a copy with or without the variance of the variance.
         *
         * @param include whether to add the variance of the variance to variability; NaN for one epoch
         */
        public Options withIncludeCi(boolean include) {
            return Copies.with(this, "includeCi", include);
        }

        /**
         * Returns a copy with another rule for samples that are never right.
         *
         * @param rule what the forgetfulness of a sample is that is never right
         */
        public Options withForgetting(ForgettingRule rule) {
            return Copies.with(this, "forgetting", rule);
        }

        /**
         * Returns a copy with another tolerance.
         *
         * @param deviations how far a regression's prediction may be off and yet be right, in standard deviations of the
         *     targets, above 0
         */
        public Options withTolerance(double deviations) {
            return Copies.with(this, "tolerance", deviations);
        }

        /** What the forgetfulness of a sample is that is never predicted right. */
        public enum ForgettingRule {
            /** 1000, as in the files of data maps (Swayamdipta et al. 2020). */
            THOUSAND,
            /** The number of epochs (Toneva et al., arXiv 1812.05159). */
            EPOCHS,
            /** Infinity. */
            INFINITE;

            double never(int epochs) {
                return switch (this) {
                    case THOUSAND -> 1000;
                    case EPOCHS -> epochs;
                    case INFINITE -> Double.POSITIVE_INFINITY;
                };
            }
        }
    }
}
