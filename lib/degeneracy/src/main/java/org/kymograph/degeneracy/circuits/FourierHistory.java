package org.kymograph.degeneracy.circuits;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.fourier.LogitModes;
import org.kymograph.degeneracy.modular.Embeddings;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * How the Fourier modes of a network's embedding and logits moved during its training, checkpoint by checkpoint.
 *
 * <p>The key modes are those that stand out in the embedding of the last checkpoint that was read; restricted and excluded loss at all
 * other checkpoints are those of these modes, chosen after the fact.
 *
 * @param p the modulus
 * @param keyModes the key modes, the largest first
 * @param points a point per checkpoint, ascending
 */
public record FourierHistory(int p, List<Integer> keyModes, List<Point> points) {
    /**
     * A checkpoint.
     *
     * @param step the steps taken
     * @param trainLoss the mean cross-entropy of the pairs learned from
     * @param testLoss that of the others; NaN if there are none
     * @param trainAccuracy the share of the pairs learned from that are right
     * @param testAccuracy that of the others
     * @param restrictedLoss the test loss of the logits' part at the key modes
     * @param restrictedUnseenLoss the same with the part fitted to the test pairs alone, which a table learned by heart can't help
     * @param excludedLoss the training loss of the logits without that part
     * @param gini the sparsity of the magnitudes of the modes 1 to p/2, 0 to 1
     * @param squaredWeights the sum of all squared parameters
     * @param magnitudes the magnitudes of the embedding's modes 0 to p/2
     * @param keepLosses the test loss with mode k of the embedding alone, for k from 1 to p/2
     * @param embedding the embedding, p × e
     */
    public record Point(
            long step,
            double trainLoss,
            double testLoss,
            double trainAccuracy,
            double testAccuracy,
            double restrictedLoss,
            double restrictedUnseenLoss,
            double excludedLoss,
            double gini,
            double squaredWeights,
            double[] magnitudes,
            double[] keepLosses,
            double[][] embedding) {}

    /** Copies the lists. */
    public FourierHistory {
        keyModes = List.copyOf(keyModes);
        points = List.copyOf(Arguments.notEmpty("points", points));
    }

    /**
     * Reads all checkpoints of a run.
     *
     * @param run a run
     * @return their history
     */
    public static FourierHistory of(ModularRun run) {
        return of(run, run.steps());
    }

    /**
     * Reads some checkpoints of a run.
     *
     * @param run a run
     * @param steps their steps, ascending, at least one
     * @return their history
     */
    public static FourierHistory of(ModularRun run, List<Long> steps) {
        Arguments.notEmpty("steps", steps);
        List<ParameterVector> vectors = steps.stream().map(run::parameters).toList();
        double[] last = FourierModes.magnitudes(Embeddings.of(vectors.get(vectors.size() - 1)));
        int[] keys = FourierModes.keyModes(last);
        Dataset train = run.split().train();
        Dataset test = run.split().test();
        List<Point> points = new ArrayList<>();
        try (ObjectiveSession all = run.objective(run.all()).open();
                ObjectiveSession tested =
                        test.size() == 0 ? null : run.objective(test).open()) {
            for (int i = 0; i < vectors.size(); i++) {
                ParameterVector w = vectors.get(i);
                double[][] logits = rows(all.outputs(List.of(w)).get(0));
                points.add(point(
                        steps.get(i), w, logits, keys, new Examples(run, train), new Examples(run, test), tested));
            }
        }
        return new FourierHistory(run.p(), IntStream.of(keys).boxed().toList(), points);
    }

    /** Examples as rows among all pairs, and their classes. */
    private record Examples(int[] rows, int[] labels) {
        Examples(ModularRun run, Dataset data) {
            this(
                    run.rows(data),
                    Arrays.stream(data.targets().toLongs())
                            .mapToInt(y -> (int) y)
                            .toArray());
        }

