package org.kymograph.cli.connectivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.plane.Surface;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class ConnectivityCommandTest {
    private static List<RunFolder> runs(Path folder) {
        return Trainer.of(Experiment.of(
                                "cues",
                                new TwoCue(0.9, 0.9, 256, 64, 0),
                                CueReader.withDefaults(),
                                Loss.CROSS_ENTROPY,
                                Optimizer.adam(0.01))
                        .withBatchSize(32)
                        .withLength(Span.steps(60))
                        .withCheckpoints(Span.steps(30)))
                .train(folder.resolve("runs"), 0, 1, 2, 3)
                .runs();
    }

    @Test
    void fromRunsToClustersAndFigures(@TempDir Path folder) throws Exception {
        List<RunFolder> runs = runs(folder);
        Path curves = folder.resolve("curves.csv");
        Called interpolate = Called.with(
                "connectivity",
                "interpolate",
                "--runs",
                folder.resolve("runs"),
                "--points",
                5,
                "--num-exs",
                32,
                "--out",
                curves);
        assertThat(interpolate.errors()).isEmpty();
        assertThat(interpolate.out()).contains("6 pairs of 4 models, 5 points each, on 32 samples");
        assertThat(Files.readAllLines(curves))
                .hasSize(31)
                .first()
                .asString()
                .startsWith("a,b,dist,k,alpha,loss,accuracy");
        assertThat(Called.with(
                                "connectivity",
                                "interpolate",
                                "--runs",
                                folder.resolve("runs"),
                                "--points",
                                4,
                                "--num-exs",
                                32,
                                "--out",
                                curves)
                        .errors())
                .contains("was made with points 5; this is 4");
        Called early = Called.with(
                "connectivity",
                "interpolate",
                "--runs",
                runs.get(0).path(),
                runs.get(1).path(),
                "--num-steps",
                30,
                "--pairs",
                "1,0",
                "--points",
                3,
                "--out",
                folder.resolve("early.csv"));
        assertThat(early.out()).contains("1 pair of 2 models");
        Path gap = folder.resolve("gap.csv");
        assertThat(Called.with("connectivity", "gap", curves, "--out", gap).out())
                .contains("6 pairs of 4 models, median");
        assertThat(GapMatrix.read(gap).names()).containsExactly("0", "1", "2", "3");
        Path clusters = folder.resolve("clusters.json");
        Called cluster = Called.with("connectivity", "cluster", gap, "--draws", 19, "--out", clusters);
        assertThat(cluster.out()).contains("cluster 0 (", "silhouette");
        assertThat(Basins.read(clusters).models()).hasSize(4);
        Path scores = folder.resolve("scores.csv");
        Files.writeString(scores, "model,ood\n3,0.4\n0,0.1\n1,0.2\n2,0.3\n");
        Called plot = Called.with(
                "connectivity",
                "plot",
                gap,
                "--clusters",
                clusters,
                "--scores",
                scores,
                "--score",
                "ood",
                "--curves",
                curves,
                "--models-per-class",
                2,
                "--order-by",
                "perf",
                "--out",
                folder.resolve("figures"));
        assertThat(plot.errors()).isEmpty();
        assertThat(folder.resolve("figures").toFile().list())
                .containsExactlyInAnyOrder(
                        "heat_map.html", "eigenvalues.html", "scatter.html", "histogram.html", "curves.html");
    }

    @Test
    void modelsAreEvaluatedJoinedAndMerged(@TempDir Path folder) throws Exception {
        runs(folder);
        Path runs = folder.resolve("runs");
        Path scores = folder.resolve("scores.csv");
        Called evaluate = Called.with("connectivity", "evaluate", "--runs", runs, "--num-exs", 32, "--out", scores);
        assertThat(evaluate.out()).as(evaluate.errors()).contains("4 models on 32 samples");
        assertThat(Files.readAllLines(scores)).hasSize(5).first().asString().startsWith("model,loss,accuracy");
        Path plane = folder.resolve("plane.json");
        Called three = Called.with(
                "connectivity",
                "plane",
                "--runs",
                runs,
                "--models",
                0,
                1,
                2,
                "--num-exs",
                32,
                "--range",
                1,
                "--n-pts-per-unit",
                2,
                "--metric",
                "accuracy",
                "--page",
                folder.resolve("p.html"),
                "--out",
                plane);
        assertThat(three.out()).as(three.errors()).contains("5 × 5 points", "p.html");
        assertThat(Surface.read(plane).points()).containsOnlyKeys("0", "1", "2");
        assertThat(Called.with("connectivity", "plane", "--runs", runs, "--out", plane)
                        .errors())
                .contains("the number of models is 4; expected 3, or 1");
        Path sharp = folder.resolve("sharp.csv");
        Called sharpness = Called.with(
                "connectivity",
                "sharpness",
                "--runs",
                runs,
                "--models",
                0,
                1,
                "--num-exs",
                32,
                "--steps",
                3,
                "--subspace",
                "coordinates",
                "--num-random-dirs",
                9,
                "--out",
                sharp);
        assertThat(Files.readAllLines(sharp)).as(sharpness.errors()).hasSize(3);
        assertThat(Called.with("connectivity", "sharpness", "--runs", runs, "--box", "round", "--out", sharp)
                        .errors())
                .contains("--box", "keskar");
        Path curve = folder.resolve("path.csv");
        Called path = Called.with(
                "connectivity",
                "path",
                "--runs",
                runs,
                "--models",
                0,
                1,
                "--num-exs",
                32,
                "--kind",
                "bezier",
                "--steps",
                5,
                "--points",
                5,
                "--out",
                curve);
        assertThat(path.out()).as(path.errors()).contains("straight: length", "bezier: length");
        assertThat(Files.readAllLines(curve)).hasSize(6);
        assertThat(Called.with("connectivity", "path", "--runs", runs, "--out", curve)
                        .errors())
                .contains("the number of models is 4; expected 2; name them with --models");
        Path merged = folder.resolve("merged.safetensors");
        for (String method : List.of("mean", "karcher", "greedy-soup")) {
            Called merge = Called.with(
                    "connectivity", "merge", "--runs", runs, "--num-exs", 32, "--method", method, "--out", merged);
            assertThat(merge.out()).as(merge.errors()).contains(method + " of 4 models: loss", "largest barrier");
        }
        Path other = folder.resolve("ties.safetensors");
        for (String method : List.of("ties", "dare", "task-arithmetic", "model-stock")) {
            Called merge = Called.with(
                    "connectivity",
                    "merge",
                    "--runs",
                    runs,
                    "--num-exs",
                    32,
                    "--method",
                    method,
                    "--base",
                    merged,
                    "--out",
                    other);
            assertThat(merge.out()).as(merge.errors()).contains(method + " of 4 models: loss");
        }
        assertThat(Called.with("connectivity", "merge", "--runs", runs, "--method", "ties", "--out", other)
                        .errors())
                .contains("--base is null; expected the weights");
        assertThat(Called.with("connectivity", "merge", "--runs", runs, "--method", "slerp", "--out", other)
                        .errors())
                .contains("the number of models is 4; expected 2 for slerp");
        assertThat(Called.with("connectivity", "align", "--runs", runs, "--out", other)
                        .errors())
                .contains("the network is \"cue-reader\"; expected an mlp");
    }

    @Test
    void multilayerPerceptronsAreAligned(@TempDir Path folder) {
        Path runs = folder.resolve("runs");
        Trainer.of(new Glyphs(200, 60, 0.3, false, 0)
                        .experiment()
                        .withLength(Span.steps(30))
                        .withEvaluation(Span.steps(30))
                        .withCheckpoints(Span.steps(30)))
                .train(runs, 0, 1);
        Path aligned = folder.resolve("aligned.safetensors");
        Called align = Called.with("connectivity", "align", "--runs", runs, "--out", aligned);
        assertThat(align.out()).as(align.errors()).contains("before: distance", "after: distance");
        assertThat(aligned).isNotEmptyFile();
    }

    @Test
    void mistakesAreToldInASentence(@TempDir Path folder) throws Exception {
        Path gap = folder.resolve("gap.csv");
        Files.writeString(gap, ",a,b,c\na,0,1,\nb,1,0,2\nc,,2,0\n");
        Called hole = Called.with("connectivity", "cluster", gap, "--out", folder.resolve("c.json"));
        assertThat(hole.code()).isEqualTo(2);
        assertThat(hole.errors()).contains("the gap of a and c is NaN; expected a number");
        Path weights = folder.resolve("m.safetensors");
        Safetensors.write(weights, Map.of(), Map.of());
        Called unknown =
                Called.with("connectivity", "interpolate", "--runs", weights, "--out", folder.resolve("o.csv"));
        assertThat(unknown.errors()).contains("is no run, so the network and the data are not known");
        assertThat(Called.with("connectivity", "gap", gap, "--out", folder.resolve("g.csv"))
                        .errors())
                .contains("has no column 'dist'");
        assertThat(Called.with("connectivity", "gap", gap, "--metric", "gap", "--out", folder.resolve("g.csv"))
                        .errors())
                .contains("--metric", "convexity-gap");
        assertThat(Called.with("connectivity", "plot", gap, "--curves", gap, "--out", folder.resolve("f"))
                        .errors())
                .contains("--curves", "--scores");
    }
}
