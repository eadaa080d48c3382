package org.kymograph.stories.tuning;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.tokens.BpeTokenizer;

/**
 * Pretokenized data: {@code tok{V}/{name}/dataNN.bin}, streams of unsigned 16-bit numbers, the first of which is for the test; or a text
 * file of one's own, whose bytes are the tokens 3 to 258 behind a token 1 and whose last tenth is for the test.
 */
final class TokenDatasets {
    private static final int FIRST_BYTE = 3;

    private TokenDatasets() {}

    /** Returns the chunks of one part of some data: chunk i is tokens iT to iT + T; of each shard the last full one is left. */
    static Dataset read(StoriesConfig config, String name, boolean test, int length) {
        int vocabulary = config.count("vocab_size");
        if (name.endsWith(".txt")) {
            return text(Path.of(name), test, length, vocabulary);
        }
        List<int[]> tokens = shards(config, name, test).shards().stream()
                .map(TokenShards::read)
                .toList();
        return chunks(name, test, tokens, length, vocabulary, folder(config, name));
    }

    /** Returns the shards of one part of pretokenized data. */
    static TokenShards shards(StoriesConfig config, String name, boolean test) {
        Path folder = folder(config, name);
        int vocabulary = config.count("vocab_size");
        // Even a test needs a training set beside it.
        TokenShards train = TokenShards.train(folder, vocabulary);
        return test
                ? TokenShards.test(folder, vocabulary)
                : config.is("split_shards_pretrain") ? train.part(config.is("pretraining")) : train;
    }

    /** Returns the folder of pretokenized data. */
    static Path folder(StoriesConfig config, String name) {
        Arguments.check(!name.isEmpty(), "dataset_name", "empty", "the name of pretokenized data, or a text file .txt");
        Path folder = Path.of(config.text("data_cache_dir"), "tok" + config.count("vocab_size"), name);
        if (!Files.isDirectory(folder)) {
            throw new RecordException(folder, "doesn't exist; pretokenize writes it");
        }
        return folder;
    }

    /** Returns the tokenizer that stories are read and written with, checked against the vocabulary. */
    static BpeTokenizer tokenizer(StoriesConfig config) {
        int vocabulary = config.count("vocab_size");
        String given = config.text("tokenizer");
        Path cache = Path.of(config.text("data_cache_dir"));
        Path file = !given.isEmpty()
                ? Path.of(given)
                : cache.resolve(
                        config.text("vocab_source").equals("custom")
                                ? "tok" + vocabulary + ".model"
                                : "tokenizer.model");
        BpeTokenizer tokenizer;
        if (Files.exists(file)) {
            tokenizer = BpeTokenizer.load(file);
        } else if (given.isEmpty() && vocabulary == 8192) {
            tokenizer = BpeTokenizer.tok8192();
        } else {
            throw new RecordException(
                    file,
                    "is missing; expected the tokenizer that stories are written with, or generation_eval_iters=0");
        }
        tokenizer.checkSize(vocabulary);
        return tokenizer;
    }

    private static Dataset text(Path file, boolean test, int length, int vocabulary) {
        Arguments.check(
                vocabulary >= FIRST_BYTE + 256,
                "vocab_size",
                vocabulary,
                "at least 259, the tokens of the bytes of a text");
        byte[] all = AtomicFiles.bytes(file);
        int cut = all.length - all.length / 10;
        int from = test ? cut : 0;
        int to = test ? all.length : cut;
        int[] tokens = new int[to - from + 1];
        tokens[0] = BpeTokenizer.BOS;
        for (int i = from; i < to; i++) {
            tokens[i - from + 1] = (all[i] & 0xff) + FIRST_BYTE;
        }
        return chunks(file.getFileName().toString(), test, List.of(tokens), length, vocabulary, file);
    }

    private static Dataset chunks(
            String name, boolean test, List<int[]> shards, int length, int vocabulary, Path from) {
        int n = (int) shards.stream()
                .mapToLong(s -> TokenShards.pieces(s.length, length).count())
                .sum();
        if (n == 0) {
            throw new RecordException(
                    from, "is too short for one text of " + length + " tokens" + (test ? " to test on" : ""));
        }
        long[] inputs = new long[Math.multiplyExact(n, length)];
        long[] targets = new long[inputs.length];
        int at = 0;
        for (int[] shard : shards) {
            for (int t : shard) {
                if (t >= vocabulary) {
                    throw new RecordException(
                            from,
                            "has the token " + t + "; expected 0 to " + (vocabulary - 1) + ", the model's vocabulary");
                }
            }
            for (int start : TokenShards.pieces(shard.length, length).toArray()) {
                for (int i = start; i < start + length; i++) {
                    inputs[at] = shard[i];
                    targets[at++] = shard[i + 1];
                }
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
