package org.kymograph.cartography.figures;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/**
 * A small histogram beside a map.
 *
 * @param label what is counted
 * @param names names of the bars, or null if they are bins of a number
 * @param start where the first bin starts
 * @param width how wide a bin is
 * @param counts the height of each bar
 * @param colour as {@code #rrggbb}
 */
record SidePanel(String label, List<String> names, double start, double width, double[] counts, String colour) {
    static final String CONFIDENCE = "#622a87";
    static final String VARIABILITY = "#008080";
    static final String CORRECTNESS = "#8db895";
    static final String FORGETFULNESS = "#808080";
    /** What the files write for a sample that is never learned. */
    static final int NEVER = 1000;

    private static final int BINS = 10;

    /** Ten equally wide bins between the smallest and the largest value. */
    static SidePanel bins(String label, double[] values, String colour) {
        Series bars = Plots.histogram(values, BINS).traces().get(0);
        double width = (double) bars.get("width");
        return new SidePanel(
                label, null, ((double[]) bars.get("x"))[0] - width / 2, width, (double[]) bars.get("y"), colour);
    }

    /** A bar for each whole number up to the largest. */
    static SidePanel whole(String label, double[] values, int to, String colour) {
        double[] counts = new double[to + 1];
        Arrays.stream(values).forEach(v -> counts[(int) v]++);
        return new SidePanel(
                label, IntStream.rangeClosed(0, to).mapToObj(String::valueOf).toList(), 0, 1, counts, colour);
    }

    /** A bar for each number of times that a sample was forgotten, and one for those that were never learned. */
    static SidePanel forgetfulness(double[] values) {
        int most = (int) Arrays.stream(values).filter(v -> v < NEVER).max().orElse(0);
        double[] counts = new double[most + 2];
        Arrays.stream(values).forEach(v -> counts[v < NEVER ? (int) v : most + 1]++);
        List<String> names = IntStream.rangeClosed(0, most + 1)
                .mapToObj(k -> k > most ? "never" : String.valueOf(k))
                .toList();
        return new SidePanel("forgetfulness", names, 0, 1, counts, FORGETFULNESS);
    }

    /** A bar for each difference that occurs. */
    static SidePanel differences(String label, double[] values, String colour) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        Arrays.stream(values).forEach(v -> counts.merge((int) v, 1, Integer::sum));
        return named(
                label,
                counts.entrySet().stream()
                        .collect(
                                LinkedHashMap::new,
                                (m, e) -> m.put(CorrectnessHue.signed(e.getKey()), e.getValue()),
                                Map::putAll),
                colour);
    }

    static SidePanel named(String label, Map<String, Integer> counts, String colour) {
        return new SidePanel(
                label,
                List.copyOf(counts.keySet()),
                0,
                1,
                Columns.numbers(counts.values(), Integer::doubleValue),
                colour);
    }

    /** The bars, on axes of their own. */
    Series trace(String suffix) {
        Series bars = Series.of(
                        "type: bar, name: ?, y: ?, xaxis: ?, yaxis: ?", label, counts, "x" + suffix, "y" + suffix)
                .withAll("marker: {color: ?, line: {width: 0.6, color: white}}, showlegend: false", colour);
        if (names != null) {
            return bars.withAll("x: ?, width: 0.8", names)
                    .with("hovertemplate", label + " %{x}<br><b>%{y:,}</b> samples<extra></extra>");
        }
        return bars.with("x", Columns.numbers(counts.length, i -> start + (i + 0.5) * width))
                .with("width", width)
                .with("customdata", Columns.each(counts.length, i ->
                        new double[] {start + i * width, start + (i + 1) * width}))
                .with(
                        "hovertemplate",
                        label
                                + " %{customdata[0]:.3f} to %{customdata[1]:.3f}<br><b>%{y:,}</b> samples<extra></extra>");
    }
}
