package org.kymograph.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.kymograph.base.Arguments;
import org.kymograph.data.text.WordPieces;
import org.kymograph.model.GradientMode;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.model.bert.BertConfig;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stats.Statistics;

/**
 * What a BERT classifier says of pairs of sentences. Open until it is closed; it holds the weights in native memory.
 */
public final class PairClassifier implements AutoCloseable {
    private static final int LONGEST = 128;

    private final BertClassifier network;
    private final WordPieces tokenizer;
    private final NDManager manager;
    private final Block block;

    private PairClassifier(BertClassifier network, WordPieces tokenizer, NDManager manager, Block block) {
        this.network = network;
        this.tokenizer = tokenizer;
        this.manager = manager;
        this.block = block;
    }

    /**
     * Opens a fine-tuned model; pairs are cut to at most 128 word pieces, special ones included.
     *
     * @param folder holds {@code config.json}, weights, and {@code tokenizer.json} or {@code vocab.txt}
     * @return the classifier
     * @throws RecordException if a file is missing or not what it must be
     */
    public static PairClassifier open(Path folder) {
        BertClassifier network = BertClassifier.open(folder);
        return open(folder, network, manager -> network.block(manager, 0));
    }

    /**
     * Opens a checkpoint of a model, such as one of its fine-tuning.
     *
     * @param folder holds the model's {@code config.json}, and {@code tokenizer.json} or {@code vocab.txt}
     * @param weights the checkpoint
     * @return the classifier
     * @throws RecordException if a file is missing or not what it must be
     */
    public static PairClassifier open(Path folder, TensorFile weights) {
        BertClassifier network = BertClassifier.of(BertConfig.read(folder.resolve("config.json")));
        return open(folder, network, manager -> network.block(manager, weights));
    }

    private static PairClassifier open(Path folder, BertClassifier network, Function<NDManager, Block> block) {
        WordPieces tokenizer =
                WordPieces.open(folder, Math.min(LONGEST, network.config().positions()));
        NDManager manager = NDManager.newBaseManager();
        try {
            return new PairClassifier(network, tokenizer, manager, block.apply(manager));
        } catch (RuntimeException e) {
            manager.close();
            tokenizer.close();
            throw e;
        }
    }

    /**
     * Returns the names of the classes.
     *
     * @return the names, in order
     */
    public List<String> labels() {
        return network.config().labels();
    }

    /**
     * Computes the outputs for pairs of sentences.
     *
     * @param first the first sentences
     * @param second the second sentences, as many
     * @param batch how many pairs go through the network together, at least 1
     * @param types whether the network is told which sentence a word piece belongs to, as in training
     * @param progress is told the number of pairs that are done
     * @return the logits, pairs × classes
     * @throws CancellationException if the thread is interrupted
     * @throws IllegalArgumentException if the sentences don't pair or the batch is below 1
     */
    public float[][] logits(List<String> first, List<String> second, int batch, boolean types, IntConsumer progress) {
        Arguments.sameLength("second", second.size(), "first", first.size());
        Arguments.atLeast("batch", batch, 1);
        WordPieces.Pair[] pairs = new WordPieces.Pair[first.size()];
        Arrays.setAll(pairs, i -> tokenizer.encode(first.get(i), second.get(i)));
        // Pairs of like length go together, so that little is padded.
        int[] order =
                Statistics.order(pairs.length, (a, b) -> Integer.compare(pairs[a].ids().length, pairs[b].ids().length));
        return GradientMode.off(() -> logits(pairs, order, batch, types, progress));
    }

    private float[][] logits(WordPieces.Pair[] pairs, int[] order, int batch, boolean types, IntConsumer progress) {
        float[][] out = new float[pairs.length][];
        ParameterStore store = new ParameterStore(manager, false);
        for (int from = 0; from < order.length; from += batch) {
            if (Thread.interrupted()) {
                throw new CancellationException("the evaluation of " + pairs.length + " pairs was interrupted");
            }
            int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + batch));
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray x = input(pairs, rows, types);
                float[] flat = block.forward(store, new NDList(x), false)
                        .singletonOrThrow()
                        .toFloatArray();
                int classes = flat.length / rows.length;
                for (int i = 0; i < rows.length; i++) {
                    out[rows[i]] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
                }
            }
            progress.accept(from + rows.length);
        }
        return out;
    }

    private NDArray input(WordPieces.Pair[] pairs, int[] rows, boolean types) {
        int longest = Arrays.stream(rows).map(r -> pairs[r].ids().length).max().orElseThrow();
        int vocabulary = network.config().vocabulary();
        long[] x = new long[rows.length * 3 * longest];
        for (int i = 0; i < rows.length; i++) {
            WordPieces.Pair pair = pairs[rows[i]];
            int at = i * 3 * longest;
            Arrays.fill(x, at, at + longest, network.config().padding());
            for (int t = 0; t < pair.ids().length; t++) {
                if (pair.ids()[t] >= vocabulary) {
                    throw Arguments.unexpected(
                            "a word piece of the tokenizer",
                            pair.ids()[t],
                            "below " + vocabulary + ", the vocab_size in the model's config.json");
                }
                x[at + t] = pair.ids()[t];
                x[at + longest + t] = 1;
                x[at + 2 * longest + t] =
                        types ? Math.min(pair.types()[t], network.config().types() - 1) : 0;
            }
        }
        return manager.create(x, new Shape(rows.length, 3, longest));
    }

    @Override
    public void close() {
        manager.close();
        tokenizer.close();
    }
}
