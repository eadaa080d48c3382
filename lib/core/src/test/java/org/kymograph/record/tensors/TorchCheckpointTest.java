package org.kymograph.record.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

class TorchCheckpointTest {
    private static final Path FILES = Path.of("src/test/resources/torch");
    private static final String OPEN = "}(X\u0001\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storage"
            + "ctorch\nFloatStorage\nX\u0001\0\0\0" + "0X\u0003\0\0\0cpuK\u0004tQ";

    @TempDir
    Path dir;

    /** A checkpoint with this pickle, each char one byte, and one storage of four floats. */
    private Path zip(String pickle) throws IOException {
        return zip(Map.of(
                "a/data.pkl", ("\u0080\u0002" + pickle).getBytes(StandardCharsets.ISO_8859_1), "a/data/0", new byte[] {
                    0, 0, 0, 0, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40, 0, 0, 0x40, 0x40
                }));
    }

    private Path zip(Map<String, byte[]> entries) throws IOException {
        Path file = dir.resolve("t.pt");
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                CRC32 crc = new CRC32();
                crc.update(e.getValue());
                entry.setCrc(crc.getValue());
                entry.setSize(e.getValue().length);
                out.putNextEntry(entry);
                out.write(e.getValue());
            }
        }
        return file;
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> Damage.readAll(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @Test
    void whatTorchWroteIsReadAsTorchReadsIt() {
        JsonNode expected = Json.read(FILES.resolve("expected.json"));
        expected.properties().forEach(f -> {
            try (TensorFile in = TensorFile.open(FILES.resolve(f.getKey()))) {
                assertThat(in).isInstanceOf(TorchCheckpoint.class);
                List<String> names = new ArrayList<>();
                f.getValue().fieldNames().forEachRemaining(names::add);
                assertThat(in.names()).as(f.getKey()).isEqualTo(names);
                for (String name : names) {
                    JsonNode e = f.getValue().get(name);
                    Tensor tensor = in.read(name);
                    assertThat(tensor.dtype())
                            .isEqualTo(in.dtype(name))
                            .hasToString(e.get("dtype").asText());
                    assertThat(tensor.shape()).isEqualTo(in.shape(name)).isEqualTo(longs(e.get("shape")));
                    double[] values = new double[e.get("values").size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = e.get("values").get(i).asDouble();
                    }
                    assertThat(tensor.toDoubles()).as(f.getKey() + " " + name).isEqualTo(values);
                }
            }
        });
        assertThat(expected.size()).isGreaterThanOrEqualTo(10);
    }

    @Test
    void whatIsBesideTheTensorsIsMetadata() {
        try (TensorFile in = TensorFile.open(FILES.resolve("checkpoint.pt"))) {
            assertThat(in.metadata())
                    .containsEntry("epoch", "3")
                    .containsEntry("loss", "0.25")
                    .containsEntry("name", "née")
                    .containsEntry("best", "null")
                    .containsEntry("ok", "true")
                    .containsEntry("big", "1099511627776")
                    .containsEntry("huge", "1208925819614629174706176")
                    .containsEntry("shape.1", "3")
                    .containsEntry("dtype", "F32")
                    .containsEntry("device", "cpu")
                    .containsEntry("counts.a.0", "1")
                    .containsEntry("optimizer.param_groups.0.lr", "0.01");
            assertThat(in.names()).contains("model.0.weight", "optimizer.state.0.exp_avg", "parameter");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "module.pt, torch.nn.modules.container.Sequential",
        "sparse.pt, torch._utils._rebuild_sparse_tensor",
        "legacy.pt, before 1.6",
    })
    void aFileOfNothingElseIsRefusedByName(String file, String name) {
        assertRefused(FILES.resolve(file), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"harm.pt", "harm4.pt"})
    void nothingInAFileIsRun(String file) {
        try (TensorFile in = TensorFile.open(FILES.resolve(file))) {
            assertThat(in.names()).containsExactly("w");
            assertThat(in.read("w").size()).isEqualTo(24);
            assertThat(in.metadata()).containsExactlyEntriesOf(Map.of("x", "<posix.system>"));
        }
        assertThat(Path.of("harmed")).doesNotExist();
    }

    @Test
    void theHandMadeFileIsGood() throws IOException {
        try (TensorFile in = TensorFile.open(zip(OPEN + "K\u0001K\u0002K\u0001\u0086K\u0002K\u0001\u0086tRu."))) {
            assertThat(in.read("w").shape()).containsExactly(2, 1);
            assertThat(in.read("w").toFloats()).containsExactly(1, 3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "K\\4K\\1\\x85K\\1\\x85tRu. | within its storage",
                "K\\0K\\5\\x85K\\1\\x85tRu. | within its storage",
                "K\\0K\\2\\x85K\\4\\x85tRu. | within its storage",
                "J\\xff\\xff\\xff\\xffK\\1\\x85K\\1\\x85tRu. | within its storage",
                "K\\3K\\2\\x85J\\xff\\xff\\xff\\xff\\x85tRu. | expected none below 0",
                "K\\0J\\xff\\xff\\xff\\xff\\x85K\\1\\x85tRu. | negative axis",
                "K\\0K\\2\\x85K\\1K\\1\\x86tRu. | stride has length 2; expected 1, the length of shape",
                "K\\0J\\xff\\xff\\xff\\x7f\\x85K\\0\\x85tRu. | repeats",
                "K\\0\\x8a\\x08\\0\\0\\0\\0\\0\\0\\0\\x40\\x85\\x8a\\x08\\0\\0\\0\\0\\0\\0\\0\\x40\\x85tRu. | counted in 64 bits",
                "K\\0X\\1\\0\\0\\0x\\x85K\\1\\x85tRu. | integer is expected",
            })
    void viewsOutsideTheirStorageAreRefused(String rest, String message) throws IOException {
        assertRefused(zip(OPEN + unescape(rest)), message);
    }

    @Test
    void everyOtherOpcodeIsRefused() throws IOException {
        String needed = "\u0080\u0095.(N\u0088\u0089JKM\u008aGU\u008c)t\u0085\u0086\u0087]aqr\u0094hjQR\u0081XT}sueb"
                + "c\u00930aBC\u008b\u008d\u008e\u008f\u0090\u0091\u0092\u0096";
        for (char opcode = 0; opcode < 256; opcode++) {
            if (needed.indexOf(opcode) < 0) {
                assertRefused(
                        zip("}" + opcode + "\u0001\u0001\u0001\n."), String.format("opcode 0x%02x", (int) opcode));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X\\xff\\xff\\xff\\x7fabc. | string of 2147483647 bytes",
                "X\\xff\\xff\\xff\\xffabc. | string of 4294967295 bytes",
                "T\\xff\\xff\\xff\\xffabc. | string of 4294967295 bytes",
                "\\x8a\\xffabc. | pickle",
                "U\\xffabc. | pickle",
                "cposix\\nsystem\\n. | posix.system",
                "X\\5\\0\\0\\0posixX\\6\\0\\0\\0system\\x93. | posix.system",
                "cbuiltins\\neval\\n. | builtins.eval",
                "c__builtin__\\nValueError\\n. | __builtin__.ValueError",
                "cdecimal\\nDecimal\\nX\\1\\0\\0\\0001\\x85R. | decimal.Decimal",
                "cunending | in the middle of a name",
                ". | damaged",
                "R. | damaged",
                "K\\1K\\2R. | damaged",
                "(t. | state",
                "}K\\1\\x85K\\1s. | ok",
                "}(K\\1\\x90. | to something other than a set",
                "cdecimal\\nDecimal\\n(K\\1K\\2u. | other than a dictionary",
                "C\\xffabc. | pickle",
                "B\\xff\\xff\\xff\\x7fabc. | string of 2147483647 bytes",
                "\\x8b\\xff\\xff\\xff\\x7fabc. | string of 2147483647 bytes",
                "\\x8d\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xffabc. | string of 18446744073709551615 bytes",
                "\\x8e\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7fabc. | string of 9223372036854775807 bytes",
                "\\x96\\xff\\xff\\xff\\xff\\x01\\0\\0\\0abc. | string of",
                "]K\\1K\\1s. | other than a dictionary",
                "}(K\\1u. | without a value",
                "]b. | damaged",
                "]}b. | other than a dictionary",
                "}(K\\1e. | other than a list",
                "h\\7. | invalid memo key",
                "K\\1Q. | damaged",
                "}}. | ok",
                "}.} | goes on after its end",
                "\\x80\\x09}. | protocol",
                "]q\\0h\\0a. | nested deeper",
                "}q\\0(X\\1\\0\\0\\0wh\\0u. | nested deeper",
                "}(X\\1\\0\\0\\0wctorch\\nFloatStorage\\nu. | the Python object 'w' of type torch.FloatStorage",
                "}(X\\1\\0\\0\\0001K\\1K\\1K\\1u. | two things called '1'",
                "ctorch\\ndevice\\n]q\\0h\\0a\\x85R. | damaged",
                "(X\\7\\0\\0\\0storagectorch\\nFloatStorage\\nX\\1\\0\\0\\0000X\\3\\0\\0\\0cpuJ\\xff\\xff\\xff\\xfftQ. | is -1; expected at least 0",
                "}( | premature end",
            })
    void picklesThatLieAreRefused(String pickle, String message) throws IOException {
        Path file = zip(unescape(pickle));
        if (message.equals("ok") || message.equals("state")) {
            Damage.readAll(file);
        } else {
            assertRefused(file, message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tuples", "lists", "doubling", "opcodes", "appends", "types"})
    @Tag("slow")
    void bombsAreRefused(String kind) throws IOException {
        String pickle =
                switch (kind) {
                    case "tuples" -> "N" + "\u0085".repeat(1_000_000) + ".";
                    case "lists" -> "]".repeat(1_000_000) + "a".repeat(999_999) + ".";
                    case "doubling" -> "Nq\0" + "h\0h\0\u0086q\0".repeat(90) + ".";
                    case "opcodes" -> "]".repeat(5_000_000) + ".";
                    case "appends" -> "](" + "N".repeat(1_000_000) + "e" + "(e".repeat(1_000_000) + ".";
                    default ->
                        "(" + "ctorch._tensor\n_rebuild_from_type_v2\nNN".repeat(50_000) + ")"
                                + "N\u0086\u0086R".repeat(50_000) + ".";
                };
        assertThatThrownBy(() -> Damage.readAll(zip(pickle))).isInstanceOf(RecordException.class);
    }

    @Test
    void storagesOfTheWrongSizeAreRefused() throws IOException {
        byte[] pickle =
                ("\u0080\u0002" + OPEN + "K\0K\u0001\u0085K\u0001\u0085tRu.").getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(zip(Map.of("a/data.pkl", pickle)), "no such entry");
        assertRefused(zip(Map.of("a/data.pkl", pickle, "a/data/0", new byte[15])), "are 15");
        assertRefused(
                zip(Map.of(
                        "a/data.pkl",
                        pickle,
                        "a/data/0",
                        new byte[16],
                        "a/byteorder",
                        "middle".getBytes(StandardCharsets.US_ASCII))),
                "middle");
        assertRefused(zip(Map.of("a/other", new byte[1])), "data.pkl");
        assertRefused(zip(Map.of("a/data.pkl", pickle, "b/data.pkl", pickle)), "data.pkl");
    }

    @Test
    void anInflationBombIsRefused() throws IOException {
        Path file = dir.resolve("bomb.pt");
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.putNextEntry(new ZipEntry("a/data.pkl"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 65; i++) {
                out.write(zeros);
            }
        }
        assertRefused(file, "once inflated");
    }

    @Test
    void aFlippedElementIsFoundByItsChecksum() throws IOException {
        Path file = zip(OPEN + "K\0K\u0004\u0085K\u0001\u0085tRu.");
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("a/data/0") + 8 + 6] ^= 1;
        Files.write(file, bytes);
        assertRefused(file, "checksum");
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"views.pt", "compressed.pt", "checkpoint.pt", "pytorch_model.bin"})
    void everyCutAndEveryFlipIsRefusedOrRead(String name) throws IOException {
        Path file = Files.copy(FILES.resolve(name), dir.resolve(name));
        Damage damage = new Damage(file, Damage::readAll);
        assertThat(damage.cutEverywhere()).isZero();
        damage.flipBytes(2000, 2, -1);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"checkpoint.pt", "pytorch_model.bin"})
    void flippedPicklesBehindAGoodChecksumAreRefusedOrRead(String name) throws IOException {
        Path raw = dir.resolve("data.pkl");
        try (ZipFile zip = new ZipFile(FILES.resolve(name).toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(e -> e.getName().endsWith("data.pkl"))
                    .findFirst()
                    .orElseThrow();
            Files.write(raw, zip.getInputStream(entry).readAllBytes());
        }
        Damage damage = new Damage(raw, file -> {
            try {
                new StateDict(file, TorchPickle.read(file, Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(damage.cutEverywhere()).isZero();
        damage.flipBytes(5000, 3, -1);
        assertThat(damage.refused).isGreaterThan(1000);
    }

    private static long[] longs(JsonNode array) {
        long[] out = new long[array.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = array.get(i).asLong();
        }
        return out;
    }

    private static String unescape(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.write(c);
            } else if (text.charAt(i + 1) == 'x') {
                out.write(Integer.parseInt(text.substring(i + 2, i + 4), 16));
                i += 3;
            } else if (text.charAt(i + 1) == 'n') {
                out.write('\n');
                i++;
            } else if (text.startsWith("\\000", i)) {
                out.write(0);
                i += 3;
            } else {
                out.write(text.charAt(i + 1) - '0');
                i++;
            }
        }
        return out.toString(StandardCharsets.ISO_8859_1);
    }
}
