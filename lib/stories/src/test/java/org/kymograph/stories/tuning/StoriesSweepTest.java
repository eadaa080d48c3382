package org.kymograph.stories.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.Population;
import org.kymograph.record.files.RecordException;

class StoriesSweepTest {
    @TempDir
    private Path folder;

    private StoriesSweep read(String text) throws IOException {
        Path file = folder.resolve("sweep.yaml");
        Files.writeString(file, text);
        return StoriesSweep.read(file);
    }

    @Test
    void readsTheOriginalsGrids() throws IOException {
        StoriesSweep sweep = read(
                "program: train.py\nmethod: grid\nmetric:\n  name: loss/test\nparameters:\n"
                        + "  dataset_name:\n    values:\n      - filter-Twist # F\n      - \"filter-adv-Twist\"\n"
                        + "  learning_rate:\n    values: [1e-3, 1e-4]\n  seed:\n    value: 7\ncommand:\n  - ${env}\n  - python\n");
        assertThat(sweep.combinations()).hasSize(4);
        assertThat(sweep.combinations().get(1))
                .containsEntry("dataset_name", "filter-Twist")
                .containsEntry("learning_rate", "1e-4")
                .containsEntry("seed", "7");
        assertThat(sweep.table().rowCount()).isEqualTo(4);
    }

    @Test
    void refusesWhatIsNoGridOfLiterals() {
        assertThatThrownBy(() -> read("method: bayes\nparameters:\n  seed:\n    value: 1\n"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("expected method: grid");
        assertThatThrownBy(() -> read("parameters:\n  seed:\n    value: __import__('os')\n"))
                .hasMessageContaining("expected a literal");
        assertThatThrownBy(() -> read("parameters:\n  seed:\n    distribution: uniform\n"))
                .hasMessageContaining("expected a setting's name, value, values or - x");
        assertThatThrownBy(() -> read("method: grid\n")).hasMessageContaining("has no parameters");
        assertThatThrownBy(() -> read("parameters:\n  seed:\n")).hasMessageContaining("has no values");
    }

    @Test
    void trainsACombinationEach() throws IOException {
        Path text = folder.resolve("own.txt");
        Files.writeString(text, "the cat sat on the mat. ".repeat(60));
        StoriesConfig config = StoriesConfig.withDefaults()
                .with(
                        "--dataset_name=" + text,
                        "--vocab_size=260",
                        "--dim=8",
                        "--n_layers=1",
                        "--n_heads=2",
                        "--n_kv_heads=1",
                        "--max_seq_len=16",
                        "--batch_size=4",
                        "--gradient_accumulation_steps=1",
                        "--max_iters=2",
                        "--eval_interval=2",
                        "--eval_iters=1",
                        "--out_dir=" + folder.resolve("out"));
        Population runs = read("parameters:\n  learning_rate:\n    values: [1e-2, 1e-3]\n")
                .run(config);
        assertThat(runs.runs()).hasSize(2);
        assertThat(runs.readings("stories").rowCount()).isEqualTo(4);
        assertThatThrownBy(() -> read("parameters:\n  rate:\n    value: 1\n").run(config))
                .hasMessageContaining("rate");
    }
}
