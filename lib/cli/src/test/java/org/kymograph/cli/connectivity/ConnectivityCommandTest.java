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
import org.kymograph.connectivity.tasks.CueReader;
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
