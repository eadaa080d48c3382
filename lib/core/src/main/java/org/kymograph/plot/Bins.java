package org.kymograph.plot;

import java.util.Arrays;
import java.util.List;

/** Counts of values in equally wide bins, the same bins for all groups. */
public record Bins(double start, double width, List<double[]> counts) {
    private static final int FEWEST = 5;
    private static final int MOST = 100;

    /** Counts into n bins between the smallest and the largest finite value, or, if n is 0, into as many as the data ask for. */
    public static Bins of(List<double[]> groups, int n) {
        if (n < 0) {
            throw new IllegalArgumentException("bins: " + n + "; expected at least 1, or 0 to choose by the data");
        }
        double[] all = groups.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (all.length == 0) {
            return new Bins(
                    0,
                    1,
                    groups.stream().map(group -> new double[Math.max(n, 1)]).toList());
        }
        double low = all[0];
        double span = all[all.length - 1] - low;
        int bins = n > 0 ? n : span == 0 ? 1 : chosen(all, span);
        double width = span > 0 ? span / bins : 1.0 / bins;
        double start = span > 0 ? low : low - 0.5;
        return new Bins(
                start,
                width,
                groups.stream()
                        .map(group -> {
                            double[] counts = new double[bins];
                            for (double v : group) {
                                if (Double.isFinite(v)) {
                                    counts[Math.min(bins - 1, (int) ((v - start) / width))]++;
                                }
                            }
                            return counts;
                        })
                        .toList());
    }

    /** Freedman and Diaconis (1981): bins as wide as 2 IQR n^(-1/3). */
    private static int chosen(double[] sorted, double span) {
        double iqr = Band.quantile(sorted, 0.75) - Band.quantile(sorted, 0.25);
        double wide = 2 * iqr / Math.cbrt(sorted.length);
        return wide > 0 ? (int) Math.max(FEWEST, Math.min(MOST, Math.ceil(span / wide))) : FEWEST;
    }

    Plot plot(List<String> names, String label) {
        Plot plot = Plots.empty(label, "count").with("barmode", "overlay").with("bargap", 0);
        for (int g = 0; g < names.size(); g++) {
            double[] heights = counts.get(g);
            double[] centres = new double[heights.length];
            double[][] edges = new double[heights.length][];
            for (int i = 0; i < heights.length; i++) {
                centres[i] = start + (i + 0.5) * width;
                edges[i] = new double[] {start + i * width, start + (i + 1) * width};
            }
            plot = plot.and(
                    Series.of("bar")
                            .with("name", names.get(g))
                            .with("x", centres)
                            .with("y", heights)
                            .with("width", width)
                            .with("legendgroup", names.get(g))
                            .with("customdata", edges)
                            .with("marker.color", Palette.of(names.get(g)).colour())
                            .with("opacity", names.size() > 1 ? 0.55 : 0.9)
                            .with(
                                    "hovertemplate",
                                    "<b>%{y}</b> from %{customdata[0]:.4~g} to %{customdata[1]:.4~g}<br>%{fullData.name}<extra></extra>"));
        }
        return plot;
    }
}
