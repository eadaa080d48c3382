package org.kymograph.cartography;

import static org.kymograph.cartography.Metric.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Computes all metrics of all samples in one pass over a log. */
final class MetricsPass {
    /** Samples that a thread takes at a time. */
    private static final int BLOCK = 8192;

    private static final Set<Metric> ALWAYS = EnumSet.of(THRESHOLD_CLOSENESS, CONFIDENCE, VARIABILITY, CORRECTNESS,
            FORGETFULNESS, FIRST_LEARNED, LEARNED_FOR_GOOD);

    private MetricsPass() {
    }

    /** @return the wanted metrics that a log can give */
    static Map<Metric, double[]> columns(Dynamics d, MetricOptions options) {
        Set<Metric> given = EnumSet.copyOf(ALWAYS);
        switch (d.kind()) {
            case CLASSES -> {
                given.addAll(EnumSet.complementOf(EnumSet.of(WORST_LABEL, GRAND)));
                if (d.hasNorms()) {
                    given.add(GRAND);
                }
            }
            case MULTI_LABEL -> given.addAll(EnumSet.of(LOSS_MEAN, LOSS_LAST, LOSS_VAR, FLIPS, ALEATORIC, WORST_LABEL));
            case REGRESSION -> { }
            case SEQUENCE -> given.addAll(EnumSet.of(LOSS_MEAN, LOSS_LAST, LOSS_VAR, ALEATORIC, SELF_CONFIDENCE));
        }
        given.retainAll(options.metrics());
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        given.forEach(m -> columns.put(m, new double[d.samples()]));
        double scale = d.kind() == Dynamics.Kind.REGRESSION ? RegressionTrend.deviation(d) : 0;
        int blocks = (d.samples() + BLOCK - 1) / BLOCK;
        IntStream.range(0, blocks).parallel().forEach(block -> {
            Trend trend = switch (d.kind()) {
                case CLASSES -> new ClassesTrend(d, options);
                case MULTI_LABEL -> new LabelsTrend(d, options);
                case REGRESSION -> new RegressionTrend(d, options, scale);
                case SEQUENCE -> new SequenceTrend(d, options);
            };
            for (int i = block * BLOCK; i < Math.min(d.samples(), (block + 1) * BLOCK); i++) {
                trend.follow(i);
                for (Map.Entry<Metric, double[]> column : columns.entrySet()) {
                    column.getValue()[i] = trend.value(column.getKey());
                }
            }
        });
        return columns;
    }
}
