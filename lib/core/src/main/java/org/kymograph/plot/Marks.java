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

    /** The same without its darkest colours, so that numbers in the cells can be dark in all. */
    private static final Object WRITTEN =
            new Object[][] {{0, "#4393C3"}, {0.25, "#92C5DE"}, {0.5, "#F7F7F7"}, {0.75, "#F4A582"}, {1, "#D6604D"}};

    private Marks() {}

    static Plot lines(List<Curve> curves, String x, String y) {
        List<Series> traces = new ArrayList<>();
        int points = curves.stream().mapToInt(c -> c.x().length).sum();
        for (Curve curve : curves) {
            Ink colour = Ink.colour(curve.run());
            traces.add(Series.of(points > Plots.WEBGL ? "scattergl" : "scatter")
                    .withAll("name: ?, x: ?, y: ?", curve.run(), curve.x(), curve.y())
                    .with("mode", curve.x().length <= MARKED ? "lines+markers" : "lines")
                    .withAll("line: {color: ?, dash: ?, width: 1.8}", colour, Ink.dash(curve.run()))
                    .withAll("marker: {color: ?, size: 5}, hovertemplate: ?", colour, HOVER));
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
        Series area = Series.of("type: scatter, x: ?, y: ?, name: ?, fill: toself, mode: none", around, back, name)
                .with("fillcolor", grey ? "rgba(119,119,119,0.25)" : Ink.translucent(name, 0.25))
                .withAll("hoverinfo: skip, legendgroup: ?, showlegend: false", name);
        double[][] ends = IntStream.range(0, n)
                .mapToObj(i -> new double[] {edges.low()[i], edges.high()[i], edges.runs()[i]})
                .toArray(double[][]::new);
        Series line = Series.of("type: scatter, x: ?, y: ?, name: ?, mode: lines", edges.x(), edges.mean(), name)
                .withAll(
                        "line: {color: ?, dash: ?, width: 3}",
                        grey ? Palette.TEXT : Ink.colour(name),
                        grey ? "solid" : Ink.dash(name))
                .withAll("legendgroup: ?, showlegend: true, customdata: ?", name, ends)
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
                    .withAll("name: ?, mode: markers, x: ?, y: ?", group.run(), group.x(), group.y())
                    .with("legendgroup", group.run())
                    .withAll(
                            "marker: {color: ?, symbol: ?, size: ?, opacity: ?}",
                            Ink.colour(group.run()),
                            Ink.marker(group.run()),
                            size,
                            opacity)
                    .with("hovertemplate", HOVER));
        }
        return plot.with("legend.itemsizing", "constant");
    }

    static Series bar(String name, String[] at, double[] values, double[] errors) {
        Series bar = Series.of("type: bar, name: ?, x: ?, y: ?, legendgroup: ?", name, at, values, name)
                .with("marker.color", Ink.colour(name))
                .with("hovertemplate", "<b>%{x}</b> %{fullData.name}<br>%{yaxis.title.text} %{y:.4~g}<extra></extra>");
        return Arrays.stream(errors).allMatch(e -> e == 0)
                ? bar
                : bar.withAll("error_y: {type: data, array: ?, color: ?, thickness: 1.5}", errors, Palette.TEXT);
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
        boolean written = signed && changes.get("texttemplate") instanceof String text && !text.isEmpty();
        Series heat = Series.of(
                        "type: heatmap, z: ?, colorscale: ?, hoverongaps: false",
                        z,
                        written ? WRITTEN : signed ? SIGNED : "Viridis")
                .with(
                        "hovertemplate",
                        "%{xaxis.title.text} %{x}<br>%{yaxis.title.text} %{y}<br><b>%{z:.4~g}</b><extra></extra>");
        if (signed) {
            heat = heat.with("zmid", 0);
        }
        if (written) {
            heat = heat.with("textfont.color", "#222222");
        }
        for (Map.Entry<String, ?> change : changes.entrySet()) {
            heat = heat.with(change.getKey(), change.getValue());
        }
        return new Plot(List.of(heat), Plots.empty("", "").layout())
                .withAll("xaxis.showgrid: false, yaxis.showgrid: false, xaxis.zeroline: false, yaxis.zeroline: false");
    }

    /** Axes that count rows and columns from 0. */
    static Plot counted(Plot cells, int rows, int columns) {
        Plot plot = columns <= COUNTED ? cells.with("xaxis.dtick", 1) : cells;
        return rows <= COUNTED ? plot.with("yaxis.dtick", 1) : plot;
    }

    /** How values stand in the cells of a matrix with names along its sides. */
    static String cellText(double[][] matrix) {
        if (matrix.length > READABLE || matrix.length > 0 && matrix[0].length > READABLE) {
            return "";
        }
        double[] all = Arrays.stream(matrix)
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .toArray();
        boolean whole = Arrays.stream(all).allMatch(v -> v == Math.rint(v));
        boolean shares = Arrays.stream(all).allMatch(v -> Math.abs(v) <= 1);
        return whole ? "%{z:d}" : shares ? "%{z:.2f}" : "%{z:.3~g}";
    }

    static void sides(int rows, int columns, double[][] matrix) {
        Arguments.require(
                matrix.length == rows && (rows == 0 || matrix[0].length == columns),
                "matrix is " + matrix.length + " × " + (matrix.length == 0 ? 0 : matrix[0].length) + "; expected "
                        + rows + " × " + columns);
    }
}
