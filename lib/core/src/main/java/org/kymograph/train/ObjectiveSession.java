package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * An {@link Objective} with its stacks in native memory, for many calls: a sampler's step, a line search, an iteration of
 * Lanczos. Open until it is closed. For one thread at a time; the work itself is done on the objective's threads.
 *
 * <p>R is the number of vectors, N that of samples and P that of parameters. An interrupt of the calling thread ends a call
 * with a {@link CancellationException}; the session stays usable.
 */
public final class ObjectiveSession implements AutoCloseable {
    private final Objective objective;
    private final NetworkProbe probe;
    private final VectorStacks stacks;
    // The running statistics that all vectors have; null if they are recomputed for each.
    private final double[] given;

    ObjectiveSession(Objective objective) {
        this.objective = objective;
        probe = NetworkProbe.of(objective.network(), objective.loss(), objective.data());
        int wanted = objective.loss().auxiliaryTargets((int)
                LongStream.of(probe.outputs()).reduce(1, (a, b) -> a * b));
        int there = objective.data().auxiliaryTargets();
        Arguments.check(
                there == 0 || there == wanted,
                "the number of auxiliary targets of a sample",
                there,
                wanted + ", which the loss reads, or 0");
        given = objective.runningStatistics() == null ? null : given();
        stacks = new VectorStacks(objective, probe);
    }

    private double[] given() {
        double[] all = new double[0];
        for (Map.Entry<String, long[]> s : probe.statistics().entrySet()) {
            Tensor t = objective.runningStatistics().get(s.getKey());
            if (t == null || !Arrays.equals(t.shape(), s.getValue())) {
                throw new IllegalArgumentException("the running statistics " + s.getKey() + " of "
                        + objective.network().name() + " are "
                        + (t == null ? "not given" : "of shape " + Arrays.toString(t.shape()))
                        + "; expected shape " + Arrays.toString(s.getValue())
                        + ": give them with withRunningStatistics, or use withRecomputedStatistics");
            }
            double[] values = t.toDoubles();
            all = Arrays.copyOf(all, all.length + values.length);
            System.arraycopy(values, 0, all, all.length - values.length, values.length);
        }
        return all;
    }

    /** Returns the objective that this is a session of. */
    public Objective objective() {
        return objective;
    }

    /**
     * Returns how many vectors are evaluated together at most: more are dealt out to several stacks.
     *
     * @return the number, 1 for a network that cannot be stacked
     */
    public int stackSize() {
        return stacks.size();
    }

    /**
     * Returns about how many bytes a vector takes in a stack while gradients are computed: the vector, its leaf and its gradient,
     * and twice what a forward pass of a batch holds.
     *
     * @return (3·P + 2·B·(inputs + activations)) times the bytes of a number
     */
    public long bytesPerVector() {
        return stacks.bytesPerVector();
    }

    /**
     * Returns the loss of every sample; where each position has a target, a sample's loss is the mean over those that count.
     *
     * @param vectors R vectors
     * @return the losses, R × N
     */
    public double[][] losses(List<ParameterVector> vectors) {
        return losses(vectors, everything());
    }

    /**
     * Returns the losses of some samples.
     *
     * @param vectors R vectors
     * @param rows the samples, from 0
     * @return the losses, R × rows
     */
    public double[][] losses(List<ParameterVector> vectors, int[] rows) {
        double[][] out = new double[vectors.size()][rows.length];
        evaluate(vectors, rows, (r, at, count, outputs, y, losses) -> {
            double[] all = VectorStack.perSample(losses.get(), y);
            for (int i = 0; i < r.length; i++) {
                System.arraycopy(all, i * count, out[r[i]], at, count);
            }
        });
        return out;
    }

    /**
     * Returns the mean loss over all samples; where each position has a target, over all positions that count.
     *
     * @param vectors R vectors
     * @return the mean of each
     */
    public double[] meanLosses(List<ParameterVector> vectors) {
        double[] sums = new double[vectors.size()];
        evaluate(vectors, everything(), (r, at, count, outputs, y, losses) -> {
            double[] all = VectorStack.toDoubles(losses.get());
            int each = all.length / (int) outputs.getShape().get(0);
            for (int i = 0; i < r.length; i++) {
                for (int k = i * each; k < (i + 1) * each; k++) {
                    sums[r[i]] += all[k];
                }
            }
        });
        double targets = objective.data().counts(everything());
        return Arrays.stream(sums).map(sum -> sum / targets).toArray();
    }

