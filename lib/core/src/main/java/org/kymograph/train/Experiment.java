package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.record.files.Json;
import org.kymograph.train.loss.Loss;

/**
 * Everything about a training but the seed. All of it is written into {@code run.json}, and its hash names the run's
 * folder: runs of one experiment differ in their seed only.
 *
 * @param name names the folder that holds the runs
 * @param task gives each seed its data
 * @param network what is trained
 * @param loss what is minimised
 * @param optimizer the optimiser's settings
 * @param schedule how the learning rate moves
 * @param batchSize the samples in a batch, at least 1; the last batch of an epoch may be smaller
 * @param length how long to train
 * @param clipNorm the largest Euclidean norm of a run's whole gradient, above 0; infinite for no clipping
 * @param evaluation when to evaluate: every n steps, or after the epochs 0, n, 2n, … counted from 0
 * @param evaluationBatch the test samples in a batch, at least 1
 * @param checkpoints how far apart checkpoints are; the initial and the final parameters are always kept
 * @param statistics whether evaluations hold the statistics of the network's weights and biases
 * @param start which parameters training starts from; null for new ones, drawn with the run's seed
 * @param patience a run ends when its best evaluation accuracy is this many evaluations old, and the checkpoint of the best
 *     is kept; 0 for never. Runs with patience train singly, not in stacks.
 * @param goal a run ends at the first evaluation whose test loss is at most this; −∞ for never. Runs with a goal train singly, too.
 * @param gradientAccumulation the number of parts in which a batch is computed, 1 to the batch size: the gradients of the parts
 *     are added up before the one optimiser step, which is that of the whole batch but for rounding (and but for batch norm,
 *     whose statistics are each part's own), and takes the memory of one part
 * @param replacement whether batches are drawn with replacement, each full and independent of the others; else every epoch
 *     passes all samples once in a new random order. An epoch has as many steps either way.
 */
