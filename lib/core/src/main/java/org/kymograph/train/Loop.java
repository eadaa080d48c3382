package org.kymograph.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.data.Split;
import org.kymograph.model.WeightRoles;
import org.kymograph.model.WeightStatistics;
import org.kymograph.record.Json;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.Streams;
import org.kymograph.record.Tensor;
import org.kymograph.record.TensorFile;

/**
 * Trains one stack of runs, or one run that can't be stacked, from where its record stands to the end.
 *
 * <p>DJL's gradient collector allows one open collector in a process; below it PyTorch's gradient mode belongs to a
 * thread, so that stacks can train in several threads by calling the engine's backward pass directly.
 */
final class Loop implements Callable<Void> {
    /** Told of steps taken. */
    interface Ticker {
        void taken(long runSteps, String note);
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

    private NDManager manager;
    private Block block;
    private Leaves store;
    private Batches train;
    private Batches test;
    private Batches recorded;
    private OptimizerState optimizer;
    // The steps that the optimiser took before the run's first.
    private long optimizerSteps;

    private Tally tally;
    private Patience patience;
    private int[][] permutations;
    private long permutedEpoch = -1;

    Loop(Experiment experiment, List<RunFolder> runs, List<Split> data, boolean stacked,
            List<TrainingListener> listeners, Ticker ticker, AtomicBoolean stop) {
        this.experiment = experiment;
        this.runs = runs;
        this.stacked = stacked;
        // PyTorch multiplies a batch of one matrix with another kernel than a batch of several, and its last bits differ.
        // A lone run therefore has a twin, whose record nobody keeps: what a run computes never depends on its company.
        boolean twin = stacked && runs.size() == 1;
        this.data = twin ? List.of(data.get(0), data.get(0)) : data;
        this.seeds = LongStream.concat(runs.stream().mapToLong(RunFolder::seed),
                twin ? LongStream.of(runs.get(0).seed()) : LongStream.empty()).toArray();
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

    /** @return the number of parameters of one network */
    static long parameters(Experiment experiment, Split data) {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = experiment.network().single(manager, new Shape(data.train().inputShape()), 0);
            return block.getParameters().values().stream().mapToLong(p -> p.getArray().size()).sum();
        }
    }

