package org.kymograph.cartography.figures;

import java.util.Random;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

/** Invented training dynamics: easy, ambiguous and hard samples, some with a wrong label. */
public final class MapExample {
    private MapExample() {}

    /** Samples of so many classes, learned the faster the stronger the model is; those of equal number are alike for all strengths. */
    public static Dynamics dynamics(int samples, int epochs, int classes, double strength) {
        float[][] logits = new float[epochs][samples * classes];
        int[] gold = new int[samples];
        for (int i = 0; i < samples; i++) {
            Random random = new Random(i * 0x9E3779B97F4A7C15L);
            random.nextDouble();
            gold[i] = random.nextInt(classes);
            double kind = random.nextDouble();
            double skill = kind < 0.04
                    ? -3.5 - random.nextDouble()
                    : strength * (kind < 0.3 ? 1.2 * random.nextGaussian() : 1.8 + 1.5 * random.nextDouble());
            double noise = kind < 0.3 ? 1.6 : 0.5;
            Random epoch = new Random(i + Double.hashCode(strength) * 31L);
            for (int e = 0; e < epochs; e++) {
                double learned = skill * (0.6 + 0.9 * e / Math.max(1, epochs - 1)) + noise * epoch.nextGaussian();
                for (int c = 0; c < classes; c++) {
                    logits[e][i * classes + c] =
                            (float) (c == gold[i] ? learned + Math.log(classes - 1) : 0.3 * epoch.nextGaussian());
                }
            }
        }
        return Dynamics.of(Guids.rows(samples), gold, logits, classes);
    }

    public static SampleMetrics metrics(int samples, int epochs, double strength) {
        return SampleMetrics.of(dynamics(samples, epochs, 3, strength));
    }
}
