package org.kymograph.connectivity.sharpness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.sharpness.SharpnessSettings.Box;
import org.kymograph.connectivity.sharpness.SharpnessSettings.Subspace;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class SharpnessTest {
    /** Linear regression of zeros: the loss is the mean of (w·x + b)², convex, so its maximum over a box lies in a corner. */
    private static Objective regression() {
        var random = Streams.of(5, "x");
        float[] x = new float[40 * 4];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
        }
        Dataset data = new Dataset("x", "all", 5, Tensor.of(x, 40, 4), Tensor.of(new float[40], 40), 0, Scaling.NONE);
        return Objective.of(Mlp.of(1), Loss.MEAN_SQUARED_ERROR, data)
                .withDtype(Dtype.F64)
                .withThreads(1);
    }

    private static double largestInCorners(Objective objective, ParameterVector at, double epsilon, Box box) {
        double[] w = at.toArray();
        double most = 0;
        for (int corner = 0; corner < 1 << w.length; corner++) {
            double[] v = w.clone();
            for (int i = 0; i < w.length; i++) {
                v[i] += ((corner >> i & 1) * 2 - 1) * epsilon * box.width(w[i]);
            }
            most = Math.max(most, objective.meanLosses(List.of(at.withValues(v)))[0]);
        }
        return most;
    }

    @Test
    void theLargestLossOfABoxIsFound() {
        Objective objective = regression();
        ParameterVector at = objective.initial(3);
        for (Box box : Box.values()) {
            Sharpness s = Sharpness.of(
                    objective,
                    at,
                    SharpnessSettings.defaults().withEpsilon(0.01).withBox(box));
            assertThat(s.worst()).as(box.name()).isCloseTo(largestInCorners(objective, at, 0.01, box), within(1e-9));
            assertThat(s.value()).isCloseTo(100 * s.rise() / (1 + s.loss()), within(1e-12));
        }
    }

    @Test
    void fewerDirectionsFindLessAndNeverLessThanNothing() {
        Objective objective = regression();
        ParameterVector at = objective.initial(3);
        SharpnessSettings all = SharpnessSettings.defaults().withEpsilon(0.01);
        double whole = Sharpness.of(objective, at, all).rise();
        double some = Sharpness.of(objective, at, all.withSubspace(Subspace.COORDINATES, 2))
                .rise();
        assertThat(some).isGreaterThan(0).isLessThan(whole);
        assertThat(Sharpness.of(objective, at, all.withSubspace(Subspace.COORDINATES, 99))
                        .rise())
                .isCloseTo(whole, within(1e-12));
        assertThat(Sharpness.of(objective, at, all.withSubspace(Subspace.RANDOM, 2))
                        .rise())
                .isGreaterThan(0);
        // Around parameters that are 0 the adaptive box has no width.
        assertThat(Sharpness.of(objective, at.scale(0), all.withBox(Box.ADAPTIVE))
                        .rise())
                .isZero();
    }

    @Test
    void noiseRaisesAQuadraticLossByItsTrace() {
        Objective objective = regression();
        ParameterVector at = objective.initial(3);
        double[] w = at.toArray();
        double[] x = objective.data().inputs().toDoubles();
        double expected = 0.01 * w[4] * w[4];
        for (int i = 0; i < x.length; i++) {
            expected += 0.01 * x[i] * x[i] * w[i % 4] * w[i % 4] / 40;
        }
        Sharpness.Average average = Sharpness.average(objective, at, 0.1, 2000, 8);
        assertThat(average.mean()).isCloseTo(expected, within(4 * average.standardError()));
        assertThat(average.standardError()).isLessThan(0.2 * expected + 0.01);
    }
}
