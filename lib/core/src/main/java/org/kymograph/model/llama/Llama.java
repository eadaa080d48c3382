package org.kymograph.model.llama;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.model.Network;

/**
 * Llama, a decoder-only transformer: tokens {@code [T]} come in, and for each position the logits of the token that follows come
 * out, {@code [T, V]}. Blocks of causal attention and SwiGLU, each behind an RMS norm and added to the residual stream; rotary
 * positions on queries and keys; no biases, no dropout.
 *
 * <p>Parameters have the names and shapes of the original and of llama2.c: {@code tok_embeddings.weight [V, d]},
 * {@code layers.0.attention.wq.weight [d, d]}, {@code wk} and {@code wv} {@code [kv_heads·d/heads, d]}, {@code wo [d, d]},
 * {@code layers.0.feed_forward.w1.weight [d_mlp, d]}, {@code w2 [d, d_mlp]}, {@code w3 [d_mlp, d]},
 * {@code layers.0.attention_norm.weight [d]}, {@code layers.0.ffn_norm.weight}, {@code norm.weight}, and
 * {@code output.weight [V, d]} unless the embeddings are used again. Rotations turn neighbouring numbers of a head, (0, 1), (2, 3)
 * and so on; Hugging Face's files have them half a head apart. Weights start normal with standard deviation 0.02, {@code wo} and
 * {@code w3} with 0.02/√(2·layers), norms at 1.
 *
 * <p>Runs of networks of up to 200,000 parameters train in stacks. Larger ones train one after the other: their products fill a core
 * by themselves.
 *
 * <p>Source: Touvron et al., Llama 2 (arXiv 2307.09288); Karpathy's llama2.c, whose initialisation this is; Su et al., RoFormer
 * (arXiv 2104.09864); Zhang and Sennrich, Root Mean Square Layer Normalization (NeurIPS 2019); Shazeer, GLU Variants Improve
 * Transformer (arXiv 2002.05202); Ainslie et al., GQA (EMNLP 2023).
 *
 * @param vocabulary the number V of tokens, at least 2
 * @param dModel the width d of the residual stream, a multiple of twice the heads
 * @param layers the number of blocks, at least 1
 * @param heads the number of query heads
 * @param kvHeads the number of key and value heads, which divides that of the query heads; as many in ordinary attention
 * @param dMlp the width inside a block's SwiGLU
 * @param tied whether the logits are made with the embeddings
 * @param theta the base of the rotary frequencies, above 0
 * @param epsilon the number that RMS norms add to the mean square, above 0
 */
public record Llama(
        int vocabulary,
        int dModel,
        int layers,
        int heads,
        int kvHeads,
        int dMlp,
        boolean tied,
        double theta,
        double epsilon)
        implements Network {
    private static final long MOST_STACKED = 200_000;

    /** Checks the sizes. */
    public Llama {
        Arguments.atLeast("vocabulary", vocabulary, 2);
        Arguments.atLeast("layers", layers, 1);
        Arguments.atLeast("heads", heads, 1);
        Arguments.atLeast("dMlp", dMlp, 1);
        Arguments.check(
                dModel > 0 && dModel % (2 * heads) == 0,
                "dModel",
                dModel,
                "a multiple of " + 2 * heads + ", twice heads");
        Arguments.check(
                kvHeads > 0 && heads % kvHeads == 0, "kvHeads", kvHeads, "a divisor of heads, which is " + heads);
        Arguments.positive("theta", theta);
        Arguments.positive("epsilon", epsilon);
    }

    /**
     * Returns a small network: two blocks of width 64 with 4 heads, 192 units in the SwiGLU, tied embeddings, θ = 10,000 and
     * ε = 1e-5.
     *
     * @param vocabulary the number of tokens
     * @return the network
     */
    public static Llama of(int vocabulary) {
        return new Llama(vocabulary, 64, 2, 4, 4, mlpWidth(64, 32), true, 10_000, 1e-5);
    }

    /**
     * Returns the width that Llama gives its SwiGLU, ⌊8d/3⌋ rounded up.
     *
     * @param dModel the width d of the residual stream
     * @param multipleOf what it is rounded up to a multiple of
     * @return the width
     */
    public static int mlpWidth(int dModel, int multipleOf) {
        return (8 * dModel / 3 + multipleOf - 1) / multipleOf * multipleOf;
    }

    /**
     * Returns a copy of other sizes.
     *
     * @param dModel the width of the residual stream
     * @param layers the number of blocks
     * @param heads the number of query heads
     * @param kvHeads the number of key and value heads
     * @param dMlp the width inside a block's SwiGLU
     * @return the copy
     */
    public Llama withSizes(int dModel, int layers, int heads, int kvHeads, int dMlp) {
        return new Llama(vocabulary, dModel, layers, heads, kvHeads, dMlp, tied, theta, epsilon);
    }

    /**
     * Returns a copy whose logits are made with the embeddings, or with weights of their own.
     *
     * @param tied whether they are made with the embeddings
     * @return the copy
     */
    public Llama withTied(boolean tied) {
        return Copies.with(this, "tied", tied);
    }

    /**
     * Returns a copy with other rotary frequencies.
     *
     * @param theta their base
     * @return the copy
     */
    public Llama withTheta(double theta) {
        return Copies.with(this, "theta", theta);
    }

    /**
     * Counts the parameters.
     *
     * @return their number, tied ones counted once
     */
    public long parameters() {
        long d = dModel;
        long kv = d / heads * kvHeads;
        return (tied ? 1L : 2L) * vocabulary * d + layers * (2 * d * d + 2 * d * kv + 3 * d * dMlp + 2 * d) + d;
    }

    @Override
    public String name() {
        return "llama";
    }

    @Override
    public boolean stackable() {
        return parameters() <= MOST_STACKED;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new LlamaBlock(this, manager, inputShape, new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        return new LlamaBlock(this, manager, inputShape, seeds, true);
    }
}
