package org.kymograph.connectivity.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class ConnectingPathTest {
    private static ParameterVector vector(double... values) {
        return ParameterVector.of(Map.of("w", Tensor.of(values, values.length)));
    }

    @Test
    void pointsOfEqualStepsAreEquallyFarApart() {
        ConnectingPath chain = new ConnectingPath(
                PathSettings.Kind.CHAIN, List.of(vector(0, 0), vector(3, 0), vector(3, 1)), new double[1]);
        assertThat(chain.length()).isCloseTo(4, within(1e-9));
        assertThat(chain.byLength().at(0.75).toArray()).containsExactly(new double[] {3, 0}, within(1e-9));
        assertThat(chain.byLength().at(0.5).toArray()).containsExactly(new double[] {2, 0}, within(1e-9));
        assertThat(chain.path().at(0.5).toArray()).containsExactly(new double[] {3, 0}, within(1e-9));
        assertThat(chain.byLength().at(1).toArray()).containsExactly(3, 1);
        ConnectingPath curve = new ConnectingPath(
                PathSettings.Kind.BEZIER, List.of(vector(0, 0), vector(1, 2), vector(2, 0)), new double[1]);
        assertThat(curve.path().at(0.5).toArray()).containsExactly(new double[] {1, 1}, within(1e-12));
        ParameterVector quarter = curve.byLength().at(0.25);
        assertThat(quarter.distance(vector(0, 0))).isLessThan(curve.length() / 4 + 1e-9);
        assertThat(curve.byLength().at(0.75).toArray()[0]).isCloseTo(2 - quarter.toArray()[0], within(1e-4));
    }

    @Test
    void trainingLowersTheLossAlongThePath() {
        Objective objective = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).train().take(256))
                .withThreads(1);
        ParameterVector a = objective.initial(1);
        ParameterVector b = objective.initial(2);
        for (PathSettings.Kind kind : PathSettings.Kind.values()) {
            ConnectingPath path = ConnectingPath.train(
                    objective,
                    a,
                    b,
                    PathSettings.defaults().withKind(kind).withBends(2).withSteps(60));
            assertThat(path.vertices()).hasSize(4);
            LossCurve straight = LossCurve.along(objective, ParameterPath.segment(a, b), 7);
            LossCurve curved = path.along(objective, 7);
            assertThat(curved.means()[0]).isEqualTo(straight.means()[0]);
            assertThat(curved.means()[6]).isEqualTo(straight.means()[6]);
            assertThat(curved.means()[3]).as(kind.name()).isLessThan(straight.means()[3] - 0.1);
            assertThat(Arrays.stream(path.losses()).skip(50).average().orElseThrow())
                    .isLessThan(Arrays.stream(path.losses()).limit(10).average().orElseThrow());
        }
    }
}
