package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;

class StatsCommandTest {
    @TempDir
    Path folder;

    private Path checkpoint;
    private Path out;
    private String errors;

    @BeforeEach
    void write() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("0.weight", Tensor.of(new float[] {3, 0, 0, 0, -4, 0}, 2, 3));
        tensors.put("0.bias", Tensor.of(new float[] {1, 2}, 2));
        tensors.put("2.weight", Tensor.of(new float[] {Float.NaN, 1}, 1, 2));
        tensors.put("conv.weight", Tensor.of(new float[] {3, 4, 6, 8}, 2, 1, 1, 2));
        checkpoint = folder.resolve("step-00000001.safetensors");
        Safetensors.write(checkpoint, tensors, Map.of());
        out = folder.resolve("stats.json");
    }

    private int run(Object... words) {
        Called called = Called.with(words);
        errors = called.errors();
        return called.code();
    }

    @Test
    void oneOfTwoNetworksIsChosenByItsPrefix() {
        Path two = folder.resolve("two.safetensors");
        Safetensors.write(
                two,
                Map.of(
                        "model.0.weight", Tensor.of(new float[] {1, 0, 0, 1}, 2, 2),
                        "ema.0.weight", Tensor.of(new float[] {3, 0, 0, 4}, 2, 2)),
                Map.of());
        assertThat(run("stats", two, "--out", out)).isOne();
        assertThat(errors).contains("holds two networks").contains("--prefix");
        assertThat(run("stats", two, "--prefix", "ema.", "--out", out)).isZero();
        assertThat(Json.read(out).at("/tensors/0.weight/l1").asDouble()).isEqualTo(7);
        assertThat(run("stats", two, "--prefix", "swa.", "--out", out)).isOne();
        assertThat(errors).contains("no tensor whose name begins with 'swa.'");
    }

    @Test
    void oneCheckpointGivesItsStatistics() {
        assertThat(run("stats", checkpoint, "--out", out)).isZero();
        JsonNode json = Json.read(out);
        assertThat(json.properties().stream().map(Map.Entry::getKey)).containsExactly("tensors", "w_all", "b_all");
        JsonNode matrix = json.at("/tensors/0.weight");
        assertThat(matrix.properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "shape",
                        "l1",
                        "l2",
                        "trace",
                        "spectral",
                        "code_sparsity",
                        "computational_sparsity",
                        "mean_singular_value",
                        "var_singular_value",
                        "singular_values");
        assertThat(matrix.get("shape").toString()).isEqualTo("[2,3]");
        assertThat(matrix.get("l1").doubleValue()).isEqualTo(7);
        assertThat(matrix.get("l2").doubleValue()).isEqualTo(5);
        assertThat(matrix.get("trace").doubleValue()).isEqualTo(-1);
        assertThat(matrix.at("/singular_values/0").doubleValue()).isCloseTo(4, within(1e-14));
        assertThat(matrix.at("/singular_values/1").doubleValue()).isCloseTo(3, within(1e-14));
        assertThat(json.at("/tensors/0.bias").toString())
                .isEqualTo("{\"shape\":[2],\"mean\":1.5,\"var\":0.5,\"median\":1.0}");
        assertThat(json.at("/tensors/conv.weight/code_sparsity").doubleValue()).isCloseTo(1.4, within(1e-14));
        assertThat(json.at("/tensors/2.weight/l1").isNull()).isTrue();
        assertThat(json.at("/w_all/mean").isNull()).isTrue();
        assertThat(json.at("/b_all/mean").doubleValue()).isEqualTo(1.5);
    }

    @Test
    void severalCheckpointsAreToldApartByTheirPaths() throws IOException {
        Path other = Files.copy(checkpoint, folder.resolve("step-00000002.safetensors"));
        assertThat(run("stats", checkpoint, other, "--out", out)).isZero();
        JsonNode json = Json.read(out);
        assertThat(json.properties().stream().map(Map.Entry::getKey))
                .containsExactly(checkpoint.toString(), other.toString());
        assertThat(json.get(other.toString()).at("/tensors/0.weight/l1").doubleValue())
                .isEqualTo(7);
    }

    @Test
    void badInputIsOneSentenceAndWritesNothing() throws IOException {
        Path cut = Files.write(
                folder.resolve("cut.safetensors"),
                Arrays.copyOf(Files.readAllBytes(checkpoint), (int) Files.size(checkpoint) - 1));
        Path text = Files.writeString(folder.resolve("notes.txt"), "weights");
        for (Path bad : new Path[] {cut, text, folder, folder.resolve("absent.pt")}) {
            assertThat(run("stats", checkpoint, bad, "--out", out))
                    .as(bad.toString())
                    .isEqualTo(1);
            assertThat(errors.strip()).startsWith("kymograph: " + bad + ": ").doesNotContain("\n");
            assertThat(out).doesNotExist();
        }
        assertThat(run("stats", checkpoint, "--out", folder)).isEqualTo(1);
        assertThat(errors.strip()).startsWith("kymograph: " + folder).doesNotContain("\n");
    }

    @Test
    void wrongCallsAreToldOfWithTheUsage() throws IOException {
        byte[] before = Files.readAllBytes(checkpoint);
        assertThat(run("stats", checkpoint)).isEqualTo(2);
        assertThat(errors).contains("--out");
        assertThat(run("stats", "--out", out)).isEqualTo(2);
        assertThat(errors).contains("CHECKPOINT");
        assertThat(run("stats", checkpoint, checkpoint, "--out", out)).isEqualTo(2);
        assertThat(errors).contains("given twice");
        assertThat(run("stats", checkpoint, "--out", checkpoint)).isEqualTo(2);
        assertThat(errors).contains("would replace");
        assertThat(out).doesNotExist();
        assertThat(Files.readAllBytes(checkpoint)).isEqualTo(before);
    }
}
