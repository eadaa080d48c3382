package org.kymograph.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.data.Dataset.Target;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.model.weights.WeightStatistics;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;

/** Measures networks: on their test sets, on the training batches since the last time, and their weights. */
final class Evaluator {
    private final Experiment experiment;
    private final Networks networks;
    private final RunningLoss runningLoss;
    private final boolean tokens;

    Evaluator(Experiment experiment, Networks networks, RunningLoss runningLoss) {
        this.experiment = experiment;
        this.networks = networks;
        this.runningLoss = runningLoss;
        tokens = networks.targets() == Target.TOKENS;
    }

    /**
     * Returns the line of each run's metrics.
     *
     * @param step the steps taken
     * @param epoch the epochs they are
     * @param runs how many of the runs are wanted
     * @return the line of each run's metrics
     */
    List<ObjectNode> measure(long step, double epoch, int runs) {
        double[] loss = new double[networks.runs()];
        double[] right = new double[networks.runs()];
        long[] counts = new long[networks.runs()];
        int size = networks.test().size();
        int batches = 0;
        for (int from = 0; from < size; from += experiment.evaluationBatch()) {
            int[][] rows = new int[networks.runs()][];
            Arrays.fill(
                    rows,
                    IntStream.range(from, Math.min(size, from + experiment.evaluationBatch()))
                            .toArray());
            add(rows, loss, right, counts);
            batches++;
        }
        List<Map<String, Tensor>> weights = experiment.statistics()
                ? Stacking.cut(networks.leaves().trained(), networks.stacked(), networks.runs(), runs)
                : null;
        WeightRoles roles = weights == null ? null : roles(weights.get(0));
        List<ObjectNode> lines = new ArrayList<>();
        for (int r = 0; r < runs; r++) {
            ObjectNode line = Json.object();
            line.put("step", step);
            line.put("epoch", epoch);
            line.put("train_loss", runningLoss.loss(r));
            line.put("eval_loss", loss[r] / (tokens ? counts[r] : batches));
            line.put("train_accuracy", runningLoss.accuracy(r));
            line.put("eval_accuracy", right[r] / counts[r]);
            if (weights != null) {
                line.setAll(WeightStatistics.of(weights.get(r), roles));
            }
            lines.add(line);
        }
        return lines;
    }

    // The mean of the batches' means, as ever; but of tokens, of which batches have different numbers, the mean over
    // all.
    private void add(int[][] rows, double[] loss, double[] right, long[] counts) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            NDArray y = networks.test().targets(rows);
            NDArray outputs = networks.evaluate(rows);
            double[] sums = new double[loss.length];
            Outputs.addSums(experiment.loss().evaluation(outputs, y), sums);
            Outputs.addSums(experiment.loss().correct(outputs, y), right);
            long[] more = networks.test().counts(rows);
            for (int r = 0; r < loss.length; r++) {
                loss[r] += tokens ? sums[r] : sums[r] / more[r];
                counts[r] += more[r];
            }
        }
    }

    private WeightRoles roles(Map<String, Tensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, t) -> shapes.put(name, t.shape()));
        return experiment.network().roles(shapes);
    }
}
