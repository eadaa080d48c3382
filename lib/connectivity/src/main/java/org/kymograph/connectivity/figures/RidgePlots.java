package org.kymograph.connectivity.figures;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.ridge.RecordedMap;
import org.kymograph.connectivity.ridge.Ridge;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;

/** Figures of who carries a barrier. */
public final class RidgePlots {
    private RidgePlots() {}

    /**
     * Draws the mean loss of each group of samples along curves, and that of all.
     *
     * @param curves curves with the losses of the same samples
     * @param group the group of each sample
     * @return the figure
     */
    public static Plot byGroup(List<PairCurve> curves, List<String> group) {
        Arguments.notEmpty("curves", curves);
        Map<String, double[]> lines = new LinkedHashMap<>();
        int points = curves.get(0).losses().length;
        lines.put("all", mean(curves, group, null, points));
        group.stream().distinct().sorted().forEach(g -> lines.put(g, mean(curves, group, g, points)));
        return Plots.lines(Columns.numbers(points, k -> (double) k / (points - 1)), lines)
                .withX("α")
                .withY("mean loss");
    }

    private static double[] mean(List<PairCurve> curves, List<String> group, String of, int points) {
        double[] sums = new double[points];
        for (PairCurve c : curves) {
            double[][] losses = c.sampleLosses();
            Arguments.check(
                    losses != null,
                    "the curve of " + c.from() + " and " + c.to(),
                    "without losses of samples",
                    "with them");
            for (int k = 0; k < points; k++) {
                double[] l = losses[k];
                Arguments.sameLength("group", group.size(), "samples", l.length);
                sums[k] += IntStream.range(0, l.length)
                                .filter(n -> of == null || group.get(n).equals(of))
                                .mapToDouble(n -> l[n])
                                .average()
                                .orElse(Double.NaN)
                        / curves.size();
            }
        }
        return sums;
    }

    /**
     * Draws the samples on their data map, coloured by their contribution to the barrier.
     *
     * @param ridge the contributions
     * @param map the map of the same samples
     * @return the figure
     */
    public static Plot onMap(Ridge ridge, RecordedMap map) {
        return Plots.scatter(map.variability(), map.confidence(), ridge.contributions(), "contribution to the gap")
                .withX("variability")
                .withY("confidence");
    }

    /**
     * Draws which share of the gap the samples with the largest contributions carry.
     *
     * @param ridge the contributions
     * @return the figure
     */
    public static Plot concentration(Ridge ridge) {
        int n = ridge.size();
        double[] falling =
                Arrays.stream(ridge.contributions()).map(c -> -c).sorted().toArray();
        double[] x = new double[n + 1];
        double[] y = new double[n + 1];
        for (int i = 1; i <= n; i++) {
            x[i] = (double) i / n;
            y[i] = y[i - 1] - falling[i - 1] / (ridge.gap() * n);
        }
        return Plots.line(x, y)
                .withX("share of the samples")
                .withY("share of the gap")
                .withoutLegend();
    }
}
