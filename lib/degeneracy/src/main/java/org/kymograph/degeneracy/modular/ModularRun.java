package org.kymograph.degeneracy.modular;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.Transformer;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * A run that learned arithmetic modulo p, opened to be analysed: a {@link ModularMlp} on {@link ModularPairs}, or a {@link Transformer} on
 * {@link ModularArithmetic}. Network, data and split are made again from what its {@code run.json} says.
 *
 * @param run the run's folder
 * @param network the network
 * @param task the task
 */
public record ModularRun(RunFolder run, Network network, Task task) {
    /** Checks that there are three. */
    public ModularRun {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(task, "task");
    }

    /**
     * Opens a run.
     *
     * @param run a run's folder
     * @return the run
     * @throws RecordException if it learned something else
     */
    public static ModularRun of(RunFolder run) {
        ObjectNode network = part(run, "network");
        ObjectNode task = part(run, "task");
        String both = network.path("name").asText() + " on " + task.path("name").asText();
        network.remove("name");
        task.remove("name");
        try {
            if (both.equals("modular-mlp on modular-pairs")) {
                return new ModularRun(run, Json.value(network, ModularMlp.class), Json.value(task, ModularPairs.class));
            }
            if (both.equals("transformer on modular-arithmetic")) {
                return new ModularRun(
                        run, Json.value(network, Transformer.class), Json.value(task, ModularArithmetic.class));
            }
        } catch (IllegalArgumentException e) {
            throw new RecordException(run.path().resolve("run.json"), "setting: " + e.getMessage(), e);
        }
        throw new RecordException(
                run.path(),
                "trained " + both + "; expected modular-mlp on modular-pairs, or transformer on modular-arithmetic");
    }

    /**
     * Opens a run.
     *
     * @param run a run's folder
     * @return the run
     * @throws RecordException if there is none, or it learned something else
     */
    public static ModularRun open(Path run) {
        return of(RunFolder.open(run));
    }

    private static ObjectNode part(RunFolder run, String name) {
        if (run.setting().get(name) instanceof ObjectNode part) {
            return part.deepCopy();
        }
        throw new RecordException(run.path().resolve("run.json"), "setting has no object '" + name + "'");
    }

    /** Returns the modulus. */
    public int p() {
        return task instanceof ModularPairs pairs ? pairs.p() : ((ModularArithmetic) task).modulus();
    }

    /** Returns the examples that the run learned from and those that it was tested on. */
    public Split split() {
        return task.sample(run.seed());
    }

    /**
     * Returns all pairs (a, b), in row a·p + b.
     *
     * @return p² examples
     * @throws IllegalArgumentException if the task is a division, which lacks some
     */
    public Dataset all() {
        Dataset all = task instanceof ModularPairs pairs ? pairs.all() : ((ModularArithmetic) task).pairs(run.seed());
        Arguments.check(all.size() == p() * p(), "task", task, "one that has all pairs");
        return all;
    }

    /**
     * Returns the rows of {@link #all} of some examples.
     *
     * @param examples the run's training or test set
     * @return a row a·p + b for each
     */
    public int[] rows(Dataset examples) {
        long[] tokens = examples.inputs().toLongs();
        int width = examples.inputSize();
        int[] rows = new int[examples.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (int) (tokens[i * width] * p() + tokens[i * width + 1]);
        }
        return rows;
    }

    /** Returns the steps of the checkpoints, ascending; the last is the end of the training. */
    public List<Long> steps() {
        return run.checkpointSteps();
    }

    /**
     * Returns the step of the last checkpoint.
     *
     * @return the step
     * @throws RecordException if there is none
     */
    public long last() {
        return run.lastCheckpointStep();
    }

    /**
     * Returns the parameters at a checkpoint, in the network's order.
     *
     * @param step one of {@link #steps}
     * @return the parameters, without what the optimizer remembers
     * @throws RecordException if the checkpoint lacks one, or has one of another shape
     */
    public ParameterVector parameters(long step) {
        return objective(task.sample(run.seed()).train()).parameters(run, step);
    }

    /**
     * Returns the cross-entropy of the network on some examples.
     *
     * @param examples at least one
     * @return the objective
     */
    public Objective objective(Dataset examples) {
        return Objective.of(network, Loss.CROSS_ENTROPY, examples);
    }
}
