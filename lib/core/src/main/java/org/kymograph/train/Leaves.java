package org.kymograph.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Gives a block its parameters: in training a fresh leaf of the graph each step, which shares the parameter's memory.
 * A fresh leaf takes over the gradient that the backward pass made; a lasting one would have it added to zeros that
 * somebody had to write, two more passes over all weights.
 */
final class Leaves extends ParameterStore {
    private final Map<String, NDArray> all = new LinkedHashMap<>();
    private final Map<String, NDArray> trained = new LinkedHashMap<>();
    private final IdentityHashMap<NDArray, NDArray> leaves = new IdentityHashMap<>();
    // What stands for a parameter's own array.
    private final IdentityHashMap<NDArray, NDArray> values = new IdentityHashMap<>();
    private final boolean inEvaluation;

    Leaves(NDManager manager, Block block) {
        this(manager, block, false, (name, array) -> array);
    }

    /**
     * Gives other arrays than the block's own.
     *
     * @param inEvaluation whether leaves are given in evaluation mode too, until {@link #forget}
     * @param values gives what stands for a parameter's array, by its name
     */
    Leaves(NDManager manager, Block block, boolean inEvaluation, BiFunction<String, NDArray, NDArray> values) {
        super(manager, false);
        this.inEvaluation = inEvaluation;
        for (Pair<String, Parameter> p : block.getParameters()) {
            NDArray own = p.getValue().getArray();
            own.setRequiresGradient(false);
            NDArray array = values.apply(p.getKey(), own);
            this.values.put(own, array);
            all.put(p.getKey(), array);
            if (p.getValue().requiresGradient()) {
                trained.put(p.getKey(), array);
            }
        }
    }

    /** Returns every parameter by name, running statistics too. */
    Map<String, NDArray> all() {
        return all;
    }

    /** Returns the parameters that training changes, by name. */
    Map<String, NDArray> trained() {
        return trained;
    }

    /** Makes new leaves, in the scope that is open. */
    void renew() {
        leaves.clear();
        for (NDArray p : trained.values()) {
            NDArray leaf = p.stopGradient();
            leaf.setRequiresGradient(true);
            leaves.put(p, leaf);
        }
    }

    /** Lets go of the leaves: the block gets the parameters themselves. */
    void forget() {
        leaves.clear();
    }

    /** Returns the gradient of a trained parameter since {@link #renew}, null where the loss doesn't depend on it. */
    NDArray gradient(NDArray parameter) {
        return leaves.get(parameter).getGradient();
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
        if (parameter == null) {
            return null;
        }
        NDArray array = values.get(parameter.getArray());
        return training || inEvaluation ? leaves.getOrDefault(array, array) : array;
    }
}
