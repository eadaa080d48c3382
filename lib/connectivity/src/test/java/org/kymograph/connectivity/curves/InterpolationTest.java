package org.kymograph.connectivity.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.connectivity.gap.CurveMetric;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class InterpolationTest {
    private static final Dataset DATA = data(24);
    private static final Objective OBJECTIVE =
            Objective.of(Mlp.of(3, 8), Loss.CROSS_ENTROPY, DATA).withThreads(1);

    private static Dataset data(int n) {
        RandomGenerator random = Streams.of(3, "data");
        float[] x = new float[n * 4];
        long[] y = new long[n];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Streams.gaussian(random);
            y[i / 4] = x[i / 4 * 4] > 0 ? 2 : i / 4 % 2;
        }
        return new Dataset("points", "test", 3, Tensor.of(x, n, 4), Tensor.of(y, n), 3, Scaling.NONE);
    }

    private static Map<String, ParameterVector> vectors(int n) {
        Map<String, ParameterVector> all = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            all.put("m0" + i, OBJECTIVE.initial(i).scale(3));
        }
        return all;
    }

    @Test
    void curvesBeginAtTheFirstModelAndAreThoseOfThePath() {
        Map<String, ParameterVector> vectors = vectors(4);
        PairCurves curves = Interpolation.of(OBJECTIVE).run(Models.of(vectors));
        assertThat(curves.curves()).hasSize(6);
        assertThat(curves.notes()).isEmpty();
        for (PairCurve c : curves.curves()) {
            LossCurve wanted =
                    LossCurve.along(OBJECTIVE, ParameterPath.segment(vectors.get(c.from()), vectors.get(c.to())), 10);
            for (int k = 0; k < 10; k++) {
                assertThat(c.losses()[k]).isCloseTo(wanted.means()[k], within(1e-6));
                assertThat(Arrays.stream(c.sampleLosses()[k]).average().orElseThrow())
                        .isCloseTo(c.losses()[k], within(1e-12));
            }
            assertThat(c.distance()).isCloseTo(wanted.length(), within(1e-9));
            assertThat(c.scores().get("accuracy")[0])
                    .isCloseTo(OBJECTIVE.accuracies(List.of(vectors.get(c.from())))[0], within(1e-12));
        }
        PairCurve back = curves.find("m03", "m01").orElseThrow();
        assertThat(back.from()).isEqualTo("m03");
        assertThat(back.losses()[0])
                .isEqualTo(curves.find("m01", "m03").orElseThrow().losses()[9]);
        assertThat(curves.intervals(CurveMetric.CONVEXITY_GAP, 0.95, 50, 1).rowCount())
                .isEqualTo(6);
        assertThat(curves.distances().get(0, 1))
                .isCloseTo(vectors.get("m00").distance(vectors.get("m01")), within(1e-9));
        assertThat(curves.errors("accuracy").curves().get(0).losses()[9])
                .isEqualTo(1 - curves.curves().get(0).scores().get("accuracy")[9]);
    }

    @Test
    void aFileIsResumedWithTheSameNumbers(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("out").resolve("curves.csv");
        Models models = Models.of(vectors(4));
        Interpolation interpolation = Interpolation.of(OBJECTIVE).withPoints(5);
        PairCurves whole = interpolation.run(models);
        PairCurves part = interpolation.run(models, List.of(new Pair("m01", "m02"), new Pair("m03", "m00")), file);
        assertThat(part.curves()).hasSize(2);
        assertThat(part.gap().get(0, 1)).isNaN();
        // What a crash may leave of a pair.
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Files.write(file, lines.subList(0, lines.size() - 2));
        PairCurves cut = PairCurves.read(file);
        assertThat(cut.notes()).containsExactly("the points of m03 and m00 end after 3 of 5: this pair is left out");
        PairCurves all = interpolation.run(models, file);
        assertThat(all.curves()).hasSize(6);
        PairCurves read = PairCurves.read(file);
        for (PairCurve c : read.curves()) {
            PairCurve wanted = whole.find(c.from(), c.to()).orElseThrow();
            assertThat(c.losses()).containsExactly(wanted.losses(), within(1e-12));
            assertThat(c.scores()).usingRecursiveComparison().isEqualTo(wanted.scores());
            assertThat(c.sampleLosses()[2]).containsExactly(wanted.sampleLosses()[2], within(1e-5));
        }
        GapMatrix gap = all.gap();
        assertThat(gap.names()).containsExactly("m00", "m01", "m02", "m03");
        assertThat(gap.complete().get(1, 2)).isCloseTo(whole.gap().get(1, 2), within(1e-6));
        assertThatThrownBy(() -> interpolation.withPoints(7).run(models, file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("was made with points 5; this is 7: choose another file");
        Map<String, ParameterVector> others = vectors(4);
        others.put("m02", OBJECTIVE.initial(99));
        assertThatThrownBy(() -> interpolation.run(Models.of(others), file))
                .hasMessageContaining("was made with other parameters of model m02");
        Files.writeString(folder.resolve("other.csv"), "a,b\n");
        assertThatThrownBy(() -> interpolation.run(models, folder.resolve("other.csv")))
                .hasMessageContaining("is there already");
    }

    @Test
    void masksInterpolateSomeParameters() {
        Map<String, ParameterVector> vectors = vectors(2);
        ParameterVector a = vectors.get("m00");
        ParameterVector b = vectors.get("m01");
        String head = a.segments().get(a.segments().size() - 1).name();
        Interpolation interpolation = Interpolation.of(OBJECTIVE).withPoints(3);
        double[] only = interpolation
                .withInclude("^" + head + "$")
                .run(Models.of(vectors))
                .curves()
                .get(0)
                .losses();
        ParameterVector changed = a.lerp(b, 1, a.mask("^" + head + "$"));
        assertThat(only[2]).isCloseTo(OBJECTIVE.meanLosses(List.of(changed))[0], within(1e-6));
        double[] without = interpolation
                .withExclude("^" + head + "$")
                .run(Models.of(vectors))
                .curves()
                .get(0)
                .losses();
        ParameterVector rest = b.lerp(a, 1, a.mask("^" + head + "$"));
        assertThat(without[2]).isCloseTo(OBJECTIVE.meanLosses(List.of(rest))[0], within(1e-6));
    }

    @Test
    void runningStatisticsAreRecomputed() {
        Objective norms = Objective.of(Mlp.of(3, 8).withNorm(Mlp.Norm.BATCH), Loss.CROSS_ENTROPY, DATA)
                .withThreads(1);
        Map<String, ParameterVector> two = new LinkedHashMap<>();
        two.put("a", norms.initial(1));
        two.put("b", norms.initial(2));
        PairCurves curves = Interpolation.of(norms).withPoints(3).run(Models.of(two));
        double middle =
                norms.withRecomputedStatistics().meanLosses(List.of(two.get("a").lerp(two.get("b"), 0.5)))[0];
        assertThat(curves.curves().get(0).losses()[1]).isCloseTo(middle, within(1e-6));
    }

    @Test
    void pairsTooLargeToStackGiveTheSameCurvesFromTheirFiles(@TempDir Path folder) {
        Map<String, ParameterVector> vectors = vectors(3);
        vectors.forEach((name, v) -> Safetensors.write(folder.resolve(name + ".safetensors"), v.toTensors(), Map.of()));
        Map<String, Tensor> lacking = vectors.get("m00").toTensors();
        String first = lacking.keySet().iterator().next();
        lacking.remove(first);
        Safetensors.write(folder.resolve("lacking.safetensors"), lacking, Map.of());
        Models files = Models.open(folder);
        for (Interpolation stacked : List.of(
                Interpolation.of(OBJECTIVE).withPoints(4),
                Interpolation.of(OBJECTIVE).withPoints(4).withExclude("^" + first + "$"),
                Interpolation.of(OBJECTIVE).withPoints(4).withInclude("weight"))) {
            Interpolation mapped =
                    new Interpolation(OBJECTIVE.withMemory(1), 4, stacked.include(), stacked.exclude(), true);
            try (PairEvaluation evaluation = PairEvaluation.open(mapped, files)) {
                assertThat(evaluation).isInstanceOf(LargeEvaluation.class);
            }
            PairCurves curves = mapped.run(files);
            assertThat(curves.notes()).singleElement().asString().contains("lacking", "has no tensor '" + first);
            assertThat(curves.curves()).hasSize(3);
            for (PairCurve c : curves.curves()) {
                PairCurve wanted =
                        stacked.run(Models.of(vectors)).find(c.from(), c.to()).orElseThrow();
                assertThat(c.losses()).containsExactly(wanted.losses(), within(1e-5));
                assertThat(c.sampleLosses()[1]).containsExactly(wanted.sampleLosses()[1], within(1e-4));
                assertThat(c.scores().get("accuracy"))
                        .containsExactly(wanted.scores().get("accuracy"), within(1e-9));
                assertThat(c.distance()).isCloseTo(wanted.distance(), within(1e-4));
            }
        }
        try (PairEvaluation evaluation = PairEvaluation.open(Interpolation.of(OBJECTIVE), files)) {
            assertThat(evaluation).isInstanceOf(SegmentEvaluation.class);
        }
    }

    @Test
    void namesThatOccurNowhereAreRefusedWhateverTheSize(@TempDir Path folder) {
        vectors(2)
                .forEach(
                        (name, v) -> Safetensors.write(folder.resolve(name + ".safetensors"), v.toTensors(), Map.of()));
        Models files = Models.open(folder);
        for (Objective objective : List.of(OBJECTIVE, OBJECTIVE.withMemory(1))) {
            Interpolation all = Interpolation.of(objective).withPoints(4);
            for (Interpolation none : List.of(all.withInclude("encodr"), all.withExclude("encodr"))) {
                assertThatThrownBy(() -> none.run(files))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining((none.include().isEmpty() ? "exclude" : "include")
                                + " is \"encodr\"; expected to occur in one of");
            }
        }
    }

    @Test
    void modelsThatDoNotFitAndLossesThatAreNoNumbersAreToldOf(@TempDir Path folder) {
        Map<String, ParameterVector> vectors = vectors(3);
        vectors.forEach((name, v) -> Safetensors.write(folder.resolve(name + ".safetensors"), v.toTensors(), Map.of()));
        Map<String, Tensor> narrow = vectors.get("m00").toTensors();
        String first = narrow.keySet().iterator().next();
        narrow.put(first, Tensor.of(new double[6], 3, 2));
        Safetensors.write(folder.resolve("narrow.safetensors"), narrow, Map.of());
        Map<String, Tensor> lacking = vectors.get("m00").toTensors();
        lacking.remove(first);
        Safetensors.write(folder.resolve("lacking.safetensors"), lacking, Map.of());
        Map<String, Tensor> whole = vectors.get("m00").toTensors();
        whole.put(first, Tensor.of(new long[32], 8, 4));
        Safetensors.write(folder.resolve("whole.safetensors"), whole, Map.of());
        Map<String, Tensor> broken = vectors.get("m00").toTensors();
        broken.replaceAll((name, t) -> {
            double[] values = t.toDoubles();
            values[0] = Double.NaN;
            return Tensor.of(values, t.shape());
        });
        Safetensors.write(folder.resolve("z.safetensors"), broken, Map.of());
        PairCurves curves = Interpolation.of(OBJECTIVE).withPoints(3).run(Models.open(folder));
        assertThat(curves.models()).containsExactly("z", "m00", "m01", "m02");
        assertThat(curves.curves()).hasSize(6);
        assertThat(curves.notes())
                .hasSize(6)
                .anyMatch(n -> n.startsWith("model narrow is left out")
                        && n.contains("of shape [3, 2]; expected [8, 4], as the network has"))
                .anyMatch(n -> n.startsWith("model lacking is left out") && n.contains("has no tensor"))
                .anyMatch(n -> n.startsWith("model whole is left out") && n.contains("of type I64"))
                .anyMatch(n -> n.startsWith("the loss between z and m00 is no finite number at point 0 of 2"));
        assertThat(curves.gap().select(List.of("m00", "m01", "m02")).complete().size())
                .isEqualTo(3);
        assertThat(curves.gap().get(0, 1)).isNaN();
        Models one = Models.open(List.of(folder.resolve("m00.safetensors")));
        assertThatThrownBy(() -> Interpolation.of(OBJECTIVE).run(one))
                .hasMessage("the number of models is 1; expected at least 2, to have a pair");
        Models unfit = Models.open(folder).select(List.of("m00", "narrow"));
        assertThatThrownBy(() -> Interpolation.of(OBJECTIVE).run(unfit))
                .hasMessageContaining("the number of models that fit the network is 1")
                .hasMessageContaining("of shape [3, 2]");
        assertThatThrownBy(() -> Models.open(folder.resolve("none"))).isInstanceOf(RecordException.class);
    }
}
