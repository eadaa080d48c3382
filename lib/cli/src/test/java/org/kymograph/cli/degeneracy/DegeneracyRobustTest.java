package org.kymograph.cli.degeneracy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;

/** What is wrong with a run, its checkpoints, its settings or what an earlier estimate left is told in one clear sentence. */
class DegeneracyRobustTest {
    private static final ModularExperiment SMALL = ModularExperiment.example1()
            .withMovie(false)
            .withP(7)
            .withHiddenSize(8)
            .withEmbedDim(4)
            .withNBatches(20)
            .withNSaveModelCheckpoints(2);

    @TempDir
    Path folder;

    private RunFolder run;
    private Path json;

    @BeforeEach
    void train() {
        run = trained("small", SMALL);
        json = folder.resolve("llc.json");
    }

    private RunFolder trained(String name, ModularExperiment settings) {
        return settings.train(folder.resolve(name).toString(), 0).runs().get(0);
    }

    private Called llc(Object... more) {
        Object[] first = {
            "degeneracy", "llc", run.path(), "--steps", 40, "--batch", 8, "--chains", 2, "--orthogonal", "--out", json
        };
        Object[] words = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, words, first.length, more.length);
        return Called.with(words);
    }

    private Path checkpoint() {
        return run.path().resolve("checkpoints/step-00000020.safetensors");
    }

    private static void says(Called called, int code, String sentence) {
        assertThat(called.errors()).startsWith("kymograph: ").contains(sentence).doesNotContain("\tat ");
        assertThat(called.code()).isEqualTo(code);
    }

    @Test
    void chainsThatDivergeAreReportedAndNotAveraged() {
        Called called = llc("--epsilon", 10);
        says(called, 1, "no checkpoint has an estimate: 2 of 2 chains of step 0 diverged, the first at draw");
        assertThat(called.out()).contains("2 of 2 chains of step 20 diverged, the first at draw");
        assertThat(Json.readObject(json).at("/checkpoints/2/llc").isNull()).isTrue();
        assertThat(Json.readObject(json).at("/checkpoints/2/chains/0").isNull()).isTrue();
        assertThat(Json.readObject(json).at("/checkpoints/2/health/0").asText())
                .contains("a smaller ε than 10.0 would keep them");
        // Chains that never move tell that only.
        Called stuck = Called.with(
                "degeneracy",
                "llc",
                run.path(),
                "--sampler",
                "mala",
                "--epsilon",
                500,
                "--steps",
                40,
                "--reading",
                "stuck",
                "--checkpoints",
                20,
                "--out",
                json);
        assertThat(stuck.code()).isZero();
        assertThat(Json.readObject(json).at("/checkpoints/0/health"))
                .singleElement()
                .hasToString("\"Metropolis' rule accepted only 0 % of the steps: ε = 500.0 is too large\"");
    }

    @Test
    void checkpointsOfOthersAndDamagedOnesAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(checkpoint());
        RunFolder other = trained("other", SMALL.withHiddenSize(9));
        Files.copy(
                other.path().resolve("checkpoints/step-00000020.safetensors"),
                checkpoint(),
                StandardCopyOption.REPLACE_EXISTING);
        says(llc(), 1, "step-00000020.safetensors: is ");
        Files.write(checkpoint(), Arrays.copyOf(Files.readAllBytes(checkpoint()), 400));
        says(llc(), 1, "step-00000020.safetensors: is 400 bytes long; run.json says ");
        Files.write(checkpoint(), bytes);
        assertThat(llc("--checkpoints", "20", "--reading", "whole").code()).isZero();
        bytes[bytes.length - 1] ^= 1;
        Files.write(checkpoint(), bytes);
        says(llc(), 1, "step-00000020.safetensors: has the SHA-256 ");
        // Those before it can still be estimated.
        assertThat(llc("--checkpoints", "0,10").code()).isZero();
    }

    @Test
    void whatAnEarlierEstimateLeftIsGoneOnWithOrRefused() throws IOException {
        // As after an interrupt: one checkpoint is done, and the next line is cut off.
        assertThat(llc("--checkpoints", "0").code()).isZero();
        assertThat(llc("--checkpoints", "0,10").errors()).isEmpty();
        String before = Files.readString(json);
        Path lines = run.path().resolve("readings/llc.jsonl");
        String text = Files.readString(lines);
        Files.writeString(lines, text.substring(0, text.length() - 30));
        assertThat(llc("--checkpoints", "0,10").code()).isZero();
        assertThat(json).content().isEqualTo(before);

        says(
                llc("--checkpoints", "0,10", "--gamma", 7),
                1,
                "llc.json: was made with the settings {\"gamma\":1.0}; expected {\"gamma\":7.0}: replace the reading, or give this one"
                        + " another name with --reading");
        assertThat(llc("--checkpoints", "0,10", "--gamma", 7, "--reading", "llc-7")
                        .code())
                .isZero();

        Files.writeString(lines, text.replaceFirst("\"llc\"", "\"lx"));
        says(llc("--checkpoints", "0,10"), 1, "llc.jsonl, line 1: column ");
        Files.writeString(lines, text);
        Files.delete(run.path().resolve("readings/llc/step-00000010.safetensors"));
        says(llc("--checkpoints", "0,10"), 1, "step-00000010.safetensors: there is no such file");
    }

    @Test
    void runsWithoutPairsOrWithoutSettingsAreRefused() throws IOException {
        Path settings = run.path().resolve("run.json");
        String saved = Files.readString(settings);
        assertThat(saved).contains("\"trainFraction\" : 0.95");
        Files.writeString(settings, saved.replace("\"trainFraction\" : 0.95", "\"trainFraction\" : 0.001"));
        says(llc("--checkpoints", "0"), 1, "one of them was changed by hand");
        Files.writeString(settings, saved.substring(0, saved.length() / 2));
        says(llc("--checkpoints", "0"), 1, "run.json, line ");
        says(
                Called.with("degeneracy", "llc", folder.resolve("nowhere"), "--out", json),
                1,
                "nowhere/run.json: there is no such file");
        assertThat(json).doesNotExist();
        Called none =
                Called.with("train", "modular-mlp", "--p", 7, "--train-frac", 0.001, "--out", folder.resolve("none"));
        assertThat(none.errors()).startsWith("kymograph: ").contains("train").doesNotContain("\tat ");
        assertThat(none.code()).isNotZero();
    }

    @Test
    void modesOfTheEmbeddingCanMoveAlone() {
        assertThat(llc("--checkpoints", "0", "--modes", "1,2").errors()).isEmpty();
        assertThat(Json.readObject(json).at("/settings/subspace/modes")).hasSize(2);
        says(llc("--modes", "1,x"), 2, "--modes is \"x\"; expected a whole number");
        says(llc("--modes", "1", "--mask", "linear"), 2, "mask is \"linear\"; expected empty");
        says(llc("--modes", "1", "--sampler", "rmsprop"), 2, "sampler is \"rmsprop\"; expected another one");
    }
}
