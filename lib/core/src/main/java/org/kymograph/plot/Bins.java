package org.kymograph.plot;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.plot.Palette.Ink;
import org.kymograph.stats.Statistics;

/** Counts of values in equally wide bins, the same bins for all groups. */
record Bins(double start, double width, List<double[]> counts) {
    private static final int FEWEST = 5;
    private static final int MOST = 100;
    private static final double ROUNDING = 1e-9;

    /** Counts into n bins between the smallest and the largest finite value, or, if n is 0, into bins with round edges that suit the data. */
    static Bins of(Collection<double[]> groups, int n) {
        Arguments.atLeast("bins", n, 0);
        double[] all = groups.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        double low = all.length == 0 ? 0.5 : all[0];
        double span = all.length == 0 ? 0 : all[all.length - 1] - low;
        if (span == 0) {
            return counted(groups, low - 0.5, 1.0 / Math.max(n, 1), Math.max(n, 1));
        }
        if (n > 0) {
            return counted(groups, low, span / n, n);
        }
        double width = round(chosen(all, span));
        double start = Math.floor(low / width + ROUNDING) * width;
        return counted(groups, start, width, (int) Math.floor((low + span - start) / width + ROUNDING) + 1);
    }

    private static Bins counted(Collection<double[]> groups, double start, double width, int bins) {
        return new Bins(
                start,
                width,
                groups.stream()
                        .map(group -> {
                            double[] counts = new double[bins];
                            for (double v : group) {
                                if (Double.isFinite(v)) {
                                    counts[Math.min(bins - 1, (int) ((v - start) / width + ROUNDING))]++;
                                }
                            }
                            return counts;
                        })
                        .toList());
    }

    /** Freedman and Diaconis (1981): bins as wide as 2 IQR n^(-1/3). */
    private static double chosen(double[] sorted, double span) {
        double iqr = Statistics.quantile(sorted, 0.75) - Statistics.quantile(sorted, 0.25);
        double wide = 2 * iqr / Math.cbrt(sorted.length);
        return wide > 0 ? Math.max(span / MOST, Math.min(span / FEWEST, wide)) : span / FEWEST;
    }

    /** The largest of 1, 2 and 5 times a power of ten that is not above 1.25 times the width. */
    private static double round(double width) {
        double power = Math.pow(10, Math.floor(Math.log10(1.25 * width)));
        double digit = 1.25 * width / power;
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
    }

    Plot plot(Collection<String> names, String label) {
        Plot plot = Plots.empty(label, "count").withAll("barmode: overlay, bargap: 0");
        int g = 0;
        for (String name : names) {
            double[] heights = counts.get(g++);
            double[] centres = new double[heights.length];
            double[][] edges = new double[heights.length][];
            for (int i = 0; i < heights.length; i++) {
                centres[i] = start + (i + 0.5) * width;
                edges[i] = new double[] {start + i * width, start + (i + 1) * width};
            }
            plot = plot.and(
                    Series.of("type: bar, name: ?, x: ?, y: ?, width: ?", name, centres, heights, width)
                            .withAll("legendgroup: ?, customdata: ?", name, edges)
                            .withAll(
                                    "marker: {color: ?, line: {width: 1, color: 'rgba(128,128,128,0.5)'}}",
                                    Ink.colour(name))
                            .with("opacity", names.size() > 1 ? 0.55 : 0.9)
                            .with(
                                    "hovertemplate",
                                    "<b>%{y}</b> from %{customdata[0]:.4~g} to %{customdata[1]:.4~g}<br>%{fullData.name}<extra></extra>"));
        }
        return plot.withWholeY();
    }
}
