package org.kymograph.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Map;
import java.util.function.Supplier;
import org.kymograph.base.Streams;
import org.kymograph.model.weights.WeightRoles;

/**
 * A kind of network, which makes initialised DJL blocks: one for a single run or, if it can, one for a stack of runs.
 *
 * <p>A <em>stack</em> of R runs is one block whose every parameter has a leading axis of length R, whose input is
 * {@code [R, B, …]} and whose output is {@code [R, B, C]}: slice r of it computes exactly what the single network of
 * run r computes, and one backward pass of the summed losses trains all of them.
 */
public interface Network {
    /** Returns a short name for records, such as {@code "mlp"}. */
    String name();

    /**
     * Returns what tells this network from others of its name. It goes into {@code run.json} and the run's folder name.
     *
     * @return something that can be written as a JSON object; a record's components if this is a record, else nothing
     */
    default Object setting() {
        return this instanceof Record ? this : Map.of();
    }

    /**
     * Tells which tensors are this network's weights and biases. A training's statistics measure these and no others.
     *
     * @param shapes the shape of every trained tensor of a single network, by name
     * @return {@link WeightRoles#byName} unless the network knows better
     */
    default WeightRoles roles(Map<String, long[]> shapes) {
        return WeightRoles.byName(shapes);
    }

    /** Returns whether {@link #stack} works. */
    default boolean stackable() {
        return false;
    }

    /**
     * Makes and initialises a single network.
     *
     * @param manager owns the parameters
     * @param inputShape the shape of one input, without the batch axis
     * @param seed the run's seed; the same seed gives the same parameters
     * @return a block from {@code [B, inputShape…]} to {@code [B, C]}
     */
    Block single(NDManager manager, Shape inputShape, long seed);

    /**
     * Makes and initialises a stack, slice r as {@link #single} makes it from {@code seeds[r]}.
     *
     * @param manager owns the parameters
     * @param inputShape the shape of one input, without run and batch axes
     * @param seeds the runs' seeds
     * @return a block from {@code [R, B, inputShape…]} to {@code [R, B, C]}
     * @throws UnsupportedOperationException if the network cannot be stacked
     */
    default Block stack(NDManager manager, Shape inputShape, long[] seeds) {
        throw new UnsupportedOperationException("the network " + name() + " cannot be stacked");
    }

    /**
     * Makes a network of any DJL block; its runs train one after the other.
     *
     * @param name the architecture's name in the record; give another name when it changes
     * @param block a factory of new, uninitialised blocks, whose own initialisers are used
     * @return the network
     */
    static Network of(String name, Supplier<? extends Block> block) {
        return new Network() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Block single(NDManager manager, Shape inputShape, long seed) {
                Block made = block.get();
                Engine.getInstance().setRandomSeed((int) Streams.key(seed, "init"));
                made.initialize(manager, DataType.FLOAT32, new Shape(1).addAll(inputShape));
                return made;
            }
        };
    }
}
