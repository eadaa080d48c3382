package org.kymograph.stories.figures;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.evaluate.ActivationDifference;
import org.kymograph.evaluate.ActivationPatching;
import org.kymograph.evaluate.AttentionPatterns;
import org.kymograph.evaluate.AttentionPatterns.Head;
import org.kymograph.evaluate.LinearProbe;
import org.kymograph.evaluate.LogitLens;
import org.kymograph.evaluate.OutputDivergence;
import org.kymograph.evaluate.WeightAmplification;
import org.kymograph.plot.Band;
import org.kymograph.plot.Plot;
import org.kymograph.plot.PlotGrid;
import org.kymograph.plot.Plots;
import org.kymograph.stories.inside.OneShotPruning;
import tech.tablesaw.api.Table;

/** Figures of what is found inside networks. */
public final class InsideFigures {
    private InsideFigures() {}

    /**
     * Draws the accuracies of a pruned network by how much of it is pruned.
     *
     * @param pruning the pruning
     * @return a line for each measured task
     */
    public static Plot pruning(OneShotPruning pruning) {
        double[] x = Columns.numbers(pruning.counts(), Integer::doubleValue);
        return Plots.lines(x, lines(pruning.accuracies()))
                .withX(
                        pruning.unit() == OneShotPruning.Unit.WEIGHT
                                ? "pruned weights"
                                : "pruned rows of weight matrices")
                .withY("accuracy")
                .withYRange(0, 1);
    }

    /**
     * Draws the accuracies of amplified weights.
     *
     * @param line the amplification
     * @return a line for each measured task
     */
    public static Plot amplification(WeightAmplification line) {
        return Plots.lines(Columns.numbers(line.factors(), Double::doubleValue), lines(line.accuracies()))
                .withX("α in base + α (tuned − base)")
                .withY("accuracy")
                .withYRange(0, 1)
                .withLineAtX(0, "base")
                .withLineAtX(1, "tuned");
    }

    private static Map<String, double[]> lines(Map<String, List<Double>> accuracies) {
        Map<String, double[]> lines = new LinkedHashMap<>();
        accuracies.forEach((name, values) -> lines.put(name, Columns.numbers(values, Double::doubleValue)));
        return lines;
    }

    /**
     * Draws what a lens reads at each layer.
     *
     * @param lens the lens
     * @return accuracy, and loss with the divergence from the network's own answers
     */
    public static PlotGrid lens(LogitLens lens) {
        double[] x = Columns.numbers(lens.rows().size(), i -> i);
        Plot accuracy = Plots.lines(x, Map.of("accuracy", Columns.numbers(lens.rows(), LogitLens.Row::accuracy)))
                .withY("accuracy")
                .withYRange(0, 1);
        Map<String, double[]> nats = new LinkedHashMap<>();
        nats.put("loss", Columns.numbers(lens.rows(), LogitLens.Row::loss));
        nats.put("KL to the output", Columns.numbers(lens.rows(), LogitLens.Row::divergence));
        Plot losses = Plots.lines(x, nats).withY("nats");
        String title = lens.tuned() ? "Tuned lens" : "Logit lens";
        return Plots.grid(2, accuracy.withX("blocks passed"), losses.withX("blocks passed"))
                .withTitle(title);
    }

    /**
     * Draws the mean attention of each head, query by key.
     *
     * @param patterns the patterns
     * @return a map for each head
     */
    public static PlotGrid attention(AttentionPatterns patterns) {
        Plot[] maps = patterns.heads().stream().map(InsideFigures::head).toArray(Plot[]::new);
        return Plots.grid(Math.min(3, maps.length), maps);
    }

    private static Plot head(Head head) {
        String[] keys = names(head.positions()[0].length);
        return Plots.heatMap(names(head.positions().length), keys, head.positions())
                .withTitle("layer " + head.layer() + ", head " + head.head())
                .withX("key")
                .withY("query");
    }

    private static String[] names(int n) {
        return IntStream.range(0, n).mapToObj(Integer::toString).toArray(String[]::new);
    }

    /**
     * Draws where a clean activation brings the clean answer back.
     *
     * @param patching the patching
     * @return a map, points by positions
     */
    public static Plot patching(ActivationPatching patching) {
        double[][] restored = patching.restored();
        return Plots.heatMap(patching.points().toArray(String[]::new), names(restored[0].length), restored)
                .withX("position")
                .withY("patched point")
                .withColourLabel("restored");
    }

    /**
     * Draws how far answers moved at each position.
     *
     * @param divergence the divergences
     * @return bars
     */
    public static Plot divergence(OutputDivergence divergence) {
        double[] means = divergence.byPosition();
        return Plots.bars(names(means.length), means).withX("position").withY("mean KL(base ‖ tuned), nats");
    }

    /**
     * Draws the principal components of activation differences, and the differences along the first two.
     *
     * @param difference the difference
     * @return the shares of variance of up to ten components, and a point for each difference
     */
    public static PlotGrid difference(ActivationDifference difference) {
        int shown = Math.min(10, difference.shares().size());
        Plot shares = Plots.bars(
                        IntStream.rangeClosed(1, shown)
                                .mapToObj(Integer::toString)
                                .toArray(String[]::new),
                        Columns.numbers(shown, difference.shares()::get))
                .withX("component")
                .withY("share of variance")
                .withYRange(0, 1);
        double[][] at = difference.coordinates();
        Plot points = Plots.scatter(
                        Arrays.stream(at).mapToDouble(p -> p[0]).toArray(),
                        Arrays.stream(at)
                                .mapToDouble(p -> p.length > 1 ? p[1] : 0)
                                .toArray())
                .withX("component 1")
                .withY("component 2");
        return Plots.grid(2, shares, points).withTitle("Tuned − base at " + difference.point());
    }

    /**
     * Draws probes of several networks by layer.
     *
     * @param probes the probes of each network by its name, those of its points in order
     * @return a line for each network, and one of the commonest answer
     */
    public static Plot probes(Map<String, List<LinearProbe>> probes) {
        Map<String, double[]> lines = new LinkedHashMap<>();
        probes.forEach((name, all) -> lines.put(name, Columns.numbers(all, LinearProbe::accuracy)));
        List<LinearProbe> any = probes.values().iterator().next();
        return Plots.lines(Columns.numbers(any.size(), i -> i), lines)
                .withX("blocks passed")
                .withY("probe accuracy")
                .withYRange(0, 1)
                .withLineAtY(any.get(0).majority(), "commonest answer");
    }

    /**
     * Draws accuracies by step of fine-tuning, as {@code PcfgStudy.accuracies} and {@code TracrFineTuning.accuracies} give them.
     *
     * @param accuracies rows with step, seed and accuracy; with several tasks those of one
     * @return the mean over the seeds with its range
     */
    public static Plot curve(Table accuracies) {
        return Plots.mean(accuracies, "step", "accuracy", "seed", Band.range())
                .withX("step")
                .withY("accuracy")
                .withYRange(0, 1);
    }
}
