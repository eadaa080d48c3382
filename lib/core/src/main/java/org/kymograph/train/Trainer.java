package org.kymograph.train;

import ai.djl.engine.Engine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.kymograph.base.Arguments;
import org.kymograph.base.Parallel;
import org.kymograph.base.ProcessEnd;
import org.kymograph.base.Progress;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;

/**
 * Trains an experiment from many seeds and keeps each run's record. Runs of a stackable network train together in
 * stacks, several stacks at a time; any other network trains one run after the other.
 *
 * <p>A run that is done already is not trained again; one that was interrupted, by the reader or by a crash, goes on
 * from its last good checkpoint and ends with the same bytes as if nothing had happened. What a run computes depends
 * on its seed only, not on its neighbours in a stack. That takes matrices of whole blocks of four numbers: where those of
 * a stack's batches aren't, a repeated row fills them, which nothing counts; networks with a weight matrix of a number
 * of elements that 4 doesn't divide, and those with batch norm whose batches 4 doesn't divide, train one run at a time.
 *
 * <p>If the process is told to end, by SIGTERM, Ctrl-C or {@link System#exit}, it waits until the runs are left as interrupted.
 */
public final class Trainer {
    private static final AtomicBoolean TRAINING = new AtomicBoolean();
    // About this many parameters in a stack stay in a core's cache; measured on stacks of 4 to 40 networks of 42,000.
    static final int CACHED_PARAMETERS = 420_000;
    // The end of the process waits this long for the current steps and what is written after them.
    private static final long SECONDS_AT_END = 60;

    private final Experiment experiment;
    private final int workers;
    private final int stackSize;
    private final List<TrainingListener> listeners;

    private Trainer(Experiment experiment, int workers, int stackSize, List<TrainingListener> listeners) {
        this.experiment = experiment;
        this.workers = workers;
        this.stackSize = stackSize;
        this.listeners = listeners;
    }

    /**
     * Returns a trainer with one worker per core and stacks of a size that suits the network.
     *
     * @param experiment what to train
     * @return a trainer with one worker per core and stacks of a size that suits the network
     */
    public static Trainer of(Experiment experiment) {
        return new Trainer(experiment, Runtime.getRuntime().availableProcessors(), 0, List.of());
    }

    /**
     * Returns a copy that trains another number of stacks at the same time.
     *
     * @param workers how many stacks train at the same time, at least 1; networks that can't be stacked use one
     * @return a copy with that many
     */
    public Trainer withWorkers(int workers) {
        return new Trainer(experiment, Arguments.atLeast("workers", workers, 1), stackSize, listeners);
    }

    /**
     * Returns a copy with another largest size of stacks.
     *
     * @param stackSize the most runs in a stack, at least 1; 1 trains every run alone
     * @return a copy with that size
     */
    public Trainer withStackSize(int stackSize) {
        return new Trainer(experiment, workers, Arguments.atLeast("stackSize", stackSize, 1), listeners);
    }

    /**
     * Returns a copy with one listener more.
     *
     * @param listener called at every step and evaluation
     * @return a copy with that listener too
     */
    public Trainer withListener(TrainingListener listener) {
        List<TrainingListener> more = new ArrayList<>(listeners);
        more.add(listener);
        return new Trainer(experiment, workers, stackSize, List.copyOf(more));
    }

    /**
     * Trains the runs of some seeds, or what is missing of them.
     *
     * @param root the folder of all experiments
     * @param seeds the seeds, each once
     * @return the runs, in the order of the seeds
     * @throws CancellationException if the thread is interrupted; what is finished stays on disk
     */
    public Population train(Path root, long... seeds) {
        if (seeds.length == 0 || Arrays.stream(seeds).distinct().count() < seeds.length) {
            throw Arguments.unexpected("seeds", Arrays.toString(seeds), "at least one, each once");
        }
        if (experiment.start() != null) {
            experiment.start().check(seeds);
        }
        if (!TRAINING.compareAndSet(false, true)) {
            throw new IllegalStateException("another training goes on in this process: wait for its end");
        }
        List<RunFolder> runs = new ArrayList<>();
        try {
            for (long seed : seeds) {
                runs.add(RunFolder.openOrCreate(root, experiment.name(), seed, experiment.setting()));
            }
            listeners.forEach(l -> l.onOpen(experiment, List.copyOf(runs)));
            List<RunFolder> open = runs.stream().filter(r -> !r.isComplete()).toList();
            if (open.size() < runs.size()) {
                Progress.say(String.format(
                        Locale.ROOT,
                        "%,d of %,d run%s done already (%s)",
                        runs.size() - open.size(),
                        runs.size(),
                        runs.size() == 1 ? " was" : "s were",
                        root.resolve(experiment.name())));
            }
            if (!open.isEmpty()) {
                ProcessEnd.awaits(SECONDS_AT_END, () -> train(open));
            }
            return Population.of(
                    runs.stream().map(r -> RunFolder.open(r.path())).toList());
        } finally {
            runs.forEach(RunFolder::close);
            TRAINING.set(false);
        }
    }

