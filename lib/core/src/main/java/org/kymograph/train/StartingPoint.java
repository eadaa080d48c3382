package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

/**
 * Trained parameters to go on from: a file's, a run's checkpoint, or for each seed the checkpoint of its own run. What
 * {@code run.json} says of it does not depend on where the files are. Immutable.
 */
public final class StartingPoint {
    private final Path file;
    private final Map<Long, RunFolder> runs;
    private final long step;
    private final ObjectNode origin;
    private final boolean optimizer;
    private final String fresh;

    private StartingPoint(
            Path file, Map<Long, RunFolder> runs, long step, ObjectNode origin, boolean optimizer, String fresh) {
        this.file = file;
        this.runs = runs;
        this.step = step;
        this.origin = origin;
        this.optimizer = optimizer;
        this.fresh = fresh;
    }

    /**
     * Every seed starts from the same file.
     *
     * @param file a safetensors or PyTorch file with the network's parameters by name
     * @return the start, known by the file's checksum
     * @throws RecordException if the file can't be read
     */
    public static StartingPoint of(Path file) {
        return new StartingPoint(file, null, -1, Json.object().put("sha256", TensorFile.checksum(file)), false, null);
    }

    /**
     * Every seed starts from the same checkpoint.
     *
     * @param run a run
     * @param step the step of one of its checkpoints
     * @return the start, known by the checkpoint's checksum
     * @throws IllegalArgumentException if there is no such checkpoint
     * @throws RecordException if it is damaged
     */
    public static StartingPoint of(RunFolder run, long step) {
        try (TensorFile checkpoint = run.checkpoint(step)) {
            return new StartingPoint(
                    checkpoint.path(),
                    null,
                    step,
                    Json.object().put("step", step).put("sha256", AtomicFiles.checksum(checkpoint.path())),
                    false,
                    null);
        }
    }

    /**
     * Every seed starts from its own run's last checkpoint.
     *
     * @param runs runs of one setting, as far as they were trained
     * @return the start, known by the experiment, its setting and the step
     * @throws IllegalArgumentException if they differ in setting or last step, or have no checkpoint
     */
    public static StartingPoint ofEach(Population runs) {
        RunFolder first = runs.runs().get(0);
        List<Long> steps = first.checkpointSteps();
        Arguments.check(!steps.isEmpty(), "checkpoints of " + first, steps, "at least one to start from");
        return ofEach(runs, first.lastCheckpointStep());
    }

    /**
     * Every seed starts from its own run's checkpoint of one step.
     *
     * @param runs runs of one setting
     * @param step the step of a checkpoint that all of them have
     * @return the start, known by the experiment, its setting and the step
     * @throws IllegalArgumentException if they differ in setting or one lacks the checkpoint
     */
    public static StartingPoint ofEach(Population runs, long step) {
        RunFolder first = runs.runs().get(0);
        Map<Long, RunFolder> bySeed = new LinkedHashMap<>();
        for (RunFolder run : runs.runs()) {
            if (!run.experiment().equals(first.experiment())
                    || !setting(run).equals(setting(first))
                    || bySeed.put(run.seed(), run) != null) {
                throw Arguments.unexpected("runs", first + " and " + run, "runs of one setting, each of another seed");
            }
            Arguments.check(
                    run.checkpointSteps().contains(step),
                    "step",
                    step,
                    "one of those that " + run + " has checkpoints of, " + run.checkpointSteps());
        }
        return new StartingPoint(
                null,
                bySeed,
                step,
                Json.object()
                        .put("experiment", first.experiment())
                        .put("settingHash", setting(first))
                        .put("step", step),
                false,
                null);
    }

    private static String setting(RunFolder run) {
        return run.id().substring(0, run.id().lastIndexOf("-seed"));
    }

    /**
     * Returns a copy with or without the optimiser's state.
     *
     * @param optimizer whether the optimiser goes on with what it remembers, and Adam with its count of steps; only from
     *     runs of the same optimiser and network. Without, it starts anew.
     * @return a copy with or without the optimiser's state
     */
    public StartingPoint withOptimizerState(boolean optimizer) {
        return new StartingPoint(file, runs, step, origin, optimizer, fresh);
    }

    /**
     * Returns a copy with that.
     *
     * @param names a regular expression that occurs in the names of the parameters that are drawn with the run's seed all
     *     the same, such as {@code ^classifier}; the file may lack them or have others of these names
     * @return a copy with that
     */
    public StartingPoint withNew(String names) {
        Arguments.pattern("names", names);
        return new StartingPoint(file, runs, step, origin, optimizer, names);
    }

