package org.kymograph.cartography.metrics;

import static org.kymograph.cartography.metrics.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;

/** Computes all metrics of all samples in one pass over a log. */
final class MetricsPass {
    /** Samples that a thread takes at a time. */
    private static final int BLOCK = 8192;

    private static final Set<Metric> ALWAYS = EnumSet.of(
            THRESHOLD_CLOSENESS, CONFIDENCE, VARIABILITY, CORRECTNESS, FORGETFULNESS, FIRST_LEARNED, LEARNED_FOR_GOOD);

    private MetricsPass() {}

    /** What is done with some of the samples. */
    @FunctionalInterface
    private interface Work {
        void on(int block, int from, int to, SampleScorer scorer);
    }

    /** Returns the wanted metrics that a log can give. */
    static Map<Metric, double[]> columns(Dynamics d, Metric.Options options) {
        Set<Metric> given = EnumSet.copyOf(ALWAYS);
        switch (d.kind()) {
            case CLASSES -> {
                given.addAll(EnumSet.complementOf(EnumSet.of(WORST_LABEL, GRAND)));
                if (d.hasNorms()) {
                    given.add(GRAND);
                }
            }
            case MULTI_LABEL -> given.addAll(EnumSet.of(LOSS_MEAN, LOSS_LAST, LOSS_VAR, FLIPS, ALEATORIC, WORST_LABEL));
            case REGRESSION -> {}
            case SEQUENCE -> given.addAll(EnumSet.of(LOSS_MEAN, LOSS_LAST, LOSS_VAR, ALEATORIC, SELF_CONFIDENCE));
        }
        given.retainAll(options.metrics());
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        given.forEach(m -> columns.put(m, new double[d.samples()]));
        Metric[] metrics = columns.keySet().toArray(Metric[]::new);
        double[][] values = columns.values().toArray(double[][]::new);
        inBlocks(d, options, (block, from, to, scorer) -> {
            for (int i = from; i < to; i++) {
                scorer.follow(i);
                for (int m = 0; m < metrics.length; m++) {
                    values[m][i] = scorer.value(metrics[m]);
                }
            }
        });
        return columns;
    }

    /** Returns each sample's loss in each epoch, {@code [epoch][sample]}. */
    static double[][] losses(Dynamics d) {
        Arguments.require(
                d.kind() != Dynamics.Kind.REGRESSION,
                "a log of kind " + d.kind() + " has no losses; expected classes, labels or sequences");
        double[][] losses = new double[d.epochs()][d.samples()];
        inBlocks(d, Metric.Options.defaults().withMetrics(Metric.Options.MAP), (block, from, to, scorer) -> {
            for (int i = from; i < to; i++) {
                scorer.follow(i);
                for (int e = 0; e < losses.length; e++) {
                    losses[e][i] = scorer.loss[e];
                }
            }
        });
        return losses;
    }

    /** Returns each epoch's mean loss, NaN if the log gives none, and the share of samples that is predicted right. */
    static double[][] epochs(Dynamics d) {
        int epochs = d.epochs();
        boolean hasLoss = d.kind() != Dynamics.Kind.REGRESSION;
        // Sums by block, added up in their order: the same numbers with any number of threads.
        double[][] losses = new double[blocks(d)][epochs];
        long[][] right = new long[blocks(d)][epochs];
        inBlocks(d, Metric.Options.defaults().withMetrics(Metric.Options.MAP), (block, from, to, scorer) -> {
            for (int i = from; i < to; i++) {
                scorer.follow(i);
                for (int e = 0; e < epochs; e++) {
                    losses[block][e] += scorer.loss[e];
                    right[block][e] += scorer.right[e] ? 1 : 0;
                }
            }
        });
        double[][] rows = new double[epochs][2];
        for (int e = 0; e < epochs; e++) {
            for (int block = 0; block < losses.length; block++) {
                rows[e][0] += losses[block][e];
                rows[e][1] += right[block][e];
            }
            rows[e][0] = hasLoss ? rows[e][0] / d.samples() : Double.NaN;
            rows[e][1] /= d.samples();
        }
        return rows;
    }

    private static int blocks(Dynamics d) {
        return (d.samples() + BLOCK - 1) / BLOCK;
    }

    private static void inBlocks(Dynamics d, Metric.Options options, Work work) {
        double scale = d.kind() == Dynamics.Kind.REGRESSION ? RegressionScorer.deviation(d) : 0;
        IntStream.range(0, blocks(d)).parallel().forEach(block -> {
            SampleScorer scorer =
                    switch (d.kind()) {
                        case CLASSES -> new ClassScorer(d, options);
                        case MULTI_LABEL -> new MultiLabelScorer(d, options);
                        case REGRESSION -> new RegressionScorer(d, options, scale);
                        case SEQUENCE -> new SequenceScorer(d, options);
                    };
            work.on(block, block * BLOCK, Math.min(d.samples(), (block + 1) * BLOCK), scorer);
        });
    }
}
