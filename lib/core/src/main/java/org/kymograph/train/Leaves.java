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

/**
 * Gives a block its parameters: in training a fresh leaf of the graph each step, which shares the parameter's memory.
 * A fresh leaf takes over the gradient that the backward pass made; a lasting one would have it added to zeros that
 * somebody had to write, two more passes over all weights.
 */
final class Leaves extends ParameterStore {
    private final Map<String, NDArray> all = new LinkedHashMap<>();
    private final Map<String, NDArray> trained = new LinkedHashMap<>();
    private final Map<NDArray, NDArray> leaves = new IdentityHashMap<>();

    Leaves(NDManager manager, Block block) {
        super(manager, false);
        for (Pair<String, Parameter> p : block.getParameters()) {
            NDArray array = p.getValue().getArray();
            array.setRequiresGradient(false);
            all.put(p.getKey(), array);
            if (p.getValue().requiresGradient()) {
                trained.put(p.getKey(), array);
            }
        }
    }

    /** @return every parameter by name, running statistics too */
    Map<String, NDArray> all() {
        return all;
    }

    /** @return the parameters that training changes, by name */
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

    /** @return the gradient of a trained parameter since {@link #renew}, null where the loss doesn't depend on it */
    NDArray gradient(NDArray parameter) {
        return leaves.get(parameter).getGradient();
    }

    @Override
    public NDArray getValue(Parameter parameter, Device device, boolean training) {
        if (parameter == null) {
            return null;
        }
        NDArray array = parameter.getArray();
        return training ? leaves.getOrDefault(array, array) : array;
    }
}
