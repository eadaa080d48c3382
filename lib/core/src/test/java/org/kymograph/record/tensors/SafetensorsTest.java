package org.kymograph.record.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.kymograph.record.files.RecordException;

class SafetensorsTest {
    @TempDir
    Path dir;

    static Tensor random(Dtype dtype, int... shape) {
        long[] sizes = new long[shape.length];
        int n = 1;
        for (int i = 0; i < shape.length; i++) {
            sizes[i] = shape[i];
            n *= shape[i];
        }
        byte[] bytes = new byte[n * dtype.bytes()];
        new Random(7).nextBytes(bytes);
        for (int i = 0; dtype == Dtype.BOOL && i < bytes.length; i++) {
            bytes[i] &= 1;
        }
        return Tensor.of(dtype, sizes, ByteBuffer.wrap(bytes));
    }

    private Path write(String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json);
        return Files.write(dir.resolve("t.safetensors"), all.array());
    }

    @ParameterizedTest
    @EnumSource(value = Dtype.class, mode = EnumSource.Mode.EXCLUDE, names = "OPAQUE")
    @Tag("slow")
    void everyTypeAndShapeComesBack(Dtype dtype) {
        Path file = dir.resolve("t.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("matrix", random(dtype, 3, 5));
        tensors.put("scalar", random(dtype));
        tensors.put("empty", random(dtype, 0, 4));
        tensors.put("odd \"name\" née", random(dtype, 1, 1, 7));
        tensors.put("mapped", random(dtype, 1 << 20, 2));
        Safetensors.write(file, tensors, Map.of("step", "3", "née", "ü\n"));
        try (TensorFile in = TensorFile.open(file)) {
            assertThat(in).isInstanceOf(Safetensors.class);
            assertThat(in.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(in.metadata()).isEqualTo(Map.of("step", "3", "née", "ü\n"));
            tensors.forEach((name, tensor) -> {
                assertThat(in.dtype(name)).isEqualTo(dtype);
                assertThat(in.shape(name)).isEqualTo(tensor.shape());
                assertThat(in.read(name)).isEqualTo(tensor);
            });
            assertThatThrownBy(() -> in.read("none"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'none'");
        }
    }

    @Test
    void bytesAreThoseOfTheFormat() throws IOException {
        Path file = dir.resolve("t.safetensors");
        Safetensors.write(file, Map.of("b", Tensor.of(new float[] {1, 2}, 2)), Map.of());
        byte[] bytes = Files.readAllBytes(file);
        String header = "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        assertThat(bytes[0]).isEqualTo((byte) 56);
        assertThat(new String(bytes, 8, 56, StandardCharsets.US_ASCII))
                .startsWith(header)
                .isEqualToIgnoringWhitespace(header);
        assertThat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(68))
                .isEqualTo(2f);
        assertThat(bytes).hasSize(72);
    }

    @Test
    void sameTensorsGiveSameBytesAndAreAligned() throws IOException {
        Map<String, Tensor> a = new HashMap<>(64);
        Map<String, Tensor> b = new HashMap<>(2);
        for (int i = 0; i < 20; i++) {
            a.put("t" + i, random(Dtype.values()[i % 8], 3));
            b.put("t" + (19 - i), random(Dtype.values()[(19 - i) % 8], 3));
        }
        Safetensors.write(dir.resolve("a"), a, Map.of("x", "1", "y", "2"));
        Safetensors.write(dir.resolve("b"), b, Map.of("y", "2", "x", "1"));
        assertThat(dir.resolve("a")).hasSameBinaryContentAs(dir.resolve("b"));
        byte[] bytes = Files.readAllBytes(dir.resolve("a"));
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertThat(header % 8).isZero();
        SafetensorsHeader.parse(dir, java.util.Arrays.copyOfRange(bytes, 8, 8 + header), bytes.length - 8 - header)
                .tensors
                .forEach((name, e) ->
                        assertThat(e.begin() % e.dtype().bytes()).as(name).isZero());
    }

    @Test
    void aFileOfFiveGigabytesIsReadByTheTensor() throws IOException {
        long big = 1_310_720_000L;
        String header = ("{\"a\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]},"
                        + "\"c\":{\"dtype\":\"F32\",\"shape\":[500000],\"data_offsets\":[%d,%d]}}")
                .formatted(big, 4 * big, 4 * big, 4 * big + 8, 4 * big + 8, 4 * big + 2_000_008);
        Path file = write(header, 0);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            long dataStart = raw.length();
            raw.setLength(dataStart + 4 * big + 2_000_008);
            raw.seek(dataStart + 4 * big);
            raw.writeInt(Integer.reverseBytes(Float.floatToIntBits(1.5f)));
            raw.seek(dataStart + 4 * big + 2_000_004);
            raw.writeInt(Integer.reverseBytes(Float.floatToIntBits(-3f)));
        }
        try (Safetensors in = Safetensors.open(file)) {
            assertThat(in.read("b").toFloats()).containsExactly(1.5f, 0f);
            Tensor mapped = in.read("c");
            assertThat(mapped.bytes().isDirect()).isTrue();
            assertThat(mapped.getDouble(499_999)).isEqualTo(-3);
            assertThatThrownBy(() -> in.read("a"))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("2 GiB");
        }
    }

    @Test
    void anInterruptedThreadStillReadsAndWrites() {
        Path file = dir.resolve("t.safetensors");
        Thread.currentThread().interrupt();
        Tensor tensor = random(Dtype.F32, 1 << 19);
        Safetensors.write(file, Map.of("t", tensor), Map.of());
        try (Safetensors in = Safetensors.open(file)) {
            assertThat(in.read("t")).isEqualTo(tensor);
            assertThat(in.read("t")).isEqualTo(tensor);
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}} | at most 8",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | at most 8",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[-8,8]}} | negative",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}} | two numbers",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775807]}} | at most 8",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,9223372036854775808]}} | JSON",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8.0]}} | integers",
                "{'t':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | takes 12",
                "{'t':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | negative",
                "{'t':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}} | too large",
                "{'t':{'dtype':'F32','shape':[4611686018427387905],'data_offsets':[0,8]}} | too large",
                "{'t':{'dtype':'F32','shape':2,'data_offsets':[0,8]}} | an array",
                "{'t':{'dtype':'U16','shape':[8],'data_offsets':[0,8]}} | takes 16",
                "{'t':{'dtype':3,'shape':[8],'data_offsets':[0,8]}} | a string",
                "{'t':{'dtype':'F32','shape':[2]}} | lacks data_offsets",
                "{'t':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} | twice",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'more':1,'more':2}} | 't.more' twice",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'t':{'dtype':'F32','shape':[0],'data_offsets':[8,8]}} | twice",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'u':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | overlaps",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'u':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | overlaps",
                "{'t':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | hole",
                "{'t':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | describes 4 bytes of data; the file has 8",
                "{} | the file has 8",
                "{'__metadata__':{'a':1},'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | a string",
                "{'__metadata__':{'a':'','a':''},'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | twice",
                "{'__metadata__':{},'__metadata__':{},'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | twice",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}x | JSON",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{} | goes on",
                "{'t':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} | JSON",
                "{'t':[]} | an object",
                "[] | '{'",
            })
    void headersOutOfRangeAreRefused(String header, String message) throws IOException {
        Path file = write(header.replace('\'', '"'), 8);
        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void headerLengthsAreNotBelieved() throws IOException {
        Path file = dir.resolve("t.safetensors");
        for (long length : new long[] {-1, Long.MIN_VALUE, 100_000_001, 3, 99_999_999, Integer.MAX_VALUE}) {
            Files.write(
                    file,
                    ByteBuffer.allocate(10)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(length)
                            .put((byte) '{')
                            .put((byte) '}')
                            .array());
            assertThatThrownBy(() -> Safetensors.open(file))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining(Long.toUnsignedString(length));
        }
    }

    @Test
    void nestingBombsAreRefused() throws IOException {
        for (String bomb : List.of(
                "{\"t\":" + "[".repeat(1 << 20),
                "{\"t\":{\"shape\":" + "[".repeat(1 << 20),
                "{\"a\":{".repeat(1 << 18),
                "{\"t\":{\"shape\":[" + "9".repeat(1 << 20))) {
            Path file = write(bomb, 8);
            assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(RecordException.class);
        }
    }

    @Test
    void otherEncodingsAreRefused() throws IOException {
        for (var charset : List.of(StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE, StandardCharsets.ISO_8859_1)) {
            byte[] json = "{\"née\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(charset);
            Path file = Files.write(
                    dir.resolve("t.safetensors"),
                    ByteBuffer.allocate(8 + json.length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(json.length)
                            .put(json)
                            .array());
            assertThatThrownBy(() -> Safetensors.open(file)).isInstanceOf(RecordException.class);
        }
    }

    @Test
    void booleansOtherThanZeroAndOneAreRefused() throws IOException {
        Path file = write("{\"t\":{\"dtype\":\"BOOL\",\"shape\":[3],\"data_offsets\":[0,3]}}", 3);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(raw.length() - 1);
            raw.write(2);
        }
        try (Safetensors in = Safetensors.open(file)) {
            assertThatThrownBy(() -> in.read("t"))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("element 2")
                    .hasMessageContaining("'t'");
        }
        Tensor bad = Tensor.of(Dtype.BOOL, new long[] {1}, ByteBuffer.wrap(new byte[] {3}));
        assertThatThrownBy(() -> Safetensors.write(dir.resolve("u"), Map.of("u", bad), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(dir.resolve("u")).doesNotExist();
    }

    @Test
    @Tag("slow")
    void everyCutAndEveryFlipIsRefusedOrRead() throws IOException {
        Path file = dir.resolve("t.safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Stream.of(Dtype.values()).filter(d -> d != Dtype.OPAQUE).forEach(d -> tensors.put(d.name(), random(d, 2, 3)));
        Safetensors.write(file, tensors, Map.of("step", "1"));
        int data =
                tensors.values().stream().mapToInt(t -> t.bytes().remaining()).sum();
        int header = (int) (Files.size(file) - data);
        Damage damage = new Damage(file, Damage::readAll);
        assertThat(damage.cutEverywhere()).isZero();
        damage.flipBytes(5000, 1, header);
        assertThat(damage.refused).isGreaterThan(4000);
    }

    @Test
    void anotherTensorNamedLikeTheMetadataIsRefused() {
        assertThatThrownBy(() ->
                        Safetensors.write(dir.resolve("t"), Map.of("__metadata__", random(Dtype.U8, 1)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void filesOfOtherKindsAreNamed() throws IOException {
        Path file = Files.write(dir.resolve("x"), "hello, world".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TensorFile.open(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is a text that begins");
        Path empty = Files.createFile(dir.resolve("e"));
        assertThatThrownBy(() -> TensorFile.open(empty))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> TensorFile.open(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> TensorFile.open(dir.resolve("none")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("no such file");
    }
}