    /**
     * Returns the share of samples, or of positions, that are right, as the loss counts them.
     *
     * @param vectors R vectors
     * @return the share of each, 0 to 1
     */
    public double[] accuracies(List<ParameterVector> vectors) {
        double[] right = new double[vectors.size()];
        evaluate(vectors, everything(), (r, at, count, outputs, y, losses) -> {
            double[] sums = new double[(int) outputs.getShape().get(0)];
            Outputs.addSums(objective.loss().correct(outputs, y), sums);
            for (int i = 0; i < r.length; i++) {
                right[r[i]] += sums[i];
            }
        });
        double targets = objective.data().counts(everything());
        return Arrays.stream(right).map(n -> n / targets).toArray();
    }

    /**
     * Returns the outputs for all samples.
     *
     * @param vectors R vectors
     * @return the outputs of each, {@code [N, C]} or {@code [N, T, C]}, of the objective's dtype
     */
    public List<Tensor> outputs(List<ParameterVector> vectors) {
        int n = objective.data().size();
        double[][] all = new double[vectors.size()][];
        long[] shape = LongStream.concat(LongStream.of(n), LongStream.of(probe.outputs()))
                .toArray();
        evaluate(vectors, everything(), (r, at, count, outputs, y, losses) -> {
            double[] some = VectorStack.toDoubles(outputs);
            int each = (int) (outputs.size() / outputs.getShape().get(0));
            for (int i = 0; i < r.length; i++) {
                if (all[r[i]] == null) {
                    all[r[i]] = new double[Math.multiplyExact(n, each / count)];
                }
                System.arraycopy(some, i * each, all[r[i]], at * (each / count), each);
            }
        });
        return Arrays.stream(all)
                .map(values -> Tensor.of(values, shape))
                .map(t -> objective.dtype() == Dtype.F64 ? t : Tensor.of(t.toFloats(), t.shape()))
                .toList();
    }

    /**
     * Returns the gradients of the mean loss over all samples.
     *
     * @param vectors R vectors
     * @return the gradient at each
     */
    public List<ParameterVector> gradients(List<ParameterVector> vectors) {
        return gradients(vectors, (int[][]) null);
    }

    /**
     * Returns the gradients of the mean loss over a batch.
     *
     * @param vectors R vectors
     * @param rows the samples of the batch, the same for all vectors
     * @return the gradient at each
     */
    public List<ParameterVector> gradients(List<ParameterVector> vectors, int[] rows) {
        int[][] all = new int[vectors.size()][];
        Arrays.fill(all, rows);
        return gradients(vectors, all);
    }

    /**
     * Returns the gradients of the mean loss over a batch of each vector's own.
     *
     * @param vectors R vectors
     * @param rows the samples of each vector's batch, R × B
     * @return the gradient at each
     */
    public List<ParameterVector> gradients(List<ParameterVector> vectors, int[][] rows) {
        double[][] out = new double[vectors.size()][probe.initial().size()];
        gradients(values(vectors), rows, out);
        return like(out);
    }

    /**
     * Computes gradients of the mean loss over batches without making objects, for a sampler's or an optimiser's step.
     *
     * @param vectors R vectors of P numbers, in the order of {@link Objective#initial}'s segments
     * @param rows the samples of each vector's batch, R × B with one B for all; null for all samples
     * @param gradients where the gradients are put, R × P
     * @return the mean loss of each vector over its batch
     */
    public double[] gradients(double[][] vectors, int[][] rows, double[][] gradients) {
        return gradients(vectors, statistics(vectors), rows, gradients);
    }

    private double[] gradients(double[][] vectors, double[][] statistics, int[][] rows, double[][] gradients) {
        int n = vectors.length;
        check(vectors, rows, gradients);
        double[] sums = new double[n];
        if (n == 0) {
            return sums;
        }
        int[] all = rows == null ? everything() : null;
        int samples = rows == null ? all.length : rows[0].length;
        int batch = objective.batchSize();
        double[] factors = new double[n];
        for (int r = 0; r < n; r++) {
            factors[r] = r > 0 && (rows == null || rows[r] == rows[r - 1])
                    ? factors[r - 1]
                    : 1.0 / objective.data().counts(rows == null ? all : rows[r]);
        }
        stacks.run(n, true, (stack, from, to, check) -> {
            stack.write(vectors, from, to);
            stack.writeStatistics(statistics, from, to);
            for (int r = from; r < to; r++) {
                Arrays.fill(gradients[r], 0);
            }
            for (int at = 0; at < samples; at += batch) {
                check.run();
                int end = Math.min(samples, at + batch);
                stack.addGradients(part(all, rows, from, to, at, end), factors, gradients, sums, from, to);
            }
        });
        for (int r = 0; r < n; r++) {
            sums[r] *= factors[r];
        }
        return sums;
    }

