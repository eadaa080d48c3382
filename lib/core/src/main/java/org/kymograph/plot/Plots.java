package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/**
 * Starts a figure from a table or from arrays: {@code Plots.lines(metrics, "epoch", "eval_loss", "run").withLogY()}.
 *
 * <p>Every point given is drawn, none is left out or averaged; values that are not finite leave a gap. A run's colour follows its
 * name, see {@link Palette}. Above {@value #WEBGL} points a figure is drawn by WebGL.
 */
public final class Plots {
    /** Browsers keep only some 16 WebGL drawings alive on a page, so it is for figures that need it. */
    public static final int WEBGL = 20_000;

    private static final int MARKED = 12;
    private static final int READABLE = 12;
    /** ColorBrewer's RdBu, blue for what is negative. */
    private static final Object SIGNED =
            new Object[][] {{0, "#2166AC"}, {0.25, "#92C5DE"}, {0.5, "#F7F7F7"}, {0.75, "#F4A582"}, {1, "#B2182B"}};

    private Plots() {}

    /**
     * Draws a line.
     *
     * @param x horizontal places, any length
     * @param y vertical places, as many
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot line(double[] x, double[] y) {
        return curves(List.of(new Curve("", x, y)), "x", "y").withoutLegend();
    }

    /**
     * Draws one line per run.
     *
     * @param table one row per run and x
     * @param x the column of horizontal places
     * @param y the column of values
     * @param run the column that tells the runs apart
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or x or y are not numbers
     */
    public static Plot lines(Table table, String x, String y, String run) {
        return curves(Curve.each(table, x, y, run), x, y).withLegend(run);
    }

    /**
     * Draws one line per name.
     *
     * @param x horizontal places, the same for all
     * @param lines values by name, each as long as x
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot lines(double[] x, Map<String, double[]> lines) {
        return curves(
                lines.entrySet().stream()
                        .map(e -> new Curve(e.getKey(), x, e.getValue()))
                        .toList(),
                "x",
                "y");
    }

    /**
     * Draws the mean of all runs, and a band around it.
     *
     * @param table one row per run and x
     * @param x the column of horizontal places; runs meet where their x is the same number
     * @param y the column of values
     * @param run the column that tells the runs apart
     * @param band what the band shows
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or x or y are not numbers
     */
    public static Plot mean(Table table, String x, String y, String run, Band band) {
        return mean(
                Curve.each(table, x, y, run),
                band,
                band.name(),
                new Palette.Style(Theme.TEXT, "solid", "circle"),
                x,
                y);
    }

    /**
     * Draws the mean over the runs of each group, and a band around it.
     *
     * @param table one row per run and x
     * @param x the column of horizontal places; runs meet where their x is the same number
     * @param y the column of values
     * @param run the column that tells the runs apart
     * @param group the column that tells the groups apart
     * @param band what the bands show
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or x or y are not numbers
     */
    public static Plot means(Table table, String x, String y, String run, String group, Band band) {
        Plot plot = empty(x, y);
        for (Map.Entry<String, int[]> rows : TableColumns.groups(table, group).entrySet()) {
            plot = plot.and(mean(
                    Curve.each(table.rows(rows.getValue()), x, y, run),
                    band,
                    rows.getKey(),
                    Palette.of(rows.getKey()),
                    x,
                    y));
        }
        return plot.withLegend(group + " (" + band.name() + ")");
    }

    /**
     * Draws points.
     *
     * @param x horizontal places, any length
     * @param y vertical places, as many
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot scatter(double[] x, double[] y) {
        return points(Map.of("", new TableColumns.Points(x, y)), "x", "y").withoutLegend();
    }

    /**
     * Draws points, coloured by run or by any other column of few values.
     *
     * @param table one row per point
     * @param x the column of horizontal places
     * @param y the column of vertical places
     * @param by the column that gives the colour
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or x or y are not numbers
     */
    public static Plot scatter(Table table, String x, String y, String by) {
        return points(Curve.split(table, x, y, by), x, y).withLegend(by);
    }

