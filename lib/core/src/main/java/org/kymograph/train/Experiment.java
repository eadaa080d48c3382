package org.kymograph.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.record.files.Json;

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
        int patience) {

    /** Checks the ranges. */
    public Experiment {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException("name \"" + name
                    + "\": must be letters, digits, dots, dashes and underscores, since it names a folder");
        }
        if (batchSize < 1) {
            throw new IllegalArgumentException("batchSize " + batchSize + ": must be at least 1");
        }
        if (evaluationBatch < 1) {
            throw new IllegalArgumentException("evaluationBatch " + evaluationBatch + ": must be at least 1");
        }
        if (!(clipNorm > 0)) {
            throw new IllegalArgumentException("clipNorm " + clipNorm + ": must be above 0");
        }
        if (patience < 0) {
            throw new IllegalArgumentException("patience " + patience + ": must be at least 0");
        }
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
                0);
    }

    /**
     * @param name names the folder that holds the runs
     * @return a copy with that name
     */
    public Experiment withName(String name) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param task gives each seed its data
     * @return a copy with that task
     */
    public Experiment withTask(Task task) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param network what is trained
     * @return a copy with that network
     */
    public Experiment withNetwork(Network network) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param loss what is minimised
     * @return a copy with that loss
     */
    public Experiment withLoss(Loss loss) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param optimizer the optimiser's settings
     * @return a copy with those
     */
    public Experiment withOptimizer(Optimizer optimizer) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param schedule how the learning rate moves
     * @return a copy with that schedule
     */
    public Experiment withSchedule(Schedule schedule) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param batchSize the samples in a batch
     * @return a copy with that batch size
     */
    public Experiment withBatchSize(int batchSize) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param length how long to train
     * @return a copy with that length
     */
    public Experiment withLength(Span length) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param clipNorm the largest norm of a run's whole gradient
     * @return a copy with that clipping
     */
    public Experiment withClipNorm(double clipNorm) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param evaluation when to evaluate
     * @return a copy with that cadence
     */
    public Experiment withEvaluation(Span evaluation) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param evaluationBatch the test samples in a batch
     * @return a copy with that size
     */
    public Experiment withEvaluationBatch(int evaluationBatch) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param checkpoints how far apart checkpoints are
     * @return a copy with that cadence
     */
    public Experiment withCheckpoints(Span checkpoints) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param statistics whether evaluations hold the statistics of the network's weights and biases
     * @return a copy with or without them
     */
    public Experiment withStatistics(boolean statistics) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param start which parameters training starts from
     * @return a copy with that start
     */
    public Experiment withStart(StartingPoint start) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /**
     * @param patience how many evaluations may pass without a better accuracy on the test set; 0 for any number
     * @return a copy with that patience
     */
    public Experiment withPatience(int patience) {
        return new Experiment(
                name,
                task,
                network,
                loss,
                optimizer,
                schedule,
                batchSize,
                length,
                clipNorm,
                evaluation,
                evaluationBatch,
                checkpoints,
                statistics,
                start,
                patience);
    }

    /** @return every setting, as {@code run.json} holds it */
    public ObjectNode setting() {
        ObjectNode all = Json.object();
        all.set("task", named(task.name(), task.setting()));
        all.set("network", named(network.name(), network.setting()));
        all.set("loss", Json.tree(loss.setting()));
        all.set("optimizer", Json.tree(optimizer));
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
        return all;
    }

    private static ObjectNode named(String name, Object setting) {
        ObjectNode node = Json.object();
        node.put("name", name);
        return node.setAll((ObjectNode) Json.tree(setting));
    }
}