    // The rows at … end of each vector's batch; of shared ones the very same array, which is copied once.
    private static int[][] part(int[] shared, int[][] rows, int from, int to, int at, int end) {
        int[][] out = new int[to - from][];
        if (shared != null) {
            Arrays.fill(out, Arrays.copyOfRange(shared, at, end));
            return out;
        }
        for (int r = from; r < to; r++) {
            out[r - from] = r > from && rows[r] == rows[r - 1]
                    ? out[r - from - 1]
                    : at == 0 && end == rows[r].length ? rows[r] : Arrays.copyOfRange(rows[r], at, end);
        }
        return out;
    }

    /**
     * Returns products of the mean loss's Hessian with vectors, by central differences of gradients:
     * H·v ≈ (∇L(θ + rv) − ∇L(θ − rv)) / 2r with r = 1e-4/‖v‖ in float64 and 1e-2/‖v‖ in float32.
     *
     * <p>On a trained net of 4,000 weights the relative error was 1e-9 in float64 and 1e-4 in float32, where the largest
     * eigenvalue came out 0.2 % too far off: curvature wants {@link Objective#withDtype F64}. Where the loss has kinks, as
     * with ReLU, the differences also see kinks that lie within ±r.
     *
     * @param at the point θ
     * @param vectors the vectors v
     * @return H·v of each
     */
    public List<ParameterVector> hessianProducts(ParameterVector at, List<ParameterVector> vectors) {
        return hessianProducts(at, vectors, objective.dtype() == Dtype.F64 ? 1e-4 : 1e-2);
    }

    /**
     * Returns products of the mean loss's Hessian with vectors, by central differences of a given length.
     *
     * @param at the point θ
     * @param vectors the vectors v
     * @param step the distance ‖rv‖ of the points of the difference from θ, above 0
     * @return H·v of each
     */
    public List<ParameterVector> hessianProducts(ParameterVector at, List<ParameterVector> vectors, double step) {
        Arguments.positive("step", step);
        int k = vectors.size();
        double[] w = values(List.of(at))[0];
        double[][] points = new double[2 * k][];
        double[] r = new double[k];
        for (int i = 0; i < k; i++) {
            double[] v = values(List.of(vectors.get(i)))[0];
            double norm = vectors.get(i).norm();
            r[i] = norm == 0 ? 1 : step / norm;
            points[2 * i] = new double[w.length];
            points[2 * i + 1] = new double[w.length];
            for (int j = 0; j < w.length; j++) {
                points[2 * i][j] = w[j] + r[i] * v[j];
                points[2 * i + 1][j] = w[j] - r[i] * v[j];
            }
        }
        // The statistics of norms belong to the point: they don't move with the difference.
        double[][] statistics = new double[2 * k][];
        Arrays.fill(statistics, statistics(new double[][] {w})[0]);
        double[][] gradients = new double[2 * k][w.length];
        gradients(points, statistics, null, gradients);
        double[][] out = new double[k][w.length];
        for (int i = 0; i < k; i++) {
            for (int j = 0; j < w.length; j++) {
                out[i][j] = (gradients[2 * i][j] - gradients[2 * i + 1][j]) / (2 * r[i]);
            }
        }
        return like(out);
    }

