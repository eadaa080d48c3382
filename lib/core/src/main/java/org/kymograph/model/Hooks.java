package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.nn.Block;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.kymograph.base.Arguments;

/**
 * Reads and replaces what a block computes at its named points, gradients included, while it is open:
 *
 * <pre>{@code
 * try (Hooks hooks = Hooks.on(block).read("resid_post.0").replace("mlp_post.1", x -> x.mul(mask))) {
 *     NDArray logits = block.forward(store, inputs, false).singletonOrThrow();
 *     float[] stream = hooks.value("resid_post.0").toFloatArray();
 * }
 * }</pre>
 *
 * <p>Hooks belong to the thread that opened them: forward passes of other threads do not see them. Those of one block may be
 * nested; what the outer ones return the inner ones get. Where no hooks are open a point costs one look-up.
 *
 * <p>A name may also be written as in TransformerLens, {@code blocks.0.hook_resid_pre} and {@code blocks.0.attn.hook_pattern}, or as
 * in its newer {@code TransformerBridge}, {@code blocks.0.hook_in} and {@code blocks.0.attn.q.hook_out}. See {@link Hooked} for the
 * names and the shapes.
 */
public final class Hooks implements AutoCloseable {
    private static final ThreadLocal<Hooks> INNERMOST = new ThreadLocal<>();

    private final Block block;
    private final List<String> points;
    private Hooks outer;
    private boolean closed;
    private final NDManager manager = NDManager.newBaseManager();
    private final Set<String> read = new LinkedHashSet<>();
    private final Set<String> differentiated = new LinkedHashSet<>();
    private final Map<String, UnaryOperator<NDArray>> replaced = new HashMap<>();
    private final Map<String, NDArray> values = new HashMap<>();
    private final Map<String, NDArray> leaves = new HashMap<>();

    private Hooks(Block block, List<String> points, Hooks outer) {
        this.block = block;
        this.points = points;
        this.outer = outer;
    }

    /**
     * Opens hooks on a block, for the forward passes of this thread, until they are closed.
     *
     * @param block a block with points: every network of this library makes one
     * @return the hooks, which do nothing yet
     * @throws IllegalArgumentException if the block has no points
     */
    public static Hooks on(Block block) {
        if (!(block instanceof Hooked hooked)) {
            throw new IllegalArgumentException(
                    "a " + block.getClass().getSimpleName()
                            + " has no points; expected a block that implements Hooked, as those of this library's networks do");
        }
        Hooks hooks = new Hooks(block, hooked.hookPoints(), INNERMOST.get());
        INNERMOST.set(hooks);
        return hooks;
    }

    /**
     * Keeps the values at some points.
     *
     * @param names the points
     * @return this
     * @throws IllegalArgumentException if the block has no such point
     */
    public Hooks read(String... names) {
        for (String name : names) {
            read.add(resolve(name));
        }
        return this;
    }

    /**
     * Replaces the value at a point; what is read there is the replacement. Where gradients are wanted the function must not use
     * DJL's operators with a Java number, such as {@code x.mul(2f)}, but arrays.
     *
     * @param name the point
     * @param function gets the value and returns one of the same shape
     * @return this
     * @throws IllegalArgumentException if the block has no such point, or it is replaced already
     */
    public Hooks replace(String name, UnaryOperator<NDArray> function) {
        String point = resolve(name);
        Arguments.check(
                replaced.putIfAbsent(point, function) == null, "point", point, "one that is not replaced already");
        return this;
    }

    /**
     * Keeps the gradients at some points, once a backward pass has been made from what the forward pass gave. PyTorch's gradient
     * mode must be on in the forward pass.
     *
     * @param names the points
     * @return this
     * @throws IllegalArgumentException if the block has no such point
     */
    public Hooks gradients(String... names) {
        for (String name : names) {
            differentiated.add(resolve(name));
        }
        return this;
    }

    /**
     * Returns the value at a point in the last forward pass, without its gradient's graph.
     *
     * @param name a point that is read
     * @return the value, which lives until these hooks are closed or the next forward pass
     * @throws IllegalArgumentException if the point is not read
     * @throws IllegalStateException if there has been no forward pass
     */
    public NDArray value(String name) {
        return kept(name, read, values, "read");
    }

    /**
     * Returns the gradient at a point of what was differentiated last.
     *
     * @param name a point whose gradient is kept
     * @return the gradient, shaped as the value
     * @throws IllegalArgumentException if the point's gradient is not kept
     * @throws IllegalStateException if there has been no forward pass, or no backward pass after it
     */
    public NDArray gradient(String name) {
        NDArray leaf = kept(name, differentiated, leaves, "differentiated");
        NDArray gradient = leaf.hasGradient() ? leaf.getGradient() : null;
        if (gradient == null) {
            throw new IllegalStateException("there is no gradient at " + name
                    + ": the backward pass comes before it is asked for, and its result must depend on the point");
        }
        return gradient;
    }