    /**
     * Trains the runs of some seeds, or what is missing of them.
     *
     * @param root the folder of all experiments, such as {@code "runs"}
     * @param seeds the seeds, each once
     * @return the runs, in the order of the seeds
     * @throws CancellationException if the thread is interrupted; what is finished stays on disk
     */
    public Population train(String root, long... seeds) {
        return train(Path.of(root), seeds);
    }

    private Void train(List<RunFolder> runs) {
        Engine.getInstance();
        List<Split> data =
                runs.stream().map(r -> experiment.task().sample(r.seed())).toList();
        for (int r = 0; r < runs.size(); r++) {
            Arguments.atLeast(
                    "the number of training samples of " + experiment.task().name() + " for seed "
                            + runs.get(r).seed(),
                    data.get(r).train().size(),
                    1);
        }
        NetworkProbe probe = NetworkProbe.of(
                experiment.network(), experiment.loss(), data.get(0).train());
        boolean stacked = Stacking.suits(experiment, probe, data.get(0));
        int threads = experiment.network().stackable() ? workers : 1;
        int size = stacked && !experiment.endsEarly() ? stackSize(runs, probe, threads) : 1;
        long steps = Loop.totalSteps(experiment, data.get(0));
        int atOnce = Math.min(runs.size(), size * threads);
        checkMemory(data.get(0).train(), probe, Math.max(stacked ? 2 : 1, atOnce));

        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, (runs.size() + size - 1) / size));
        try (Progress progress = Progress.start("training " + experiment.name(), "steps", steps * runs.size())) {
            AtomicLong done = new AtomicLong();
            double[] losses = new double[runs.size()];
            Arrays.fill(losses, Double.NaN);
            List<Future<?>> stacks = new ArrayList<>();
            for (int from = 0; from < runs.size(); from += size) {
                int first = from;
                int to = Math.min(runs.size(), from + size);
                Loop loop = new Loop(
                        experiment,
                        runs.subList(from, to),
                        data.subList(from, to),
                        stacked,
                        listeners,
                        (taken, means, note) -> progress.update(
                                done.addAndGet(taken), note.isEmpty() ? loss(losses, first, means) : note),
                        stop);
                stacks.add(pool.submit(loop));
            }
            Parallel.await(
                    stacks,
                    stop,
                    "training of " + experiment.name()
                            + " was interrupted: what is finished is kept, and the same call goes on from there");
        } finally {
            stop.set(true);
            pool.shutdown();
            listeners.forEach(TrainingListener::onEnd);
        }
        return null;
    }

    // What the forward passes of the runs that train at once hold, without what the backward passes add: networks
    // that share memory between their layers would take less than both, and none that fits may be refused.
    private void checkMemory(Dataset train, NetworkProbe probe, int runs) {
        int parts = experiment.gradientAccumulation();
        int part = (Math.min(experiment.batchSize(), train.size()) + parts - 1) / parts;
        TrainingMemory memory = TrainingMemory.of(
                (long) runs * probe.initial().size(), runs * (train.inputSize() + probe.activations()));
        if (memory.bytes(part) > TrainingMemory.total()) {
            memory.checkBatch("batchSize", experiment.batchSize(), "fewer runs at once", TrainingMemory.total());
        }
    }

    /** The mean loss of all runs that have a finite one, whichever of them reports. */
    private static String loss(double[] losses, int first, double[] means) {
        synchronized (losses) {
            for (int r = 0; r < means.length && first + r < losses.length; r++) {
                losses[first + r] = means[r];
            }
            double mean =
                    Arrays.stream(losses).filter(Double::isFinite).average().orElse(Double.NaN);
            return Double.isNaN(mean)
                    ? ""
                    : String.format(Locale.ROOT, losses.length == 1 ? "loss %.4g" : "mean loss %.4g", mean);
        }
    }

    // As few stacks as the cache allows, the same number for each worker, so that none waits for another.
    private int stackSize(List<RunFolder> runs, NetworkProbe probe, int threads) {
        int most = stackSize;
        if (most == 0) {
            // At least two: a stack of one would have a twin and cost as much.
            most = Math.max(
                    2,
                    Math.min(64, CACHED_PARAMETERS / Math.max(1, probe.initial().size())));
        }
        int rounds = (runs.size() + threads * most - 1) / (threads * most);
        return (runs.size() + threads * rounds - 1) / (threads * rounds);
    }
}
