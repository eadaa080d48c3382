package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Split;
import org.kymograph.record.files.RecordException;

class ImagesTest {
    @TempDir
    Path folder;

    private void write(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private void tiny() throws IOException {
        write(
                "train-images-idx3-ubyte.gz",
                IdxTest.gzip(IdxTest.idx(new byte[] {0, 51, -1, 102, 0, 1, 2, 3}, 2, 2, 2)));
        write("train-labels-idx1-ubyte", IdxTest.idx(new byte[] {1, 0}, 2));
        write("t10k-images-idx3-ubyte", IdxTest.idx(new byte[] {9, 9, 9, 9}, 1, 2, 2));
        write("t10k-labels-idx1-ubyte.gz", IdxTest.gzip(IdxTest.idx(new byte[] {1}, 1)));
    }

    @Test
    void readsFourFilesOfMnistsForm() throws IOException {
        tiny();
        Split split = Images.of("toy", folder, 2);
        assertThat(split.train().inputs().shape()).containsExactly(2, 1, 2, 2);
        assertThat(split.train().targets().toLongs()).containsExactly(1, 0);
        assertThat(split.test().targets().toLongs()).containsExactly(1);
        assertThat(split.test().split()).isEqualTo("test");
        float[] pixels = new float[4];
        split.train().gather(new int[] {0}, pixels);
        assertThat(pixels).containsExactly(0, 0.2f, 1, 0.4f);
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        tiny();
        assertThatThrownBy(() -> Images.mnist(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("the official file has 6bbc9ace898e44ae57da46a324031adb");
        assertThatThrownBy(() -> Images.of("toy", folder, 1)).isInstanceOf(IllegalArgumentException.class);
        write("train-labels-idx1-ubyte", IdxTest.idx(new byte[] {1, 2}, 2));
        assertThatThrownBy(() -> Images.of("toy", folder, 2)).hasMessageContaining("label 1 is 2; expected 0 to 1");
        write("train-labels-idx1-ubyte", IdxTest.idx(new byte[] {1, 1, 1}, 3));
        assertThatThrownBy(() -> Images.of("toy", folder, 2)).hasMessageContaining("3 labels; expected 2");
        write("train-labels-idx1-ubyte", IdxTest.idx(new byte[] {1, 1}, 2, 1));
        assertThatThrownBy(() -> Images.of("toy", folder, 2)).hasMessageContaining("2 axes; expected 1");
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        assertThatThrownBy(() -> Images.mnist(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("train-labels-idx1-ubyte.gz; get it with ./kymograph data mnist");
        assertThatThrownBy(() -> Images.fashionMnist(folder)).hasMessageContaining("data fashion-mnist");
    }

    @Test
    void aFolderCanBeNamedByProperty() throws IOException {
        tiny();
        String before = System.getProperty("kymograph.data");
        System.setProperty("kymograph.data", folder.toString());
        try {
            assertThatThrownBy(Images::mnist).hasMessageStartingWith(folder.toString());
            Path inner = Files.createDirectories(folder.resolve("fashion-mnist"));
            Files.copy(folder.resolve("train-labels-idx1-ubyte"), inner.resolve("train-labels-idx1-ubyte"));
            assertThatThrownBy(Images::fashionMnist).hasMessageStartingWith(inner.toString());
        } finally {
            if (before == null) {
                System.clearProperty("kymograph.data");
            } else {
                System.setProperty("kymograph.data", before);
            }
        }
    }

    /** Runs where the launcher, which tests with it, or Debian's package has put the data. */
    @Test
    void readsFashionMnist() {
        Path fetched = Path.of(System.getProperty("kymograph.state", ""), "data", "fashion-mnist");
        Path clothes = Files.isDirectory(fetched) ? fetched : Path.of("/usr/share/datasets/fashion-mnist");
        assumeTrue(Files.isDirectory(clothes));
        Split split = Images.fashionMnist(clothes);
        assertThat(split.train().inputs().shape()).containsExactly(60_000, 1, 28, 28);
        assertThat(split.test().size()).isEqualTo(10_000);
    }
}