    /**
     * Recomputes the running statistics of norms from the data: the means over all batches, weighted by their samples, of
     * each batch's mean and unbiased variance in a pass as in training. Layers such as dropout are as in training, too, with
     * the same noise for every vector.
     *
     * <p>Source: Izmailov et al., Averaging weights leads to wider optima (2018), section 3.2.
     *
     * @param vectors R vectors
     * @return the statistics of each by name, as {@link Objective#withRunningStatistics(Map)} takes them
     * @throws IllegalArgumentException if the network has none, or a batch has a single sample
     */
    public List<Map<String, Tensor>> runningStatistics(List<ParameterVector> vectors) {
        Arguments.check(
                !probe.statistics().isEmpty(), "network", objective.network().name(), "one with running statistics");
        List<Map<String, Tensor>> out = new ArrayList<>();
        for (double[] all : recomputed(values(vectors))) {
            Map<String, Tensor> one = new LinkedHashMap<>();
            int at = 0;
            for (Map.Entry<String, long[]> s : probe.statistics().entrySet()) {
                int size = (int) Arrays.stream(s.getValue()).reduce(1, (a, b) -> a * b);
                one.put(s.getKey(), Tensor.of(Arrays.copyOfRange(all, at, at + size), s.getValue()));
                at += size;
            }
            out.add(one);
        }
        return out;
    }

    private double[][] recomputed(double[][] vectors) {
        int n = objective.data().size();
        int batches = (n + objective.batchSize() - 1) / objective.batchSize();
        Arguments.check(
                n / batches >= 2,
                "batchSize",
                objective.batchSize(),
                "at least 2 of at least 2 samples, which a variance takes");
        int size = (int) probe.statistics().values().stream()
                .mapToLong(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b))
                .sum();
        double[][] out = new double[vectors.length][size];
        // Not stacked: what fills a stack's batches would enter the statistics.
        stacks.run(vectors.length, false, (stack, from, to, check) -> {
            stack.write(vectors, from, to);
            double[] kept = null;
            for (int b = 0; b < batches; b++) {
                check.run();
                int[] rows = IntStream.range((int) ((long) b * n / batches), (int) ((b + 1L) * n / batches))
                        .toArray();
                kept = kept == null ? stack.kept(rows) : kept;
                stack.addStatistics(rows, kept, (double) rows.length / n, out[from]);
            }
        });
        return out;
    }

    private double[][] statistics(double[][] vectors) {
        if (given == null && !probe.statistics().isEmpty()) {
            return recomputed(vectors);
        }
        double[][] all = new double[vectors.length][];
        Arrays.fill(all, given == null ? new double[0] : given);
        return all;
    }

    private interface BatchReader {
        /** @param vectors the numbers of the vectors that the arrays are of */
        void read(int[] vectors, int at, int count, NDArray outputs, NDArray targets, Supplier<NDArray> losses);
    }

    private void evaluate(List<ParameterVector> vectors, int[] rows, BatchReader reader) {
        double[][] values = values(vectors);
        double[][] statistics = statistics(values);
        int batch = objective.batchSize();
        stacks.run(values.length, true, (stack, from, to, check) -> {
            stack.write(values, from, to);
            stack.writeStatistics(statistics, from, to);
            int[] numbers = IntStream.range(from, to).toArray();
            for (int at = 0; at < rows.length; at += batch) {
                check.run();
                int start = at;
                int end = Math.min(rows.length, at + batch);
                stack.evaluate(
                        part(rows, null, from, to, at, end),
                        (outputs, y, losses) -> reader.read(numbers, start, end - start, outputs, y, losses));
            }
        });
    }

    private int[] everything() {
        return IntStream.range(0, objective.data().size()).toArray();
    }

    private double[][] values(List<ParameterVector> vectors) {
        return vectors.stream()
                .map(v -> probe.initial().sameSegments(v).toArray())
                .toArray(double[][]::new);
    }

    private List<ParameterVector> like(double[][] values) {
        return Arrays.stream(values).map(probe.initial()::withValues).toList();
    }

    private void check(double[][] vectors, int[][] rows, double[][] gradients) {
        int p = probe.initial().size();
        Arguments.check(
                gradients.length >= vectors.length, "the number of gradients", gradients.length, "one a vector");
        for (int r = 0; r < vectors.length; r++) {
            Arguments.check(vectors[r].length == p, "the length of vector " + r, vectors[r].length, "" + p);
            Arguments.check(gradients[r].length == p, "the length of gradient " + r, gradients[r].length, "" + p);
        }
        if (rows != null) {
            Arguments.check(rows.length == vectors.length, "the number of batches", rows.length, "one a vector");
            for (int[] b : rows) {
                Arguments.check(
                        b.length > 0 && b.length == rows[0].length,
                        "the size of a batch",
                        b.length,
                        b.length == 0 ? "at least 1" : rows[0].length + ", the size of the first");
            }
        }
    }

    /** Returns the number of arrays in native memory. */
    int liveArrays() {
        return stacks.liveArrays();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        stacks.close();
    }
}
