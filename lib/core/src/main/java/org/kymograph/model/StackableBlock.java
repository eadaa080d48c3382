package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;

/**
 * A block whose parameters are drawn from each run's own random numbers, so that a run starts the same alone and in a stack. A stack's
 * arrays have a run axis in front, {@code [R, …]}.
 */
public abstract class StackableBlock extends AbstractBlock {
    /** Whether arrays have a run axis. */
    protected final boolean stacked;
    /** The number of runs R; 1 without a run axis. */
    protected final int runs;

    private final NDManager manager;
    private final RandomGenerator[] random;

    /**
     * Makes a block without parameters.
     *
     * @param manager owns the parameters
     * @param seeds the runs' seeds
     * @param stacked whether arrays have a run axis; false for a single seed alone
     * @param stream the numbers of the stream {@code init} that is drawn from; none unless a block is part of another
     */
    protected StackableBlock(NDManager manager, long[] seeds, boolean stacked, long... stream) {
        this.manager = manager;
        this.stacked = stacked;
        runs = seeds.length;
        random = Arrays.stream(seeds)
                .mapToObj(s -> Streams.of(s, "init", stream))
                .toArray(RandomGenerator[]::new);
    }

    /**
     * Returns normal numbers around 0.
     *
     * @param deviation their standard deviation
     * @return the distribution
     */
    protected static ToDoubleFunction<RandomGenerator> normal(double deviation) {
        return g -> deviation * Streams.gaussian(g);
    }

    /**
     * Returns uniform numbers around 0.
     *
     * @param bound the largest magnitude
     * @return the distribution
     */
    protected static ToDoubleFunction<RandomGenerator> uniform(double bound) {
        return g -> bound * (2 * g.nextDouble() - 1);
    }

    /**
     * Adds a parameter that is drawn number by number, a run's after another's.
     *
     * @param name its name
     * @param type its kind
     * @param distribution draws a number
     * @param shape its shape without the run axis
     * @return the parameter
     */
    protected final Parameter drawn(
            String name, Parameter.Type type, ToDoubleFunction<RandomGenerator> distribution, long... shape) {
        int each = Math.toIntExact(new Shape(shape).size());
        float[] values = new float[Math.multiplyExact(runs, each)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) distribution.applyAsDouble(random[i / each]);
        }
        return parameter(name, type, values, shape);
    }

    /**
     * Adds a parameter of equal numbers.
     *
     * @param name its name
     * @param type its kind
     * @param value the number
     * @param shape its shape without the run axis
     * @return the parameter
     */
    protected final Parameter constant(String name, Parameter.Type type, double value, long... shape) {
        return parameter(name, type, manager.full(stack(shape), (float) value));
    }

    /**
     * Adds a parameter of given numbers.
     *
     * @param name its name
     * @param type its kind
     * @param values the numbers of all runs
     * @param shape its shape without the run axis
     * @return the parameter
     */
    protected final Parameter parameter(String name, Parameter.Type type, float[] values, long... shape) {
        return parameter(name, type, manager.create(values, stack(shape)));
    }

    private Parameter parameter(String name, Parameter.Type type, NDArray array) {
        Parameter p = addParameter(Parameter.builder()
                .setName(name)
                .setType(type)
                .optRequiresGrad(type != Parameter.Type.RUNNING_MEAN && type != Parameter.Type.RUNNING_VAR)
                .build());
        p.setArray(array);
        return p;
    }

    private Shape stack(long... shape) {
        return stacked ? new Shape(runs).addAll(new Shape(shape)) : new Shape(shape);
    }

    /**
     * Returns an array as it is shown, without the run axis of a single run.
     *
     * @param x an array {@code [R, …]}
     * @return the array, {@code [R, …]} in a stack
     */
    protected final NDArray shown(NDArray x) {
        return stacked ? x : x.squeeze(0);
    }

    /**
     * Returns an array with a run axis: the inverse of {@link #shown(NDArray)}.
     *
     * @param x an array as it is shown
     * @return the array, {@code [R, …]}
     */
    protected final NDArray hidden(NDArray x) {
        return stacked ? x : x.expandDims(0);
    }
}
