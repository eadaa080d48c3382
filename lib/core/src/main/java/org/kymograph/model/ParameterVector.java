package org.kymograph.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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
     * @param block a single network
     * @return its trained parameters; running statistics of norms are not among them
     */
    public static ParameterVector of(Block block) {
        return of(tensors(block, -1));
    }

    /**
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
        restore(block, -1);
    }

    /**
     * Puts the vector into one run of a stack.
     *
     * @param stack a stack with exactly these segments
     * @param run the slice, from 0
     * @throws IllegalArgumentException if a parameter is missing or has another shape
     */
    public void restore(Block stack, int run) {
        Map<String, Segment> byName = new LinkedHashMap<>();
        segments.forEach(s -> byName.put(s.name, s));
        for (Pair<String, Parameter> p : stack.getParameters()) {
            if (!p.getValue().requiresGradient()) {
                continue;
            }
            Segment s = byName.remove(p.getKey());
            NDArray a = p.getValue().getArray();
            long[] shape = a.getShape().getShape();
            List<Long> wanted =
                    Arrays.stream(shape).skip(run < 0 ? 0 : 1).boxed().toList();
            if (s == null || !s.shape.equals(wanted)) {
                throw new IllegalArgumentException(
                        "parameter " + p.getKey() + " has the shape " + wanted + " in the block and "
                                + (s == null ? "is missing" : "the shape " + s.shape) + " in the vector");
            }
            float[] all = a.toFloatArray();
            int at = run < 0 ? 0 : Math.multiplyExact(run, s.length);
            for (int i = 0; i < s.length; i++) {
                all[at + i] = (float) values[s.offset + i];
            }
            try (NDArray changed = a.getManager().create(all, a.getShape())) {
                a.set(new NDIndex(":"), changed);
            }
        }
        if (!byName.isEmpty()) {
            throw new IllegalArgumentException("the block has no parameter " + byName.keySet());
        }
    }

    /** @return the parts, in order */
    public List<Segment> segments() {
        return segments;
    }

    /** @return the number of elements */
    public int size() {
        return values.length;
    }

    /** @return the elements, a copy */
    public double[] toArray() {
        return values.clone();
    }

    /**
     * @param name a segment's name
     * @return its elements, row-major, a copy
     * @throws IllegalArgumentException if there is no such segment
     */
    public double[] segment(String name) {
        Segment s = segments.stream()
                .filter(t -> t.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no segment " + name + " among "
                        + segments.stream().map(Segment::name).toList()));
        return Arrays.copyOfRange(values, s.offset, s.offset + s.length);
    }

    /**
     * @param values new elements, as many as this vector has
     * @return a vector of the same segments with those elements
     */
    public ParameterVector withValues(double[] values) {
        if (values.length != this.values.length) {
            throw new IllegalArgumentException(values.length + " values for a vector of " + this.values.length);
        }
        return new ParameterVector(segments, values.clone());
    }

    /**
     * @param keep which segments to keep, by name
     * @return the vector of those segments
     */
    public ParameterVector select(Predicate<String> keep) {
        Map<String, Tensor> kept = toTensors();
        kept.keySet().removeIf(keep.negate());
        return of(kept);
    }

    /**
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

    /** @return the Euclidean norm */
    public double norm() {
        return Math.sqrt(dot(this));
    }

    /** @return the segments as F64 tensors by name, in order, in a map of the caller's own */
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
