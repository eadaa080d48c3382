package org.kymograph.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

/**
 * The loss of a network on some data as a function L(θ) of its parameters: losses, outputs, gradients and Hessian products of
 * <em>given</em> parameter vectors. It is what interpolation, sharpness, Langevin sampling, Hessians and influence stand on.
 *
 * <p>The network is as in evaluation: without dropout, its norms with running statistics. Several vectors are evaluated as one
 * stack of networks, several stacks at a time; a vector's numbers are the same bits alone and in company. A network that
 * cannot be stacked, such as a block of the user's own, is evaluated one vector after the other.
 *
 * <p>Samples weigh alike. Where the data carry the auxiliary numbers that the loss reads, it is the loss that training
 * minimises; where they carry none, it is {@link Loss#evaluation}.
 *
 * <p>An objective is a value without memory of its own. Each of its calls opens an {@link ObjectiveSession} and closes it again;
 * open one for more than a few calls.
 *
 * @param network the network
 * @param loss the loss of a sample
 * @param data the samples, at least one
 * @param batchSize how many samples of a vector pass the network at a time, at least 1
 * @param dtype F32 or F64: the precision of parameters, inputs and everything computed from them
 * @param threads how many stacks are evaluated at a time, at least 1; networks that cannot be stacked use one
 * @param stackSize the most vectors in a stack, at least 2; 0 for a size that suits the processor's cache
 * @param memory about how many bytes the stacks may take together; a stack has at least two vectors whatever this is
 * @param runningStatistics the running statistics of norms by name, the same for all vectors; null to recompute them
 *     for each vector, see {@link ObjectiveSession#runningStatistics}
 */
