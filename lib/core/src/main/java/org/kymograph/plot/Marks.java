package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.plot.Palette.Ink;

/** What {@link Plots} draws: lines, bands, points, bars and cells. */
final class Marks {
    static final String HOVER =
            "<b>%{fullData.name}</b><br>%{xaxis.title.text} %{x}<br>%{yaxis.title.text} %{y:.4~g}<extra></extra>";
    private static final int MARKED = 12;
    private static final int READABLE = 12;
    private static final int COUNTED = 20;
    /** ColorBrewer's RdBu, blue for what is negative. */
    private static final Object SIGNED =
            new Object[][] {{0, "#2166AC"}, {0.25, "#92C5DE"}, {0.5, "#F7F7F7"}, {0.75, "#F4A582"}, {1, "#B2182B"}};

    private Marks() {}

    static Plot lines(List<Curve> curves, String x, String y) {
        List<Series> traces = new ArrayList<>();
        int points = curves.stream().mapToInt(c -> c.x().length).sum();
        for (Curve curve : curves) {
            Ink colour = Ink.colour(curve.run());
            traces.add(Series.of(points > Plots.WEBGL ? "scattergl" : "scatter")
                    .with("name", curve.run())
                    .with("x", curve.x())
                    .with("y", curve.y())
                    .with("mode", curve.x().length <= MARKED ? "lines+markers" : "lines")
                    .with("line", Map.of("color", colour, "dash", Ink.dash(curve.run()), "width", 1.8))
                    .with("marker", Map.of("color", colour, "size", 5))
                    .with("hovertemplate", HOVER));
        }
        return new Plot(traces, Plots.empty(x, y).layout());
    }

    /** The mean of curves with a band around it, grey where it stands for all runs of a figure. */
    static Plot mean(List<Curve> runs, Band band, String name, boolean grey, String x, String y) {
        Band.Edges edges = band.of(
                runs.stream().flatMapToDouble(c -> Arrays.stream(c.x())).toArray(),
                runs.stream().flatMapToDouble(c -> Arrays.stream(c.y())).toArray());
        int n = edges.x().length;
        double[] around = new double[2 * n];
        double[] back = new double[2 * n];
        for (int i = 0; i < n; i++) {
            around[i] = edges.x()[i];
            back[i] = edges.high()[i];
            around[2 * n - 1 - i] = edges.x()[i];
            back[2 * n - 1 - i] = edges.low()[i];
        }
        Series area = Series.of("scatter")
                .with("x", around)
                .with("y", back)
                .with("name", name)
                .with("fill", "toself")
                .with("mode", "none")
                .with("fillcolor", grey ? "rgba(119,119,119,0.25)" : Ink.translucent(name, 0.25))
                .with("hoverinfo", "skip")
                .with("legendgroup", name)
                .with("showlegend", false);
        double[][] ends = IntStream.range(0, n)
                .mapToObj(i -> new double[] {edges.low()[i], edges.high()[i], edges.runs()[i]})
                .toArray(double[][]::new);
        Series line = Series.of("scatter")
                .with("x", edges.x())
                .with("y", edges.mean())
                .with("name", name)
                .with("mode", "lines")
                .with(
                        "line",
                        Map.of(
                                "color",
                                grey ? Palette.TEXT : Ink.colour(name),
                                "dash",
                                grey ? "solid" : Ink.dash(name),
                                "width",
                                3))
                .with("legendgroup", name)
                .with("showlegend", true)
                .with("customdata", ends)
                .with(
                        "hovertemplate",
                        HOVER.replace(
                                "<extra>",
                                "<br>band %{customdata[0]:.4~g} to %{customdata[1]:.4~g}, %{customdata[2]} runs<extra>"));
        return Plots.empty(x, y).and(area).and(line);
    }

