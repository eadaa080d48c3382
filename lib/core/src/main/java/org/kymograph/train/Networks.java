package org.kymograph.train;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.data.Split;
import org.kymograph.model.GradientMode;

/** The networks of a stack in memory, or the one that isn't stacked, and what they make of rows of their data. */
final class Networks {
    private final Experiment experiment;
    private final NDManager manager;
    private final long[] seeds;
    private final boolean stacked;
    private final Block block;
    private final Leaves leaves;
    private final List<Dataset> trainingData;
    private final Target targets;
    private final Batches train;
    private final Batches test;
    // Made when somebody asks, which few do.
    // A batch is good until the thread that made it makes the next.
    private final ThreadLocal<Batches> recorded;

    /**
     * @param manager owns all of it
     * @param seeds each run's seed
     * @param data each run's data
     */
    Networks(Experiment experiment, NDManager manager, long[] seeds, List<Split> data, boolean stacked) {
        this.experiment = experiment;
        this.manager = manager;
        this.seeds = seeds;
        this.stacked = stacked;
        Shape input = new Shape(data.get(0).train().inputShape());
        block = stacked
                ? experiment.network().stack(manager, input, seeds)
                : experiment.network().single(manager, input, seeds[0]);
        leaves = new Leaves(manager, block);
        trainingData = data.stream().map(Split::train).toList();
        targets = trainingData.get(0).target();
        train = batches(trainingData, experiment.batchSize());
        test = batches(data.stream().map(Split::test).toList(), experiment.evaluationBatch());
        recorded = ThreadLocal.withInitial(() -> batches(trainingData, experiment.evaluationBatch()));
    }

    private Batches batches(List<Dataset> data, int most) {
        return new Batches(manager, data, stacked, stacked ? Stacking.filled(most) : most);
    }

    Leaves leaves() {
        return leaves;
    }

    int runs() {
        return seeds.length;
    }

    boolean stacked() {
        return stacked;
    }

    /** Returns the batches of the training sets. */
    Batches train() {
        return train;
    }

    /** Returns the batches of the test sets. */
    Batches test() {
        return test;
    }

    Target targets() {
        return targets;
    }

    /** Returns the shape of one input. */
    long[] inputShape() {
        return trainingData.get(0).inputShape();
    }

    /**
     * The forward pass of a part of an optimiser step, on the leaves as they are.
     *
     * @param rows each run's training rows, R × B
     * @param step the steps taken before
     * @param part the number of the part, from 0
     * @return the outputs, {@code [R, B, C]}
     */
    NDArray learn(int[][] rows, long step, int part) {
        long[] counters = part == 0 ? new long[] {step} : new long[] {step, part};
        if (!stacked) {
            Engine.getInstance().setRandomSeed((int) Streams.key(seeds[0], "noise", counters));
        }
        NDArray x = train.inputs(
                filled(rows), experiment.task().augmentation(), r -> Streams.of(seeds[r], "augmentation", counters));
        return forward(x, true, rows[0].length);
    }

    /**
     * Returns the outputs, {@code [R, B, C]}.
     *
     * @param rows each run's test rows, R × B
     * @return the outputs, {@code [R, B, C]}
     */
    NDArray evaluate(int[][] rows) {
        return forward(test.inputs(filled(rows)), false, rows[0].length);
    }

    /**
     * What the networks make of training rows, without leaving a trace in them and without gradients. Several threads may
     * ask at a time, unless it is training.
     *
     * @param epoch the epoch just ended, which tells the noise of its training passes from that of others
     * @param rows the training rows of the first n runs, n × B
     * @param training whether layers such as dropout behave as in training
     * @return the outputs, {@code [n, B, C]}
     */
    NDArray record(long epoch, int[][] rows, boolean training) {
        int[][] all = Arrays.copyOf(rows, seeds.length);
        Arrays.fill(all, rows.length, all.length, rows[0]);
        IdentityHashMap<NDArray, NDArray> before = new IdentityHashMap<>();
        if (training) {
            leaves.renew();
            leaves.all().forEach((name, p) -> {
                if (!leaves.trained().containsKey(name)) {
                    before.put(p, p.duplicate());
                }
            });
            if (!stacked) {
                Engine.getInstance().setRandomSeed((int) Streams.key(seeds[0], "recorded noise", epoch, rows[0][0]));
            }
        }
        return GradientMode.off(() -> {
            // Statistics of the batch would feel what fills it.
            NDArray x = recorded.get().inputs(before.isEmpty() ? filled(all) : all);
            NDArray outputs = forward(x, training, rows[0].length);
            before.forEach((p, values) -> p.set(new NDIndex(":"), values));
            return stacked ? outputs.get("0:" + rows.length) : outputs;
        });
    }

    private int[][] filled(int[][] rows) {
        return stacked ? Stacking.filled(rows) : rows;
    }

    /** Returns the outputs of the first rows, {@code [R, rows, C]}. */
    private NDArray forward(NDArray x, boolean training, int rows) {
        return Outputs.forward(block, leaves, x, training, stacked, targets, rows);
    }
}
