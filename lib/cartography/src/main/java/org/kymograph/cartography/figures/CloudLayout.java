package org.kymograph.cartography.figures;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;

/** The page of a map: a large cloud of points, small histograms at its right or below it, in the manner of the published figures. */
final class CloudLayout {
    /** A font that printed maps are set in, where the reader has it. */
    static final String FONT = "Georgia, 'DejaVu Serif', 'Times New Roman', serif";

    private static final String EDGE = "rgba(128,128,128,0.45)";
    private static final int WORD = 6;
    private static final int CROWDED = 7;
    /** Between two boxes, as a share of the height. */
    private static final double APART = 0.14;
    /** Counts of which each has a tick: between whole numbers there is none. */
    private static final int FEW = 4;

    private static final double GAP = 0.075;

    private CloudLayout() {}

    /** Lays panels out in a column at the right of the cloud, which is five times as wide. */
    static Plot beside(Plot cloud, List<SidePanel> panels) {
        Plot plot = cloud.withAll("xaxis.domain: ?, legend.x: 0.785", new double[] {0, 0.79});
        double gap = panels.size() > 3 ? 0.115 : 0.12;
        double height = (1 - gap * (panels.size() - 1)) / panels.size();
        for (int p = 0; p < panels.size(); p++) {
            double top = 1 - p * (height + gap);
            plot = panel(
                    plot, panels.get(p), p + 2, new double[] {0.865, 1}, new double[] {Math.max(0, top - height), top});
        }
        return plot;
    }

    /** Lays panels out in a row below the cloud, which is five times as high. */
    static Plot below(Plot cloud, List<SidePanel> panels) {
        Plot plot = cloud.with("yaxis.domain", new double[] {0.3, 1});
        double width = (1 - GAP * (panels.size() - 1)) / panels.size();
        for (int p = 0; p < panels.size(); p++) {
            plot = panel(
                    plot,
                    panels.get(p),
                    p + 2,
                    new double[] {p * (width + GAP), p * (width + GAP) + width},
                    new double[] {0, 0.16});
        }
        return plot;
    }

    private static Plot panel(Plot plot, SidePanel panel, int number, double[] x, double[] y) {
        Map<String, Object> across = axis(panel.label(), x, "y" + number);
        across.put("showgrid", false);
        if (panel.names() == null) {
            across.put("nticks", 4);
            across.put("tickangle", 0);
        } else {
            across.put("type", "category");
            boolean wordy = panel.names().stream().anyMatch(name -> name.length() > WORD);
            across.put("tickangle", wordy ? 90 : 0);
            if (!wordy && panel.names().size() > CROWDED) {
                across.put("tickmode", "array");
                across.put(
                        "tickvals",
                        IntStream.range(0, panel.names().size())
                                .filter(i -> i % 2 == 0)
                                .toArray());
            }
        }
        Map<String, Object> up = axis("count", y, "x" + number);
        double most = Arrays.stream(panel.counts()).max().orElse(0);
        up.put("tickformat", most < 1000 ? ",d" : "~s");
        up.put(most > FEW ? "nticks" : "dtick", most > FEW ? 4 : 1);
        return plot.and(panel.trace(String.valueOf(number)))
                .with("xaxis" + number, across)
                .with("yaxis" + number, up);
    }

    private static Map<String, Object> axis(String label, double[] domain, String anchor) {
        return Plots.attributes(
                "domain: ?, anchor: ?, title: {text: ?, standoff: 3, font: {size: 12}}, tickfont: {size: 10}, mirror: true, "
                        + "ticks: '', zeroline: false, linecolor: ?, fixedrange: true",
                domain,
                anchor,
                label,
                EDGE);
    }

    /** The empty axes of a map. Probabilities vary by 0.5 at most, errors of regressions by more. */
    static Plot axes(DoubleStream variability) {
        double most = Math.max(0.5, variability.filter(Double::isFinite).max().orElse(0));
        return Plots.empty("variability", "confidence")
                .withXRange(-0.024 * most, 1.024 * most)
                .withYRange(-0.024, 1.024);
    }

