package org.kymograph.stories.figures;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.plot.Band;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.stats.Statistics;
import org.kymograph.stories.protocol.DeletionResults;
import org.kymograph.stories.protocol.ProbeResults;
import org.kymograph.stories.protocol.StudyPoint;
import org.kymograph.stories.protocol.UnlearningResults;
import org.kymograph.train.Optimizer;
import tech.tablesaw.api.Table;

/** Figures of features that are deleted and learned again. */
public final class DeletionPlots {
    private static final Map<String, String> LABELS = Map.of(
            "score", "share of stories with the feature",
            "surface", "share with the feature's words",
            "test loss", "loss on the test set of its own",
            "feature loss", "loss on stories with the feature",
            "other loss", "loss on stories without it");

    private DeletionPlots() {}

    /**
     * Draws a quantity while the feature is deleted.
     *
     * @param results what was measured
     * @param quantity score, surface, test loss, feature loss or other loss
     * @return the figure, a line for each way and learning rate, its range over seeds as a band, steps logarithmic from 1
     */
    public static Plot deletion(DeletionResults results, String quantity) {
        return drawn(results, "deletion", quantity).withTitle("Deletion");
    }

    /**
     * Draws a quantity while the feature is learned again.
     *
     * @param results what was measured
     * @param quantity as for {@link #deletion}
     * @return the figure, with the control that never saw the feature
     */
    public static Plot recovery(DeletionResults results, String quantity) {
        return drawn(results, "recovery", quantity).withTitle("reFT dynamics");
    }

    /**
     * Draws a quantity while what was unlearned is learned again.
     *
     * @param results what was measured
     * @param quantity as for {@link #deletion}
     * @param others whether it is learned from stories about other things than those that are asked about
     * @return the figure, with the gold control that was retrained without the data
     */
    public static Plot relearning(UnlearningResults results, String quantity, boolean others) {
        return drawn(results.curves(), others ? "relearning others" : "relearning", quantity)
                .withTitle(others ? "Learning again from others" : "Learning again");
    }

    /**
     * Draws a quantity while the data are unlearned.
     *
     * @param results what was measured
     * @param quantity as for {@link #deletion}
     * @return the figure; a dashed line is the gold control's
     */
    public static Plot unlearning(UnlearningResults results, String quantity) {
        Plot plot = drawn(results.curves(), "unlearning", quantity).withTitle("Unlearning");
        double[] gold = results.curves().points().stream()
                .filter(p -> p.stage().equals("relearning")
                        && p.step() == 0
                        && p.model().startsWith("Not in"))
                .mapToDouble(p -> quantity.equals("feature loss") ? p.featureLoss() : p.score())
                .filter(x -> !Double.isNaN(x))
                .toArray();
        return gold.length == 0 || !quantity.matches("score|feature loss")
                ? plot
                : plot.withLineAtY(Statistics.mean(gold), "retrained without");
    }

    private static Plot drawn(DeletionResults results, String stage, String quantity) {
        if (!LABELS.containsKey(quantity)) {
            throw Arguments.unknown(
                    "quantity", quantity, LABELS.keySet().stream().sorted().toList());
        }
        List<StudyPoint> points =
                results.points().stream().filter(p -> p.stage().equals(stage)).toList();
        Table all = results.stage(stage);
        double[] values = Columns.numbers(all, quantity);
        List<Integer> some = IntStream.range(0, points.size())
                .filter(i -> !Double.isNaN(values[i]))
                .boxed()
                .toList();
        Table table = Columns.of(stage, some)
                .doubles("step", i -> points.get(i).step() + 1.0)
                .doubles(quantity, i -> values[i])
                .longs("seed", i -> points.get(i).seed())
                .texts("model", i -> name(points.get(i).model(), points.get(i).deletionRate()))
                .table();
        Plot plot = Plots.means(table, "step", quantity, "seed", "model", Band.range())
                .withX("steps + 1")
                .withY(LABELS.get(quantity))
                .withLogX();
        return quantity.endsWith("loss") ? plot : plot.withYRange(0, 1);
    }

    private static String name(String model, double deletionRate) {
        return Double.isNaN(deletionRate) ? model : model + ", η " + Optimizer.text(deletionRate);
    }

    /**
     * Draws how well probes read a feature, layer by layer.
     *
     * @param results the probes
     * @param feature the feature's label
     * @return the figure, a line for each model, its range over seeds as a band, and the commonest answer
     */
    public static Plot probes(ProbeResults results, String feature) {
        List<ProbeResults.Row> rows = results.feature(feature).rows();
        Arguments.check(!rows.isEmpty(), "feature", feature, "one that was probed");
        Table table = Columns.of("probes", rows)
                .ints("layer", ProbeResults.Row::layer)
                .doubles("accuracy", ProbeResults.Row::accuracy)
                .longs("seed", ProbeResults.Row::seed)
                .texts("model", r -> name(r.model(), r.deletionRate()))
                .table();
        return Plots.means(table, "layer", "accuracy", "seed", "model", Band.range())
                .withTitle("Probes of " + feature)
                .withX("blocks before the probe")
                .withY("accuracy")
                .withLineAtY(rows.get(0).majority(), "commonest answer");
    }
}
