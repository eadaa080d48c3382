package org.kymograph.cartography;

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
        SampleMetrics.of(log, MetricOptions.defaults().withIncludeCi(variant.equals("ci"))).write(written);
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
                assertThat(actual.get(name).asDouble()).as(name + " of line " + (i + 1))
                        .isCloseTo(expected.get(name).asDouble(), within(2e-7));
            }
        }
        assertThat(Files.readString(written)).endsWith("}\n").doesNotContain(" ");
    }

    @Test
    void epochsAreTheOriginals() throws IOException {
        List<EpochTable.Row> ours = EpochTable.of(Dynamics.read(GOLDEN.resolve("log"))).rows();
        List<String> golden = Files.readAllLines(GOLDEN.resolve("train_all.jsonl"));
        assertThat(ours).hasSameSizeAs(golden);
        for (int e = 0; e < golden.size(); e++) {
            JsonNode expected = JSON.readTree(golden.get(e));
            assertThat(ours.get(e).epoch()).isEqualTo(expected.get("epoch").asInt());
            assertThat(ours.get(e).lossDivN()).isCloseTo(expected.get("loss").asDouble(), within(2e-7));
            assertThat(ours.get(e).loss()).isCloseTo(60 * expected.get("loss").asDouble(), within(60 * 2e-7));
            assertThat(ours.get(e).accuracy()).isCloseTo(expected.get("train_acc").asDouble(), within(1e-9));
        }
    }
}