    private NDArray kept(String name, Set<String> asked, Map<String, NDArray> there, String verb) {
        String point = resolve(name);
        if (!asked.contains(point)) {
            throw new IllegalArgumentException("point " + point + " is not " + verb + " by these hooks, which have "
                    + (asked.isEmpty() ? "none" : String.join(", ", asked)));
        }
        NDArray array = there.get(point);
        if (array == null) {
            throw new IllegalStateException("there has been no forward pass of the block in this thread");
        }
        return array;
    }

    private String resolve(String name) {
        return HookNames.resolve(name, points);
    }

    /**
     * Tells whether hooks are open on a block in this thread: its forward pass then computes every point, those too that it can
     * otherwise leave out.
     *
     * @param block the block
     * @return whether there are some
     */
    public static boolean open(Block block) {
        for (Hooks h = INNERMOST.get(); h != null; h = h.outer) {
            if (h.block == block) {
                return true;
            }
        }
        return false;
    }

    /**
     * Passes a point of a block's forward pass.
     *
     * @param block the block
     * @param point the point's name
     * @param x the value there; must not be changed in place afterwards
     * @return the value to go on with
     */
    public static NDArray at(Block block, String point, NDArray x) {
        return INNERMOST.get() == null
                ? x
                : at(INNERMOST.get(), block, point, x, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /**
     * Passes a point of one of several layers.
     *
     * @param block the block
     * @param point the point's name, without the layer
     * @param layer the layer, from 0
     * @param x the value there; must not be changed in place afterwards
     * @return the value to go on with
     */
    public static NDArray at(Block block, String point, int layer, NDArray x) {
        return INNERMOST.get() == null ? x : at(block, point + "." + layer, x);
    }

    /**
     * Passes a point of one of several layers whose value has another layout inside the block.
     *
     * @param block the block
     * @param point the point's name, without the layer
     * @param layer the layer, from 0; -1 for a point of the whole network
     * @param x the value there; must not be changed in place afterwards
     * @param shown turns the value into the shape that is shown
     * @param back turns it back
     * @return the value to go on with
     */
    public static NDArray at(
            Block block,
            String point,
            int layer,
            NDArray x,
            UnaryOperator<NDArray> shown,
            UnaryOperator<NDArray> back) {
        return INNERMOST.get() == null
                ? x
                : at(INNERMOST.get(), block, layer < 0 ? point : point + "." + layer, x, shown, back);
    }

    // The outer hooks come first.
    private static NDArray at(
            Hooks hooks,
            Block block,
            String point,
            NDArray x,
            UnaryOperator<NDArray> shown,
            UnaryOperator<NDArray> back) {
        if (hooks == null) {
            return x;
        }
        NDArray before = at(hooks.outer, block, point, x, shown, back);
        return hooks.block == block ? hooks.pass(point, before, shown, back) : before;
    }

    private NDArray pass(String point, NDArray x, UnaryOperator<NDArray> shown, UnaryOperator<NDArray> back) {
        NDArray y = x;
        UnaryOperator<NDArray> function = replaced.get(point);
        if (function != null) {
            NDArray before = shown.apply(x);
            NDArray after = function.apply(before);
            Arguments.check(
                    after.getShape().equals(before.getShape()),
                    "replacement at " + point,
                    after.getShape(),
                    "the shape " + before.getShape());
            y = back.apply(after);
        }
        if (read.contains(point)) {
            keep(values, point, shown.apply(y).stopGradient());
        }
        if (differentiated.contains(point)) {
            // What is added to the value has the value's gradient.
            NDArray leaf = shown.apply(y).zerosLike();
            leaf.setRequiresGradient(true);
            keep(leaves, point, leaf);
            y = y.add(back.apply(leaf));
        }
        return y;
    }

    // Of the scopes that are open the innermost would close the array, and its manager would at the end of the batch.
    private void keep(Map<String, NDArray> kept, String point, NDArray array) {
        NDScope.unregister(array);
        array.attach(manager);
        NDArray before = kept.put(point, array);
        if (before != null) {
            before.close();
        }
    }

    /**
     * Closes the hooks and what they keep.
     *
     * @throws IllegalStateException if another thread opened them
     */
    @Override
    public void close() {
        boolean already = closed;
        closed = true;
        manager.close();
        if (INNERMOST.get() == this) {
            INNERMOST.set(outer);
            return;
        }
        for (Hooks h = INNERMOST.get(); h != null; h = h.outer) {
            if (h.outer == this) {
                h.outer = outer;
                return;
            }
        }
        if (!already) {
            throw new IllegalStateException("hooks are closed by another thread than the one that opened them");
        }
    }
}
