package org.kymograph.data.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.data.text.Hans;
import org.kymograph.data.text.TextFile;
import org.kymograph.record.MetricsLog;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.dynamics.TdMetrics;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.record.tensors.Warnings;

/**
 * Gives every reader good files with random damage: bits and bytes changed, pieces cut out, doubled, exchanged with pieces of
 * other files, and what numbers, quotes, brackets and terminals take for something. Whatever comes of it, a reader returns or
 * throws a {@link RecordException} whose message is one clean line that begins with the file.
 *
 * <p>{@code -Dkymograph.fuzz=1000000} takes that many inputs, {@code -Dkymograph.fuzz.seed=7} another seed.
 */
@Tag("slow")
class ReadersFuzzTest {
    private static final int INPUTS = Integer.getInteger("kymograph.fuzz", 6000);
    private static final long SEED = Long.getLong("kymograph.fuzz.seed", 20261128L);
    private static final Path TORCH = Path.of("src/test/resources/torch");
    private static final List<String> SPECIAL = List.of(
            "\"",
            "\"\"",
            "'",
            ",",
            "\n",
            "\r",
            "\r\n",
            "\t",
            "\0",
            "{",
            "}",
            "[",
            "]",
            ":",
            "NaN",
            "Infinity",
            "1e999",
            "-1",
            "9223372036854775808",
            "1e-999",
            "0x1p3",
            "\\u0000",
            "\u001b]0;PWNED\u0007\u001b[31m",
            "\u202e",
            "\ufeff",
            "é",
            "null",
            "true",
            "../",
            "%s",
            "#",
            "\\",
            "  ");

    @RegisterExtension
    final Warnings warnings = new Warnings();

    @TempDir
    Path dir;

    private Map<String, Consumer<Path>> readers;
    private final Map<String, byte[]> good = new LinkedHashMap<>();

    private void add(String name, byte[] bytes) {
        good.put(name, bytes);
    }