    /** Refuses samples none of which has a place on the map. */
    static void checkPlaces(SampleMetrics metrics, Metric... needed) {
        for (Metric metric : needed) {
            Arguments.require(
                    metrics.has(metric),
                    "metrics have no " + metric.column() + "; expected "
                            + Arrays.stream(needed).map(Metric::column).collect(Collectors.joining(", ")));
            Arguments.require(
                    Arrays.stream(metrics.values(metric)).anyMatch(Double::isFinite),
                    metric.column() + " of all " + metrics.size()
                            + " samples is NaN, as the variability with its own variance (--include-ci) of one epoch is;"
                            + " expected a number for at least one");
        }
    }

    /** A white grid with a frame and a legend that lies in the corner where a map has no points. */
    static Plot framed(Plot plot, String legend) {
        Plot framed = plot.withAll("font.family: ?, title.font.family: ?, title.x: 0.5", FONT, FONT)
                .withAll("title.xref: container, title.xanchor: center, bargap: 0.05")
                .with("margin", Map.of("t", 46, "l", 58, "r", 14, "b", 52))
                .withLegend(legend)
                .withAll("legend.x: 0.995, legend.xanchor: right, legend.y: 0.99, legend.yanchor: top")
                .withAll("legend.xref: paper, legend.bordercolor: ?, legend.borderwidth: 1", EDGE)
                .withAll("legend.itemsizing: trace, legend.font.size: 12");
        for (String axis : List.of("xaxis", "yaxis")) {
            framed = framed.with(axis + ".mirror", true)
                    .with(axis + ".zeroline", false)
                    .with(axis + ".ticks", "")
                    .with(axis + ".linecolor", EDGE)
                    .with(axis + ".title.font.size", 15);
        }
        return framed;
    }

    /** The names of the three regions, in boxes beside the samples that are furthest in them. */
    static Plot regions(Plot plot, boolean allRotated, double[] x, double[] y) {
        double[] ambiguous = middle(plot, x, y, i -> -x[i]);
        double[] easy = middle(plot, x, y, i -> -y[i]);
        double[] hard = middle(plot, x, y, i -> y[i]);
        double hardX = Math.max(0.25, hard[0] - 0.1);
        double easyX = Math.max(0.27, easy[0]);
        double ambiguousX = Math.min(0.9, ambiguous[0] + 0.06);
        // Where the hard samples are the ambiguous ones, or nearly so, the boxes lie below each other.
        double ambiguousY = Math.max(ambiguous[1], 0.08 + APART);
        double hardY = Math.max(0.08, hard[1]);
        hardY = touch(ambiguousX - hardX, ambiguousY - hardY) ? ambiguousY - APART : hardY;
        double easyY = Math.max(hardY + APART, Math.min(0.85, easy[1] - 0.13));
        easyY = touch(ambiguousX - easyX, ambiguousY - easyY) ? Math.min(0.95, ambiguousY + APART) : easyY;
        return plot.withAll(
                "annotations: [?, ?, ?]",
                box("ambiguous", ambiguousX, ambiguousY, RoleHue.AMBIGUOUS, true),
                box("easy-to-learn", easyX, easyY, RoleHue.EASY, allRotated),
                box("hard-to-learn", hardX, hardY, RoleHue.HARD, allRotated));
    }

    private static boolean touch(double across, double up) {
        return Math.abs(across) < 0.28 && Math.abs(up) < APART;
    }

    /** The mean place of the twentieth of the samples that comes first, in shares of the axes. */
    private static double[] middle(Plot plot, double[] x, double[] y, IntToDoubleFunction rank) {
        int[] first = IntStream.range(0, x.length)
                .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(rank::applyAsDouble))
                .limit(Math.max(1, x.length / 20))
                .mapToInt(i -> i)
                .toArray();
        double[] across = (double[]) ((Map<?, ?>) plot.layout().get("xaxis")).get("range");
        double mean = IntStream.of(first).mapToDouble(i -> x[i]).average().orElse(0);
        return new double[] {
            (mean - across[0]) / (across[1] - across[0]),
            IntStream.of(first).mapToDouble(i -> y[i]).average().orElse(0.5)
        };
    }

    private static Map<String, Object> box(String name, double x, double y, String colour, boolean rotated) {
        return Plots.attributes(
                "text: ?, xref: 'x domain', yref: 'y domain', x: ?, y: ?, textangle: ?, bordercolor: ?, borderwidth: 2, "
                        + "borderpad: 4, bgcolor: 'rgb(255,255,255)', font: {size: 14, color: black, family: ?}",
                name,
                x,
                y,
                rotated ? 10 : 0,
                colour,
                FONT);
    }
}
