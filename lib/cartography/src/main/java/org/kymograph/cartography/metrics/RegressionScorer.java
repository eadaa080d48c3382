package org.kymograph.cartography.metrics;

import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;

/** The trend of a sample with a number: r = |prediction - target| in standard deviations of the targets. */
final class RegressionScorer extends SampleScorer {
    private final double scale;
    private final double tolerance;

    RegressionScorer(Dynamics log, Metric.Options options, double scale) {
        super(log, options);
        this.scale = scale;
        tolerance = options.tolerance();
    }

    /** Returns the population standard deviation of the targets. */
    static double deviation(Dynamics log) {
        double[] targets = new double[log.samples()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = log.target(i);
        }
        double deviation = Math.sqrt(variance(targets));
        Arguments.require(
                deviation > 0,
                "the targets are all the same: residuals are measured in their standard "
                        + "deviation, which is 0; expected different targets");
        return deviation;
    }

    @Override
    void follow(int sample) {
        for (int e = 0; e < epochs; e++) {
            p[e] = Math.abs(log.logit(e, sample, 0) - log.target(sample)) / scale;
            right[e] = p[e] < tolerance;
        }
    }

    @Override
    double confidence() {
        return Math.exp(-mean(p));
    }
}
