package org.kymograph.cli.degeneracy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;

class DegeneracyInfluenceCommandTest {
    @TempDir
    Path folder;

    private RunFolder run() {
        Called trained = Called.with(
                "train",
                "modular-mlp",
                "--p",
                5,
                "--train-frac",
                0.8,
                "--hidden-size",
                8,
                "--embed-dim",
                4,
                "--n-batches",
                20,
                "--n-save-model-checkpoints",
                2,
                "--movie",
                "false",
                "--out",
                folder.resolve("small"));
        assertThat(trained.errors()).doesNotContain("kymograph:");
        return RunFolder.list(folder.resolve("small")).get(0);
    }

    private static Called influence(Object... words) {
        Object[] all = new Object[words.length + 2];
        all[0] = "degeneracy";
        all[1] = "influence";
        System.arraycopy(words, 0, all, 2, words.length);
        return Called.with(all);
    }

    @Test
    void influencesAreWrittenAndScored() {
        RunFolder run = run();
        Path json = folder.resolve("influence.json");
        Path page = folder.resolve("influence.html");
        Called called = influence(
                run.path(),
                "--step",
                10,
                "--steps",
                100,
                "--chains",
                2,
                "--every",
                2,
                "--lds",
                4,
                "--out",
                json,
                "--page",
                page);
        assertThat(called.errors()).doesNotContain("kymograph:");
        assertThat(called.code()).isZero();
        ObjectNode all = Json.readObject(json);
        assertThat(all.path("step").asInt()).isEqualTo(10);
        assertThat(all.path("method").asText()).isEqualTo("correlation of losses");
        assertThat(all.path("trained")).hasSize(20);
        assertThat(all.path("heldOut")).hasSize(5);
        assertThat(all.path("heldOut").get(0)).hasSize(2);
        assertThat(all.path("influence")).hasSize(20);
        assertThat(all.path("influence").get(3)).hasSize(5);
        double between = all.path("influence").get(3).get(1).asDouble();
        assertThat(between).isBetween(-1.0, 1.0).isNotZero();
        assertThat(all.path("lds").findValuesAsText("method"))
                .containsExactly(
                        "correlation of losses", "correlation over the checkpoints", "same label", "a second training");
        JsonNode score = all.path("lds").get(0);
        assertThat(score.path("score").asDouble()).isBetween(-1.0, 1.0);
        assertThat(score.path("interval").get(0).asDouble())
                .isLessThanOrEqualTo(score.path("interval").get(1).asDouble());
        assertThat(called.out()).contains("linear datamodeling score over 4 subsets", "wrote " + json, "wrote " + page);
        assertThat(page).content().contains("plotly");
        assertThat(RunFolder.list(folder.resolve("small-subsets"))).hasSize(8);

        // What was sampled is read; covariances are another number of the same draws.
        Called again = influence(
                run.path(),
                "--step",
                10,
                "--steps",
                100,
                "--chains",
                2,
                "--every",
                2,
                "--covariance",
                "--parts",
                "--out",
                json);
        JsonNode parts = Json.readObject(json).path("susceptibilities");
        assertThat(parts.fieldNames())
                .toIterable()
                .containsExactly("embedding", "left", "right", "head", "key-modes", "other-modes");
        assertThat(parts.path("key-modes").fieldNames()).toIterable().containsExactly("0", "10", "20");
        assertThat(parts.path("key-modes").path("20"))
                .hasSize(2)
                .isNotEqualTo(parts.path("other-modes").path("20"));
        assertThat(again.out()).contains("susceptibilities to held-out pairs");
        assertThat(again.code()).isZero();
        assertThat(Json.readObject(json).path("method").asText()).isEqualTo("covariance of losses");
        assertThat(Json.readObject(json).has("lds")).isFalse();
        assertThat(Json.readObject(json).path("influence").get(3).get(1).asDouble())
                .isNotEqualTo(between);
        // Other settings need another name.
        Object[] other = {
            run.path(), "--step", 10, "--steps", 60, "--gamma", 50, "--out", json, "--reading", "held-less"
        };
        assertThat(influence(Arrays.copyOf(other, other.length - 2)).errors())
                .contains("give this one another name with --reading");
        assertThat(influence(other).code()).isZero();
        assertThat(Readings.of(run).names()).contains("held-less");
        assertThat(Readings.of(run).names()).contains("influence", "influence-key-modes", "susceptibility");
    }

    @Test
    void mistakesAreToldInASentence() {
        RunFolder run = run();
        Path json = folder.resolve("influence.json");
        assertThat(influence(run.path(), "--step", 7, "--out", json).errors())
                .contains("--step is 7; expected that of a checkpoint, one of [0, 10, 20]");
        assertThat(influence(run.path(), "--lds", 2, "--out", json).errors())
                .contains("--lds is 2; expected at least 3");
        assertThat(influence(run.path(), "--out", json, "--page", "page.txt").errors())
                .contains("--page is \"page.txt\"");
        assertThat(influence(run.path()).errors()).contains("--out");
        assertThat(json).doesNotExist();
    }
}
