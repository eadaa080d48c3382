package org.kymograph.cartography.metrics;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * Which metrics to compute, and variants of them.
 *
 * @param metrics which metrics
 * @param includeCi whether variability is sqrt(v + v^2 / (E - 1)) with v the population variance (arXiv 1704.07433)
 * @param forgetting what the forgetfulness of a sample is that is never right
 * @param tolerance how far a regression's prediction may be off and yet be right, in standard deviations of the
 *     targets, above 0
 */
public record MetricOptions(Set<Metric> metrics, boolean includeCi, ForgettingRule forgetting, double tolerance) {
    /** The five metrics of data maps, which {@code td_metrics.jsonl} holds. */
    public static final Set<Metric> MAP =
            Collections.unmodifiableSet(EnumSet.range(Metric.THRESHOLD_CLOSENESS, Metric.FORGETFULNESS));

    /** Checks the numbers. */
    public MetricOptions {
        metrics =
                Collections.unmodifiableSet(metrics.isEmpty() ? EnumSet.noneOf(Metric.class) : EnumSet.copyOf(metrics));
        Arguments.check(tolerance > 0, "tolerance", tolerance, "above 0");
    }

    /** Returns options for all metrics, with plain variability, 1000 for what is never right and a tolerance of 0.5. */
    public static MetricOptions defaults() {
        return new MetricOptions(EnumSet.allOf(Metric.class), false, ForgettingRule.THOUSAND, 0.5);
    }

    /**
     * Returns a copy with other metrics.
     *
     * @param wanted which metrics to compute
     */
    public MetricOptions withMetrics(Collection<Metric> wanted) {
        return Copies.with(this, "metrics", Set.copyOf(wanted));
    }

    /**
     * Returns a copy with or without the variance of the variance.
     *
     * @param include whether to add the variance of the variance to variability; NaN for one epoch
     */
    public MetricOptions withIncludeCi(boolean include) {
        return Copies.with(this, "includeCi", include);
    }

    /**
     * Returns a copy with another rule for samples that are never right.
     *
     * @param rule what the forgetfulness of a sample is that is never right
     */
    public MetricOptions withForgetting(ForgettingRule rule) {
        return Copies.with(this, "forgetting", rule);
    }

    /**
     * Returns a copy with another tolerance.
     *
     * @param deviations how far a regression's prediction may be off and yet be right, in standard deviations of the
     *     targets, above 0
     */
    public MetricOptions withTolerance(double deviations) {
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
