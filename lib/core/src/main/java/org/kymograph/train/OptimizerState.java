package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.kymograph.train.Optimizer.Group;
import org.kymograph.train.Optimizer.Kind;

/**
 * What an optimiser remembers between steps, and its step. DJL's own optimisers keep their moments to themselves, so
 * that a run could not be resumed, and add Adam's ε before the bias correction; these are PyTorch's formulas.
 */
final class OptimizerState {
    /** What the names of moments begin with. */
    static final String PREFIX = "optimizer.";

    private static final long MOST_JOINED = 1_000_000;

    private final Optimizer settings;
    private final double clipNorm;
    // Whether gradients come multiplied by η.
    private final boolean scaled;
    private final Map<String, NDArray> moments = new LinkedHashMap<>();
    // Adam's moments of all parameters, one behind the other, of which those by name are views; null if they lie apart.
    private final NDArray[] joined;
    // Where each parameter but the last ends among them.
    private final long[] ends;
    private final Map<String, Group> groups = new LinkedHashMap<>();

    /** @param parameters the trained parameters by name */
    OptimizerState(Optimizer settings, double clipNorm, NDManager manager, Map<String, NDArray> parameters) {
        this.settings = settings;
        this.clipNorm = clipNorm;
        this.scaled = settings.kind() == Kind.SGD
                && settings.momentum() == 0
                && settings.groups().isEmpty()
                && clipNorm == Double.POSITIVE_INFINITY;
        long[] sizes = parameters.values().stream().mapToLong(NDArray::size).toArray();
        long size = LongStream.of(sizes).sum();
        Arrays.parallelPrefix(sizes, Long::sum);
        ends = Arrays.copyOf(sizes, Math.max(0, sizes.length - 1));
        // Steps of small networks take as long as their operations are many.
        joined = settings.kind() == Kind.ADAM
                        && settings.groups().isEmpty()
                        && settings.weightDecay() == 0
                        && size <= MOST_JOINED
                        && parameters.values().stream().allMatch(p -> p.getDataType() == DataType.FLOAT32)
                ? new NDArray[] {manager.zeros(new Shape(size)), manager.zeros(new Shape(size))}
                : null;
        Group rest = new Group("", 1, settings.weightDecay());
        Iterator<NDArray> first = joined == null ? null : joined[0].split(ends).iterator();
        Iterator<NDArray> second = joined == null ? null : joined[1].split(ends).iterator();
        parameters.forEach((name, p) -> {
            groups.put(
                    name,
                    settings.groups().stream()
                            .filter(g -> g.holds(name))
                            .findFirst()
                            .orElse(rest));
            if (joined != null) {
                moments.put("optimizer.first_moment." + name, first.next().reshape(p.getShape()));
                moments.put("optimizer.second_moment." + name, second.next().reshape(p.getShape()));
            } else if (settings.kind() != Kind.SGD) {
                moments.put("optimizer.first_moment." + name, manager.zeros(p.getShape(), p.getDataType()));
                moments.put("optimizer.second_moment." + name, manager.zeros(p.getShape(), p.getDataType()));
            } else if (settings.momentum() > 0) {
                moments.put("optimizer.momentum." + name, manager.zeros(p.getShape(), p.getDataType()));
            }
        });
    }

    /** Returns the moments by the names they have in a checkpoint, each shaped as its parameter. */
    Map<String, NDArray> moments() {
        return moments;
    }

    /**
     * What the backward pass is to multiply all gradients by. Plain SGD without clipping has its η there, which spares a
     * pass over all gradients.
     *
     * @param fraction the schedule's fraction of the learning rate
     * @return η or 1
     */
    double gradientScale(double fraction) {
        return scaled ? settings.learningRate() * fraction : 1;
    }