    static Plot points(List<Curve> groups, String x, String y) {
        int points = groups.stream().mapToInt(p -> p.x().length).sum();
        // Many points lie on each other: the more there are, the smaller and paler.
        double size = points > 10_000 ? 3 : points > 1_000 ? 4.5 : 7;
        double opacity = points > 10_000 ? 0.4 : points > 1_000 ? 0.6 : 0.85;
        Plot plot = Plots.empty(x, y);
        for (Curve group : groups) {
            plot = plot.and(Series.of(points > Plots.WEBGL ? "scattergl" : "scatter")
                    .with("name", group.run())
                    .with("mode", "markers")
                    .with("x", group.x())
                    .with("y", group.y())
                    .with("legendgroup", group.run())
                    .with(
                            "marker",
                            Map.of(
                                    "color",
                                    Ink.colour(group.run()),
                                    "symbol",
                                    Ink.marker(group.run()),
                                    "size",
                                    size,
                                    "opacity",
                                    opacity))
                    .with("hovertemplate", HOVER));
        }
        return plot.with("legend.itemsizing", "constant");
    }

    static Series bar(String name, String[] at, double[] values, double[] errors) {
        Series bar = Series.of("bar")
                .with("name", name)
                .with("x", at)
                .with("y", values)
                .with("legendgroup", name)
                .with("marker.color", Ink.colour(name))
                .with("hovertemplate", "<b>%{x}</b> %{fullData.name}<br>%{yaxis.title.text} %{y:.4~g}<extra></extra>");
        return Arrays.stream(errors).allMatch(e -> e == 0)
                ? bar
                : bar.with("error_y", Map.of("type", "data", "array", errors, "color", Palette.TEXT, "thickness", 1.5));
    }

    /** Cells, with what is changed of them; few rows or columns have a tick each. */
    static Plot cells(double[][] z, Map<String, ?> changes) {
        DoubleStream.Builder finite = DoubleStream.builder();
        for (double[] row : z) {
            Arguments.sameLength("a row of the matrix", row.length, "the first", z[0].length);
            Arrays.stream(row).filter(Double::isFinite).forEach(finite);
        }
        double[] all = finite.build().toArray();
        boolean signed =
                Arrays.stream(all).anyMatch(v -> v < 0) && Arrays.stream(all).anyMatch(v -> v > 0);
        Series heat = Series.of("heatmap")
                .with("z", z)
                .with("colorscale", signed ? SIGNED : "Viridis")
                .with("hoverongaps", false)
                .with(
                        "hovertemplate",
                        "%{xaxis.title.text} %{x}<br>%{yaxis.title.text} %{y}<br><b>%{z:.4~g}</b><extra></extra>");
        if (signed) {
            heat = heat.with("zmid", 0);
        }
        for (Map.Entry<String, ?> change : changes.entrySet()) {
            heat = heat.with(change.getKey(), change.getValue());
        }
        return new Plot(List.of(heat), Plots.empty("", "").layout())
                .with("xaxis.showgrid", false)
                .with("yaxis.showgrid", false)
                .with("xaxis.zeroline", false)
                .with("yaxis.zeroline", false);
    }

    /** Axes that count rows and columns from 0. */
    static Plot counted(Plot cells, int rows, int columns) {
        Plot plot = columns <= COUNTED ? cells.with("xaxis.dtick", 1) : cells;
        return rows <= COUNTED ? plot.with("yaxis.dtick", 1) : plot;
    }

    /** How values stand in the cells of a matrix with names along its sides. */
    static String cellText(int rows, int columns) {
        return rows <= READABLE && columns <= READABLE ? "%{z:.2~g}" : "";
    }

    static void sides(int rows, int columns, double[][] matrix) {
        if (matrix.length != rows || rows > 0 && matrix[0].length != columns) {
            throw new IllegalArgumentException("matrix is " + matrix.length + " × "
                    + (matrix.length == 0 ? 0 : matrix[0].length) + "; expected " + rows + " × " + columns);
        }
    }
}