    /**
     * Draws points, coloured by a number.
     *
     * @param x horizontal places, any length
     * @param y vertical places, as many
     * @param colour the number that gives the colour, as many
     * @param label what the colour shows
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot scatter(double[] x, double[] y, double[] colour, String label) {
        if (colour.length != x.length) {
            throw new IllegalArgumentException(
                    "colour: " + colour.length + " values; expected " + x.length + ", one per point");
        }
        Plot plot = points(Map.of("", new TableColumns.Points(x, y)), "x", "y").withoutLegend();
        Series coloured = plot.traces()
                .get(0)
                .with("marker.color", colour)
                .with("marker.colorscale", "Viridis")
                .with("marker.showscale", true)
                .with(
                        "marker.colorbar",
                        Map.of("title", Map.of("text", label, "side", "right"), "thickness", 14, "outlinewidth", 0))
                .with("hovertemplate", HOVER.replace("<extra>", "<br>" + label + " %{marker.color:.4~g}<extra>"));
        return empty("x", "y").and(coloured).withoutLegend();
    }

    /**
     * Draws how many values fall in each of equally wide bins.
     *
     * @param values any number of them; those that are not finite are not counted
     * @return the plot, with as many bins as Freedman and Diaconis (1981) give, 5 to 100
     */
    public static Plot histogram(double[] values) {
        return Bins.of(List.of(values), 0).plot(List.of(""), "value").withoutLegend();
    }

    /**
     * Draws how many values fall in each of equally wide bins, the groups over each other.
     *
     * @param table one row per value
     * @param column the column of values
     * @param by the column that tells the groups apart
     * @param bins how many bins, at least 1, or 0 for as many as Freedman and Diaconis (1981) give
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or doesn't hold numbers, or there are fewer than 0 bins
     */
    public static Plot histogram(Table table, String column, String by, int bins) {
        double[] values = TableColumns.numbers(table, column);
        Map<String, int[]> groups = TableColumns.groups(table, by);
        return Bins.of(
                        groups.values().stream()
                                .map(rows -> TableColumns.pick(values, rows))
                                .toList(),
                        bins)
                .plot(List.copyOf(groups.keySet()), column)
                .withLegend(by);
    }

    /**
     * Draws one bar per name.
     *
     * @param names what the bars stand for
     * @param values their lengths, as many
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot bars(String[] names, double[] values) {
        return bars(names, values, new double[values.length]).with("showlegend", false);
    }

    /**
     * Draws one bar per name, with error bars.
     *
     * @param names what the bars stand for
     * @param values their lengths, as many
     * @param errors how far the error bars reach up and down, as many
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot bars(String[] names, double[] values, double[] errors) {
        if (names.length != values.length || errors.length != values.length) {
            throw new IllegalArgumentException("names, values, errors: " + names.length + ", " + values.length + " and "
                    + errors.length + " of them; expected as many of each");
        }
        return empty("", "value")
                .and(bar("", names, values, errors))
                .with("xaxis.type", "category")
                .withoutLegend();
    }

    /**
     * Draws bars side by side, one per name and group.
     *
     * @param table one row per bar
     * @param name the column of names along the axis
     * @param value the column of lengths
     * @param group the column that gives the colour
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or the values are not numbers
     */
    public static Plot bars(Table table, String name, String value, String group) {
        String[] names = TableColumns.text(table, name);
        double[] values = TableColumns.numbers(table, value);
        Plot plot = empty(name, value).with("xaxis.type", "category").with("barmode", "group");
        for (Map.Entry<String, int[]> rows : TableColumns.groups(table, group).entrySet()) {
            String[] at = IntStream.of(rows.getValue()).mapToObj(i -> names[i]).toArray(String[]::new);
            plot = plot.and(bar(rows.getKey(), at, TableColumns.pick(values, rows.getValue()), new double[at.length]));
        }
        return plot.withLegend(group);
    }

    /**
     * Draws one box per group: quartiles, whiskers to the last point within 1.5 interquartile ranges, and the points beyond.
     *
     * @param groups values by name
     * @return the plot
     */
    public static Plot boxes(Map<String, double[]> groups) {
        Plot plot = empty("", "value").withoutLegend();
        for (Map.Entry<String, double[]> group : groups.entrySet()) {
            Palette.Style style = Palette.of(group.getKey());
            plot = plot.and(Series.of("box")
                    .with("name", group.getKey())
                    .with("y", group.getValue())
                    .with("boxpoints", "outliers")
                    .with("quartilemethod", "linear")
                    .with("marker.color", style.colour())
                    .with("marker.size", 4));
        }
        return plot.with("xaxis.type", "category");
    }

