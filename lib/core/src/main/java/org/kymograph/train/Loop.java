package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.data.Split;
import org.kymograph.model.GradientMode;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;

/**
 * Trains one stack of runs, or one run that can't be stacked, from where its record stands to the end.
 *
 * <p>DJL's gradient collector allows one open collector in a process; below it PyTorch's gradient mode belongs to a
 * thread, so that stacks can train in several threads by calling the engine's backward pass directly.
 */
final class Loop implements Callable<Void> {
    /** Told of steps taken. */
    interface Ticker {
        void taken(long runSteps, double[] losses, String note);
    }

    private final Experiment experiment;
    private final List<RunFolder> runs;
    private final long[] seeds;
    private final List<Split> data;
    private final boolean stacked;
    private final List<TrainingListener> listeners;
    private final Ticker ticker;
    private final AtomicBoolean stop;
    private final int epochSteps;
    private final long totalSteps;

    private Networks networks;
    private OptimizerState optimizer;
    private Checkpoints checkpoints;
    private Evaluator evaluator;
    private RunningLoss runningLoss;
    private Patience patience;
    private BatchOrder order;

    Loop(
            Experiment experiment,
            List<RunFolder> runs,
            List<Split> data,
            boolean stacked,
            List<TrainingListener> listeners,
            Ticker ticker,
            AtomicBoolean stop) {
        this.experiment = experiment;
        this.runs = runs;
        this.stacked = stacked;
        // PyTorch multiplies a batch of one matrix with another kernel than a batch of several, and its last bits
        // differ.
        // A lone run therefore has a twin, whose record nobody keeps: what a run computes never depends on its company.
        boolean twin = stacked && runs.size() == 1;
        this.data = twin ? List.of(data.get(0), data.get(0)) : data;
        this.seeds = LongStream.concat(
                        runs.stream().mapToLong(RunFolder::seed),
                        twin ? LongStream.of(runs.get(0).seed()) : LongStream.empty())
                .toArray();
        this.listeners = listeners;
        this.ticker = ticker;
        this.stop = stop;
        this.epochSteps = epochSteps(experiment, data.get(0));
        this.totalSteps = totalSteps(experiment, data.get(0));
    }

    static long totalSteps(Experiment experiment, Split data) {
        return experiment.length().inSteps(epochSteps(experiment, data));
    }

    private static int epochSteps(Experiment experiment, Split data) {
        return (data.train().size() + experiment.batchSize() - 1) / experiment.batchSize();
    }

    @Override
    public Void call() {
        return GradientMode.off(this::train);
    }