public record Experiment(
        String name,
        Task task,
        Network network,
        Loss loss,
        Optimizer optimizer,
        Schedule schedule,
        int batchSize,
        Span length,
        double clipNorm,
        Span evaluation,
        int evaluationBatch,
        Span checkpoints,
        boolean statistics,
        StartingPoint start,
        int patience,
        double goal,
        int gradientAccumulation,
        boolean replacement) {

    /** Checks the ranges. */
    public Experiment {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw Arguments.unexpected(
                    "name", name, "letters, digits, dots, dashes and underscores, since it names a folder");
        }
        Arguments.atLeast("batchSize", batchSize, 1);
        Arguments.atLeast("evaluationBatch", evaluationBatch, 1);
        Arguments.check(clipNorm > 0, "clipNorm", clipNorm, "above 0");
        Arguments.atLeast("patience", patience, 0);
        Arguments.check(goal < Double.POSITIVE_INFINITY, "goal", goal, "a loss, or −∞ for none");
        Arguments.within("gradientAccumulation", gradientAccumulation, 1, batchSize);
    }

    /**
     * An experiment with plain settings: batches of 32, 100 epochs, evaluated after every epoch without statistics, no
     * clipping, a constant learning rate, a checkpoint every 50 epochs.
     *
     * @param name names the folder that holds the runs
     * @param task gives each seed its data
     * @param network what is trained
     * @param loss what is minimised
     * @param optimizer the optimiser's settings
     * @return the experiment
     */
    public static Experiment of(String name, Task task, Network network, Loss loss, Optimizer optimizer) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                Schedule.CONSTANT,
                32,
                Span.epochs(100),
                Double.POSITIVE_INFINITY,
                Span.epochs(1),
                2048,
                Span.epochs(50),
                false,
                null,
                0,
                Double.NEGATIVE_INFINITY,
                1,
                false);
    }

    /**
     * Returns a copy with that name.
     *
     * @param name names the folder that holds the runs
     * @return the copy
     */
    public Experiment withName(String name) {
        return Copies.with(this, "name", name);
    }

    /**
     * Returns a copy with that task.
     *
     * @param task gives each seed its data
     * @return the copy
     */
    public Experiment withTask(Task task) {
        return Copies.with(this, "task", task);
    }

    /**
     * Returns a copy with that network.
     *
     * @param network what is trained
     * @return the copy
     */
    public Experiment withNetwork(Network network) {
        return Copies.with(this, "network", network);
    }

    /**
     * Returns a copy with that loss.
     *
     * @param loss what is minimised
     * @return the copy
     */
    public Experiment withLoss(Loss loss) {
        return Copies.with(this, "loss", loss);
    }

    /**
     * Returns a copy with those.
     *
     * @param optimizer the optimiser's settings
     * @return the copy
     */
    public Experiment withOptimizer(Optimizer optimizer) {
        return Copies.with(this, "optimizer", optimizer);
    }

    /**
     * Returns a copy with that schedule.
     *
     * @param schedule how the learning rate moves
     * @return the copy
     */
    public Experiment withSchedule(Schedule schedule) {
        return Copies.with(this, "schedule", schedule);
    }

    /**
     * Returns a copy with that batch size.
     *
     * @param batchSize the samples in a batch
     * @return the copy
     */
    public Experiment withBatchSize(int batchSize) {
        return Copies.with(this, "batchSize", batchSize);
    }

    /**
     * Returns a copy with that length.
     *
     * @param length how long to train
     * @return the copy
     */
    public Experiment withLength(Span length) {
        return Copies.with(this, "length", length);
    }

    /**
     * Returns a copy with that clipping.
     *
     * @param clipNorm the largest norm of a run's whole gradient
     * @return the copy
     */
    public Experiment withClipNorm(double clipNorm) {
        return Copies.with(this, "clipNorm", clipNorm);
    }

    /**
     * Returns a copy with that cadence.
     *
     * @param evaluation when to evaluate
     * @return the copy
     */
    public Experiment withEvaluation(Span evaluation) {
        return Copies.with(this, "evaluation", evaluation);
    }

    /**
     * Returns a copy with that size.
     *
     * @param evaluationBatch the test samples in a batch
     * @return the copy
     */
    public Experiment withEvaluationBatch(int evaluationBatch) {
        return Copies.with(this, "evaluationBatch", evaluationBatch);
    }

    /**
     * Returns a copy with that cadence.
     *
     * @param checkpoints how far apart checkpoints are
     * @return the copy
     */
    public Experiment withCheckpoints(Span checkpoints) {
        return Copies.with(this, "checkpoints", checkpoints);
    }

    /**
     * Returns a copy with or without them.
     *
     * @param statistics whether evaluations hold the statistics of the network's weights and biases
     * @return the copy
     */
    public Experiment withStatistics(boolean statistics) {
        return Copies.with(this, "statistics", statistics);
    }

    /**
     * Returns a copy with that start.
     *
     * @param start which parameters training starts from
     * @return the copy
     */
    public Experiment withStart(StartingPoint start) {
        return Copies.with(this, "start", start);
    }

    /**
     * Returns a copy with that patience.
     *
     * @param patience how many evaluations may pass without a better accuracy on the test set; 0 for any number
     * @return the copy
     */
    public Experiment withPatience(int patience) {
        return Copies.with(this, "patience", patience);
    }

    /**
     * Returns a copy that ends where the test loss is low enough.
     *
     * @param goal the test loss that ends a run at the evaluation that finds it, or a lower one
     * @return the copy
     */
    public Experiment withGoal(double goal) {
        return Copies.with(this, "goal", goal);
    }

    /** Returns whether runs may end before their length. */
    boolean endsEarly() {
        return patience > 0 || goal > Double.NEGATIVE_INFINITY;
    }

    /**
     * Returns a copy whose batches are computed in parts.
     *
     * @param gradientAccumulation the number of parts
     * @return the copy
     */
    public Experiment withGradientAccumulation(int gradientAccumulation) {
        return Copies.with(this, "gradientAccumulation", gradientAccumulation);
    }

    /**
     * Returns a copy whose batches are drawn with or without replacement.
     *
     * @param replacement whether a batch's samples are drawn independently of each other
     * @return the copy
     */
    public Experiment withReplacement(boolean replacement) {
        return Copies.with(this, "replacement", replacement);
    }

    /** Returns every setting, as {@code run.json} holds it. */
    public ObjectNode setting() {
        ObjectNode all = Json.object();
        all.set("task", named(task.name(), task.setting()));
        all.set("network", named(network.name(), network.setting()));
        all.set("loss", Json.tree(loss.setting()));
        all.set("optimizer", optimizer.setting());
        all.set("schedule", Json.tree(schedule));
        all.put("batchSize", batchSize);
        all.set("length", Json.tree(length));
        // JSON has no infinity.
        if (clipNorm < Double.POSITIVE_INFINITY) {
            all.put("clipNorm", clipNorm);
        } else {
            all.putNull("clipNorm");
        }
        all.set("evaluation", Json.tree(evaluation));
        all.put("evaluationBatch", evaluationBatch);
        all.set("checkpoints", Json.tree(checkpoints));
        all.put("statistics", statistics);
        if (start != null) {
            all.set("start", start.setting());
        }
        if (patience > 0) {
            all.put("patience", patience);
        }
        if (goal > Double.NEGATIVE_INFINITY) {
            all.put("goal", goal);
        }
        if (replacement) {
            all.put("replacement", true);
        }
        if (gradientAccumulation > 1) {
            all.put("gradientAccumulation", gradientAccumulation);
        }
        return all;
    }

    private static ObjectNode named(String name, Object setting) {
        ObjectNode node = Json.object();
        node.put("name", name);
        return node.setAll((ObjectNode) Json.tree(setting));
    }
}
