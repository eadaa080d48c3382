package org.kymograph.model.llama;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * {@code w3} with 0.02/√(2·layers), norms at 1. That {@code w3} is scaled down, and not {@code w2}, which writes to the residual
 * stream, is a mistake of the original that its published models were trained with; {@code scaledW2} mends it.
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
 * @param scaledW2 whether {@code w2} starts with the small deviation in place of {@code w3}
 * @param positions the number of positions with learned embeddings {@code pos_embeddings.weight [positions, d]}, which are added to
 *     those of the tokens in place of the rotations, so that sharp places in a text are easy to learn; 0 for rotations
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
        double epsilon,
        @JsonInclude(Include.NON_DEFAULT) boolean scaledW2,
        @JsonInclude(Include.NON_DEFAULT) int positions)
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
        Arguments.atLeast("positions", positions, 0);
    }

    /**
     * Makes a network with the original's initialisation.
     *
     * @param vocabulary the number of tokens
     * @param dModel the width of the residual stream
     * @param layers the number of blocks
     * @param heads the number of query heads
     * @param kvHeads the number of key and value heads
     * @param dMlp the width inside a block's SwiGLU
     * @param tied whether the logits are made with the embeddings
     * @param theta the base of the rotary frequencies
     * @param epsilon the number that RMS norms add to the mean square
     */
    public Llama(
            int vocabulary,
            int dModel,
            int layers,
            int heads,
            int kvHeads,
            int dMlp,
            boolean tied,
            double theta,
            double epsilon) {
        this(vocabulary, dModel, layers, heads, kvHeads, dMlp, tied, theta, epsilon, false, 0);
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
     * Returns about how many numbers a forward and a backward pass hold together for a text: six for each pair of positions of each head,
     * layer by layer, the streams and units of every layer, and four for each logit, and in the backward pass those of one layer again.
     *
     * @param length the tokens T of the text
     * @return the number, which grows with T²
     */
    public long numbersPerText(long length) {
        long pairs = 6L * heads * length;
        long units = 18L * dModel + 6L * kvHeads * (dModel / heads) + 5L * dMlp;
        return length * ((layers + 1L) * (pairs + units) + 6L * vocabulary);
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
        return new Llama(vocabulary, dModel, layers, heads, kvHeads, dMlp, tied, theta, epsilon, scaledW2, positions);
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
     * Returns a copy with another number in its norms.
     *
     * @param epsilon what RMS norms add to the mean square
     * @return the copy
     */
    public Llama withEpsilon(double epsilon) {
        return Copies.with(this, "epsilon", epsilon);
    }

    /**
     * Returns a copy that starts with the original's initialisation or the mended one.
     *
     * @param scaledW2 whether {@code w2} starts with the small deviation in place of {@code w3}
     * @return the copy
     */
    public Llama withScaledW2(boolean scaledW2) {
        return Copies.with(this, "scaledW2", scaledW2);
    }

    /**
     * Returns a copy with learned embeddings of positions in place of rotations, as in GPT.
     *
     * @param positions the most positions of a text; 0 for rotations
     * @return the copy
     */
    public Llama withPositions(int positions) {
        return Copies.with(this, "positions", positions);
    }

    /**
     * Returns the parameters' shapes.
     *
     * @return the shapes by name, in the network's order
     */
    public Map<String, long[]> shapes() {
        long kv = (long) dModel / heads * kvHeads;
        Map<String, long[]> all = new LinkedHashMap<>();
        all.put("tok_embeddings.weight", new long[] {vocabulary, dModel});
        if (positions > 0) {
            all.put("pos_embeddings.weight", new long[] {positions, dModel});
        }
        for (int l = 0; l < layers; l++) {
            String layer = "layers." + l + ".";
            all.put(layer + "attention_norm.weight", new long[] {dModel});
            all.put(layer + "attention.wq.weight", new long[] {dModel, dModel});
            all.put(layer + "attention.wk.weight", new long[] {kv, dModel});
            all.put(layer + "attention.wv.weight", new long[] {kv, dModel});
            all.put(layer + "attention.wo.weight", new long[] {dModel, dModel});
            all.put(layer + "ffn_norm.weight", new long[] {dModel});
            all.put(layer + "feed_forward.w1.weight", new long[] {dMlp, dModel});
            all.put(layer + "feed_forward.w2.weight", new long[] {dModel, dMlp});
            all.put(layer + "feed_forward.w3.weight", new long[] {dMlp, dModel});
        }
        all.put("norm.weight", new long[] {dModel});
        if (!tied) {
            all.put("output.weight", new long[] {vocabulary, dModel});
        }
        return all;
    }

    /**
     * Counts the parameters.
     *
     * @return their number, tied ones counted once
     */
    public long parameters() {
        long d = dModel;
        long kv = d / heads * kvHeads;
        return ((tied ? 1L : 2L) * vocabulary + positions) * d
                + layers * (2 * d * d + 2 * d * kv + 3 * d * dMlp + 2 * d)
                + d;
    }

    /**
     * Returns the points of the residual stream.
     *
     * @return the embeddings and what is behind each block
     */
    public String[] streamPoints() {
        String[] points = new String[layers + 1];
        Arrays.setAll(points, l -> l == 0 ? "embed" : "resid_post." + (l - 1));
        return points;
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
