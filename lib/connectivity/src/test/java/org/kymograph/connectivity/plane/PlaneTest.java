package org.kymograph.connectivity.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.figures.SurfacePlots;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class PlaneTest {
    private static ParameterVector vector(double... values) {
        return ParameterVector.of(Map.of("w", Tensor.of(values, values.length)));
    }

    private static Map<String, ParameterVector> three(ParameterVector a, ParameterVector b, ParameterVector c) {
        Map<String, ParameterVector> all = new LinkedHashMap<>();
        all.put("a", a);
        all.put("b", b);
        all.put("c", c);
        return all;
    }

    @Test
    void modelsAreWhereThePlaneSays() {
        Objective objective = Objective.of(
                CueReader.withDefaults(),
                Loss.CROSS_ENTROPY,
                TwoCue.withDefaults().sample(0).test());
        for (double factor : new double[] {1, 3}) {
            Map<String, ParameterVector> models = three(
                    objective.initial(1),
                    objective.initial(2),
                    objective.initial(2).axpy(factor, objective.initial(3)));
            Plane plane = Plane.through(models);
            assertThat(plane.points().get("a")).containsExactly(0, 0);
            assertThat(plane.points().get("c")[1] == 0).isEqualTo(plane.points().get("b")[1] != 0);
            plane.points()
                    .forEach((name, at) -> assertThat(plane.at(at[0], at[1]).distance(models.get(name)))
                            .isCloseTo(0, within(1e-6)));
        }
    }

    @Test
    void theModelThatReachesFurtherIsTheUnit() {
        Plane plain = Plane.through(three(vector(0, 0, 0), vector(2, 0, 0), vector(1, 3, 0)));
        assertThat(plain.points().get("b")).containsExactly(1, 0);
        assertThat(plain.points().get("c")).containsExactly(new double[] {0.5, 1.5}, within(1e-12));
        Plane swapped = Plane.through(three(vector(0, 0, 0), vector(2, 0, 0), vector(4, 3, 0)));
        assertThat(swapped.points().get("c")).containsExactly(1, 0);
        assertThat(swapped.points().get("b")).containsExactly(new double[] {8 / 25.0, 6 / 25.0}, within(1e-12));
        assertThat(swapped.distance(vector(1, 1, 7))).isCloseTo(7, within(1e-12));
        assertThatThrownBy(() -> Plane.through(three(vector(0, 0), vector(1, 0), vector(2, 0))))
                .hasMessageContaining("‖b2‖/‖b1‖ is 0; expected a number above 0");
    }

    @Test
    void randomDirectionsHaveTheNormsOfTheFilters() {
        ParameterVector model = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).test())
                .initial(4);
        ParameterVector step =
                Plane.random(model, Plane.Normalization.FILTER, 9).at(1, 0).axpy(-1, model);
        for (Segment s : model.segments()) {
            double[] d = step.segment(s.name());
            double[] w = model.segment(s.name());
            if (s.shape().size() == 1) {
                assertThat(d).containsOnly(0);
                continue;
            }
            int size = (int) (s.length() / s.shape().get(0));
            for (int r = 0; r < s.shape().get(0); r++) {
                int from = r * size;
                double norm = Math.sqrt(IntStream.range(from, from + size)
                        .mapToDouble(i -> d[i] * d[i])
                        .sum());
                double wanted = Math.sqrt(IntStream.range(from, from + size)
                        .mapToDouble(i -> w[i] * w[i])
                        .sum());
                assertThat(norm).isCloseTo(wanted, within(1e-8));
            }
        }
    }

    @Test
    void aTrajectoryInAPlaneLiesInItsPlane() {
        Map<String, ParameterVector> path = new LinkedHashMap<>();
        for (int t = 0; t < 6; t++) {
            path.put("step " + t, vector(5 - t, (5 - t) * (t - 2), 1, 1));
        }
        Plane plane = Plane.ofTrajectory(path);
        assertThat(plane.scale()).isCloseTo(1, within(1e-9));
        plane.points().forEach((name, at) -> assertThat(plane.at(at[0], at[1]).distance(path.get(name)))
                .isCloseTo(0, within(1e-9)));
        assertThat(plane.points().get("step 5")).containsExactly(new double[] {0, 0}, within(1e-12));
    }

    @Test
    void aSurfaceIsTheLossOfItsPoints(@TempDir Path folder) throws Exception {
        Objective objective = Objective.of(
                        CueReader.withDefaults(),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).test().take(64))
                .withThreads(1);
        Plane plane = Plane.through(three(
                objective.initial(1).scale(3),
                objective.initial(2).scale(3),
                objective.initial(3).scale(3)));
        Surface surface = Surface.of(objective, plane, 1, 2);
        assertThat(surface.x()).containsExactly(-1, -0.5, 0, 0.5, 1);
        assertThat(surface.y()[4]).isCloseTo(plane.scale(), within(1e-12));
        double wanted = objective.meanLosses(List.of(plane.at(0.5, -plane.scale())))[0];
        assertThat(surface.get("loss")[0][3]).isCloseTo(wanted, within(1e-6));
        assertThat(surface.values().keySet()).contains("accuracy", "ece");
        Path file = folder.resolve("surface.json");
        surface.write(file);
        assertThat(Surface.read(file)).usingRecursiveComparison().isEqualTo(surface);
        Files.writeString(file, "{\"x\":[1],\"y\":3}");
        assertThatThrownBy(() -> Surface.read(file)).hasMessageContaining("is no surface: y is 3");
        assertThat(SurfacePlots.contours(surface, "loss").json()).contains("contour", "square");
        assertThat(SurfacePlots.relief(surface, "ece").json()).contains("#BC3754");
        assertThat(SurfacePlots.sameScale(Map.of("one", surface), "loss", 0.7).json())
                .contains("\"zmax\":0.7");
        assertThatThrownBy(() -> surface.get("f2")).hasMessageContaining("f1");
    }

    @Test
    void saddlesJoinMinima() {
        // Minima 0 and 1 with a pass of 3 between them, and a third of 2 behind a wall of 5.
        double[][] z = {{9, 9, 9, 9, 9, 9, 9}, {9, 0, 3, 1, 5, 2, 9}, {9, 9, 9, 9, 9, 9, 9}};
        assertThat(MergeTree.persistences(z)).containsExactly(2.0, 3.0);
        Surface s = new Surface(new double[7], new double[3], Map.of("loss", z), Map.of());
        assertThat(s.saddleMinimumDistance("loss")).isEqualTo(2.5);
        Surface bowl = new Surface(new double[3], new double[1], Map.of("loss", new double[][] {{1, 0, 2}}), Map.of());
        assertThat(bowl.saddleMinimumDistance("loss")).isZero();
    }
}
