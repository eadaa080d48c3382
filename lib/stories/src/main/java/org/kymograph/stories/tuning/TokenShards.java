package org.kymograph.stories.tuning;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;

/**
 * Pretokenized data: {@code tok{V}/{name}/dataNN.bin}, streams of unsigned 16-bit numbers, the first of which is for the test; or a text
 * file of one's own, whose bytes are the tokens 3 to 258 behind a token 1 and whose last tenth is for the test.
 */
final class TokenShards {
    private static final int BOS = 1;
    private static final int FIRST_BYTE = 3;

    private TokenShards() {}

    /** Returns the chunks of one part of some data: chunk i is tokens iT to iT + T; of each shard the last full one is left. */
    static Dataset read(StoriesConfig config, String name, boolean test, int length) {
        int vocabulary = config.count("vocab_size");
        if (name.endsWith(".txt")) {
            return text(Path.of(name), test, length, vocabulary);
        }
        Arguments.check(!name.isEmpty(), "dataset_name", "empty", "the name of pretokenized data, or a text file .txt");
        Path folder = Path.of(config.text("data_cache_dir"), "tok" + vocabulary, name);
        List<Path> shards = shards(folder);
        if (shards.size() < 2) {
            throw new RecordException(
                    folder,
                    "has " + shards.size() + " shards data*.bin; expected at least two, the first for the test");
        }
        List<Path> part = test ? shards.subList(0, 1) : shards.subList(1, shards.size());
        if (!test && config.is("split_shards_pretrain")) {
            int first = (int) (0.8 * part.size());
            part = config.is("pretraining") ? part.subList(0, first) : part.subList(first, part.size());
        }
        return chunks(name, test, part.stream().map(TokenShards::tokens).toList(), length, vocabulary, folder);
    }

    private static List<Path> shards(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new RecordException(folder, "doesn't exist; pretokenize writes it");
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.getFileName().toString().matches("data\\d+\\.bin"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw AtomicFiles.failure(folder, "can't be listed", e);
        }
    }

    private static long[] tokens(Path shard) {
        byte[] bytes = bytes(shard);
        if (bytes.length % 2 != 0) {
            throw new RecordException(shard, "has " + bytes.length + " bytes, not two for each token: it was cut off");
        }
        ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long[] tokens = new long[bytes.length / 2];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = b.getShort(2 * i) & 0xffff;
        }
        return tokens;
    }

    private static byte[] bytes(Path file) {
        AtomicFiles.checkReadable(file);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    private static Dataset text(Path file, boolean test, int length, int vocabulary) {
        Arguments.check(
                vocabulary >= FIRST_BYTE + 256,
                "vocab_size",
                vocabulary,
                "at least 259, the tokens of the bytes of a text");
        byte[] all = bytes(file);
        int cut = all.length - all.length / 10;
        int from = test ? cut : 0;
        int to = test ? all.length : cut;
        long[] tokens = new long[to - from + 1];
        tokens[0] = BOS;
        for (int i = from; i < to; i++) {
            tokens[i - from + 1] = (all[i] & 0xff) + FIRST_BYTE;
        }
        return chunks(file.getFileName().toString(), test, List.of(tokens), length, vocabulary, file);
    }

    private static Dataset chunks(
            String name, boolean test, List<long[]> shards, int length, int vocabulary, Path from) {
        int n = shards.stream()
                .mapToInt(s -> Math.max(0, s.length / length - 1))
                .sum();
        if (n == 0) {
            throw new RecordException(
                    from, "is too short for one text of " + length + " tokens" + (test ? " to test on" : ""));
        }
        long[] inputs = new long[Math.multiplyExact(n, length)];
        long[] targets = new long[inputs.length];
        int at = 0;
        for (long[] shard : shards) {
            for (long t : shard) {
                if (t >= vocabulary) {
                    throw new RecordException(
                            from,
                            "has the token " + t + "; expected 0 to " + (vocabulary - 1) + ", the model's vocabulary");
                }
            }
            for (int i = 0; i < shard.length / length - 1; i++) {
                System.arraycopy(shard, i * length, inputs, at, length);
                System.arraycopy(shard, i * length + 1, targets, at, length);
                at += length;
            }
        }
        return new Dataset(
                name,
                test ? "test" : "train",
                0,
                Tensor.of(inputs, n, length),
                Tensor.of(targets, n, length),
                vocabulary,
                Scaling.NONE);
    }
}