    private Void train() {
        try (NDManager manager = NDManager.newBaseManager()) {
            prepare(manager);
            long step = resume();
            ticker.taken(step * runs.size(), new double[0], "");
            show(step);
            boolean stopped = false;
            while (step < totalSteps && !patience.isOver() && !stop.get()) {
                step(step);
                step++;
                if (endDiverged(step)) {
                    break;
                }
                show(step);
                boolean epochEnds = step % epochSteps == 0;
                boolean best = evaluates(step, epochEnds) && patience.isBest(evaluate(step));
                if (epochEnds) {
                    runningLoss.endEpoch();
                    stopped = !endEpoch(step);
                    if (stopped) {
                        break;
                    }
                }
                if (step == totalSteps
                        || best
                        || patience.isOver()
                        || step % experiment.checkpoints().inSteps(epochSteps) == 0) {
                    checkpoint(step);
                }
            }
            if (patience.isOver() || allDiverged()) {
                ticker.taken(
                        (totalSteps - step) * runs.size(), new double[0], allDiverged() ? "diverged" : "stopped early");
            }
            for (int r = 0; r < runs.size(); r++) {
                if (runningLoss.diverged(r)) {
                    continue;
                }
                if (stopped || step < totalSteps && !patience.isOver()) {
                    runs.get(r).setStatus(Status.INTERRUPTED);
                } else {
                    runs.get(r).setStatus(Status.DONE);
                }
            }
            return null;
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    // A run whose loss is not finite ends here; the others of its stack go on. Returns whether none is left.
    private boolean endDiverged(long step) {
        for (int r = 0; r < runs.size(); r++) {
            if (runningLoss.divergedAt(r) == step) {
                runs.get(r).fail("diverged: the training loss is not finite from step " + step + " on");
            }
        }
        return allDiverged();
    }

    private boolean allDiverged() {
        return IntStream.range(0, runs.size()).allMatch(runningLoss::diverged);
    }

    private void fail(Throwable e) {
        for (RunFolder run : runs) {
            try {
                run.fail(e.getMessage() == null ? e.toString() : e.getMessage());
            } catch (RuntimeException again) {
                e.addSuppressed(again);
            }
        }
    }

    private void prepare(NDManager manager) {
        networks = new Networks(experiment, manager, seeds, data, stacked);
        optimizer = new OptimizerState(
                experiment.optimizer(),
                experiment.clipNorm(),
                manager,
                networks.leaves().trained());
        runningLoss = new RunningLoss(seeds.length, experiment.evaluation().unit() == Span.Unit.STEPS);
        if (experiment.endsEarly() && networks.test().size() == 0) {
            throw Arguments.unexpected(
                    experiment.patience() > 0 ? "patience" : "goal",
                    experiment.patience() > 0 ? experiment.patience() : experiment.goal(),
                    "none, since there is no test set to wait for");
        }
        patience = new Patience(experiment.patience(), experiment.goal());
        checkpoints = new Checkpoints(experiment, runs, networks, optimizer, runningLoss);
        evaluator = new Evaluator(experiment, networks, runningLoss);
        order = new BatchOrder(experiment, seeds, networks.train().size());
    }

    /** Puts every run of the stack to the last step that all of them have, and returns it. */
    private long resume() {
        long step = checkpoints.lastCommonStep();
        for (RunFolder run : runs) {
            run.rewindTo(step);
            run.setStatus(Status.RUNNING);
        }
        TrainingListener.Start start = new TrainingListener.Start(
                experiment,
                runs,
                data.subList(0, runs.size()).stream().map(Split::train).toList(),
                Math.max(0, step),
                epochSteps,
                totalSteps);
        tell(l -> l.onStart(start));
        if (step < 0) {
            checkpoints.readStart();
            checkpoint(0);
            return 0;
        }
        if (experiment.endsEarly()) {
            runs.get(0).metrics().read().forEach(patience::isBest);
        }
        checkpoints.read(step);
        return step;
    }

    private void step(long step) {
        long epoch = step / epochSteps;
        int[][] rows = order.batch(step);
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            double fraction = experiment.schedule().fraction(step, totalSteps);
            long[] counts = networks.train().counts(rows);
            double[] losses = new double[seeds.length];
            double[] correct = new double[seeds.length];
            NDList outputs = new NDList();
            networks.leaves().renew();
            for (int[][] part : BatchOrder.parts(rows, experiment.gradientAccumulation())) {
                NDArray some = learn(part, step, outputs.size(), fraction, counts, losses, correct);
                NDScope.register(some);
                outputs.add(some);
            }
            long t = checkpoints.optimizerSteps() + step + 1;
            optimizer.step(networks.leaves(), seeds.length, stacked, fraction, t, totalSteps - step - 1);
            Arrays.setAll(losses, r -> losses[r] / counts[r]);
            runningLoss.add(step + 1, losses, correct, counts);
            ticker.taken(runs.size(), Arrays.copyOf(losses, runs.size()), "");
            if (!listeners.isEmpty()) {
                int n = runs.size();
                NDArray all = outputs.size() == 1 ? outputs.head() : NDArrays.concat(outputs, 1);
                TrainingListener.Batch taken = new TrainingListener.Batch(
                        Arrays.copyOf(seeds, n), step + 1, epoch, Arrays.copyOf(rows, n), all.get("0:" + n));
                tell(l -> l.onBatch(taken));
            }
        }
    }

    /**
     * Adds the gradients of a part of a batch to those that are there, and its losses and right targets to each run's sums.
     *
     * @return the outputs, not registered with any scope
     */
    private NDArray learn(
            int[][] rows, long step, int part, double fraction, long[] counts, double[] losses, double[] correct) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray y = networks.train().targets(rows);
            NDArray auxiliary = networks.train().auxiliary(rows);
            NDArray outputs = GradientMode.on(() -> networks.learn(rows, step, part));
            NDArray each = GradientMode.on(() -> losses(outputs, y, auxiliary));
            // The mean over the batch, and what the optimiser wants its gradients multiplied by, enter here.
            NDArray weights = Outputs.weights(each, counts, optimizer.gradientScale(fraction));
            JniUtils.backward((PtNDArray) each, (PtNDArray) weights, false, false);
            Outputs.addSums(each, losses);
            Outputs.addSums(experiment.loss().correct(outputs, y), correct);
            NDScope.unregister(outputs);
            return outputs;
        }
    }

    private NDArray losses(NDArray outputs, NDArray targets, NDArray auxiliary) {
        Outputs.check(outputs, targets, data.get(0).train().target());
        int wanted = experiment.loss().auxiliaryTargets((int)
                outputs.getShape().slice(2).size());
        int there = data.get(0).train().auxiliaryTargets();
        if (wanted != there) {
            throw Arguments.unexpected(
                    "the number of auxiliary targets of a training sample", there, wanted + ", which the loss reads");
        }
        return experiment.loss().perSample(outputs, targets, auxiliary);
    }

    /** Returns false if training was stopped meanwhile, so that the listeners may not have done their work. */
    private boolean endEpoch(long step) {
        long epoch = step / epochSteps - 1;
        TrainingListener.EpochEnd end = new TrainingListener.EpochEnd(
                Arrays.copyOf(seeds, runs.size()),
                epoch,
                step,
                experiment.evaluationBatch(),
                (rows, training) -> outputs(epoch, rows, training));
        try {
            tell(l -> l.onEpoch(end));
            return true;
        } catch (CancellationException e) {
            if (stop.get()) {
                return false;
            }
            throw e;
        }
    }

    private NDArray outputs(long epoch, int[][] rows, boolean training) {
        if (stop.get()) {
            throw new CancellationException("training is being stopped");
        }
        return networks.record(epoch, rows, training);
    }

    private boolean evaluates(long step, boolean epochEnds) {
        Span every = experiment.evaluation();
        return every.unit() == Span.Unit.STEPS
                ? step % every.count() == 0
                : epochEnds && (step / epochSteps - 1) % every.count() == 0;
    }

    /** Returns the first run's accuracy. */
    private ObjectNode evaluate(long step) {
        List<ObjectNode> lines = evaluator.measure(step, (double) step / epochSteps, runs.size());
        for (int r = 0; r < runs.size(); r++) {
            if (runningLoss.diverged(r)) {
                continue;
            }
            ObjectNode line = lines.get(r);
            long seed = seeds[r];
            runs.get(r).metrics().append(line);
            tell(l -> l.onEvaluation(seed, line));
        }
        runningLoss.evaluated();
        return lines.get(0);
    }

    private void show(long step) {
        if (listeners.stream().noneMatch(l -> l.wantsParameters(step))) {
            return;
        }
        List<ParameterVector> parameters =
                Stacking.cut(networks.leaves().trained(), stacked, seeds.length, runs.size()).stream()
                        .map(ParameterVector::of)
                        .toList();
        long[] shown = Arrays.copyOf(seeds, runs.size());
        tell(l -> {
            if (l.wantsParameters(step)) {
                l.onParameters(shown, step, parameters);
            }
        });
    }

    private void checkpoint(long step) {
        tell(l -> l.beforeCheckpoint(Arrays.copyOf(seeds, runs.size()), step));
        checkpoints.write(step, seed -> tell(l -> l.onCheckpoint(seed, step)));
    }

    private void tell(Consumer<TrainingListener> what) {
        if (!listeners.isEmpty()) {
            synchronized (listeners) {
                listeners.forEach(what);
            }
        }
    }
}