    /**
     * Draws one box per group.
     *
     * @param table one row per value
     * @param value the column of values
     * @param by the column that tells the groups apart
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or the values are not numbers
     */
    public static Plot boxes(Table table, String value, String by) {
        double[] values = TableColumns.numbers(table, value);
        Map<String, double[]> groups = new LinkedHashMap<>();
        TableColumns.groups(table, by).forEach((name, rows) -> groups.put(name, TableColumns.pick(values, rows)));
        return boxes(groups).withX(by).withY(value);
    }

    /**
     * Draws a matrix, its first row on top.
     *
     * @param matrix rows of equal length
     * @return the plot: Viridis, or blue over white to red around zero where the matrix has values on both sides
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Plot heatMap(double[][] matrix) {
        return heat(matrix).withX("column").withY("row").with("yaxis.autorange", "reversed");
    }

    /**
     * Draws a matrix with names along its sides, its first row on top, and up to 12 × 12 its values in the cells.
     *
     * @param rows the names of the rows
     * @param columns the names of the columns
     * @param matrix a row per name, each with a value per column
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot heatMap(String[] rows, String[] columns, double[][] matrix) {
        sides(rows.length, columns.length, matrix);
        Plot plot = heat(matrix);
        boolean roomy = rows.length <= READABLE && columns.length <= READABLE;
        return new Plot(
                        plot.traces().stream()
                                .map(s -> s.with("x", columns)
                                        .with("y", rows)
                                        .with("texttemplate", roomy ? "%{z:.2~g}" : ""))
                                .toList(),
                        plot.layout())
                .with("xaxis.type", "category")
                .with("yaxis.type", "category")
                .with("yaxis.autorange", "reversed");
    }

    /**
     * Draws a function of two numbers.
     *
     * @param x the places of the columns, rising
     * @param y the places of the rows, rising upwards
     * @param z the value at x[j], y[i] in row i, column j
     * @return the plot
     * @throws IllegalArgumentException if the lengths differ
     */
    public static Plot heatMap(double[] x, double[] y, double[][] z) {
        sides(y.length, x.length, z);
        Plot plot = heat(z);
        return new Plot(
                        plot.traces().stream()
                                .map(s -> s.with("x", x).with("y", y))
                                .toList(),
                        plot.layout())
                .withX("x")
                .withY("y");
    }

    /**
     * Lays plots out as small multiples, with one legend for all.
     *
     * @param columns how many stand beside each other, at least 1
     * @param plots the plots, by rows
     * @return the figure
     * @throws IllegalArgumentException if there are no columns or no plots
     */
    public static PlotGrid grid(int columns, Plot... plots) {
        return new PlotGrid(columns, List.of(plots));
    }

    static final String HOVER =
            "<b>%{fullData.name}</b><br>%{xaxis.title.text} %{x}<br>%{yaxis.title.text} %{y:.4~g}<extra></extra>";

    public static Plot empty(String x, String y) {
        return new Plot(
                List.of(),
                Map.of("xaxis", Map.of("title", Map.of("text", x)), "yaxis", Map.of("title", Map.of("text", y))));
    }

    private static Plot curves(List<Curve> curves, String x, String y) {
        List<Series> traces = new ArrayList<>();
        int points = curves.stream().mapToInt(c -> c.x().length).sum();
        for (Curve curve : curves) {
            Palette.Style style = Palette.of(curve.run());
            traces.add(Series.of(points > WEBGL ? "scattergl" : "scatter")
                    .with("name", curve.run())
                    .with("x", curve.x())
                    .with("y", curve.y())
                    .with("mode", curve.x().length <= MARKED ? "lines+markers" : "lines")
                    .with("line", Map.of("color", style.colour(), "dash", style.dash(), "width", 1.8))
                    .with("marker", Map.of("color", style.colour(), "size", 5))
                    .with("hovertemplate", HOVER));
        }
        return new Plot(traces, empty(x, y).layout());
    }

