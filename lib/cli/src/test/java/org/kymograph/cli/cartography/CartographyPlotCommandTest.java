package org.kymograph.cli.cartography;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cli.Called;
import org.kymograph.record.dynamics.Guids;

class CartographyPlotCommandTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        metrics(30, 0.8).write(folder.resolve("strong.jsonl"));
        metrics(25, 0.5).write(folder.resolve("weak.jsonl"));
        Path dynamics = Files.createDirectories(folder.resolve("log/training_dynamics"));
        for (int e = 0; e < 2; e++) {
            Files.writeString(
                    dynamics.resolve("dynamics_epoch_" + e + ".jsonl"),
                    "{\"guid\": 7, \"logits_epoch_" + e + "\": [1.5, -1.0], \"gold\": 0}\n"
                            + "{\"guid\": 9, \"logits_epoch_" + e + "\": [0.5, 0.25], \"gold\": 1}\n");
        }
    }

    private static SampleMetrics metrics(int n, double level) {
        double[] ramp = IntStream.range(0, n).mapToDouble(i -> level * i / n).toArray();
        return SampleMetrics.of(
                Guids.rows(n),
                null,
                Map.of(
                        Metric.CONFIDENCE,
                        ramp,
                        Metric.VARIABILITY,
                        ramp,
                        Metric.THRESHOLD_CLOSENESS,
                        ramp,
                        Metric.CORRECTNESS,
                        IntStream.range(0, n).mapToDouble(i -> i % 4).toArray(),
                        Metric.FORGETFULNESS,
                        IntStream.range(0, n)
                                .mapToDouble(i -> i % 4 == 0 ? 1000 : 0)
                                .toArray()),
                3);
    }

    @Test
    @Tag("slow")
    void aMapIsNamedByTaskAndModel() {
        Called called = Called.with(
                "cartography",
                "plot",
                folder.resolve("strong.jsonl"),
                "-t",
                "SST-2",
                "--model",
                "my/BERT",
                "--plots_dir",
                folder.resolve("plots/new"));
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        assertThat(called.out().strip()).endsWith("SST-2_my-BERT.html");
        assertThat(folder.resolve("plots/new/SST-2_my-BERT.html")).content().contains("SST-2-my/BERT Data Map");
    }

    @Test
    @Tag("slow")
    void aLogIsReadToItsBurnOut() throws IOException {
        Called called = Called.with(
                "cartography",
                "plot",
                folder.resolve("log"),
                "--burn-out",
                "1",
                "--style",
                "compact",
                "--plots-dir",
                folder);
        assertThat(called.errors()).isEmpty();
        assertThat(Files.readString(folder.resolve("compact.html")))
                .contains("\"0/1\"", "\"1/1\"")
                .doesNotContain("\"1/2\"");
        assertThat(Called.with("cartography", "plot", folder.resolve("log"), "--include-ci", "--plots_dir", folder)
                        .code())
                .isZero();
        assertThat(folder.resolve("data_map.html")).exists();
    }

    @Test
    @Tag("slow")
    void twoModelsAreCompared() {
        Called called = Called.with(
                "cartography",
                "compare",
                folder.resolve("weak.jsonl"),
                folder.resolve("strong.jsonl"),
                "--strong-name",
                "large",
                "--plots_dir",
                folder);
        assertThat(called.errors()).isEmpty();
        assertThat(called.out()).contains("25 samples of both, 0 of the weak model only, 5 of the strong one only");
        assertThat(folder.resolve("large_vs_weak.html"))
                .content()
                .contains("large vs. weak Data Map", "From region to region");
    }

    @Test
    void saysWhatIsWrong() {
        Path file = folder.resolve("strong.jsonl");
        assertThat(Called.with("cartography", "plot", file, "--style", "baroque"))
                .extracting(Called::code, Called::errors)
                .containsExactly(
                        2,
                        "kymograph: --style is \"baroque\"; expected one of script, notebook, allenai, compact\n"
                                + "Try kymograph cartography plot --help\n");
        assertThat(Called.with("cartography", "plot", file, "--format", "html,gif")
                        .errors())
                .contains("--format is \"gif\"; expected one of html, png, svg, pdf");
        assertThat(Called.with("cartography", "plot", file, "--burn-out", "2").errors())
                .contains("--burn-out needs a log");
        assertThat(Called.with("cartography", "plot", file, "--limit", "0").code())
                .isEqualTo(2);
        assertThat(Called.with("cartography", "plot", folder.resolve("none")).code())
                .isNotZero();
    }
}
