package org.kymograph.stories.corpus;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * Token files of a data set. By name, the first shard is the test set and the others the training set.
 *
 * @param shards the files
 * @param vocabSize the model's number of pieces, which every token must be below
 */
public record TokenShards(List<Path> shards, int vocabSize) {
    private static final double PRETRAINING = .8;

    /** Checks that there is a shard. */
    public TokenShards {
        shards = List.copyOf(Arguments.notEmpty("shards", shards));
        Arguments.within("vocabSize", vocabSize, 1, 65_536);
    }

    /**
     * Opens the test set.
     *
     * @param folder the data set's folder, such as {@code data/tok512/filter-Twist}
     * @param vocabSize the model's number of pieces
     * @return the first shard
     * @throws RecordException if there is no shard, or one is missing between others
     */
    public static TokenShards test(Path folder, int vocabSize) {
        return new TokenShards(bins(folder).subList(0, 1), vocabSize);
    }

    /**
     * Opens the training set.
     *
     * @param folder the data set's folder
     * @param vocabSize the model's number of pieces
     * @return all shards but the first
     * @throws RecordException if there are fewer than two shards, or one is missing between others
     */
    public static TokenShards train(Path folder, int vocabSize) {
        List<Path> all = bins(folder);
        if (all.size() < 2) {
            throw new RecordException(folder, "has one shard, the test set; expected at least one more to train on");
        }
        return new TokenShards(all.subList(1, all.size()), vocabSize);
    }

    private static List<Path> bins(Path folder) {
        return StoryShards.numbered(folder, ".*\\.bin");
    }

    /**
     * Returns the part for pretraining or the part for fine-tuning, so that no story is seen in both.
     *
     * @param pretraining whether the first 80 % of the shards are wanted, or the rest
     * @return that part
     * @throws IllegalArgumentException if there are too few shards for two parts
     */
    public TokenShards part(boolean pretraining) {
        int cut = (int) (PRETRAINING * shards.size());
        Arguments.require(
                cut > 0,
                "there is " + shards.size() + " shard to train on; expected at least 2, to be split in two parts");
        return Copies.with(this, "shards", pretraining ? shards.subList(0, cut) : shards.subList(cut, shards.size()));
    }

    /**
     * Returns the same files for a model with another vocabulary.
     *
     * @param vocabSize the model's number of pieces
     * @return the copy
     */
    public TokenShards withVocabSize(int vocabSize) {
        return Copies.with(this, "vocabSize", vocabSize);
    }

    /**
     * Returns endless batches. Pieces of text run across the borders of records.
     *
     * @param batchSize how many sequences a batch has
     * @param length how many tokens a sequence has
     * @param maxSeqLen the model's longest sequence, which the length must not exceed
     * @param splitOnBos whether each sequence begins with a record; otherwise the shard is cut into equal pieces, of which the last
     *     whole one is left out as in llama2.c
     * @param seed the seed of the order
     * @return the batches, from the first on
     * @throws IllegalArgumentException if the length exceeds the model's
     */
    public TokenBatches batches(int batchSize, int length, int maxSeqLen, boolean splitOnBos, long seed) {
        Arguments.require(
                length <= maxSeqLen,
                "the sequences have " + length + " tokens; expected at most " + maxSeqLen + ", the model's longest");
        return new TokenBatches(this, batchSize, length, splitOnBos, seed);
    }

    /**
     * Returns where equal pieces of a shard begin. The last whole one is left out, as in llama2.c.
     *
     * @param tokens how many tokens the shard has
     * @param length how many tokens a piece has
     * @return the places of the pieces' first tokens
     */
    public static IntStream pieces(int tokens, int length) {
        return IntStream.range(0, Math.max(0, tokens / length - 1)).map(i -> i * length);
    }

    int[] tokens(Path file) {
        int[] tokens = read(file);
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] >= vocabSize) {
                throw new RecordException(
                        file,
                        "token " + i + " is " + tokens[i] + "; expected below " + vocabSize
                                + ", the size of the model's vocabulary");
            }
        }
        return tokens;
    }

    /**
     * Reads a token file.
     *
     * @param file the file
     * @return its tokens, 0 to 65,535
     * @throws RecordException if it can't be read or is cut off within a token
     */
    public static int[] read(Path file) {
        AtomicFiles.checkReadable(file);
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length % 2 != 0) {
                throw new RecordException(file, "has " + bytes.length + " bytes; expected two for each token");
            }
            int[] tokens = new int[bytes.length / 2];
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] = bytes[2 * i] & 0xFF | (bytes[2 * i + 1] & 0xFF) << 8;
            }
            return tokens;
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    static void write(Path file, OutputStream out, int[] tokens) {
        byte[] bytes = new byte[2 * tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            bytes[2 * i] = (byte) tokens[i];
            bytes[2 * i + 1] = (byte) (tokens[i] >> 8);
        }
        try {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be written", e);
        }
    }

    /**
     * Returns the files as a table.
     *
     * @return columns shard and tokens
     */
    public Table table() {
        return Columns.of("token files", shards)
                .texts("shard", Path::getFileName)
                .longs("tokens", shard -> shard.toFile().length() / 2)
                .table();
    }
}