    @Override
    public Void call() {
        boolean gradMode = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try (NDManager base = NDManager.newBaseManager()) {
            manager = base;
            prepare();
            long step = resume();
            ticker.taken(step * runs.size(), "");
            boolean stopped = false;
            while (step < totalSteps && !patience.isOver() && !stop.get()) {
                step(step);
                step++;
                boolean epochEnds = step % epochSteps == 0;
                boolean best = evaluates(step, epochEnds) && patience.isBest(evaluate(step));
                if (epochEnds) {
                    tally.endEpoch();
                    stopped = !endEpoch(step);
                    if (stopped) {
                        break;
                    }
                }
                if (step == totalSteps || best || patience.isOver()
                        || step % experiment.checkpoints().inSteps(epochSteps) == 0) {
                    checkpoint(step);
                }
            }
            if (patience.isOver()) {
                ticker.taken((totalSteps - step) * runs.size(), "stopped early");
            }
            for (int r = 0; r < runs.size(); r++) {
                if (stopped || step < totalSteps && !patience.isOver()) {
                    runs.get(r).setStatus(Status.INTERRUPTED);
                } else if (tally.diverged(r)) {
                    runs.get(r).fail("diverged: the training loss is not finite from step " + tally.divergedAt(r) + " on");
                } else {
                    runs.get(r).setStatus(Status.DONE);
                }
            }
            return null;
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        } finally {
            JniUtils.setGradMode(gradMode);
        }
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

    private void prepare() {
        Shape input = new Shape(data.get(0).train().inputShape());
        block = stacked ? experiment.network().stack(manager, input, seeds)
                : experiment.network().single(manager, input, seeds[0]);
        store = new Leaves(manager, block);
        optimizer = new OptimizerState(experiment.optimizer(), experiment.clipNorm(), manager, store.trained());
        train = new Batches(manager, data.stream().map(Split::train).toList(), stacked,
                Stacking.filled(experiment.batchSize()));
        test = new Batches(manager, data.stream().map(Split::test).toList(), stacked,
                Stacking.filled(experiment.evaluationBatch()));
        tally = new Tally(seeds.length, experiment.evaluation().unit() == Span.Unit.STEPS);
        if (experiment.patience() > 0 && test.size() == 0) {
            throw new IllegalArgumentException("patience " + experiment.patience() + ": there is no test set to wait for");
        }
        patience = new Patience(experiment.patience());
        optimizerSteps = experiment.start() == null ? 0 : experiment.start().optimizerSteps(seeds[0]);
    }

    /** Puts every run of the stack to the last step that all of them have, and returns it. */
    private long resume() {
        Set<Long> common = new TreeSet<>(Comparator.reverseOrder());
        common.addAll(runs.get(0).checkpointSteps());
        runs.forEach(r -> common.retainAll(r.checkpointSteps()));
        long step = common.stream().filter(s -> runs.stream().allMatch(r -> r.isGood(s))).findFirst().orElse(-1L);
        for (RunFolder run : runs) {
            run.rewindTo(step);
            run.setStatus(Status.RUNNING);
        }
        TrainingListener.Start start = new TrainingListener.Start(experiment, runs,
                data.subList(0, runs.size()).stream().map(Split::train).toList(), Math.max(0, step), epochSteps, totalSteps);
        tell(l -> l.onStart(start));
        if (step < 0) {
            if (experiment.start() != null) {
                start();
            }
            checkpoint(0);
            return 0;
        }
        if (experiment.patience() > 0) {
            runs.get(0).metrics().read().forEach(line -> patience.isBest(line.get("eval_accuracy").asDouble()));
        }
        List<Map<String, Tensor>> parts = new ArrayList<>();
        for (int r = 0; r < seeds.length; r++) {
            Map<String, Tensor> part = new LinkedHashMap<>();
            try (TensorFile file = runs.get(Math.min(r, runs.size() - 1)).checkpoint(step)) {
                state().keySet().forEach(name -> part.put(name, file.read(name)));
                tally.read(r, file.metadata());
            }
            parts.add(part);
        }
        Slices.join(state(), parts);
        return step;
    }

    private void start() {
        List<Map<String, Tensor>> parts = Slices.cut(state(), stacked, seeds.length, seeds.length);
        for (int r = 0; r < seeds.length; r++) {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            parts.get(r).forEach((name, t) -> shapes.put(name, t.shape()));
            parts.get(r).putAll(experiment.start().tensors(seeds[r], shapes));
        }
        Slices.join(state(), parts);
    }

    /** @return all that a checkpoint holds, by name */
    private Map<String, NDArray> state() {
        Map<String, NDArray> all = new LinkedHashMap<>(store.all());
        all.putAll(optimizer.moments());
        return all;
    }

    private void step(long step) {
        long epoch = step / epochSteps;
        int[][] rows = batch(epoch, (int) (step % epochSteps));
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            if (!stacked) {
                Engine.getInstance().setRandomSeed((int) Streams.key(seeds[0], "noise", step));
            }
            NDArray x = train.inputs(filled(rows), experiment.task().augmentation(),
                    r -> Streams.of(seeds[r], "augmentation", step));
            NDArray y = train.targets(rows);
            NDArray side = train.side(rows);
            store.renew();
            JniUtils.setGradMode(true);
            NDArray outputs = forward(x, true, rows[0].length);
            NDArray losses = losses(outputs, y, side);
            JniUtils.setGradMode(false);
            // The mean over the batch, and what the optimiser wants its gradients multiplied by, enter here.
            double fraction = experiment.schedule().fraction(step, totalSteps);
            float weight = (float) (optimizer.gradientScale(fraction) / rows[0].length);
            NDArray weights = losses.getManager().full(losses.getShape(), weight);
            JniUtils.backward((PtNDArray) losses, (PtNDArray) weights, false, false);
            optimizer.step(store, seeds.length, stacked, fraction, optimizerSteps + step + 1);
            float[] means = losses.mean(new int[] {1}).toFloatArray();
            tally.add(step + 1, means, Outputs.count(experiment.loss().correct(outputs, y)), rows[0].length);
            ticker.taken(runs.size(), String.format("loss %.4g", means[0]));
            if (!listeners.isEmpty()) {
                int n = runs.size();
                TrainingListener.Batch taken = new TrainingListener.Batch(Arrays.copyOf(seeds, n), step + 1, epoch,
                        Arrays.copyOf(rows, n), outputs.get("0:" + n));
                tell(l -> l.onBatch(taken));
            }
        } finally {
            JniUtils.setGradMode(false);
        }
    }

