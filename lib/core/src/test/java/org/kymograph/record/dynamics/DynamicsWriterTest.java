package org.kymograph.record.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.RecordException;

class DynamicsWriterTest {
    @TempDir
    Path folder;

    private static void write(DynamicsWriter writer, int from, int to) {
        for (int i = from; i < to; i++) {
            writer.record(new long[] {3L * i}, new float[] {i, -i / 7f}, new int[] {i % 2});
        }
    }

    @Test
    void anEpochAppearsWhenItIsWhole() throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.FULL)) {
            write(writer, 0, 5000);
            assertThat(folder.resolve("training_dynamics")).doesNotExist();
        }
        assertThat(DynamicsWriter.file(folder, 0)).doesNotExist();
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.FULL)) {
            write(writer, 0, 10);
            writer.finish();
        }
        assertThat(Files.readAllLines(folder.resolve("training_dynamics/dynamics_epoch_0.jsonl")))
                .hasSize(10);
        assertThat(folder.toFile().list()).containsExactly("training_dynamics");
    }

    // From several devices, the last batch filled up with samples of the first.
    @Test
    void theFirstOfAGuidIsKeptAndTheOthersAreCounted() throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.ROUNDED)) {
            writer.record(new long[] {1, 2}, new float[] {1, 0, 2, 0}, new int[] {0, 0})
                    .record(new long[] {3, 1, 3}, new float[] {3, 0, 9, 9, 9, 9}, new int[] {1, 1, 1})
                    .record(new String[] {"1", "two", "two"}, new float[] {4, 0, 5, 0, 9, 9}, new int[] {0, 1, 0});
            assertThat(writer.rows()).isEqualTo(5);
            assertThat(writer.duplicates()).isEqualTo(3);
            writer.finish();
        }
        assertThat(Files.readAllLines(DynamicsWriter.file(folder, 0)))
                .containsExactly(
                        "{\"guid\":1,\"logits_epoch_0\":[1.0,0.0],\"gold\":0}",
                        "{\"guid\":2,\"logits_epoch_0\":[2.0,0.0],\"gold\":0}",
                        "{\"guid\":3,\"logits_epoch_0\":[3.0,0.0],\"gold\":1}",
                        "{\"guid\":\"1\",\"logits_epoch_0\":[4.0,0.0],\"gold\":0}",
                        "{\"guid\":\"two\",\"logits_epoch_0\":[5.0,0.0],\"gold\":1}");
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void goesOnBehindAnyRow(LogFormat format) throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 2, format)) {
            write(writer, 0, 3000);
            writer.finish();
        }
        byte[] whole = Files.readAllBytes(DynamicsWriter.file(folder, 2));
        for (int cut : new int[] {0, 1, 1500, 2999, 3000}) {
            // From the finished file, and from one that was left.
            for (int again = 0; again < 2; again++) {
                try (DynamicsWriter writer = DynamicsWriter.resume(folder, 2, format, cut)) {
                    assertThat(DynamicsWriter.file(folder, 2)).doesNotExist();
                    assertThat(writer.rows()).isEqualTo(cut);
                    write(writer, Math.max(0, cut - 3), 3000);
                    assertThat(writer.duplicates()).isEqualTo(Math.min(cut, 3));
                    writer.force();
                    if (again == 1) {
                        writer.finish();
                    }
                }
            }
            assertThat(Files.readAllBytes(DynamicsWriter.file(folder, 2))).isEqualTo(whole);
        }
    }

    @Test
    void aRestThatIsTooShortIsRefused() {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.FULL)) {
            write(writer, 0, 3);
            writer.force();
        }
        assertThatThrownBy(() -> DynamicsWriter.resume(folder, 0, LogFormat.FULL, 4))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("dynamics_epoch_0.jsonl.part")
                .hasMessageContaining("has 3 whole lines; expected at least 4");
        assertThatThrownBy(() -> DynamicsWriter.resume(folder, 1, LogFormat.FULL, 4))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no such file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "quote\" and \\", "tab\tand\nline", "é 漢 😀 \u007f"})
    void textGuidsAreEscapedAsPythonDoes(String guid) throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.FULL)) {
            writer.record(new String[] {guid}, new float[] {1, 2}, new int[] {1})
                    .finish();
        }
        String line = Files.readString(DynamicsWriter.file(folder, 0));
        assertThat(line).matches("[ -~]+\n");
        assertThat(new com.fasterxml.jackson.databind.ObjectMapper()
                        .readTree(line)
                        .get("guid")
                        .textValue())
                .isEqualTo(guid);
        if (guid.startsWith("é")) {
            assertThat(line).contains("\"\\u00e9 \\u6f22 \\ud83d\\ude00 \\u007f\"");
        }
    }

    @Test
    void normsAndRegressions() throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 1, LogFormat.FULL)) {
            writer.record(new long[] {4}, new float[] {1, 2}, new int[] {1}, new float[] {1.5f})
                    .finish();
        }
        assertThat(Files.readString(DynamicsWriter.file(folder, 1)))
                .isEqualTo("{\"guid\": 4, \"logits_epoch_1\": [1.0, 2.0], "
                        + "\"gold\": 1, \"device\": \"cpu\", \"hnorm_epoch_1\": 1.5}\n");
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.ROUNDED)) {
            writer.recordRegression(new long[] {4, 5}, new float[] {0.25f, 1}, new float[] {2, -0.5f})
                    .finish();
        }
        assertThat(Files.readAllLines(DynamicsWriter.file(folder, 0)))
                .containsExactly(
                        "{\"guid\":4,\"logits_epoch_0\":[0.25],\"gold\":2.0}",
                        "{\"guid\":5,\"logits_epoch_0\":[1.0],\"gold\":-0.5}");
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingOfItWritten() throws Exception {
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 5, LogFormat.ROUNDED)) {
            writer.record(new long[] {1}, new float[] {1, 2, 3}, new int[] {2});
            assertThatThrownBy(() ->
                            writer.record(new long[] {2, 3}, new float[] {1, 2, 3, 1, Float.NaN, 3}, new int[] {0, 0}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("logit 1 of epoch 5 and sample 1 of the batch is NaN; expected a finite number");
            assertThatThrownBy(() -> writer.record(new long[] {2}, new float[] {1, 2}, new int[] {0}))
                    .hasMessage("the number of logits is 2; expected 3 for each of 1 guids");
            assertThatThrownBy(() -> writer.record(new long[] {2}, new float[] {1, 2, 3}, new int[] {3}))
                    .hasMessage("gold of epoch 5 and sample 0 of the batch is 3; expected 0 to 2");
            assertThatThrownBy(() -> writer.record(new long[] {2}, new float[] {1, 2, 3}, new int[] {-1}))
                    .hasMessageContaining("of the batch is -1; expected");
            assertThatThrownBy(() -> writer.record(new long[] {2, 3}, new float[] {1, 2, 3}, new int[] {1}))
                    .hasMessage("gold has length 1; expected 2, the length of guids");
            assertThatThrownBy(() -> writer.record(new long[] {2, 3}, new float[] {1, 2, 3}, new int[] {1, 0}))
                    .hasMessageContaining("the number of logits is 3");
            writer.finish();
        }
        assertThat(Files.readAllLines(DynamicsWriter.file(folder, 5))).hasSize(1);
        assertThatThrownBy(() -> DynamicsWriter.open(folder, -1, LogFormat.FULL))
                .hasMessageContaining("epoch is -1; expected at least 0");
    }

    @Test
    void duplicatesAreFoundInConstantTime() throws Exception {
        // A search through the list of ids would take minutes here.
        int n = 300_000;
        try (DynamicsWriter writer = DynamicsWriter.open(folder, 0, LogFormat.ROUNDED)) {
            for (int pass = 0; pass < 2; pass++) {
                writer.record(
                        LongStream.range(0, n).toArray(),
                        new float[2 * n],
                        IntStream.generate(() -> 1).limit(n).toArray());
            }
            assertThat(List.of(writer.rows(), writer.duplicates())).containsExactly((long) n, (long) n);
        }
    }
}
