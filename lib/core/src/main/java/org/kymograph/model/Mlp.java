package org.kymograph.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.files.Json;

/**
 * A multilayer perceptron: for each hidden size a linear map, optionally a norm, and the activation; then a linear map
 * to the outputs. With skip connections, the input of a hidden layer of equal size is added to what the activation makes of
 * it. Weights are Xavier uniform and biases zero; then the weight and bias of every layer, norms included,
 * are multiplied by the init scaling. The input is flattened.
 *
 * <p>Parameters are named as PyTorch names them in a {@code Sequential}: {@code 0.weight} of shape {@code [out, in]},
 * {@code 0.bias}, and so on, activations counted.
 *
 * @param hidden the sizes of the hidden layers, each at least 1; empty for a linear model
 * @param outputs the number of outputs, at least 1
 * @param activation what follows each hidden layer
 * @param norm what stands between a hidden layer's linear map and its activation
 * @param skip whether hidden layers of equal size have skip connections
 * @param initScaling the factor on every initial parameter, finite
 * @param dropout the share of each hidden layer's results, behind the activation, that training sets to 0 at random while
 *        the others grow by 1 / (1 - dropout); 0 to below 1. Above 0 runs train one after the other, not in a stack.
 */
public record Mlp(
        List<Integer> hidden,
        int outputs,
        Activation activation,
        Norm norm,
        boolean skip,
        double initScaling,
        double dropout)
        implements Network {

    /** What follows a hidden layer. */
    public enum Activation {
        /** max(0, x). */
        RELU,
        /** x Φ(x), the exact form. */
        GELU,
        /** The hyperbolic tangent. */
        TANH,
        /** 1 / (1 + exp(-x)). */
        SIGMOID,
        /** Nothing. */
        NONE
    }

    /** The normalisation of a hidden layer; both have an affine part and ε = 1e-5. */
    public enum Norm {
        /** None. */
        NONE,
        /** Over the batch, with running statistics (momentum 0.1, unbiased variance) for evaluation. */
        BATCH,
        /** Over the layer's units. */
        LAYER
    }

    /** Checks the sizes. */
    public Mlp {
        hidden = List.copyOf(hidden);
        hidden.forEach(h -> Arguments.atLeast("hidden size", h, 1));
        Arguments.atLeast("outputs", outputs, 1);
        Arguments.finite("initScaling", initScaling);
        Arguments.check(dropout >= 0 && dropout < 1, "dropout", dropout, "0 to below 1");
    }

    /**
     * A network without dropout.
     *
     * @param hidden the sizes of the hidden layers, each at least 1; empty for a linear model
     * @param outputs the number of outputs, at least 1
     * @param activation what follows each hidden layer
     * @param norm what stands between a hidden layer's linear map and its activation
     * @param skip whether hidden layers of equal size have skip connections
     * @param initScaling the factor on every initial parameter, finite
     */
    public Mlp(List<Integer> hidden, int outputs, Activation activation, Norm norm, boolean skip, double initScaling) {
        this(hidden, outputs, activation, norm, skip, initScaling, 0);
    }

    /**
     * Returns a ReLU network without norms and skip connections, init scaling 1.
     *
     * @param outputs the number of outputs
     * @param hidden the sizes of the hidden layers
     * @return a ReLU network without norms and skip connections, init scaling 1
     */
    public static Mlp of(int outputs, Integer... hidden) {
        return new Mlp(List.of(hidden), outputs, Activation.RELU, Norm.NONE, false, 1);
    }

    /**
     * Returns a copy of those sizes.
     *
     * @param hidden the sizes of the hidden layers
     * @return the copy
     */
    public Mlp withHidden(List<Integer> hidden) {
        return Copies.with(this, "hidden", hidden);
    }

    /**
     * Returns a copy with that activation.
     *
     * @param activation what follows each hidden layer
     * @return the copy
     */
    public Mlp withActivation(Activation activation) {
        return Copies.with(this, "activation", activation);
    }

    /**
     * Returns a copy with that norm.
     *
     * @param norm the normalisation of hidden layers
     * @return the copy
     */
    public Mlp withNorm(Norm norm) {
        return Copies.with(this, "norm", norm);
    }

    /**
     * Returns a copy with or without skip connections.
     *
     * @param skip whether hidden layers of equal size have skip connections
     * @return the copy
     */
    public Mlp withSkip(boolean skip) {
        return Copies.with(this, "skip", skip);
    }

    /**
     * Returns a copy with that scaling.
     *
     * @param initScaling the factor on every initial parameter
     * @return the copy
     */
    public Mlp withInitScaling(double initScaling) {
        return Copies.with(this, "initScaling", initScaling);
    }

    /**
     * Returns a copy with that dropout.
     *
     * @param dropout the share of each hidden layer's results that training sets to 0
     * @return the copy
     */
    public Mlp withDropout(double dropout) {
        return Copies.with(this, "dropout", dropout);
    }

    @Override
    public String name() {
        return "mlp";
    }

    /** Returns the components; the dropout only where there is some, so that older runs keep their folders. */
    @Override
    public Object setting() {
        ObjectNode all = (ObjectNode) Json.tree(this);
        return dropout == 0 ? all.without("dropout") : all;
    }

    @Override
    public boolean stackable() {
        return dropout == 0;
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        return new MlpBlock(this, manager, (int) inputShape.size(), new long[] {seed}, false);
    }

    @Override
    public Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        if (!stackable()) {
            throw new UnsupportedOperationException(
                    "dropout is " + dropout + "; expected 0, since networks with dropout cannot be stacked");
        }
        return new MlpBlock(this, manager, (int) inputShape.size(), seeds, true);
    }
}
