package org.kymograph.stories.corpus;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.tokens.BpeTokenizer;

/** Endless batches of token files: the shards in random order, again and again, and the pieces of each in random order. */
public final class TokenBatches implements Iterator<TokenBatches.Batch> {
    private final TokenShards source;
    private final int batchSize;
    private final int length;
    private final boolean splitOnBos;
    private final RandomGenerator random;
    private final Deque<Path> shards = new ArrayDeque<>();
    private int[] tokens = {};
    private int[] starts = {};
    private int next;

    /**
     * A batch.
     *
     * @param inputs the inputs, [batch][length]
     * @param targets the token after each input
     */
    public record Batch(int[][] inputs, int[][] targets) {}

    TokenBatches(TokenShards source, int batchSize, int length, boolean splitOnBos, long seed) {
        this.source = source;
        this.batchSize = Arguments.atLeast("batchSize", batchSize, 1);
        this.length = Arguments.atLeast("length", length, 1);
        this.splitOnBos = splitOnBos;
        random = Streams.of(seed, "batches");
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public Batch next() {
        int[][] inputs = new int[batchSize][];
        int[][] targets = new int[batchSize][];
        for (int b = 0; b < batchSize; b++) {
            int start = start();
            inputs[b] = Arrays.copyOfRange(tokens, start, start + length);
            targets[b] = Arrays.copyOfRange(tokens, start + 1, start + length + 1);
        }
        return new Batch(inputs, targets);
    }

    private int start() {
        if (next == starts.length) {
            open();
        }
        return starts[next++];
    }

    private void open() {
        if (shards.isEmpty()) {
            for (int i : Streams.permutation(random, source.shards().size())) {
                shards.add(source.shards().get(i));
            }
        }
        Path file = shards.remove();
        tokens = source.tokens(file);
        int[] all = splitOnBos
                ? records()
                : TokenShards.pieces(tokens.length, length).toArray();
        if (all.length == 0) {
            throw new RecordException(
                    file,
                    "has " + tokens.length + " tokens; expected "
                            + (splitOnBos
                                    ? "a record with " + (length + 1) + " tokens from its start on"
                                    : "at least " + 2 * length));
        }
        int[] order = Streams.permutation(random, all.length);
        starts = Arrays.stream(order).map(i -> all[i]).toArray();
        next = 0;
    }

    private int[] records() {
        int[] all = IntStream.range(0, tokens.length)
                .filter(i -> tokens[i] == BpeTokenizer.BOS)
                .toArray();
        return Arrays.stream(all, 0, Math.max(0, all.length - 1))
                .filter(i -> i + length < tokens.length)
                .toArray();
    }
}
