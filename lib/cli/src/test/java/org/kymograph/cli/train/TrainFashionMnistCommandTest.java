package org.kymograph.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;

class TrainFashionMnistCommandTest {
    @TempDir
    Path folder;

    @Test
    void recordsAsTold() throws IOException {
        Called called = Called.with(
                "train",
                "sparse-parity",
                "--bits",
                "6",
                "--hidden",
                "4",
                "--train-size",
                "40",
                "--test-size",
                "10",
                "--epochs",
                "2",
                "--record",
                "in-pass",
                "--record-format",
                "rounded",
                "--out",
                folder.resolve("parity"));
        assertThat(called.code()).as(called.errors()).isZero();
        Path run = RunFolder.list(folder.resolve("parity")).get(0).path();
        assertThat(Files.readString(run.resolve("dynamics.json"))).contains("\"in-pass\"", "\"rounded\"");
        assertThat(Files.readAllLines(run.resolve("training_dynamics/dynamics_epoch_1.jsonl")))
                .hasSize(40)
                .allMatch(l ->
                        l.matches("\\{\"guid\":\\d+,\"logits_epoch_1\":\\[0\\.0,-?\\d\\.\\d{1,10}],\"gold\":[01]}"));
        assertThat(run.resolve("training_dynamics").toFile().list()).hasSize(2);
    }

    @Test
    void wrongWordsAreToldInASentence() {
        Called mode = Called.with("train", "sparse-parity", "--record", "sometimes", "--out", folder.resolve("x"));
        assertThat(mode.code()).isEqualTo(2);
        assertThat(mode.errors())
                .contains("--record is \"sometimes\"; expected one of in-pass, post-epoch-train, post-epoch-eval");
        Called none = Called.with("train", "fashion-mnist", "--train-samples", "0", "--out", folder.resolve("x"));
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.errors()).contains("--train-samples is 0; expected at least 1");
        Called format = Called.with("train", "sparse-parity", "--record-format", "full", "--out", folder.resolve("x"));
        assertThat(format.code()).isEqualTo(2);
        assertThat(format.errors()).contains("--record-format is \"full\"; expected --record with it");
    }

    @Test
    @Tag("slow")
    void theClothesAreRecordedFromTheirFolder() throws IOException {
        Called called = Called.with(
                "train",
                "fashion-mnist",
                "--data",
                clothes(),
                "--train-samples",
                "300",
                "--epochs",
                "2",
                "--hidden",
                "8,8",
                "--dropout",
                "0.2",
                "--record",
                "post-epoch-eval",
                "--out",
                folder.resolve("clothes"));
        assertThat(called.code()).as(called.errors()).isZero();
        RunFolder run = RunFolder.list(folder.resolve("clothes")).get(0);
        assertThat(Files.readAllLines(run.path().resolve("training_dynamics/dynamics_epoch_1.jsonl")))
                .hasSize(300)
                .allMatch(l -> l.matches("\\{\"guid\": \\d+, \"logits_epoch_1\": \\[(-?[\\d.e-]+, ){9}-?[\\d.e-]+], "
                        + "\"gold\": \\d, \"device\": \"cpu\"}"));
        assertThat(run.setting().at("/network/hidden").toString()).isEqualTo("[8,8]");
        assertThat(run.setting().at("/network/dropout").asDouble()).isEqualTo(0.2);
        assertThat(run.setting().at("/task/name").asText()).isEqualTo("fashion-mnist-300");
    }

    @Test
    @Tag("slow")
    void theClothesAreLearnedFromChosenSamplesWithWrongLabels() throws IOException {
        Path samples = Files.writeString(folder.resolve("some.txt"), "290\n3\n17\n");
        // Of the first five images the labels are 9, 0, 0, 3 and 0.
        Path noise = Files.writeString(folder.resolve("noise.jsonl"), "{\"guid\":3,\"original\":3,\"assigned\":7}\n");
        Object[] words = {
            "train",
            "fashion-mnist",
            "--data",
            clothes(),
            "--train-samples",
            "300",
            "--epochs",
            "1",
            "--hidden",
            "4",
            "--record",
            "post-epoch-eval",
            "--samples",
            samples,
            "--noise",
            noise,
            "--out",
            folder.resolve("chosen")
        };
        Called called = Called.with(words);
        assertThat(called.code()).as(called.errors()).isZero();
        Dynamics log =
                Dynamics.read(RunFolder.list(folder.resolve("chosen")).get(0).path());
        assertThat(log.guids()).isEqualTo(Guids.of(290, 3, 17));
        assertThat(log.gold(1)).isEqualTo(7);
        // Other labels are another task, in another folder.
        Files.writeString(noise, "{\"guid\":3,\"original\":3,\"assigned\":8}\n");
        assertThat(Called.with(words).code()).isZero();
        assertThat(RunFolder.list(folder.resolve("chosen"))).hasSize(2);
        Files.writeString(noise, "{\"guid\":3,\"original\":4,\"assigned\":8}\n");
        assertThat(Called.with(words).errors())
                .contains("label of sample 3 is 3; expected 4, as when the noise was made");
        Files.writeString(samples, "300\n");
        words[words.length - 3] = folder.resolve("none.jsonl");
        assertThat(Called.with(words).code()).isEqualTo(1);
    }

    @Test
    void missingFilesAreToldInASentence() {
        Called called = Called.with(
                "train", "fashion-mnist", "--data", folder.resolve("nowhere"), "--out", folder.resolve("x"));
        assertThat(called.code()).isEqualTo(1);
        assertThat(called.errors()).contains("train-images-idx3-ubyte").contains("data fashion-mnist");
    }

    /** Where the launcher, which tests with it, or Debian's package has put Fashion-MNIST. */
    private static Path clothes() {
        Path fetched = Path.of(System.getProperty("kymograph.state", ""), "data", "fashion-mnist");
        Path clothes = Files.isDirectory(fetched) ? fetched : Path.of("/usr/share/datasets/fashion-mnist");
        assumeTrue(Files.isDirectory(clothes), "Fashion-MNIST isn't there: ./kymograph data fashion-mnist");
        return clothes;
    }
}
