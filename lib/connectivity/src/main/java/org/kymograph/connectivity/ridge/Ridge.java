package org.kymograph.connectivity.ridge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * How much each sample contributes to the convexity gap between models. Immutable.
 *
 * <p>The gap is the height of the mean loss at one point above the chord between two others; a mean of differences is the
 * difference of means, so the samples' own heights at these three points, c_n = L_n(j) − chord_n(j), have the gap as their mean.
 * A sample with a negative c_n is better off on the ridge. The points are those where the gap of all samples is largest, so
 * contributions add up to the gap by construction and say nothing of whether there is one: look at its interval first.
 */
public final class Ridge {
    private static final int DRAWS = 1000;
    private static final double LEVEL = 0.95;

    private final double[][] heights;
    private final double[] mean;

    private Ridge(double[][] heights) {
        this.heights = heights;
        mean = new double[heights[0].length];
        for (double[] h : heights) {
            for (int n = 0; n < mean.length; n++) {
                mean[n] += h[n] / heights.length;
            }
        }
    }

    /**
     * Takes the gaps of some curves apart.
     *
     * @param curves curves with the losses of the same samples, at least one; those whose losses are not finite are left out
     * @return the mean contribution of each sample over the curves
     * @throws IllegalArgumentException if the losses of samples were not kept, or no curve is finite
     */
    public static Ridge of(Collection<PairCurve> curves) {
        List<double[]> heights = new ArrayList<>();
        for (PairCurve c : curves) {
            double[][] losses = c.sampleLosses();
            Arguments.check(
                    losses != null,
                    "the curve of " + c.from() + " and " + c.to(),
                    "without the losses of samples",
                    "with them");
            if (c.isFinite()) {
                heights.add(heights(c.curve().means(), losses));
            }
        }
        Arguments.check(
                !heights.isEmpty(), "curves", curves.size() + " without finite losses", "at least one with them");
        for (double[] h : heights) {
            Arguments.sameLength("the samples of a curve", h.length, "those of the first", heights.get(0).length);
        }
        return new Ridge(heights.toArray(double[][]::new));
    }

    /**
     * Takes the gaps between models of different clusters apart.
     *
     * @param curves the curves of a population, with the losses of samples
     * @param basins its clusters
     * @return the mean contribution of each sample
     */
    public static Ridge across(PairCurves curves, Basins basins) {
        Map<String, Integer> clusters = new LinkedHashMap<>();
        int[] labels = basins.labels();
        for (int i = 0; i < labels.length; i++) {
            clusters.put(basins.models().get(i), labels[i]);
        }
        return of(curves.curves().stream()
                .filter(c -> clusters.containsKey(c.from())
                        && clusters.containsKey(c.to())
                        && !clusters.get(c.from()).equals(clusters.get(c.to())))
                .toList());
    }

    private static double[] heights(double[] means, double[][] losses) {
        int[] best = {0, 0, 0};
        double most = 0;
        for (int i = 0; i < means.length; i++) {
            for (int k = i + 2; k < means.length; k++) {
                for (int j = i + 1; j < k; j++) {
                    double share = (double) (j - i) / (k - i);
                    double height = means[j] - (1 - share) * means[i] - share * means[k];
                    if (height > most) {
                        most = height;
                        best = new int[] {i, j, k};
                    }
                }
            }
        }
        double[] h = new double[losses[0].length];
        if (most > 0) {
            double share = (double) (best[1] - best[0]) / (best[2] - best[0]);
            for (int n = 0; n < h.length; n++) {
                h[n] = losses[best[1]][n] - (1 - share) * losses[best[0]][n] - share * losses[best[2]][n];
            }
        }
        return h;
    }

    /** Returns the number of samples. */
    public int size() {
        return mean.length;
    }

    /** Returns the number of curves. */
    public int curves() {
        return heights.length;
    }

    /** Returns the mean convexity gap of the curves, which is the mean of the contributions. */
    public double gap() {
        return Statistics.mean(mean);
    }

    /** Returns the mean contribution of each sample. */
    public double[] contributions() {
        return mean.clone();
    }

    /** Returns the standard deviation of each sample's contribution over the curves; NaN for one curve. */
    public double[] deviations() {
        return Columns.numbers(
                mean.length,
                n -> Statistics.sampleSd(
                        Arrays.stream(heights).mapToDouble(h -> h[n]).toArray()));
    }