    private static Plot mean(List<Curve> runs, Band band, String name, Palette.Style style, String x, String y) {
        Band.Edges edges = band.of(runs);
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
                .with("fillcolor", style.translucent(0.25))
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
                .with("line", Map.of("color", style.colour(), "dash", style.dash(), "width", 3))
                .with("legendgroup", name)
                .with("showlegend", true)
                .with("customdata", ends)
                .with(
                        "hovertemplate",
                        HOVER.replace(
                                "<extra>",
                                "<br>band %{customdata[0]:.4~g} to %{customdata[1]:.4~g}, %{customdata[2]} runs<extra>"));
        return empty(x, y).and(area).and(line);
    }

    private static Plot points(Map<String, TableColumns.Points> groups, String x, String y) {
        int points = groups.values().stream().mapToInt(p -> p.x().length).sum();
        // Many points lie on each other: the more there are, the smaller and paler.
        double size = points > 10_000 ? 3 : points > 1_000 ? 4.5 : 7;
        double opacity = points > 10_000 ? 0.4 : points > 1_000 ? 0.6 : 0.85;
        Plot plot = empty(x, y);
        for (Map.Entry<String, TableColumns.Points> group : groups.entrySet()) {
            TableColumns.Points p = group.getValue();
            if (p.x().length != p.y().length) {
                throw new IllegalArgumentException("x, y: " + p.x().length + " and " + p.y().length
                        + " values; expected as many of one as of the other");
            }
            Palette.Style style = Palette.of(group.getKey());
            plot = plot.and(Series.of(points > WEBGL ? "scattergl" : "scatter")
                    .with("name", group.getKey())
                    .with("mode", "markers")
                    .with("x", p.x())
                    .with("y", p.y())
                    .with("legendgroup", group.getKey())
                    .with(
                            "marker",
                            Map.of("color", style.colour(), "symbol", style.marker(), "size", size, "opacity", opacity))
                    .with("hovertemplate", HOVER));
        }
        return plot.with("legend.itemsizing", "constant");
    }

    private static Series bar(String name, String[] at, double[] values, double[] errors) {
        Series bar = Series.of("bar")
                .with("name", name)
                .with("x", at)
                .with("y", values)
                .with("legendgroup", name)
                .with("marker.color", Palette.of(name).colour())
                .with("hovertemplate", "<b>%{x}</b> %{fullData.name}<br>%{yaxis.title.text} %{y:.4~g}<extra></extra>");
        return Arrays.stream(errors).allMatch(e -> e == 0)
                ? bar
                : bar.with("error_y", Map.of("type", "data", "array", errors, "color", Theme.TEXT, "thickness", 1.5));
    }

    private static Plot heat(double[][] z) {
        double[] finite = Arrays.stream(z)
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .toArray();
        boolean signed = Arrays.stream(finite).anyMatch(v -> v < 0)
                && Arrays.stream(finite).anyMatch(v -> v > 0);
        for (double[] row : z) {
            if (row.length != z[0].length) {
                throw new IllegalArgumentException(
                        "matrix: rows of " + z[0].length + " and " + row.length + " values; expected equal lengths");
            }
        }
        Series heat = Series.of("heatmap")
                .with("z", z)
                .with("colorscale", signed ? SIGNED : "Viridis")
                .with("hoverongaps", false)
                .with(
                        "hovertemplate",
                        "%{xaxis.title.text} %{x}<br>%{yaxis.title.text} %{y}<br><b>%{z:.4~g}</b><extra></extra>");
        return new Plot(
                        List.of(signed ? heat.with("zmid", 0) : heat),
                        empty("", "").layout())
                .with("xaxis.showgrid", false)
                .with("yaxis.showgrid", false)
                .with("xaxis.zeroline", false)
                .with("yaxis.zeroline", false);
    }

    private static void sides(int rows, int columns, double[][] matrix) {
        if (matrix.length != rows || rows > 0 && matrix[0].length != columns) {
            throw new IllegalArgumentException("matrix: " + matrix.length + " × "
                    + (matrix.length == 0 ? 0 : matrix[0].length) + "; expected " + rows + " × " + columns);
        }
    }
}
