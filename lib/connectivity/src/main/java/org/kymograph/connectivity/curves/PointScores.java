package org.kymograph.connectivity.curves;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * What an objective gives at a point of parameter space. Immutable.
 *
 * @param losses the loss of every sample
 * @param scores other numbers by name: accuracy, and where the loss is the cross-entropy of classes also Matthews's correlation,
 *     calibration error and, of two classes, F1
 */
public record PointScores(double[] losses, Map<String, Double> scores) {
    /** Copies array and map. */
    public PointScores {
        losses = losses.clone();
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }

    /** Returns the losses, a copy. */
    @Override
    public double[] losses() {
        return losses.clone();
    }

    /** Returns the mean loss. */
    public double loss() {
        return Arrays.stream(losses).sum() / losses.length;
    }

    /**
     * Returns the names of the numbers that an objective gives.
     *
     * @param objective the network, the loss and the samples
     * @return {@code loss} and the names of the scores
     */
    public static List<String> names(Objective objective) {
        Dataset data = objective.data();
        if (objective.loss() == Loss.CROSS_ENTROPY && data.target() == Dataset.Target.CLASS) {
            return Stream.concat(
                            Stream.of("loss"),
                            ClassificationScores.NAMES.stream().filter(n -> data.classes() == 2 || !n.equals("f1")))
                    .toList();
        }
        return List.of("loss", "accuracy");
    }

    /**
     * Evaluates points, where the loss is the cross-entropy of classes in one pass.
     *
     * @param session gives losses and outputs
     * @param vectors the points
     * @return the numbers at each
     */
    public static List<PointScores> of(ObjectiveSession session, List<ParameterVector> vectors) {
        if (vectors.isEmpty()) {
            return List.of();
        }
        Objective objective = session.objective();
        Dataset data = objective.data();
        if (objective.loss() == Loss.CROSS_ENTROPY && data.target() == Dataset.Target.CLASS) {
            return session.outputs(vectors).stream().map(o -> of(objective, o)).toList();
        }
        double[][] losses = session.losses(vectors);
        double[] accuracies = session.accuracies(vectors);
        return Columns.each(losses.length, r -> new PointScores(losses[r], Map.of("accuracy", accuracies[r])));
    }

    /** Returns what the outputs of a classifier, {@code [N, C]}, give where the loss is the cross-entropy. */
    static PointScores of(Objective objective, Tensor outputs) {
        int[] labels = Arrays.stream(objective.data().targets().toLongs())
                .mapToInt(l -> (int) l)
                .toArray();
        double[] flat = outputs.toDoubles();
        int classes = flat.length / labels.length;
        double[][] logits = new double[labels.length][];
        double[] losses = new double[labels.length];
        boolean finite = true;
        for (int i = 0; i < labels.length; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
            losses[i] = crossEntropy(logits[i], labels[i]);
            finite &= !Double.isNaN(losses[i]);
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        ClassificationScores all = finite ? ClassificationScores.ofLogits(logits, labels) : null;
        for (String name : ClassificationScores.NAMES) {
            if (classes == 2 || !name.equals("f1")) {
                scores.put(name, all == null ? Double.NaN : all.get(name));
            }
        }
        return new PointScores(losses, scores);
    }

    private static double crossEntropy(double[] logits, int label) {
        double most = Double.NEGATIVE_INFINITY;
        for (double x : logits) {
            most = Math.max(most, x);
        }
        double sum = 0;
        for (double x : logits) {
            sum += Math.exp(x - most);
        }
        return Math.log(sum) + most - logits[label];
    }

    /**
     * Returns the numbers as a table.
     *
     * @return one row
     */
    public Table table() {
        Columns<PointScores> columns = Columns.of("point", List.of(this)).doubles("loss", PointScores::loss);
        scores.keySet().forEach(name -> columns.doubles(name, p -> p.scores.get(name)));
        return columns.table();
    }
}
