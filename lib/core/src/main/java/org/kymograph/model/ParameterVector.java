package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.record.tensors.Tensor;

/**
 * The parameters of one network as a vector θ in double precision, cut into named segments. Immutable; vectors of the
 * same segments can be added, and a vector can be put back into a block or into one slice of a stack.
 */
public final class ParameterVector {
    /**
     * A named part of the vector.
     *
     * @param name the parameter's name
     * @param shape its shape, row-major
     * @param offset where it starts in the vector
     * @param length the number of its elements
     */
    public record Segment(String name, List<Long> shape, int offset, int length) {}

    private final List<Segment> segments;
    private final double[] values;

    private ParameterVector(List<Segment> segments, double[] values) {
        this.segments = segments;
        this.values = values;
    }

    /**
     * Concatenates tensors.
     *
     * @param tensors the parameters by name, in the order of the vector
     * @return their concatenation
     */
    public static ParameterVector of(Map<String, Tensor> tensors) {
        List<Segment> segments = new ArrayList<>();
        long total = tensors.values().stream().mapToLong(Tensor::size).sum();
        double[] values = new double[Math.toIntExact(total)];
        int offset = 0;
        for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
            double[] part = e.getValue().toDoubles();
            System.arraycopy(part, 0, values, offset, part.length);
            segments.add(new Segment(
                    e.getKey(), Arrays.stream(e.getValue().shape()).boxed().toList(), offset, part.length));
            offset += part.length;
        }
        return new ParameterVector(List.copyOf(segments), values);
    }

    /**
     * Returns the parameters of a single network.
     *
     * @param block a single network
     * @return its trained parameters; running statistics of norms are not among them
     */
    public static ParameterVector of(Block block) {
        return of(tensors(block, -1));
    }

    /**
     * Returns the parameters of one run of a stack.
     *
     * @param stack a stack of runs
     * @param run the slice, from 0
     * @return the trained parameters of that run
     */
    public static ParameterVector of(Block stack, int run) {
        return of(tensors(stack, run));
    }

    private static Map<String, Tensor> tensors(Block block, int run) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        for (Pair<String, Parameter> p : block.getParameters()) {
            if (p.getValue().requiresGradient()) {
                NDArray a = p.getValue().getArray();
                try (NDArray slice = run < 0 ? a.duplicate() : a.get(run)) {
                    out.put(
                            p.getKey(),
                            Tensor.of(slice.toFloatArray(), slice.getShape().getShape()));
                }
            }
        }
        return out;
    }

    /**
     * Puts the vector into a single network, rounded to the parameters' precision.
     *
     * @param block a network with exactly these segments
     * @throws IllegalArgumentException if a parameter is missing or has another shape
     */
    public void restore(Block block) {
        restore(block, 0, List.of(this), false);
    }

    /**
     * Puts the vector into one run of a stack. The time is that of the whole stack: to change several runs use
     * {@link #restoreAll}.
     *
     * @param stack a stack with exactly these segments
     * @param run the slice, from 0
     * @throws IllegalArgumentException if a parameter is missing or has another shape
     */
    public void restore(Block stack, int run) {
        restore(stack, run, List.of(this), true);
    }

    /**
     * Puts vectors into the first runs of a stack, in O(R·P) for R runs of P parameters: each parameter is written once.
     *
     * @param stack a stack of at least as many runs, with exactly these segments
     * @param vectors the vectors of the runs 0, 1, …; the other runs stay as they are
     * @throws IllegalArgumentException if there are no vectors or more than runs, or if a parameter is missing or has another
     *     shape
     */
    public static void restoreAll(Block stack, List<ParameterVector> vectors) {
        restore(stack, 0, Arguments.notEmpty("vectors", vectors), true);
    }

    private static void restore(Block block, int first, List<ParameterVector> vectors, boolean stacked) {
        for (ParameterVector v : vectors) {
            v.check(block, stacked);
        }
        for (Pair<String, Parameter> p : block.getParameters()) {
            if (!p.getValue().requiresGradient()) {
                continue;
            }
            NDArray a = p.getValue().getArray();
            long runs = stacked ? a.getShape().get(0) : 1;
            Arguments.check(
                    first >= 0 && first + vectors.size() <= runs,
                    stacked && vectors.size() > 1 ? "the number of vectors" : "run",
                    vectors.size() > 1 ? vectors.size() : first,
                    "at most " + (vectors.size() > 1 ? runs : runs - 1) + ", in a stack of " + runs);
            float[] all = vectors.size() < runs ? a.toFloatArray() : new float[Math.toIntExact(a.size())];
            int at = first * (int) (all.length / runs);
            for (ParameterVector v : vectors) {
                Segment s = v.named(p.getKey());
                for (int i = s.offset; i < s.offset + s.length; i++) {
                    all[at++] = (float) v.values[i];
                }
            }
            // Through an index, since set and copyTo put the array elsewhere in memory instead of changing it.
            try (NDArray changed = a.getManager().create(all, a.getShape())) {
                a.set(new NDIndex(":"), changed);
            }
        }
    }

    /**
     * Checks that a network has exactly the segments of this vector.
     *
     * @param block the network
     * @param stacked whether its parameters have a leading axis of runs
     * @throws IllegalArgumentException if a parameter is missing or has another shape
     */
    public void check(Block block, boolean stacked) {
        Set<String> left = new LinkedHashSet<>();
        segments.forEach(s -> left.add(s.name));
        for (Pair<String, Parameter> p : block.getParameters()) {
            if (!p.getValue().requiresGradient()) {
                continue;
            }
            long[] shape = p.getValue().getArray().getShape().getShape();
            List<Long> wanted =
                    Arrays.stream(shape).skip(stacked ? 1 : 0).boxed().toList();
            Segment s = left.remove(p.getKey()) ? named(p.getKey()) : null;
            if (s == null || !s.shape.equals(wanted)) {
                throw new IllegalArgumentException(
                        "parameter " + p.getKey() + " has the shape " + wanted + " in the block and "
                                + (s == null ? "is missing" : "the shape " + s.shape) + " in the vector");
            }
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("the block has no parameter " + left);
        }
    }

    /** Returns the named parts, in order. */
    public List<Segment> segments() {
        return segments;
    }

    /** Returns the number of elements. */
    public int size() {
        return values.length;
    }

    /** Returns the elements, a copy. */
    public double[] toArray() {
        return values.clone();
    }

    /**
     * Returns the elements of one segment.
     *
     * @param name a segment's name
     * @return its elements, row-major, a copy
     * @throws IllegalArgumentException if there is no such segment
     */
    public double[] segment(String name) {
        Segment s = named(name);
        return Arrays.copyOfRange(values, s.offset, s.offset + s.length);
    }

    private Segment named(String name) {
        return segments.stream()
                .filter(t -> t.name.equals(name))
                .findFirst()
                .orElseThrow(() -> Arguments.unknown(
                        "segment", name, segments.stream().map(Segment::name).toList()));
    }

    /**
     * Returns a vector of the same segments with other elements.
     *
     * @param values new elements, as many as this vector has
     * @return a vector of the same segments with those elements
     */
    public ParameterVector withValues(double[] values) {
        if (values.length != this.values.length) {
            throw Arguments.unexpected("the number of values", values.length, "" + this.values.length);
        }
        return new ParameterVector(segments, values.clone());
    }

    /**
     * Returns the vector of some of the segments.
     *
     * @param keep tells by its name whether a segment is kept
     * @return the vector of those segments
     */
    public ParameterVector select(Predicate<String> keep) {
        Map<String, Tensor> kept = toTensors();
        kept.keySet().removeIf(keep.negate());
        return of(kept);
    }

    /**
     * Returns a mask: a vector of the same segments that is 1 in some of them and 0 in the others. A mask of single elements
     * is any vector of zeros and ones made by {@link #withValues}.
     *
     * @param inside tells by its name whether a segment is to be 1
     * @return the mask
     */
    public ParameterVector mask(Predicate<String> inside) {
        double[] out = new double[values.length];
        for (Segment s : segments) {
            if (inside.test(s.name)) {
                Arrays.fill(out, s.offset, s.offset + s.length, 1);
            }
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Returns a mask of the segments in whose names a regular expression occurs.
     *
     * @param names the regular expression, such as {@code "^classifier"}
     * @return a vector of the same segments, 1 in those and 0 in the others
     * @throws IllegalArgumentException if it occurs in no name
     */
    public ParameterVector mask(String names) {
        return mask("names", names);
    }

    /**
     * Returns a mask of the segments in whose names a regular expression occurs.
     *
     * @param argument what a message calls the expression
     * @param names the regular expression
     * @return a vector of the same segments, 1 in those and 0 in the others
     * @throws IllegalArgumentException if it is none, or occurs in no name
     */
    public ParameterVector mask(String argument, String names) {
        return mask(named(argument, names, segments.stream().map(Segment::name).toList()));
    }

    /**
     * Returns a test whether a regular expression occurs in a segment's name.
     *
     * @param argument what a message calls the expression
     * @param names the regular expression
     * @param all the names of all segments
     * @return the test
     * @throws IllegalArgumentException if it is none, or occurs in no name
     */
    public static Predicate<String> named(String argument, String names, Collection<String> all) {
        Predicate<String> inside = Arguments.pattern(argument, names).asPredicate();
        Arguments.check(all.stream().anyMatch(inside), argument, names, "to occur in one of " + all);
        return inside;
    }

    /**
     * Returns the elementwise product with another vector, such as a mask.
     *
     * @param x a vector of the same segments
     * @return this ⊙ x
     */
    public ParameterVector times(ParameterVector x) {
        check(x);
        double[] out = values.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] *= x.values[i];
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Returns the sum with a multiple of another vector.
     *
     * @param a a factor
     * @param x a vector of the same segments
     * @return this + a·x
     */
    public ParameterVector axpy(double a, ParameterVector x) {
        check(x);
        double[] out = values.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] += a * x.values[i];
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Interpolates, or extrapolates, on the straight line to another vector.
     *
     * @param to the vector at t = 1
     * @param t the position, any finite number; 0 gives this vector and 1 the other, both exactly
     * @return (1 - t)·this + t·to
     */
    public ParameterVector lerp(ParameterVector to, double t) {
        check(to);
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (1 - t) * values[i] + t * to.values[i];
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Interpolates only where a mask is 1, such as the parameters of one layer.
     *
     * @param to the vector at t = 1
     * @param t the position, any finite number
     * @param mask a vector of the same segments: elements where it is 0 keep this vector's values, those where it is 1 are
     *     interpolated
     * @return this + t·mask ⊙ (to − this), exactly this and to at t = 0 and 1 where the mask is 1
     */
    public ParameterVector lerp(ParameterVector to, double t, ParameterVector mask) {
        check(to);
        check(mask);
        double[] out = new double[values.length];
        for (int i = 0; i < out.length; i++) {
            double part = t * mask.values[i];
            out[i] = (1 - part) * values[i] + part * to.values[i];
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Returns the Euclidean distance to another vector.
     *
     * @param x a vector of the same segments
     * @return ‖this − x‖
     */
    public double distance(ParameterVector x) {
        return axpy(-1, x).norm();
    }

    /**
     * Returns a multiple of this vector.
     *
     * @param a a factor
     * @return a·this
     */
    public ParameterVector scale(double a) {
        double[] out = values.clone();
        for (int i = 0; i < out.length; i++) {
            out[i] *= a;
        }
        return new ParameterVector(segments, out);
    }

    /**
     * Returns the inner product with another vector.
     *
     * @param x a vector of the same segments
     * @return the inner product
     */
    public double dot(ParameterVector x) {
        check(x);
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * x.values[i];
        }
        return sum;
    }

    /** Returns the Euclidean norm. */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    /** Returns the segments as F64 tensors by name, in order, in a map of the caller's own. */
    public Map<String, Tensor> toTensors() {
        Map<String, Tensor> out = new LinkedHashMap<>();
        for (Segment s : segments) {
            out.put(
                    s.name,
                    Tensor.of(
                            Arrays.copyOfRange(values, s.offset, s.offset + s.length),
                            s.shape.stream().mapToLong(Long::longValue).toArray()));
        }
        return out;
    }

    /**
     * Checks that another vector has the same segments.
     *
     * @param x the other vector
     * @return the other vector
     * @throws IllegalArgumentException if it has others
     */
    public ParameterVector sameSegments(ParameterVector x) {
        check(x);
        return x;
    }

    private void check(ParameterVector x) {
        if (!segments.equals(x.segments)) {
            throw new IllegalArgumentException("vectors of different segments: "
                    + segments.stream().map(Segment::name).toList() + " and "
                    + x.segments.stream().map(Segment::name).toList());
        }
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof ParameterVector v && segments.equals(v.segments) && Arrays.equals(values, v.values);
    }

    @Override
    public int hashCode() {
        return 31 * segments.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "ParameterVector of " + values.length + " in " + segments.size() + " segments, norm " + norm();
    }
}
