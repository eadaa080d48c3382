package org.kymograph.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * A transformer of one block, as it is used to study arithmetic: tokens of a fixed number of positions come in, and
 * what follows the last of them comes out. Causal attention, then a ReLU layer, each added to the residual stream; no
 * biases but the ReLU layer's, no tied weights, no dropout.
 *
 * <p>With layer norm, each sum is normalised after the addition (post-norm, ε = 1e-5, affine) and nothing else is. The
 * source has these norms as unused parameters without the flag too, on which weight decay acts; here there are none.
 *
 * <p>Parameters are named and shaped as in the source, V the vocabulary and n the positions: {@code embed.W_E [d, V]},
 * {@code pos_embed.W_pos [n, d]}, {@code blocks.0.attn.W_K}, {@code W_Q}, {@code W_V [heads, d_head, d]},
 * {@code W_O [d, heads·d_head]}, {@code blocks.0.mlp.W_in [d_mlp, d]}, {@code b_in}, {@code W_out [d, d_mlp]},
 * {@code b_out}, {@code blocks.0.ln1.weight} and so on, {@code unembed.W_U [d, V]}. All start as standard normal
 * numbers over √d, {@code W_U} over √V; biases at 0, norms at 1 and 0; then all are multiplied by the init scaling.
 *
 * <p>Only the last position is read, so only its query, its sums and its ReLU layer need computing; its scores and the
 * values of the other positions depend on one token each and are computed once per token, not once per sample. That is
 * exact. It needs inputs that all end in the same token, as those of arithmetic end in "=".
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023) and their code; Nanda et al., Progress
 * measures for grokking via mechanistic interpretability (2023).
 *
 * @param vocabulary the number of tokens, in and out, at least 2
 * @param dModel the width d of the residual stream, at least 1
 * @param heads the number of attention heads, at least 1
 * @param dHead the width of a head, at least 1
 * @param dMlp the number of ReLU units, at least 1
 * @param layerNorm whether sums are normalised
 * @param initScaling the factor on every initial parameter, finite
 * @param lastPositionOnly whether to leave out what the last position doesn't need
 * @param constantAttention whether each position attends to itself and all before it alike, whatever the tokens; only weight
 *     decay acts on the keys and queries then
 */
public record Transformer(
        int vocabulary,
        int dModel,
        int heads,
        int dHead,
        int dMlp,
        boolean layerNorm,
        double initScaling,
        boolean lastPositionOnly,
        @JsonInclude(Include.NON_DEFAULT) boolean constantAttention)
        implements Network {

    /** Checks the sizes. */
    public Transformer {
        Arguments.atLeast("vocabulary", vocabulary, 2);
        Arguments.atLeast("dModel", dModel, 1);
        Arguments.atLeast("heads", heads, 1);
        Arguments.atLeast("dHead", dHead, 1);
        Arguments.atLeast("dMlp", dMlp, 1);
        Arguments.finite("initScaling", initScaling);
    }

    /**
     * Returns a network of width 128 with 4 heads of 32, 512 ReLU units and no layer norm.
     *
     * @param vocabulary the number of tokens
     * @return the network
     */
    public static Transformer of(int vocabulary) {
        return new Transformer(vocabulary, 128, 4, 32, 512, false, 1, true, false);
    }

    /**
     * Returns a copy of those sizes.
     *
     * @param dModel the width of the residual stream
     * @param heads the number of attention heads
     * @param dHead the width of a head
     * @param dMlp the number of ReLU units
     * @return the copy
     */
    public Transformer withSizes(int dModel, int heads, int dHead, int dMlp) {
        return new Transformer(
                vocabulary, dModel, heads, dHead, dMlp, layerNorm, initScaling, lastPositionOnly, constantAttention);
    }

    /**
     * Returns a copy whose heads share the width of the residual stream.
     *
     * @param dModel the width of the residual stream
     * @param heads the number of attention heads, each as wide as its share
     * @param dMlp the number of ReLU units
     * @return the copy
     * @throws IllegalArgumentException if the heads do not divide the width
     */
    public Transformer withSizes(int dModel, int heads, int dMlp) {
        Arguments.atLeast("heads", heads, 1);
        Arguments.check(dModel % heads == 0, "heads", heads, "a divisor of dModel, which is " + dModel);
        return withSizes(dModel, heads, dModel / heads, dMlp);
    }

    /**
     * Returns a copy for that many tokens.
     *
     * @param vocabulary the number of tokens
     * @return the copy
     */
    public Transformer withVocabulary(int vocabulary) {
        return Copies.with(this, "vocabulary", vocabulary);
    }

    /**
     * Returns a copy with or without layer norms.
     *
     * @param layerNorm whether sums are normalised
     * @return the copy
     */
    public Transformer withLayerNorm(boolean layerNorm) {
        return Copies.with(this, "layerNorm", layerNorm);
    }

    /**
     * Returns a copy with that scaling.
     *
     * @param initScaling the factor on every initial parameter
     * @return the copy
     */
    public Transformer withInitScaling(double initScaling) {
        return Copies.with(this, "initScaling", initScaling);
    }

    /**
     * Returns a copy that computes the same, quickly or in full.
     *
     * @param lastPositionOnly whether to leave out what the last position doesn't need
     * @return the copy
     */
    public Transformer withLastPositionOnly(boolean lastPositionOnly) {
        return Copies.with(this, "lastPositionOnly", lastPositionOnly);
    }

    /**
     * Returns a copy with constant or learned attention.
     *
     * @param constantAttention whether each position attends to all that it sees alike
     * @return the copy
     */
    public Transformer withConstantAttention(boolean constantAttention) {
        return Copies.with(this, "constantAttention", constantAttention);
    }

    @Override
    public String name() {
        return "transformer";
    }

    @Override
    public boolean stackable() {
        return true;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new TransformerBlock(this, manager, (int) inputShape.size(), new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        return new TransformerBlock(this, manager, (int) inputShape.size(), seeds, true);
    }
}
