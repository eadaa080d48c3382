package org.kymograph.cartography.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import tech.tablesaw.api.Table;

/** What the original computed from a log of 60 samples, 6 epochs and 3 classes with every edge case in it. */
class GoldenMetricsTest {
    static final Path GOLDEN = Path.of("src/test/resources/cartography");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"all", "burn3", "burn1", "ci"})
    void metricsAreTheOriginals(String variant) throws IOException {
        Dynamics log = Dynamics.read(GOLDEN.resolve("log"));
        if (variant.startsWith("burn")) {
            log = log.upTo(Integer.parseInt(variant.substring(4)));
        }
        Path written = folder.resolve("td_metrics.jsonl");
        SampleMetrics.of(log, Metric.Options.defaults().withIncludeCi(variant.equals("ci")))
                .write(written);
        List<String> ours = Files.readAllLines(written);
        List<String> golden = Files.readAllLines(GOLDEN.resolve("td_metrics_" + variant + ".jsonl"));
        assertThat(ours).hasSameSizeAs(golden);
        for (int i = 0; i < golden.size(); i++) {
            JsonNode expected = JSON.readTree(golden.get(i));
            JsonNode actual = JSON.readTree(ours.get(i));
            assertThat(actual.fieldNames()).toIterable().containsExactlyElementsOf(() -> expected.fieldNames());
            for (String name : List.of("guid", "index", "correctness", "forgetfulness")) {
                assertThat(actual.get(name)).as(name + " of line " + (i + 1)).isEqualTo(expected.get(name));
            }
            for (String name : List.of("threshold_closeness", "confidence", "variability")) {
                assertThat(actual.get(name).asDouble())
                        .as(name + " of line " + (i + 1))
                        .isCloseTo(expected.get(name).asDouble(), within(2e-7));
            }
        }
        assertThat(Files.readString(written)).endsWith("}\n").doesNotContain(" ");
    }

    @Test
    void epochsAreTheOriginals() throws IOException {
        Table ours = SampleMetrics.epochTable(Dynamics.read(GOLDEN.resolve("log")));
        List<String> golden = Files.readAllLines(GOLDEN.resolve("train_all.jsonl"));
        assertThat(ours.rowCount()).isEqualTo(golden.size());
        for (int e = 0; e < golden.size(); e++) {
            JsonNode expected = JSON.readTree(golden.get(e));
            assertThat(ours.intColumn("epoch").getInt(e))
                    .isEqualTo(expected.get("epoch").asInt());
            assertThat(ours.doubleColumn("loss_div_n").getDouble(e))
                    .isCloseTo(expected.get("loss").asDouble(), within(2e-7));
            assertThat(ours.doubleColumn("loss").getDouble(e))
                    .isCloseTo(60 * expected.get("loss").asDouble(), within(60 * 2e-7));
            assertThat(ours.doubleColumn("train_acc").getDouble(e))
                    .isCloseTo(expected.get("train_acc").asDouble(), within(1e-9));
        }
    }

    /** A sample of MNLI whose logits and metrics the original's notebook shows. */
    @Test
    @SuppressWarnings("FloatingPointLiteralPrecision") // the numbers as they are printed there
    void aSampleOfMnli() {
        float[][] logits = {
            {-0.7431744933128357f, -1.645121693611145f, 2.125744104385376f},
            {-0.9769892692565918f, -1.4837790727615356f, 1.9871121644973755f},
            {-0.8238453269004822f, -1.079584002494812f, 1.640381097793579f},
            {0.264363169670105f, -1.9889315366744995f, 1.6330556869506836f},
            {-0.8030975461006165f, -2.125100612640381f, 2.8006227016448975f}
        };
        Dynamics log = Dynamics.of(Guids.of(230221), new int[] {2}, logits, 3);
        SampleMetrics m = SampleMetrics.of(log);
        assertThat(m.value(Metric.CONFIDENCE, 0)).isCloseTo(0.893155396, within(2e-7));
        assertThat(m.value(Metric.VARIABILITY, 0)).isCloseTo(0.0643301252, within(2e-7));
        assertThat(m.value(Metric.THRESHOLD_CLOSENESS, 0)).isCloseTo(0.0954288346, within(2e-7));
        assertThat(m.value(Metric.CORRECTNESS, 0)).isEqualTo(5);
        assertThat(m.value(Metric.FORGETFULNESS, 0)).isZero();
        assertThat(m.value(Metric.AUM, 0)).isCloseTo(2.653932, within(1e-6));
        assertThat(m.value(Metric.EL2N, 0)).isCloseTo(0.137696, within(1e-6));
        assertThat(m.value(Metric.LOSS_MEAN, 0)).isCloseTo(0.115697, within(1e-6));
        assertThat(m.value(Metric.ENTROPY_MEAN, 0)).isCloseTo(0.373056, within(1e-6));
        SampleMetrics ci = SampleMetrics.of(log, Metric.Options.defaults().withIncludeCi(true));
        assertThat(ci.value(Metric.VARIABILITY, 0)).isCloseTo(0.0643633943, within(2e-7));
        double[] p = {.926104, .923620, .868846, .780537, .966669};
        for (int e = 0; e < p.length; e++) {
            assertThat(log.probabilities(e, 0)[2]).isCloseTo(p[e], within(1e-6));
            assertThat(SampleMetrics.of(log.only(e)).value(Metric.SELF_CONFIDENCE, 0))
                    .isCloseTo(p[e], within(1e-6));
        }
    }
}
