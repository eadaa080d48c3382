package org.kymograph.cartography.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

/** Samples for tests. */
public final class Samples {
    private Samples() {}

    /** Guids 100, 101, …; the coordinates of a map. */
    public static SampleMetrics of(int[] gold, double[] confidence, double[] variability) {
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        columns.put(Metric.CONFIDENCE, confidence);
        columns.put(Metric.VARIABILITY, variability);
        long[] guids = new long[confidence.length];
        for (int i = 0; i < guids.length; i++) {
            guids[i] = 100L + i;
        }
        return SampleMetrics.of(Guids.of(guids), gold, columns, 0);
    }

    /** Logs of random walks, so that every kind of sample occurs. */
    public static Dynamics walks(int n, int epochs, int classes, long seed) {
        RandomGenerator random = Streams.of(seed, "walks");
        int[] gold = new int[n];
        float[][] logits = new float[epochs][n * classes];
        for (int i = 0; i < n; i++) {
            gold[i] = Streams.below(random, classes);
            for (int c = 0; c < classes; c++) {
                double z = Streams.gaussian(random);
                for (int e = 0; e < epochs; e++) {
                    z += Streams.gaussian(random) + (c == gold[i] ? 0.5 : 0);
                    logits[e][i * classes + c] = (float) z;
                }
            }
        }
        return Dynamics.of(Guids.rows(n), gold, logits, classes);
    }
}
