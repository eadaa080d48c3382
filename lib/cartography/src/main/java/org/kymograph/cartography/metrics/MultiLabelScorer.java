package org.kymograph.cartography.metrics;

import org.kymograph.record.dynamics.Dynamics;

/** The trend of a sample with several yes-or-no labels: p is the mean of the labels' probabilities. */
final class MultiLabelScorer extends SampleScorer {
    private final double[][] q;
    private final boolean[] before;

    MultiLabelScorer(Dynamics log, Metric.Options options) {
        super(log, options);
        q = new double[log.classes()][epochs];
        before = new boolean[log.classes()];
    }

    @Override
    void follow(int sample) {
        int labels = log.classes();
        flips = 0;
        for (int e = 0; e < epochs; e++) {
            boolean all = true;
            boolean flipped = false;
            p[e] = 0;
            loss[e] = 0;
            for (int k = 0; k < labels; k++) {
                double z = log.logit(e, sample, k);
                boolean expected = log.hasLabel(sample, k);
                double signed = expected ? z : -z;
                q[k][e] = 1 / (1 + Math.exp(-signed));
                p[e] += q[k][e] / labels;
                // -ln sigmoid(s) = max(-s, 0) + ln(1 + exp(-|s|))
                loss[e] += (Math.max(-signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)))) / labels;
                boolean predicted = z > 0;
                all &= predicted == expected;
                flipped |= predicted != before[k];
                before[k] = predicted;
            }
            right[e] = all;
            flips += e > 0 && flipped ? 1 : 0;
        }
    }

    @Override
    double variability() {
        double sum = 0;
        for (double[] label : q) {
            sum += deviation(variance(label));
        }
        return sum / q.length;
    }

    @Override
    double aleatoric() {
        double sum = 0;
        for (double[] label : q) {
            for (double x : label) {
                sum += x * (1 - x);
            }
        }
        return sum / q.length / epochs;
    }

    @Override
    double value(Metric metric) {
        return metric == Metric.WORST_LABEL ? worstLabel() : super.value(metric);
    }

    private int worstLabel() {
        int worst = 0;
        for (int k = 1; k < q.length; k++) {
            worst = mean(q[k]) < mean(q[worst]) ? k : worst;
        }
        return worst;
    }
}
