package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/** Brings what trains to disk and back: parameters, what the optimiser remembers, and the running loss. */
final class Checkpoints {
    private final Experiment experiment;
    private final List<RunFolder> runs;
    private final Networks networks;
    private final OptimizerState optimizer;
    private final RunningLoss runningLoss;
    // The steps that the optimiser took before the run's first.
    private final long optimizerSteps;

    /** @param runs the records; where the networks are a run and its twin, the one */
    Checkpoints(
            Experiment experiment,
            List<RunFolder> runs,
            Networks networks,
            OptimizerState optimizer,
            RunningLoss runningLoss) {
        this.experiment = experiment;
        this.runs = runs;
        this.networks = networks;
        this.optimizer = optimizer;
        this.runningLoss = runningLoss;
        optimizerSteps = experiment.start() == null
                ? 0
                : experiment.start().optimizerSteps(runs.get(0).seed());
    }

    /** Returns the steps that the optimiser took before the run's first. */
    long optimizerSteps() {
        return optimizerSteps;
    }

    /** Returns the last step of which all runs have a good checkpoint, -1 for none. */
    long lastCommonStep() {
        Set<Long> common = new TreeSet<>(Comparator.reverseOrder());
        common.addAll(runs.get(0).checkpointSteps());
        runs.forEach(r -> common.retainAll(r.checkpointSteps()));
        return common.stream()
                .filter(s -> runs.stream().allMatch(r -> r.canResumeFrom(s)))
                .findFirst()
                .orElse(-1L);
    }

    void read(long step) {
        List<Map<String, Tensor>> parts = new ArrayList<>();
        for (int r = 0; r < networks.runs(); r++) {
            Map<String, Tensor> part = new LinkedHashMap<>();
            try (TensorFile file = runs.get(Math.min(r, runs.size() - 1)).checkpoint(step)) {
                state().keySet().forEach(name -> part.put(name, file.read(name)));
                runningLoss.read(r, file.metadata());
            }
            parts.add(part);
        }
        Stacking.join(state(), parts);
    }

    /** Puts fresh networks to the experiment's starting point, if it has one. */
    void readStart() {
        if (experiment.start() == null) {
            return;
        }
        List<Map<String, Tensor>> parts = cut(networks.runs());
        for (int r = 0; r < networks.runs(); r++) {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            parts.get(r).forEach((name, t) -> shapes.put(name, t.shape()));
            parts.get(r)
                    .putAll(experiment
                            .start()
                            .tensors(runs.get(Math.min(r, runs.size() - 1)).seed(), shapes));
        }
        Stacking.join(state(), parts);
    }

    /**
     * Writes a checkpoint of every run that has not diverged.
     *
     * @param written told of each run's seed
     */
    void write(long step, LongConsumer written) {
        List<Map<String, Tensor>> tensors = cut(runs.size());
        for (int r = 0; r < runs.size(); r++) {
            if (runningLoss.diverged(r)) {
                continue;
            }
            RunFolder run = runs.get(r);
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("experiment", experiment.name());
            metadata.put("seed", Long.toString(run.seed()));
            metadata.put("step", Long.toString(step));
            metadata.put("network", experiment.network().name());
            metadata.put("input_shape", Arrays.toString(networks.inputShape()));
            if (optimizerSteps > 0) {
                metadata.put("optimizerSteps", Long.toString(optimizerSteps + step));
            }
            runningLoss.write(r, metadata);
            run.writeCheckpoint(step, tensors.get(r), metadata);
            written.accept(run.seed());
        }
    }

    private List<Map<String, Tensor>> cut(int wanted) {
        return Stacking.cut(state(), networks.stacked(), networks.runs(), wanted);
    }

    /** Returns all that a checkpoint holds, by name. */
    private Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>(networks.leaves().all());
        all.putAll(optimizer.moments());
        return all;
    }
}