        double accuracy(double[][] logits) {
            return IntStream.range(0, rows.length)
                    .mapToDouble(i -> {
                        double[] z = logits[rows[i]];
                        return IntStream.range(0, z.length).allMatch(c -> z[c] <= z[labels[i]]) ? 1 : 0;
                    })
                    .average()
                    .orElse(Double.NaN);
        }

        double loss(double[][] logits) {
            return LogitModes.crossEntropy(logits, rows, labels);
        }
    }

    private static Point point(
            long step,
            ParameterVector w,
            double[][] logits,
            int[] keys,
            Examples train,
            Examples test,
            ObjectiveSession tested) {
        double[][] embedding = Embeddings.of(w);
        double[] magnitudes = FourierModes.magnitudes(embedding);
        int modes = magnitudes.length - 1;
        double[] alone = new double[modes];
        Arrays.fill(alone, Double.NaN);
        if (tested != null) {
            alone = tested.meanLosses(IntStream.rangeClosed(1, modes)
                    .mapToObj(k -> Embeddings.with(w, FourierModes.keepOnly(embedding, k)))
                    .toList());
        }
        return new Point(
                step,
                train.loss(logits),
                test.loss(logits),
                train.accuracy(logits),
                test.accuracy(logits),
                test.loss(LogitModes.restricted(logits, keys)),
                tested == null ? Double.NaN : test.loss(LogitModes.restricted(logits, test.rows(), keys)),
                train.loss(LogitModes.excluded(logits, keys)),
                FourierModes.gini(Arrays.copyOfRange(magnitudes, 1, magnitudes.length)),
                w.norm() * w.norm(),
                magnitudes,
                alone,
                embedding);
    }

    static double[][] rows(Tensor outputs) {
        double[] all = outputs.toDoubles();
        int n = (int) outputs.shape()[0];
        int classes = all.length / n;
        return IntStream.range(0, n)
                .mapToObj(i -> Arrays.copyOfRange(all, i * classes, (i + 1) * classes))
                .toArray(double[][]::new);
    }

    /** Returns the last point. */
    public Point last() {
        return points.get(points.size() - 1);
    }

    /**
     * Returns the history as a table with a row per checkpoint.
     *
     * @return {@code step}, the losses, accuracies and other numbers of a point, then {@code magnitude_k} from mode 0 and
     *     {@code keep_k} from mode 1 on
     */
    public Table table() {
        Columns<Point> columns = Columns.of("Fourier modes", points)
                .longs("step", Point::step)
                .doubles("train_loss", Point::trainLoss)
                .doubles("test_loss", Point::testLoss)
                .doubles("train_accuracy", Point::trainAccuracy)
                .doubles("test_accuracy", Point::testAccuracy)
                .doubles("restricted_loss", Point::restrictedLoss)
                .doubles("restricted_unseen_loss", Point::restrictedUnseenLoss)
                .doubles("excluded_loss", Point::excludedLoss)
                .doubles("gini", Point::gini)
                .doubles("squared_weights", Point::squaredWeights);
        for (int k = 0; k <= p / 2; k++) {
            int mode = k;
            columns.doubles("magnitude_" + k, point -> point.magnitudes()[mode]);
        }
        for (int k = 1; k <= p / 2; k++) {
            int mode = k;
            columns.doubles("keep_" + k, point -> point.keepLosses()[mode - 1]);
        }
        return columns.table();
    }

    /**
     * Writes the history into the run's reading {@code "fourier"}, in place of one that is there.
     *
     * @param run the run that it belongs to
     */
    public void save(RunFolder run) {
        ObjectNode settings = Json.object();
        settings.set("keyModes", Json.tree(keyModes));
        settings.put("checkpoints", points.size());
        Table table = table();
        try (ReadingsWriter out = Readings.of(run).replace("fourier", settings)) {
            for (int row = 0; row < points.size(); row++) {
                if (out.has(points.get(row).step())) {
                    continue;
                }
                ReadingsWriter.Line line = out.at(points.get(row).step());
                for (int c = 1; c < table.columnCount(); c++) {
                    line.value(table.column(c).name(), table.doubleColumn(c).getDouble(row));
                }
                line.write();
            }
        }
    }
}