    private NDArray losses(NDArray outputs, NDArray targets, NDArray side) {
        int wanted = experiment.loss().sides((int) outputs.getShape().get(2));
        int there = data.get(0).train().sides();
        if (wanted != there) {
            throw new IllegalArgumentException("the loss reads " + wanted + " side numbers of each training sample, but "
                    + "the data have " + there);
        }
        return experiment.loss().perSample(outputs, targets, side);
    }

    private int[][] batch(long epoch, int index) {
        int n = train.size();
        if (epoch != permutedEpoch) {
            permutations = Arrays.stream(seeds).mapToObj(s -> Streams.permutation(Streams.of(s, "batches", epoch), n))
                    .toArray(int[][]::new);
            permutedEpoch = epoch;
        }
        int from = index * experiment.batchSize();
        int to = Math.min(n, from + experiment.batchSize());
        return Arrays.stream(permutations).map(p -> Arrays.copyOfRange(p, from, to)).toArray(int[][]::new);
    }

    /** @return false if training was stopped meanwhile, so that the listeners may not have done their work */
    private boolean endEpoch(long step) {
        long epoch = step / epochSteps - 1;
        TrainingListener.EpochEnd end = new TrainingListener.EpochEnd(Arrays.copyOf(seeds, runs.size()), epoch, step,
                experiment.evaluationBatch(), (rows, training) -> outputs(epoch, rows, training));
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

    /** What the networks make of training rows, without leaving a trace in them. */
    private NDArray outputs(long epoch, int[][] rows, boolean training) {
        if (stop.get()) {
            throw new CancellationException("training is being stopped");
        }
        if (recorded == null) {
            recorded = new Batches(manager, data.stream().map(Split::train).toList(), stacked,
                    Stacking.filled(experiment.evaluationBatch()));
        }
        int b = rows[0].length;
        int[][] all = Arrays.copyOf(rows, seeds.length);
        Arrays.fill(all, rows.length, all.length, rows[0]);
        Map<NDArray, NDArray> before = new IdentityHashMap<>();
        if (training) {
            store.renew();
            store.all().forEach((name, p) -> {
                if (!store.trained().containsKey(name)) {
                    before.put(p, p.duplicate());
                }
            });
            if (!stacked) {
                Engine.getInstance().setRandomSeed((int) Streams.key(seeds[0], "recorded noise", epoch, rows[0][0]));
            }
        }
        // Statistics of the batch would feel what fills it.
        NDArray outputs = forward(recorded.inputs(before.isEmpty() ? filled(all) : all), training, b);
        before.forEach((p, values) -> p.set(new NDIndex(":"), values));
        return stacked ? outputs.get("0:" + rows.length) : outputs;
    }

    private int[][] filled(int[][] rows) {
        return stacked ? Stacking.filled(rows) : rows;
    }

    /** @return the outputs of the first rows, {@code [R, rows, C]} */
    private NDArray forward(NDArray x, boolean training, int rows) {
        NDArray all = Outputs.withRunAxis(block.forward(store, new NDList(x), training).singletonOrThrow(), stacked);
        return all.getShape().get(1) == rows ? all : all.get(":, 0:" + rows);
    }

    private boolean evaluates(long step, boolean epochEnds) {
        Span every = experiment.evaluation();
        return every.unit() == Span.Unit.STEPS ? step % every.count() == 0
                : epochEnds && (step / epochSteps - 1) % every.count() == 0;
    }

    /** @return the first run's accuracy */
    private double evaluate(long step) {
        double[] loss = new double[seeds.length];
        double[] right = new double[seeds.length];
        int batches = 0;
        for (int from = 0; from < test.size(); from += experiment.evaluationBatch()) {
            int to = Math.min(test.size(), from + experiment.evaluationBatch());
            int[] rows = IntStream.range(from, to).toArray();
            int[][] same = new int[seeds.length][];
            Arrays.fill(same, rows);
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray y = test.targets(same);
                NDArray outputs = forward(test.inputs(filled(same)), false, rows.length);
                float[] l = experiment.loss().evaluation(outputs, y).mean(new int[] {1}).toFloatArray();
                float[] c = Outputs.count(experiment.loss().correct(outputs, y));
                for (int r = 0; r < seeds.length; r++) {
                    loss[r] += l[r];
                    right[r] += c[r];
                }
            }
            batches++;
        }
        List<Map<String, Tensor>> weights = experiment.statistics()
                ? Slices.cut(store.trained(), stacked, seeds.length, runs.size()) : null;
        WeightRoles roles = weights == null ? null : roles(weights.get(0));
        for (int r = 0; r < runs.size(); r++) {
            ObjectNode line = Json.object();
            line.put("step", step);
            line.put("epoch", (double) step / epochSteps);
            line.put("train_loss", tally.loss(r));
            line.put("eval_loss", loss[r] / batches);
            line.put("train_accuracy", tally.accuracy(r));
            line.put("eval_accuracy", right[r] / test.size());
            if (weights != null) {
                line.setAll(WeightStatistics.of(weights.get(r), roles));
            }
            runs.get(r).metrics().append(line);
            long seed = seeds[r];
            tell(l -> l.onEvaluation(seed, line));
        }
        tally.evaluated();
        return right[0] / test.size();
    }