    private void files() throws IOException {
        Path file = dir.resolve("good");
        Safetensors.write(
                file,
                Map.of("a.weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2), "b", Tensor.of(new long[] {1}, 1)),
                Map.of("step", "1"));
        add("m.safetensors", Files.readAllBytes(file));
        for (String torch : List.of("checkpoint.pt", "odd4.TH", "effective.pt", "compressed.pt")) {
            add(torch, Files.readAllBytes(TORCH.resolve(torch)));
        }
        add("t.csv", text("run,step,acc,name\nr0,1,0.5,\"a, b\"\nr0,2,1e-3,\nr1,1,,\"say \"\"hi\"\"\"\n"));
        add(
                "metrics.jsonl",
                text("{\"step\":1,\"epoch\":1,\"loss\":0.5,\"w\":{\"l1\":1}}\n{\"step\":2,\"loss\":null}\n"));
        add("x.json", text("{\"a\":[1,2.5,{\"b\":null}],\"c\":\"née\",\"d\":NaN}\n"));
        add("texts.csv", text("id,sentence1,sentence2,label\n1,a b,c,yes\n2,d,e f,no\n3,g,h,yes\n"));
        add("texts.jsonl", text("{\"id\":1,\"text\":\"a\",\"label\":0.5}\n{\"id\":2,\"text\":\"b\",\"label\":1e0}\n"));
        add("texts.json", text("[{\"id\":1,\"text\":\"a\",\"label\":0},{\"id\":2,\"text\":\"b\",\"label\":1}]"));
        add("cola.tsv", text("gj04\t1\t\tOne sentence.\nbc01\t0\t*\tSentence one.\n"));
        add(
                "stsb.tsv",
                text("h".repeat(3) + "\tb\tc\td\te\tf\tg\ts1\ts2\tscore\n1\tb\tc\td\te\tf\tg\tA b.\tC d.\t2.5\n"));
        add(
                "td_metrics.jsonl",
                text("{\"guid\":1,\"index\":0,\"confidence\":0.5,\"variability\":0.1,\"correctness\":2}\n"
                        + "{\"guid\":2,\"index\":1,\"confidence\":0.7,\"variability\":0.2,\"correctness\":3}\n"));
        add("guids.txt", text("12\n13\n14\n"));
        add(
                "hans.txt",
                text(
                        "gold_label\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse"
                                + "\tsentence1\tsentence2\tpairID\theuristic\tsubcase\ttemplate\n"
                                + "non-entailment\ta\tb\tc\td\tA b.\tC d.\tex0\tlexical_overlap\tln_subject/object_swap\ttemp1\n"));
        byte[] idx = new byte[16 + 2 * 4];
        idx[2] = 8;
        idx[3] = 3;
        idx[7] = idx[11] = idx[15] = 2;
        add("train-images-idx3-ubyte", idx);
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(idx);
        }
        add("train-images-idx3-ubyte.gz", zipped.toByteArray());
        try (RunFolder run = RunFolder.openOrCreate(
                dir.resolve("runs"), "e", 1, Json.object().put("lr", 0.1))) {
            run.metrics().append(Json.object().put("step", 1).put("loss", 0.5));
            run.writeCheckpoint(1, Map.of("w", Tensor.of(new float[] {1}, 1)), Map.of());
            try (ReadingsWriter out = Readings.of(run).writer("llc", Map.of("chains", 4))) {
                out.at(1).value("llc", 2, 0.5).write();
                out.at(2).value("llc", 3, 0.5).write();
            }
            add("run.json", Files.readAllBytes(run.path().resolve("run.json")));
            add("llc.json", Files.readAllBytes(run.path().resolve("readings/llc.json")));
            add("llc.jsonl", Files.readAllBytes(run.path().resolve("readings/llc.jsonl")));
        }
        Path run = RunFolder.list(dir.resolve("runs")).get(0).path();
        Consumer<Path> tensors = f -> {
            try (TensorFile in = TensorFile.open(f)) {
                for (String name : in.names()) {
                    in.shape(name);
                    in.read(name);
                }
            }
        };
        Consumer<Path> texts = f -> TextFile.withDefaults().read(f, "train");
        readers = new LinkedHashMap<>();
        readers.put("m.safetensors", tensors);
        readers.put("checkpoint.pt", tensors);
        readers.put("odd4.TH", f -> TensorFile.open(f).close());
        readers.put("effective.pt", f -> {
            try (TensorFile in = TensorFile.open(f)) {
                in.names().stream().filter(n -> !n.startsWith("orthogonal")).forEach(in::read);
            }
        });
        readers.put("compressed.pt", tensors);
        readers.put("t.csv", Tables::readCsv);
        readers.put("metrics.jsonl", f -> MetricsLog.open(f).table());
        readers.put("x.json", Json::read);
        readers.put("texts.csv", texts);
        readers.put("texts.jsonl", texts);
        readers.put("texts.json", texts);
        readers.put("cola.tsv", f -> GlueTsv.of(GlueTask.COLA).rows(f, row -> {}));
        readers.put("stsb.tsv", f -> GlueTsv.of(GlueTask.STS_B).rows(f, row -> {}));
        readers.put("train-images-idx3-ubyte", Idx::read);
        readers.put("train-images-idx3-ubyte.gz", Idx::read);
        readers.put("td_metrics.jsonl", TdMetrics::read);
        readers.put("guids.txt", GuidFiles::read);
        readers.put("hans.txt", Hans::read);
        readers.put("run.json", f -> RunFolder.open(f.getParent()));
        readers.put("llc.json", f -> in(run, "llc.json", f));
        readers.put("llc.jsonl", f -> in(run, "llc.jsonl", f));
    }

