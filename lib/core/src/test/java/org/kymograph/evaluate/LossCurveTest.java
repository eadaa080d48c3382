package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.loss.Loss;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LossCurveTest {
    private static LossCurve curve(double... losses) {
        return LossCurve.of(losses, 3);
    }

    private static void assertBarriers(LossCurve curve, double height, double gap) {
        assertThat(curve.barrierHeight()).isCloseTo(height, within(1e-12));
        assertThat(curve.convexityGap()).isCloseTo(gap, within(1e-12));
    }

    @Test
    void barriersOfKnownCurves() {
        assertBarriers(curve(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), 0, 0);
        assertBarriers(curve(0, 1, 4, 9, 16, 25, 36, 49, 64, 81), 0, 0);
        assertBarriers(curve(0, 1, 0, 1, 0, 0, 0, 0, 0, 0), 1, 1);
        assertBarriers(curve(3, 2, 1, 2, 3, 2, 1, 2, 3, 4), 0, 2);
        assertBarriers(curve(1, .5, .2, .1, .2, .1, .2, .5, .8, 1), 0, 0.1);
        assertBarriers(curve(1, 2), 0, 0);
        assertThat(curve(1, 3, 1).area()).isCloseTo(3, within(1e-12));
        assertThat(curve(2, 2, 2).area()).isZero();
    }

    @Test
    void gapsAreSymmetricUnmovedByLinesAndNoSmallerThanHeights() {
        for (long seed = 0; seed < 200; seed++) {
            RandomGenerator random = Streams.of(seed, "curves");
            double[] l = IntStream.range(0, 10)
                    .mapToDouble(i -> Streams.gaussian(random))
                    .toArray();
            double[] reversed =
                    IntStream.range(0, 10).mapToDouble(i -> l[9 - i]).toArray();
            double[] tilted =
                    IntStream.range(0, 10).mapToDouble(i -> l[i] + 3 - 2.5 * i).toArray();
            LossCurve curve = curve(l);
            assertThat(curve.convexityGap()).as("seed %d", seed).isGreaterThanOrEqualTo(curve.barrierHeight());
            assertThat(curve(reversed).convexityGap())
                    .as("seed %d", seed)
                    .isCloseTo(curve.convexityGap(), within(1e-10));
            assertThat(curve(tilted).convexityGap()).as("seed %d", seed).isCloseTo(curve.convexityGap(), within(1e-10));
        }
    }

    private static Objective parity(Mlp net, Loss loss) {
        Dataset data = SparseParity.withDefaults()
                .withBits(10)
                .withTrain(60)
                .withTest(4)
                .sample(0)
                .train();
        return Objective.of(net, loss, data).withDtype(Dtype.F64);
    }

    @Test
    void theLossOfALinearNetIsAParabolaAlongASegment() {
        Objective objective = parity(Mlp.of(1), Loss.MEAN_SQUARED_ERROR);
        ParameterVector a = objective.initial(1);
        ParameterVector b = objective.initial(2);
        LossCurve curve = LossCurve.along(objective, ParameterPath.segment(a, b), 11);
        double[] l = curve.means();
        assertThat(l[0]).isEqualTo(objective.meanLosses(List.of(a))[0]);
        assertThat(l[10]).isEqualTo(objective.meanLosses(List.of(b))[0]);
        assertThat(curve.length()).isCloseTo(a.distance(b), within(1e-12));
        for (int i = 1; i < 10; i++) {
            // All second differences are the same.
            assertThat(l[i - 1] - 2 * l[i] + l[i + 1]).isCloseTo(l[0] - 2 * l[1] + l[2], within(1e-12));
        }
        assertBarriers(curve, 0, 0);
        assertThat(curve.table().columnNames()).containsExactly("t", "loss", "standard error");
        assertThat(curve.losses()).hasDimensions(11, 60);
    }

    @Test
    void severalPathsTogetherAreEachAlone() {
        Objective objective = parity(Mlp.of(1, 8), Loss.HINGE);
        List<ParameterVector> w =
                IntStream.range(0, 3).mapToObj(objective::initial).toList();
        ParameterVector mask = w.get(0).mask("^0");
        List<ParameterPath> paths = List.of(
                ParameterPath.segment(w.get(0), w.get(1)),
                ParameterPath.chain(w),
                ParameterPath.segment(w.get(0), w.get(1), mask));
        try (ObjectiveSession session = objective.open()) {
            List<LossCurve> curves = LossCurve.along(session, paths, 5);
            for (int p = 0; p < 3; p++) {
                LossCurve alone = LossCurve.along(objective, paths.get(p), 5);
                assertThat(curves.get(p).losses()).isDeepEqualTo(alone.losses());
                assertThat(curves.get(p).length()).isEqualTo(alone.length());
            }
            assertThat(curves.get(1).length())
                    .isCloseTo(w.get(0).distance(w.get(1)) + w.get(1).distance(w.get(2)), within(1e-12));
        }
        assertThat(ParameterPath.chain(w).at(0.5)).isEqualTo(w.get(1));
        assertThat(ParameterPath.chain(w).at(1)).isEqualTo(w.get(2));
        assertThat(paths.get(2).at(1).segment("2.weight"))
                .containsExactly(w.get(0).segment("2.weight"));
        assertThatThrownBy(() -> ParameterPath.chain(w.subList(0, 1)))
                .hasMessage("the number of vertices is 1; expected at least 2");
    }

    @Test
    void intervalsHoldTheCurvesOwnNumbers() {
        Objective objective = parity(Mlp.of(1, 8), Loss.HINGE);
        LossCurve curve =
                LossCurve.along(objective, ParameterPath.segment(objective.initial(0), objective.initial(1)), 5);
        LossCurve.Interval interval = curve.interval(c -> c.means()[0], 0.95, 2000, 3);
        double[] l = curve.losses()[0];
        double mean = curve.means()[0];
        double error = Math.sqrt(
                java.util.Arrays.stream(l).map(x -> (x - mean) * (x - mean)).sum() / 59 / 60);
        assertThat(interval.lower()).isCloseTo(mean - 1.96 * error, within(0.3 * error));
        assertThat(interval.upper()).isCloseTo(mean + 1.96 * error, within(0.3 * error));
        assertThat(curve.interval(LossCurve::convexityGap, 0.95, 50, 3))
                .isEqualTo(curve.interval(LossCurve::convexityGap, 0.95, 50, 3));
        assertThatThrownBy(() -> curve(1, 2).interval(LossCurve::area, 0.9, 9, 0))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> LossCurve.along(objective, t -> objective.initial(0), 1))
                .hasMessage("points is 1; expected at least 2");
    }
}