    /**
     * Takes step t with the gradients that the backward pass left.
     *
     * @param leaves the parameters θ, changed in place
     * @param runs the runs that they belong to
     * @param fraction the schedule's fraction of the learning rate
     * @param t the step, from 1
     * @param left the steps that follow in this training
     */
    void step(Leaves leaves, int runs, boolean stacked, double fraction, long t, long left) {
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        leaves.trained().forEach((name, p) -> {
            NDArray gradient = leaves.gradient(p);
            if (gradient != null) {
                gradients.put(name, gradient);
            }
        });
        if (clipNorm < Double.POSITIVE_INFINITY) {
            clip(gradients.values(), runs, stacked);
        }
        if (joined != null && gradients.size() == leaves.trained().size()) {
            NDList flat = new NDList(gradients.size());
            gradients.values().forEach(g -> flat.add(g.reshape(g.size())));
            NDArray change = change(joined[0], joined[1], NDArrays.concat(flat), settings.learningRate() * fraction, t);
            Iterator<NDArray> parts = change.split(ends).iterator();
            leaves.trained().values().forEach(p -> p.subi(parts.next().reshape(p.getShape())));
            return;
        }
        boolean decays = left >= settings.undecayedSteps();
        gradients.forEach((name, g) -> step(name, leaves.trained().get(name), g, fraction, t, decays));
    }

    // Each run's gradient is scaled by min(1, c / (norm + 1e-6)), as PyTorch does.
    private void clip(Collection<NDArray> gradients, int runs, boolean stacked) {
        NDArray squares = null;
        for (NDArray g : gradients) {
            NDArray s = g.reshape(runs, -1).square().sum(new int[] {1});
            squares = squares == null ? s : squares.add(s);
        }
        NDArray factor =
                squares.sqrt().add(1e-6).getNDArrayInternal().rdiv(clipNorm).minimum(1);
        for (NDArray g : gradients) {
            long[] ones = new long[stacked ? g.getShape().dimension() : 1];
            Arrays.fill(ones, 1);
            ones[0] = runs;
            g.muli(factor.reshape(ones));
        }
    }

    private void step(String name, NDArray p, NDArray g, double fraction, long t, boolean decays) {
        Group group = groups.get(name);
        double eta = settings.learningRate() * fraction * group.rate();
        double lambda = decays ? group.weightDecay() : 0;
        switch (settings.kind()) {
            case SGD -> sgd(name, p, g, eta, lambda);
            case ADAM -> adam(name, p, lambda == 0 ? g : g.add(p.mul(lambda)), eta, t);
            case ADAMW -> {
                if (lambda != 0) {
                    p.muli(1 - eta * lambda);
                }
                adam(name, p, g, eta, t);
            }
        }
    }

    private void sgd(String name, NDArray p, NDArray g, double eta, double lambda) {
        double mu = settings.momentum();
        if (mu == 0) {
            // θ ← θ − η(g + λθ), without an array for λθ
            if (lambda != 0) {
                p.muli(1 - eta * lambda);
            }
            p.subi(scaled ? g : g.muli(eta));
        } else {
            // v ← μv + g + λθ; θ ← θ − ηv
            NDArray v = moments.get("optimizer.momentum." + name);
            v.muli(mu).addi(g);
            if (lambda != 0) {
                v.addi(p.mul(lambda));
            }
            p.subi(v.mul(eta));
        }
    }

    private void adam(String name, NDArray p, NDArray g, double eta, long t) {
        p.subi(change(
                moments.get("optimizer.first_moment." + name),
                moments.get("optimizer.second_moment." + name),
                g,
                eta,
                t));
    }

    // m ← β₁m + (1−β₁)g; v ← β₂v + (1−β₂)g²; θ ← θ − η m̂ / (√v̂ + ε), m̂ = m / (1−β₁ᵗ) if corrected
    private NDArray change(NDArray m, NDArray v, NDArray g, double eta, long t) {
        double b1 = settings.beta1();
        double b2 = settings.beta2();
        m.muli(b1).addi(g.mul(1 - b1));
        v.muli(b2).addi(g.square().muli(1 - b2));
        double first = settings.biasCorrection() ? 1 - Math.pow(b1, (double) t) : 1;
        double second = settings.biasCorrection() ? 1 - Math.pow(b2, (double) t) : 1;
        NDArray root = v.sqrt().divi(Math.sqrt(second)).addi(settings.epsilon());
        return m.mul(eta / first).divi(root);
    }
}
