package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Split;
import org.kymograph.record.files.RecordException;

class Cifar100Test {
    private static final int RECORD = 3074;

    @TempDir
    Path folder;

    private byte[] train;

    /** Two images of each class to learn from, one to test on; each plane of image i is filled with i + plane. */
    @BeforeEach
    void write() throws IOException {
        train = records(200);
        Files.write(folder.resolve("train.bin"), train);
        Files.write(folder.resolve("test.bin"), records(100));
    }

    private static byte[] records(int n) {
        byte[] out = new byte[n * RECORD];
        for (int i = 0; i < n; i++) {
            int fine = (i * 7) % 100;
            out[i * RECORD] = (byte) (fine / 5);
            out[i * RECORD + 1] = (byte) fine;
            for (int plane = 0; plane < 3; plane++) {
                int from = i * RECORD + 2 + 1024 * plane;
                Arrays.fill(out, from, from + 1024, (byte) (i + plane));
            }
        }
        return out;
    }

    @Test
    void readsFineLabelsAndPlanes() throws IOException {
        Split split = Cifar100.load(folder, 2, 1);
        assertThat(split.train().inputs().shape()).containsExactly(200, 3, 32, 32);
        assertThat(split.train().targets().toLongs()).startsWith(0, 7, 14, 21).endsWith(93);
        assertThat(split.test().size()).isEqualTo(100);
        float[] pixels = new float[3072];
        split.train().gather(new int[] {199}, pixels);
        assertThat(pixels[0]).isEqualTo((float) ((199 / 255.0 - 0.5071) / 0.2675));
        assertThat(pixels[1024]).isEqualTo((float) ((200 / 255.0 - 0.4867) / 0.2565));
        assertThat(pixels[3071]).isEqualTo((float) ((201 / 255.0 - 0.4408) / 0.2761));
        Path inner = Files.createDirectories(folder.resolve("x/cifar-100-binary"));
        Files.copy(folder.resolve("train.bin"), inner.resolve("train.bin"));
        Files.copy(folder.resolve("test.bin"), inner.resolve("test.bin"));
        assertThat(Cifar100.load(folder.resolve("x"), 2, 1)).isEqualTo(split);
    }

    @Test
    void refusesFilesThatAreNotCifar() throws IOException {
        Path file = folder.resolve("train.bin");
        assertThatThrownBy(() -> Images.cifar100(folder))
                .isInstanceOf(RecordException.class)
                .hasMessage(file + ": has 614800 bytes; expected 50000 records of 3074");
        for (int length : new int[] {0, 1, RECORD, train.length - 1, train.length + 1}) {
            Files.write(file, Arrays.copyOf(train, length));
            assertThatThrownBy(() -> Cifar100.load(folder, 2, 1)).hasMessageContaining("has " + length + " bytes");
        }
        refuses(0, 20, "record 0 has coarse label 20");
        refuses(3 * RECORD + 1, 100, "record 3 has coarse label 4 and fine label 100");
        refuses(150 * RECORD, 0, "record 150 has coarse label 0 for fine label 50; expected 10");
        refuses(150 * RECORD + 1, 51, "has 1 images of fine label 50; expected 2");
        Files.delete(file);
        assertThatThrownBy(() -> Images.cifar100(folder))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has no train.bin; take cifar-100-binary.tar.gz from www.cs.toronto.edu");
    }

    private void refuses(int at, int value, String message) throws IOException {
        byte[] wrong = train.clone();
        wrong[at] = (byte) value;
        Files.write(folder.resolve("train.bin"), wrong);
        assertThatThrownBy(() -> Cifar100.load(folder, 2, 1)).hasMessageContaining(message);
    }
}
