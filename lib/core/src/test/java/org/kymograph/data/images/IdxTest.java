package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;

class IdxTest {
    @TempDir
    Path folder;

    static byte[] idx(byte[] elements, int... shape) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 8, (byte) shape.length});
        for (int s : shape) {
            out.writeBytes(new byte[] {(byte) (s >>> 24), (byte) (s >>> 16), (byte) (s >>> 8), (byte) s});
        }
        out.writeBytes(elements);
        return out.toByteArray();
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(folder.resolve("some"), content);
    }

    private static final byte[] GOOD = idx(new byte[] {1, 2, 3, -1, 5, 6}, 2, 3);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsBytesPlainAndGzipped(boolean gzipped) throws IOException {
        Tensor tensor = Idx.read(file(gzipped ? gzip(GOOD) : GOOD));
        assertThat(tensor).isEqualTo(Tensor.of(new byte[] {1, 2, 3, -1, 5, 6}, 2, 3));
        assertThat(tensor.toLongs()).contains(255);
    }

    @Test
    void aBombIsRefusedBeforeItIsInflated() throws IOException {
        byte[] zeros = gzip(idx(new byte[100 << 20], 100 << 20));
        assertThat(zeros.length).isLessThan(1 << 17);
        Path file = file(zeros);
        assertThatThrownBy(() -> Idx.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file + ": announces 104857600 elements in " + zeros.length + " compressed bytes");
        // Up to 64 MiB anything is believed.
        assertThat(Idx.read(file(gzip(idx(new byte[1 << 20], 1 << 20)))).size()).isEqualTo(1 << 20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void refusesFilesCutAnywhereOrWithMoreBehind(boolean gzipped) throws IOException {
        byte[] whole = gzipped ? gzip(GOOD) : GOOD;
        for (int length = 0; length < whole.length; length++) {
            Path cut = file(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Idx.read(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(cut + ": ");
        }
        for (int more : new int[] {1, 7, 8, 9, 100}) {
            Path longer = file(Arrays.copyOf(whole, whole.length + more));
            assertThatThrownBy(() -> Idx.read(longer))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("expected");
        }
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.writeBytes(whole);
        twice.writeBytes(whole);
        Path both = file(twice.toByteArray());
        assertThatThrownBy(() -> Idx.read(both)).isInstanceOf(RecordException.class);
    }

    @Test
    void refusesDamageInsideTheCompressedData() throws IOException {
        byte[] whole = gzip(GOOD);
        for (int at = 10; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x55;
            Path file = file(damaged);
            assertThatThrownBy(() -> Idx.read(file)).as("byte %d", at).isInstanceOf(RecordException.class);
        }
        Path longer = file(gzip(Arrays.copyOf(GOOD, GOOD.length + 3)));
        assertThatThrownBy(() -> Idx.read(longer)).hasMessageContaining("more than 18 bytes; expected 12 + 6");
    }

    @Test
    void refusesOtherHeaders() throws IOException {
        byte[] type = GOOD.clone();
        type[2] = 0x0d;
        assertThatThrownBy(() -> Idx.read(file(type))).hasMessageContaining("type 0d; expected 08");
        byte[] start = GOOD.clone();
        start[1] = 7;
        assertThatThrownBy(() -> Idx.read(file(start))).hasMessageContaining("00 07");
        byte[] axes = GOOD.clone();
        axes[3] = (byte) 200;
        assertThatThrownBy(() -> Idx.read(file(axes))).hasMessageContaining("200 axes");
        assertThatThrownBy(() -> Idx.read(file(gzip(axes)))).hasMessageContaining("200 axes");
        assertThatThrownBy(() -> Idx.read(file(idx(new byte[0], -1)))).hasMessageContaining("4294967295");
        for (byte[] huge : new byte[][] {idx(new byte[0], 1 << 30, 4), idx(new byte[3], 1 << 30)}) {
            assertThatThrownBy(() -> Idx.read(file(huge))).isInstanceOf(RecordException.class);
            assertThatThrownBy(() -> Idx.read(file(gzip(huge)))).isInstanceOf(RecordException.class);
        }
        assertThatThrownBy(() -> Idx.read(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Idx.read(folder.resolve("absent"))).hasMessageContaining("no such file");
    }
}