    // A reading is read from within its run, whose file is put back afterwards.
    private void in(Path run, String name, Path damaged) {
        Path place = run.resolve("readings").resolve(name);
        try {
            Files.write(place, Files.readAllBytes(damaged));
            try {
                Readings.of(RunFolder.open(run)).joined("llc");
            } catch (RecordException e) {
                if (e.getMessage().startsWith(place.toString())) {
                    throw new RecordException(
                            damaged, e.getMessage().substring(place.toString().length()));
                }
                if (!e.getMessage().startsWith(run.toString())) {
                    throw e;
                }
                throw new RecordException(damaged, e.getMessage());
            } finally {
                Files.write(place, good.get(name));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    @Timeout(600)
    void damageIsRefusedInOneCleanSentenceOrRead() throws IOException {
        files();
        Path folder = Files.createDirectories(dir.resolve("fuzz"));
        List<String> names = List.copyOf(good.keySet());
        assertThat(readers.keySet()).containsExactlyInAnyOrderElementsOf(names);
        for (String name : names) {
            readers.get(name).accept(Files.write(folder.resolve(name), good.get(name)));
        }
        int refused = 0;
        for (int i = 0; i < INPUTS; i++) {
            // Each input has a seed of its own, so that one can be tried again by itself.
            long seed = SEED + i;
            Random random = new Random(seed * 0x9e3779b97f4a7c15L);
            String name = names.get(i % names.size());
            byte[] bytes = good.get(name);
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                bytes = damaged(bytes, random, names);
            }
            Path file = folder.resolve(name);
            // A new file each time: one that is mapped must not change.
            Files.deleteIfExists(file);
            Files.write(file, bytes);
            try {
                readers.get(name).accept(file);
            } catch (RecordException e) {
                refused++;
                check(e.getMessage(), file, name + ", seed " + seed);
            } catch (Throwable e) {
                throw new AssertionError(
                        name + ", seed " + seed + ": " + e + " of " + new String(bytes, StandardCharsets.ISO_8859_1),
                        e);
            }
        }
        assertThat(warnings.messages).noneMatch(m -> m.matches("(?s).*\\p{Cc}.*"));
        assertThat(refused).as("seed " + SEED).isBetween(INPUTS / 4, INPUTS - 1);
    }

    private static void check(String message, Path file, String what) {
        if (!message.startsWith(file.toString())
                        && !message.startsWith(file.getParent().toString())
                || message.length() > 2001
                || message.matches("(?s).*[\\p{Cc}\u202e].*")) {
            fail(what + ": the message '" + message + "'");
        }
    }

    private byte[] damaged(byte[] bytes, Random random, List<String> names) {
        if (bytes.length == 0) {
            return text(special(random));
        }
        int from = random.nextInt(bytes.length);
        int to = from + random.nextInt(Math.min(bytes.length - from, 1 << random.nextInt(10)) + 1);
        byte[] other = good.get(names.get(random.nextInt(names.size())));
        int begin = random.nextInt(other.length);
        byte[] copied =
                Arrays.copyOfRange(other, begin, begin + random.nextInt(Math.min(64, other.length - begin) + 1));
        return switch (random.nextInt(10)) {
            case 0, 1 -> {
                byte[] flipped = bytes.clone();
                flipped[from] ^= (byte) (1 << random.nextInt(8));
                yield flipped;
            }
            case 2 -> {
                byte[] set = bytes.clone();
                set[from] = (byte) new int[] {0, 0xff, 0x7f, 0x80, random.nextInt(256)}[random.nextInt(5)];
                yield set;
            }
            case 3 -> Arrays.copyOf(bytes, from);
            case 4 -> splice(bytes, from, to, new byte[0]);
            case 5 -> splice(bytes, to, to, Arrays.copyOfRange(bytes, from, to));
            case 6 -> splice(bytes, from, to, copied);
            case 7, 8 -> splice(bytes, from, random.nextBoolean() ? from : to, text(special(random)));
            default -> splice(bytes, from, from, text(special(random).repeat(1 + random.nextInt(300))));
        };
    }

    private static String special(Random random) {
        return SPECIAL.get(random.nextInt(SPECIAL.size()));
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, from);
        out.write(with, 0, with.length);
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }
}