    private WeightRoles roles(Map<String, Tensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, t) -> shapes.put(name, t.shape()));
        return experiment.network().roles(shapes);
    }

    private void checkpoint(long step) {
        tell(l -> l.beforeCheckpoint(Arrays.copyOf(seeds, runs.size()), step));
        List<Map<String, Tensor>> tensors = Slices.cut(state(), stacked, seeds.length, runs.size());
        for (int r = 0; r < runs.size(); r++) {
            if (tally.diverged(r)) {
                continue;
            }
            Map<String, String> metadata = new LinkedHashMap<>();
            metadata.put("experiment", experiment.name());
            metadata.put("seed", Long.toString(seeds[r]));
            metadata.put("step", Long.toString(step));
            metadata.put("network", experiment.network().name());
            metadata.put("input_shape", Arrays.toString(data.get(r).train().inputShape()));
            if (optimizerSteps > 0) {
                metadata.put("optimizerSteps", Long.toString(optimizerSteps + step));
            }
            tally.write(r, metadata);
            runs.get(r).writeCheckpoint(step, tensors.get(r), metadata);
            long seed = seeds[r];
            tell(l -> l.onCheckpoint(seed, step));
        }
    }

    private void tell(Consumer<TrainingListener> what) {
        if (!listeners.isEmpty()) {
            synchronized (listeners) {
                listeners.forEach(what);
            }
        }
    }
}