    /**
     * Returns the share of the gap that the samples with the largest contributions carry. It exceeds 1 where others are better off
     * on the ridge.
     *
     * @param samples the share of the samples, such as 0.1
     * @return their share of the gap; NaN if there is no gap
     */
    public double concentration(double samples) {
        Arguments.within("samples", samples, 0.0, 1.0);
        double[] falling = Arrays.stream(mean).map(c -> -c).sorted().toArray();
        double sum = 0;
        for (int n = 0; n < Math.round(samples * falling.length); n++) {
            sum -= falling[n];
        }
        return gap() == 0 ? Double.NaN : sum / (gap() * mean.length);
    }

    /**
     * Returns how much of the gap the samples of each group carry, with 95 % bootstrap intervals over samples.
     *
     * @param group the group of each sample, such as its label or whether its cues agree
     * @param seed the random seed
     * @return a row a group: its share of the samples and of the gap, and the mean contribution of its samples with the interval
     */
    public Table byGroup(List<String> group, long seed) {
        Arguments.sameLength("group", group.size(), "samples", mean.length);
        List<String> names = group.stream().distinct().sorted().toList();
        Resampling.Interval[] means =
                Resampling.bootstrap(mean.length, units -> statistics(group, names, units), DRAWS, LEVEL, seed);
        return Columns.of("ridge", IntStream.range(0, names.size()).boxed().toList())
                .texts("group", names::get)
                .longs("samples", g -> count(group, names.get(g)))
                .doubles("share of samples", g -> (double) count(group, names.get(g)) / mean.length)
                .doubles("share of gap", g -> means[names.size() + g].estimate())
                .doubles("share lower", g -> means[names.size() + g].lower())
                .doubles("share upper", g -> means[names.size() + g].upper())
                .doubles("mean contribution", g -> means[g].estimate())
                .doubles("lower", g -> means[g].lower())
                .doubles("upper", g -> means[g].upper())
                .table();
    }

    private static long count(List<String> group, String name) {
        return group.stream().filter(name::equals).count();
    }

    // The mean contribution of each group, then its share of the gap.
    private double[] statistics(List<String> group, List<String> names, int[] units) {
        int g = names.size();
        double[] out = new double[2 * g];
        double[] counts = new double[g];
        double total = 0;
        for (int n : units) {
            int at = names.indexOf(group.get(n));
            out[at] += mean[n];
            counts[at]++;
            total += mean[n];
        }
        for (int at = 0; at < g; at++) {
            out[g + at] = out[at] / total;
            out[at] /= counts[at];
        }
        return out;
    }

    /**
     * Returns how the contributions go with other numbers of the samples, such as those of a data map, with 95 % bootstrap intervals
     * over samples.
     *
     * @param columns a number for each sample, by name
     * @param seed the random seed
     * @return a row a column: Spearman's rank correlation with its interval
     */
    public Table correlations(Map<String, double[]> columns, long seed) {
        record Row(String name, Resampling.Interval rho) {}
        List<Row> rows = new ArrayList<>();
        columns.forEach((name, x) -> {
            Arguments.sameLength(name, x.length, "samples", mean.length);
            rows.add(new Row(
                    name,
                    Resampling.bootstrap(
                            mean.length,
                            units ->
                                    new double[] {Statistics.spearman(Columns.pick(x, units), Columns.pick(mean, units))
                                    },
                            DRAWS,
                            LEVEL,
                            seed)[0]));
        });
        return Columns.of("correlations", rows)
                .texts("column", Row::name)
                .doubles("spearman", r -> r.rho.estimate())
                .doubles("lower", r -> r.rho.lower())
                .doubles("upper", r -> r.rho.upper())
                .table();
    }

    /**
     * Returns the samples as a table, those that contribute most first.
     *
     * @return columns {@code sample} (its row), {@code contribution}, {@code share} of the gap and {@code sd} over curves
     */
    public Table table() {
        double[] sd = deviations();
        double total = gap() * mean.length;
        return Columns.of(
                        "ridge",
                        IntStream.range(0, mean.length)
                                .boxed()
                                .sorted((a, b) -> Double.compare(mean[b], mean[a]))
                                .toList())
                .ints("sample", n -> n)
                .doubles("contribution", n -> mean[n])
                .doubles("share", n -> mean[n] / total)
                .doubles("sd", n -> sd[n])
                .table();
    }
}
