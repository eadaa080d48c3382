package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/**
 * How a trained network does on examples, its own test set or others.
 *
 * @param loss the mean of the experiment's loss over the examples
 * @param accuracy the share of them that it gets right, 0 to 1
 */
public record Evaluation(double loss, double accuracy) {
    /**
     * Evaluates a run's last checkpoint.
     *
     * @param experiment what was trained
     * @param run one of its runs
     * @param data the examples, at least one
     * @return the evaluation
     * @throws IllegalArgumentException if there are no examples
     * @throws RecordException if the run has no good checkpoint
     */
    public static Evaluation of(Experiment experiment, RunFolder run, Dataset data) {
        return of(
                experiment,
                run,
                run.lastGoodCheckpoint()
                        .orElseThrow(() -> new RecordException(run.path(), "has no good checkpoint to evaluate")),
                data);
    }

    /**
     * Returns the evaluation of that checkpoint.
     *
     * @param experiment what was trained
     * @param run one of its runs
     * @param step the step of one of the run's checkpoints
     * @param data the examples, at least one
     * @return the evaluation of that checkpoint
     * @throws IllegalArgumentException if there are no examples, or no checkpoint of that step is listed
     */
    public static Evaluation of(Experiment experiment, RunFolder run, long step, Dataset data) {
        Arguments.check(data.size() > 0, "data", data, "at least one example to evaluate on");
        try (TensorFile checkpoint = run.checkpoint(step)) {
            return of(
                    experiment.loss(),
                    Outputs.of(experiment.network(), checkpoint, data, experiment.evaluationBatch()),
                    data);
        }
    }

    /**
     * Returns the evaluation of those outputs.
     *
     * @param loss what is reported
     * @param outputs what a network makes of the examples, {@code [N, C]}, or {@code [N, T, C]} for tokens
     * @param data the N examples, at least one
     * @return the evaluation of those outputs
     * @throws IllegalArgumentException if there are no examples, or not as many outputs
     */
    public static Evaluation of(Loss loss, Tensor outputs, Dataset data) {
        Arguments.check(data.size() > 0, "data", data, "at least one example to evaluate on");
        Arguments.sameLength("outputs", (int) outputs.shape()[0], "data", data.size());
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray z = manager.create(outputs.toFloats(), new Shape(1).addAll(new Shape(outputs.shape())));
            int[] rows = IntStream.range(0, data.size()).toArray();
            NDArray y = new Batches(manager, List.of(data), false, 1).targets(new int[][] {rows});
            Outputs.check(z, y, data.target());
            double[] sum = new double[1];
            double[] correct = new double[1];
            Outputs.addSums(loss.evaluation(z, y), sum);
            Outputs.addSums(loss.correct(z, y), correct);
            double count = data.counts(rows);
            return new Evaluation(sum[0] / count, correct[0] / count);
        }
    }

    /**
     * Evaluates the last checkpoint of every run on several sets.
     *
     * @param experiment what was trained
     * @param runs its runs
     * @param sets the sets by name
     * @return a row per run: its {@code seed} and the accuracy on each set, in a column of the set's name
     */
    public static Table accuracies(Experiment experiment, Population runs, Map<String, Dataset> sets) {
        Table table = Table.create(experiment.name(), LongColumn.create("seed", runs.seeds()));
        sets.forEach((name, data) ->
                table.addColumns(DoubleColumn.create(name, Columns.numbers(runs.runs(), run -> of(experiment, run, data)
                        .accuracy()))));
        return table;
    }

    /**
     * Evaluates the last checkpoint of every run on sets of its own, such as those of a task that draws them by seed.
     *
     * @param experiment what was trained
     * @param runs its runs
     * @param sets gives a seed's sets by name, the same names for all
     * @return a row per run: its {@code seed} and the accuracy on each set, in a column of the set's name
     */
    public static Table accuracies(Experiment experiment, Population runs, LongFunction<Map<String, Dataset>> sets) {
        Table table = null;
        for (RunFolder run : runs.runs()) {
            Table row = accuracies(experiment, Population.of(List.of(run)), sets.apply(run.seed()));
            table = table == null ? row : table.append(row);
        }
        return table;
    }
}