public record Objective(
        Network network,
        Loss loss,
        Dataset data,
        int batchSize,
        Dtype dtype,
        int threads,
        int stackSize,
        long memory,
        Map<String, Tensor> runningStatistics) {

    /** Checks the ranges. */
    public Objective {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(loss, "loss");
        Arguments.check(data.size() > 0, "data", data, "at least one sample");
        Arguments.atLeast("batchSize", batchSize, 1);
        Arguments.check(dtype == Dtype.F32 || dtype == Dtype.F64, "dtype", dtype, "F32 or F64");
        Arguments.atLeast("threads", threads, 1);
        Arguments.check(stackSize == 0 || stackSize >= 2, "stackSize", stackSize, "0 or at least 2");
        Arguments.atLeast("memory", memory, 1);
        runningStatistics = runningStatistics == null ? null : Map.copyOf(runningStatistics);
    }

    /**
     * Returns an objective in float32 with batches of 1024, a thread per core and at most 1 GiB for its stacks.
     *
     * @param network the network
     * @param loss the loss of a sample
     * @param data the samples, at least one
     * @return the objective
     */
    public static Objective of(Network network, Loss loss, Dataset data) {
        return new Objective(
                network,
                loss,
                data,
                1024,
                Dtype.F32,
                Runtime.getRuntime().availableProcessors(),
                0,
                1L << 30,
                Map.of());
    }

    /**
     * Returns the objective of an experiment on some data, such as its training set.
     *
     * @param experiment gives the network and the loss
     * @param data the samples, at least one
     * @return the objective
     */
    public static Objective of(Experiment experiment, Dataset data) {
        return of(experiment.network(), experiment.loss(), data);
    }

    /** Returns a copy with other data. */
    public Objective withData(Dataset data) {
        return Copies.with(this, "data", data);
    }

    /** Returns a copy with another loss. */
    public Objective withLoss(Loss loss) {
        return Copies.with(this, "loss", loss);
    }

    /** Returns a copy with another number of samples that pass the network at a time. */
    public Objective withBatchSize(int batchSize) {
        return Copies.with(this, "batchSize", batchSize);
    }

    /** Returns a copy of another precision, F32 or F64. */
    public Objective withDtype(Dtype dtype) {
        return Copies.with(this, "dtype", dtype);
    }

    /** Returns a copy with another number of stacks that are evaluated at a time. */
    public Objective withThreads(int threads) {
        return Copies.with(this, "threads", threads);
    }

    /** Returns a copy with another largest number of vectors in a stack; 0 chooses it by the processor's cache. */
    public Objective withStackSize(int stackSize) {
        return Copies.with(this, "stackSize", stackSize);
    }

    /** Returns a copy with another number of bytes that the stacks may take. */
    public Objective withMemory(long memory) {
        return Copies.with(this, "memory", memory);
    }

    /**
     * Returns a copy whose norms have given running statistics, the same for all vectors.
     *
     * @param runningStatistics the statistics by name
     * @return the copy
     */
    public Objective withRunningStatistics(Map<String, Tensor> runningStatistics) {
        return Copies.with(this, "runningStatistics", Objects.requireNonNull(runningStatistics, "runningStatistics"));
    }

    /**
     * Returns a copy whose norms have a checkpoint's running statistics, the same for all vectors.
     *
     * @param checkpoint an open file with the running statistics by name
     * @return the copy
     * @throws RecordException if the file lacks one of them, or has one of another shape
     */
    public Objective withRunningStatistics(TensorFile checkpoint) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        NetworkProbe.of(network, loss, data)
                .statistics()
                .forEach((name, shape) -> found.put(name, StartingPoint.read(checkpoint, name, shape)));
        return withRunningStatistics(found);
    }

    /**
     * Returns a copy that recomputes the running statistics of norms for each vector, as must be done between two trained
     * networks: the statistics of neither fit there.
     *
     * @return the copy
     */
    public Objective withRecomputedStatistics() {
        return Copies.with(this, "runningStatistics", null);
    }

    /**
     * Makes the stacks in native memory and checks that the network fits the loss and the data.
     *
     * @return a session, to be closed
     * @throws IllegalArgumentException if the network's outputs don't fit the loss and the targets, or if it has running
     *     statistics that are not given
     */
    public ObjectiveSession open() {
        return new ObjectiveSession(this);
    }

    /**
     * Returns the parameters that a training from a seed starts from: a vector with the segments that all vectors need.
     *
     * @param seed the random seed
     * @return the parameters
     */
    public ParameterVector initial(long seed) {
        return NetworkProbe.initial(network, data.inputShape(), seed);
    }

    /**
     * Reads the parameters of the network from a checkpoint of a run.
     *
     * @param run a run of such a network
     * @param step the checkpoint's step
     * @return the parameters
     * @throws IllegalArgumentException if the run has no checkpoint of that step
     * @throws RecordException if the checkpoint lacks a parameter, or has one of another shape
     */
    public ParameterVector parameters(RunFolder run, long step) {
        try (TensorFile checkpoint = run.checkpoint(step)) {
            return parameters(checkpoint);
        }
    }

    /**
     * Reads the parameters of the network from a run's last checkpoint.
     *
     * @param run a run of such a network
     * @return the parameters
     * @throws RecordException if the run has no checkpoint, or it lacks a parameter, or has one of another shape
     */
    public ParameterVector parameters(RunFolder run) {
        return parameters(run, run.lastCheckpointStep());
    }

    /**
     * Reads the parameters of the network from a checkpoint; what else the file holds, such as an optimiser's state, is left.
     *
     * @param checkpoint an open file with the parameters by name
     * @return the parameters
     * @throws RecordException if the file lacks a parameter, or has one of another shape, as that of another network
     */
    public ParameterVector parameters(TensorFile checkpoint) {
        Map<String, Tensor> found = new LinkedHashMap<>();
        for (ParameterVector.Segment s : initial(0).segments()) {
            long[] shape = s.shape().stream().mapToLong(Long::longValue).toArray();
            found.put(s.name(), StartingPoint.read(checkpoint, s.name(), shape));
        }
        return ParameterVector.of(found);
    }

    /** Returns the loss of every sample, R × N; see {@link ObjectiveSession#losses(List)}. */
    public double[][] losses(List<ParameterVector> vectors) {
        try (ObjectiveSession session = open()) {
            return session.losses(vectors);
        }
    }

    /** Returns the mean loss of each vector; see {@link ObjectiveSession#meanLosses}. */
    public double[] meanLosses(List<ParameterVector> vectors) {
        try (ObjectiveSession session = open()) {
            return session.meanLosses(vectors);
        }
    }

    /** Returns the share of samples that each vector gets right; see {@link ObjectiveSession#accuracies}. */
    public double[] accuracies(List<ParameterVector> vectors) {
        try (ObjectiveSession session = open()) {
            return session.accuracies(vectors);
        }
    }

    /** Returns the outputs of each vector, {@code [N, C]}; see {@link ObjectiveSession#outputs}. */
    public List<Tensor> outputs(List<ParameterVector> vectors) {
        try (ObjectiveSession session = open()) {
            return session.outputs(vectors);
        }
    }

    /** Returns the gradients of the mean loss; see {@link ObjectiveSession#gradients(List)}. */
    public List<ParameterVector> gradients(List<ParameterVector> vectors) {
        try (ObjectiveSession session = open()) {
            return session.gradients(vectors);
        }
    }

    /** Returns the product of the Hessian at a point with a vector; see {@link ObjectiveSession#hessianProducts}. */
    public ParameterVector hessianProduct(ParameterVector at, ParameterVector vector) {
        try (ObjectiveSession session = open()) {
            return session.hessianProducts(at, List.of(vector)).get(0);
        }
    }
}
