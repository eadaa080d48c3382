package org.kymograph.cli.degeneracy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.TensorFile;

class DegeneracyLlcCommandTest {
    private static RunFolder run(Path folder) {
        return ModularExperiment.example1()
                .withMovie(false)
                .withP(7)
                .withHiddenSize(8)
                .withEmbedDim(4)
                .withNBatches(20)
                .withNSaveModelCheckpoints(2)
                .train(folder.toString(), 0)
                .runs()
                .get(0);
    }

    @Test
    void estimatesAreWrittenAndKept(@TempDir Path folder) {
        RunFolder run = run(folder);
        Path json = folder.resolve("llc.json");
        Object[] words = {
            "degeneracy",
            "llc",
            run.path(),
            "--gamma",
            5,
            "--epsilon",
            0.001,
            "--steps",
            200,
            "--batch",
            16,
            "--chains",
            2,
            "--seed",
            3,
            "--orthogonal",
            "--losses",
            "--out",
            json
        };
        Called first = Called.with(words);
        assertThat(first.errors()).isEmpty();
        assertThat(first.code()).isZero();
        assertThat(first.out()).contains("wrote " + json + ": 3 checkpoints");
        ObjectNode all = Json.readObject(json);
        assertThat(all.at("/settings/orthogonal").asBoolean()).isTrue();
        assertThat(all.at("/settings/seed").asInt()).isEqualTo(3);
        assertThat(all.path("checkpoints")).hasSize(3);
        assertThat(all.fieldNames()).toIterable().containsExactly("settings", "checkpoints");
        JsonNode last = all.path("checkpoints").get(2);
        assertThat(last.fieldNames())
                .toIterable()
                .containsExactly(
                        "step", "llc", "se", "interval", "rhat", "ess", "chains", "trainLoss", "testLoss", "health");
        assertThat(last.path("step").asInt()).isEqualTo(20);
        assertThat(last.path("interval").get(0).asDouble())
                .isLessThan(last.path("llc").asDouble());
        assertThat(last.path("chains")).hasSize(2);
        assertThat(last.path("health").get(0).isTextual()).isTrue();
        try (TensorFile file = Readings.of(run).tensors("llc", 20)) {
            assertThat(file.read("losses").shape()).containsExactly(2, 100, 46);
        }
        // The second time they are read.
        Called again = Called.with(words);
        assertThat(again.code()).isZero();
        assertThat(Json.readObject(json)).isEqualTo(all);
    }

    @Test
    void mistakesAreToldInASentence(@TempDir Path folder) {
        RunFolder run = run(folder);
        Path json = folder.resolve("llc.json");
        Called sampler = Called.with("degeneracy", "llc", run.path(), "--sampler", "mela", "--out", json);
        assertThat(sampler.code()).isEqualTo(2);
        assertThat(sampler.errors()).contains("did you mean 'mala'?");
        Called step = Called.with("degeneracy", "llc", run.path(), "--checkpoints", "7", "--out", json);
        assertThat(step.code()).isEqualTo(2);
        assertThat(step.errors()).contains("--checkpoints is 7; expected the step of a checkpoint, one of [0, 10, 20]");
        Called mask = Called.with("degeneracy", "llc", run.path(), "--mask", "attention", "--out", json);
        assertThat(mask.code()).isEqualTo(2);
        assertThat(mask.errors()).contains("--mask is \"attention\"; expected to occur in one of [embedding.weight");
        Called expression = Called.with("degeneracy", "llc", run.path(), "--mask", "(", "--out", json);
        assertThat(expression.code()).isEqualTo(2);
        assertThat(expression.errors())
                .contains("--mask is \"(\"; expected a regular expression, not Unclosed group near character 2");
        Called mode = Called.with("degeneracy", "llc", run.path(), "--modes", "1,4", "--out", json);
        assertThat(mode.code()).isEqualTo(2);
        assertThat(mode.errors()).contains("--modes is 4; expected 0 to 3");
        Called batch = Called.with("degeneracy", "llc", run.path(), "--sampler", "hmc", "--batch", 8, "--out", json);
        assertThat(batch.code()).isEqualTo(2);
        assertThat(batch.errors()).contains("0 for the full gradient");
        Called none = Called.with("degeneracy", "llc", folder.resolve("nowhere"), "--out", json);
        assertThat(none.code()).isEqualTo(1);
        assertThat(json).doesNotExist();
    }

    @Test
    void theBiasOfTheStepSizeIsPrintedAndWritten(@TempDir Path folder) {
        RunFolder run = run(folder);
        Path json = folder.resolve("llc.json");
        Object[] words = {
            "degeneracy",
            "llc",
            run.path(),
            "--checkpoints",
            20,
            "--steps",
            100,
            "--batch",
            8,
            "--bias-check",
            "--out",
            json
        };
        Called checked = Called.with(words);
        assertThat(checked.errors()).isEmpty();
        assertThat(checked.out()).contains("ESS           corrected  health").contains(" ± ");
        JsonNode one = Json.readObject(json).path("checkpoints").get(0);
        assertThat(one.path("corrected").asDouble())
                .isNotEqualTo(one.path("llc").asDouble());
        assertThat(one.path("correctedSe").asDouble())
                .isGreaterThan(one.path("se").asDouble());
        // A reading has one combination of settings, and what to do about it is told with the option.
        Called plain = Called.with("degeneracy", "llc", run.path(), "--losses", "--bias-check", "--out", json);
        assertThat(plain.code()).isEqualTo(1);
        assertThat(plain.errors())
                .contains("expected {")
                .contains("replace the reading, or give this one another name with --reading");
        Called losses = Called.with(
                Stream.concat(Stream.of(words), Stream.of("--losses")).toArray());
        assertThat(losses.errors()).contains("llc.json: was made without probe, every; expected {\"every\":1,");
    }

    @Test
    void theOriginalsModelsAreEstimatedToo(@TempDir Path folder) throws IOException {
        // As the original lays them out, with consecutive numbers for weights: what is estimated is where they become a
        // run.
        Path models = Path.of("../degeneracy/src/test/resources/org/kymograph/degeneracy/modular/models");
        try (Stream<Path> files = Files.walk(models)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(models.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path json = folder.resolve("llc.json");
        for (int times = 0; times < 2; times++) {
            Called called = Called.with(
                    "degeneracy", "llc", folder, "--steps", 40, "--batch", 4, "--checkpoints", "0,9", "--out", json);
            assertThat(called.errors()).isEmpty();
            assertThat(called.code()).isZero();
            assertThat(Json.readObject(json).path("checkpoints").findValuesAsText("step"))
                    .containsExactly("0", "9");
        }
        assertThat(RunFolder.list(folder.resolve("imported"))).hasSize(1);
        Files.copy(
                folder.resolve("params_P3_frac0.95_hid4_emb2_tieunembedFalse_tielinFalse_freezeFalse_run0.json"),
                folder.resolve("params_other.json"));
        Called two = Called.with("degeneracy", "llc", folder, "--out", json);
        assertThat(two.errors()).contains("has 2 files of settings");
        Called told = Called.with(
                "degeneracy",
                "llc",
                folder,
                "--params",
                folder.resolve("params_other.json"),
                "--steps",
                40,
                "--batch",
                4,
                "--out",
                json);
        assertThat(told.code()).isZero();
    }
}
