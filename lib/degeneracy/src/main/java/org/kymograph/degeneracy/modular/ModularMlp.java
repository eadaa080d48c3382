package org.kymograph.degeneracy.modular;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.model.Network;

/**
 * A network with one hidden layer on the embeddings of two tokens: z = W_l E_a + c_l + W_r E_b + c_r, y = act(z), and the logits are
 * W_2 y, or E (W_2 y + c_2) with a tied unembedding. Inputs are pairs of tokens {@code [B, 2]}, outputs {@code [B, p]}.
 *
 * <p>Parameters have the names, shapes and order of the original's state dict: {@code embedding.weight [p, e]},
 * {@code linear1r.weight [h, e]}, {@code linear1r.bias [h]}, {@code linear1l.weight}, {@code linear1l.bias}, {@code linear2.weight [p, h]},
 * or {@code [e, h]} and {@code linear2.bias [e]} where the unembedding is tied. Initial embeddings are from N(0, 1), the linear maps uniform
 * within ±1/√(inputs); then two factors apply. With a tied first layer both tokens go through {@code linear1r}, and {@code linear1l}
 * is there without use.
 *
 * <p>Points for hooks: {@code embed [B, 2, e]}, {@code mlp_pre.0}, {@code mlp_post.0 [B, h]} and {@code mlp_out.0}, what the second
 * linear map gives.
 *
 * <p>Source: the code of Panickssery and Vaintrob, Investigating the learning coefficient of modular addition (2023).
 *
 * @param p the modulus: the number of tokens and of classes, 2 to 1000
 * @param embedDim e, at least 1
 * @param hiddenSize h, at least 1
 * @param activation what follows the sum of the two projections
 * @param tieUnembed whether the embedding is the unembedding too
 * @param linear1Tied whether both tokens share a projection
 * @param scaleEmbed the factor on the initial embedding, finite
 * @param scaleLinear1 the factor on the initial weights, not the biases, of the two projections, finite
 */
public record ModularMlp(
        int p,
        int embedDim,
        int hiddenSize,
        Activation activation,
        boolean tieUnembed,
        boolean linear1Tied,
        double scaleEmbed,
        double scaleLinear1)
        implements Network {

    /** What follows the hidden sum. */
    public enum Activation {
        /** x Φ(x), the exact form. */
        GELU,
        /** max(0, x). */
        RELU,
        /** x². */
        QUAD
    }

    /** Checks the sizes. */
    public ModularMlp {
        Arguments.within("p", p, 2, 1000);
        Arguments.atLeast("embedDim", embedDim, 1);
        Arguments.atLeast("hiddenSize", hiddenSize, 1);
        Objects.requireNonNull(activation, "activation");
        Arguments.finite("scaleEmbed", scaleEmbed);
        Arguments.finite("scaleLinear1", scaleLinear1);
    }

    /**
     * Returns a network with gelu, untied, without factors.
     *
     * @param p the modulus
     * @param embedDim the width of the embedding
     * @param hiddenSize the hidden units
     * @return the network
     */
    public static ModularMlp of(int p, int embedDim, int hiddenSize) {
        return new ModularMlp(p, embedDim, hiddenSize, Activation.GELU, false, false, 1, 1);
    }

    /** Returns a copy with another activation. */
    public ModularMlp withActivation(Activation activation) {
        return Copies.with(this, "activation", activation);
    }

    /** Returns a copy with a tied or a separate unembedding. */
    public ModularMlp withTieUnembed(boolean tieUnembed) {
        return Copies.with(this, "tieUnembed", tieUnembed);
    }

    /** Returns a copy with one projection for both tokens or one for each. */
    public ModularMlp withLinear1Tied(boolean linear1Tied) {
        return Copies.with(this, "linear1Tied", linear1Tied);
    }

    /** Returns a copy with another factor on the initial embedding. */
    public ModularMlp withScaleEmbed(double scaleEmbed) {
        return Copies.with(this, "scaleEmbed", scaleEmbed);
    }

    /** Returns a copy with another factor on the initial weights of the projections. */
    public ModularMlp withScaleLinear1(double scaleLinear1) {
        return Copies.with(this, "scaleLinear1", scaleLinear1);
    }

    /**
     * Returns the number of parameters.
     *
     * @return pe + 2(he + h) + hp, or pe + 2(he + h) + he + e where the unembedding is tied
     */
    public int size() {
        int out = tieUnembed ? hiddenSize * embedDim + embedDim : hiddenSize * p;
        return p * embedDim + 2 * (hiddenSize * embedDim + hiddenSize) + out;
    }

    @Override
    public String name() {
        return "modular-mlp";
    }

    @Override
    public boolean stackable() {
        return true;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new ModularMlpBlock(this, manager, new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        return new ModularMlpBlock(this, manager, seeds, true);
    }
}
