package org.kymograph.connectivity.tasks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import org.kymograph.base.Arguments;
import org.kymograph.model.Network;

/**
 * One attention head with a learned query over the symbols of a short sequence, and a linear head: with h the sum of a symbol's
 * and its position's embedding, α = softmax((W_K h)·q/√d), context = W_V Σ α h. It can follow one cue with a plus or another
 * with a minus sign, but not both linearly. With the defaults it has 914 parameters.
 *
 * <p>Initially normal with sd 0.3 (embeddings), 0.1 (query), 1/√d (key and value maps) and 0.02 (head); biases 0.
 *
 * @param symbols the number of symbols, at least 2
 * @param width d, the width of the embeddings, at least 1
 * @param outputs the number of outputs, at least 1
 */
public record CueReader(int symbols, int width, int outputs) implements Network {
    /** Checks the ranges. */
    public CueReader {
        Arguments.atLeast("symbols", symbols, 2);
        Arguments.atLeast("width", width, 1);
        Arguments.atLeast("outputs", outputs, 1);
    }

    /** Returns the network of the two-cue task: 16 symbols, width 16, two outputs. */
    public static CueReader withDefaults() {
        return new CueReader(16, 16, 2);
    }

    @Override
    public String name() {
        return "cue-reader";
    }

    @Override
    public boolean stackable() {
        return true;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new CueReaderBlock(this, manager, (int) inputShape.size(), new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        return new CueReaderBlock(this, manager, (int) inputShape.size(), seeds, true);
    }
}