    /**
     * A task whose training examples bring the outputs of the network as it is at this start, before the auxiliary targets that
     * they have: what {@link Loss#distilled} reads. The examples are as they are without augmentation.
     *
     * @param task the task
     * @param network the network that was trained
     * @param batch how many examples are evaluated at a time, at least 1
     * @return the task with the old outputs, known by this start
     */
    public Task teaching(Task task, Network network, int batch) {
        ObjectNode teacher = setting().put("network", network.name()).put("batch", batch);
        return Task.derived(task, Map.of("teacher", teacher), new LongFunction<>() {
            // The last that was made, for seeds that share data and teacher.
            private Split from;
            private Split taught;

            // A task that all seeds share gives the same object again.
            @Override
            @SuppressWarnings("ReferenceEquality")
            public synchronized Split apply(long seed) {
                Split split = task.sample(seed);
                if (runs != null || split != from) {
                    Dataset train = split.train();
                    try (TensorFile old = open(seed)) {
                        taught = new Split(
                                train.withAuxiliaryBefore(Outputs.of(network, old, train, batch)), split.test());
                    }
                    from = split;
                }
                return taught;
            }
        });
    }

    /** Returns what {@code run.json} says of it. */
    ObjectNode setting() {
        ObjectNode all = origin.deepCopy().put("optimizer", optimizer);
        return fresh == null ? all : all.put("new", fresh);
    }

    /**
     * Returns what that run starts from, open.
     *
     * @param seed a run's seed
     * @return what that run starts from, open
     * @throws IllegalArgumentException if this holds a run for each seed, but none of this seed
     */
    public TensorFile open(long seed) {
        check(seed);
        return runs == null ? TensorFile.open(file) : runs.get(seed).checkpoint(step);
    }

    /**
     * Returns those of them that don't stay as they are.
     *
     * @param seed a run's seed
     * @param shapes the shapes of the network's parameters and of what its optimiser remembers, by name
     * @return those of them that don't stay as they are
     * @throws RecordException if the file doesn't fit the network
     */
    Map<String, Tensor> tensors(long seed, Map<String, long[]> shapes) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        try (TensorFile from = open(seed)) {
            shapes.forEach((name, shape) -> {
                if (isWanted(name)) {
                    out.put(name, read(from, name, shape));
                }
            });
            for (String name : from.names()) {
                if (isWanted(name) && !shapes.containsKey(name)) {
                    throw new RecordException(
                            from.path(), "has the tensor '" + name + "', which what is trained lacks");
                }
            }
        }
        return out;
    }

    private boolean isWanted(String name) {
        boolean moment = name.startsWith(OptimizerState.PREFIX);
        // optimizer.first_moment.0.weight belongs to 0.weight
        String parameter = moment ? name.substring(name.indexOf('.', OptimizerState.PREFIX.length()) + 1) : name;
        return (optimizer || !moment)
                && (fresh == null || !Pattern.compile(fresh).matcher(parameter).find());
    }

    /** Refuses seeds without a run. */
    void check(long... seeds) {
        for (long seed : seeds) {
            Arguments.check(
                    runs == null || runs.containsKey(seed),
                    "seed",
                    seed,
                    "one that there is a run of to start from, " + (runs == null ? "" : runs.keySet()));
        }
    }

    /** Returns the steps that the optimiser has taken before a run's first step. */
    long optimizerSteps(long seed) {
        if (!optimizer) {
            return 0;
        }
        try (TensorFile from = open(seed)) {
            String steps = from.metadata()
                    .getOrDefault("optimizerSteps", from.metadata().get("step"));
            if (steps == null) {
                throw new RecordException(from.path(), "doesn't say its step; expected a checkpoint of a run");
            }
            return Long.parseLong(steps);
        }
    }

    static Tensor read(TensorFile file, String name, long[] shape) {
        if (!file.names().contains(name)) {
            throw new RecordException(file.path(), "has no tensor '" + name + "', which the network asks for");
        }
        if (!Arrays.equals(file.shape(name), shape)) {
            throw new RecordException(
                    file.path(),
                    "tensor '" + name + "' has the shape " + Arrays.toString(file.shape(name)) + "; expected "
                            + Arrays.toString(shape));
        }
        return file.read(name);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof StartingPoint s && setting().equals(s.setting());
    }

    @Override
    public int hashCode() {
        return Objects.hash(setting());
    }

    @Override
    public String toString() {
        return setting().toString();
    }
}
