package org.kymograph.cli.states;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;

class CollateCommandTest {
    @TempDir
    Path folder;

    private Path runs;
    private Path out;
    private String errors;

    @BeforeEach
    void write() {
        runs = folder.resolve("runs");
        out = folder.resolve("out");
        for (int seed : new int[] {1, 10}) {
            for (int step : new int[] {5, 20}) {
                Map<String, Tensor> tensors = new LinkedHashMap<>();
                tensors.put("fc.weight", Tensor.of(new float[] {step, 0, 0, seed}, 2, 2));
                tensors.put("fc.bias", Tensor.of(new float[] {1, 2}, 2));
                Safetensors.write(runs.resolve("seed" + seed + "/epoch" + step + ".safetensors"), tensors, Map.of());
            }
        }
    }

    private int run(Object... words) {
        Called called = Called.with(words);
        errors = called.errors();
        return called.code();
    }

    @Test
    void checkpointsBecomeCsvsAndTheOriginalsJson() throws IOException {
        Called called = Called.with("collate", runs, "--out", out, "--json");
        assertThat(called.code()).isZero();
        assertThat(called.out()).contains("2 CSVs: " + out.toAbsolutePath());
        assertThat(Files.readAllLines(out.resolve("seed1.csv")))
                .containsExactly(
                        ",l1,l2,trace,spectral,code_sparsity,computational_sparsity,mean_lambda,variance_lambda,mean_w,median_w,"
                                + "var_w,mean_b,median_b,var_b,step",
                        "0,6.0,5.0990195135927845,6.0,5.0,1.1766968108291043,1.2,3.0,8.0,1.5,0.0,5.666666666666667,1.5,1.0,0.5,5",
                        "1,21.0,20.024984394500787,21.0,20.0,1.0486899558217369,1.05,10.5,180.5,5.25,0.0,96.91666666666667,1.5,1.0,"
                                + "0.5,20");
        assertThat(out.resolve("seed10.csv")).exists();
        assertThat(out.resolve("json/seed10/stats_20_losses")).content().startsWith("{\"w\":[{\"0\":{\"l1\":30.0");
        Path again = folder.resolve("again");
        assertThat(run("collate", out.resolve("json"), "--out", again)).isZero();
        assertThat(again.resolve("seed1.csv")).hasSameTextualContentAs(out.resolve("seed1.csv"));
    }

    @Test
    void oneOfTwoNetworksIsChosenByItsPrefix() throws IOException {
        Path two = folder.resolve("two");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (String network : new String[] {"model.", "model_ema."}) {
            tensors.put(network + "fc.weight", Tensor.of(new float[] {network.length(), 0, 0, 1}, 2, 2));
            tensors.put(network + "fc.bias", Tensor.of(new float[] {1, 2}, 2));
        }
        Safetensors.write(two.resolve("step5.safetensors"), tensors, Map.of());
        assertThat(run("collate", two, "--out", out)).isEqualTo(1);
        assertThat(errors).contains("holds two networks").contains("--prefix");
        assertThat(run("collate", two, "--prefix", "model_ema.", "--out", out, "--json"))
                .isZero();
        assertThat(Files.readAllLines(out.resolve("two.csv")).get(1)).startsWith("0,11.0,");
        assertThat(run("collate", out.resolve("json"), "--prefix", "model_ema.", "--out", folder.resolve("o")))
                .isEqualTo(1);
        assertThat(errors).contains("holds statistics of a whole network; the prefix 'model_ema.'");
    }

    @Test
    void checkpointsWithoutWeightsAreNamedAndPartsNeverStandForAll() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("hf/checkpoint-100"));
        Files.writeString(empty.resolve("optimizer.pt"), "x");
        assertThat(run("collate", folder.resolve("hf"), "--out", out)).isEqualTo(1);
        assertThat(errors).contains("checkpoint-100: is named like a checkpoint but holds no weights");
        Files.writeString(empty.resolve("model-00001-of-00002.safetensors"), "x");
        assertThat(run("collate", folder.resolve("hf"), "--out", out)).isEqualTo(1);
        assertThat(errors)
                .contains("model-00001-of-00002.safetensors: is a part of a checkpoint whose index is missing");
    }

    @Test
    void badDataIsOneSentence() throws IOException {
        assertThat(run("collate", runs, "--out", out, "--has-loss")).isEqualTo(1);
        assertThat(errors.strip())
                .contains("epoch5.safetensors: has no 'train_loss'")
                .doesNotContain("\n");
        assertThat(run("collate", runs, "--out", out, "--preset", "bert")).isEqualTo(1);
        assertThat(errors.strip()).contains("attention.self.query.weight").doesNotContain("\n");
        Path cut = runs.resolve("seed1/epoch5.safetensors");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 60));
        assertThat(run("collate", runs, "--out", out)).isEqualTo(1);
        assertThat(errors.strip()).startsWith("kymograph: " + cut).doesNotContain("\n");
    }

    @Test
    void wrongCallsAreToldOf() {
        assertThat(run("collate", runs)).isEqualTo(2);
        assertThat(run("collate", runs, "--out", out, "--preset", "vgg")).isEqualTo(2);
        assertThat(errors).contains("--preset is \"vgg\"; expected one of auto, bert");
        assertThat(run("collate", runs, "--out", out, "--pattern", "step(")).isEqualTo(2);
        assertThat(errors.strip())
                .contains("--pattern is \"step(\"; expected a regular expression")
                .hasLineCount(2);
        assertThat(run("collate", runs, "--out", out, "--pattern", "step")).isEqualTo(2);
        assertThat(errors).contains("--pattern").contains("expected a group for the step");
        assertThat(out).doesNotExist();
    }

    @Test
    void checksItsTargetFirst() throws IOException {
        Path file = Files.writeString(folder.resolve("afile"), "x");
        assertThat(run("collate", folder.resolve("nowhere"), "--out", file)).isEqualTo(1);
        assertThat(errors).contains("afile: is a file; expected a folder");
    }
}
