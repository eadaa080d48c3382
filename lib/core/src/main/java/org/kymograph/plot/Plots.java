package org.kymograph.plot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.NumericColumn;
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

    private static final Pattern COLUMN = Pattern.compile("[a-z0-9]+(?:_[a-z0-9]+)+");

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
        return Marks.lines(List.of(new Curve("", x, y)), "x", "y").withoutLegend();
    }

    /**
     * Draws one line through all rows of a table, in their order.
     *
     * @param table one row per point
     * @param x the column of horizontal places
     * @param y the column of values
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or doesn't hold numbers
     */
    public static Plot lines(Table table, String x, String y) {
        return Marks.lines(Curve.each(table, x, y, null), x, y).withoutLegend();
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
        return Marks.lines(Curve.each(table, x, y, run), x, y).withLegend(run);
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
        return Marks.lines(Columns.each(lines.entrySet(), e -> new Curve(e.getKey(), x, e.getValue())), "x", "y");
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
        return Marks.mean(Curve.each(table, x, y, run), band, band.name(), true, x, y);
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
        for (Map.Entry<String, int[]> rows : Curve.groups(table, group).entrySet()) {
            plot = plot.and(
                    Marks.mean(Curve.each(table.rows(rows.getValue()), x, y, run), band, rows.getKey(), false, x, y));
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
        return Marks.points(List.of(new Curve("", x, y)), "x", "y").withoutLegend();
    }

    /**
     * Draws one point per row of a table.
     *
     * @param table one row per point
     * @param x the column of horizontal places
     * @param y the column of vertical places
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or doesn't hold numbers
     */
    public static Plot scatter(Table table, String x, String y) {
        return Marks.points(Curve.each(table, x, y, null), x, y).withoutLegend();
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
        return Marks.points(Curve.each(table, x, y, by), x, y).withLegend(by);
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
        Arguments.sameLength("colour", colour.length, "x", x.length);
        Series coloured = Marks.points(List.of(new Curve("", x, y)), "x", "y")
                .traces()
                .get(0)
                .withAll("marker.color: ?, marker.colorscale: Viridis, marker.showscale: true", colour)
                .withAll("marker.colorbar: {title: {text: ?, side: right}, thickness: 14, outlinewidth: 0}", label)
                .with("hovertemplate", Marks.HOVER.replace("<extra>", "<br>" + label + " %{marker.color:.4~g}<extra>"));
        return empty("x", "y").and(coloured).withoutLegend();
    }

    /**
     * Draws how many values fall in each of equally wide bins.
     *
     * @param values any number of them; those that are not finite are not counted
     * @return the plot, its bins about as wide as Freedman and Diaconis (1981) give, with round edges
     */
    public static Plot histogram(double[] values) {
        return histogram(values, 0);
    }

    /**
     * Draws how many values fall in each of equally wide bins.
     *
     * @param values any number of them; those that are not finite are not counted
     * @param bins how many bins between the smallest and the largest value, or 0 to choose by the data
     * @return the plot
     * @throws IllegalArgumentException if there are fewer than 0 bins
     */
    public static Plot histogram(double[] values, int bins) {
        return Bins.of(List.of(values), bins).plot(List.of(""), "value").withoutLegend();
    }

    /**
     * Draws how many values of a column fall in each of equally wide bins.
     *
     * @param table a table
     * @param column the column of values; those that are missing are not counted
     * @return the plot
     * @throws IllegalArgumentException if the column is missing or doesn't hold numbers
     */
    public static Plot histogram(Table table, String column) {
        return histogram(Columns.numbers(table, column)).withX(words(column));
    }

    /**
     * Draws how many values of a column fall in each of equally wide bins.
     *
     * @param column numbers; those that are missing are not counted
     * @return the plot
     */
    public static Plot histogram(NumericColumn<?> column) {
        return histogram(column.asDoubleArray()).withX(words(column.name()));
    }

    /**
     * Draws how many values of a column fall in each of equally wide bins, one colour per group.
     *
     * @param table one row per value
     * @param column the column of values
     * @param by the column that tells the groups apart
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or doesn't hold numbers
     */
    public static Plot histogram(Table table, String column, String by) {
        return histogram(table, column, by, 0);
    }

    /**
     * Draws how many values fall in each of equally wide bins, the groups over each other.
     *
     * @param table one row per value
     * @param column the column of values
     * @param by the column that tells the groups apart
     * @param bins how many bins, at least 1, or 0 to choose by the data
     * @return the plot
     * @throws IllegalArgumentException if a column is missing or doesn't hold numbers, or there are fewer than 0 bins
     */
    public static Plot histogram(Table table, String column, String by, int bins) {
        Map<String, double[]> groups = values(table, column, by);
        return Bins.of(groups.values(), bins).plot(groups.keySet(), column).withLegend(by);
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
        Arguments.sameLength("values", values.length, "names", names.length);
        Arguments.sameLength("errors", errors.length, "names", names.length);
        return empty("", "value")
                .and(Marks.bar("", names, values, errors))
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
        String[] names = Curve.texts(table, name);
        double[] values = Columns.numbers(table, value);
        Plot plot = empty(name, value).withAll("xaxis.type: category, barmode: group");
        for (Map.Entry<String, int[]> rows : Curve.groups(table, group).entrySet()) {
            String[] at = IntStream.of(rows.getValue()).mapToObj(i -> names[i]).toArray(String[]::new);
            plot = plot.and(Marks.bar(rows.getKey(), at, Columns.pick(values, rows.getValue()), new double[at.length]));
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
            plot = plot.and(Series.of("type: box, name: ?, y: ?, boxpoints: outliers", group.getKey(), group.getValue())
                    .withAll("quartilemethod: linear, marker.color: ?", Palette.Ink.colour(group.getKey()))
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
        return boxes(values(table, value, by)).withX(words(by)).withY(words(value));
    }

    private static Map<String, double[]> values(Table table, String column, String by) {
        double[] values = Columns.numbers(table, column);
        Map<String, double[]> groups = new LinkedHashMap<>();
        Curve.groups(table, by).forEach((name, rows) -> groups.put(name, Columns.pick(values, rows)));
        return groups;
    }

    /**
     * Draws a matrix, its first row on top.
     *
     * @param matrix rows of equal length
     * @return the plot: Viridis, or blue over white to red around zero where the matrix has values on both sides
     * @throws IllegalArgumentException if the rows differ in length
     */
    public static Plot heatMap(double[][] matrix) {
        int columns = matrix.length == 0 ? 0 : matrix[0].length;
        return Marks.counted(Marks.cells(matrix, Map.of()), matrix.length, columns)
                .withX("column")
                .withY("row")
                .with("yaxis.autorange", "reversed");
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
        Marks.sides(rows.length, columns.length, matrix);
        return Marks.cells(matrix, Map.of("x", columns, "y", rows, "texttemplate", Marks.cellText(matrix)))
                .withAll("xaxis.type: category, yaxis.type: category, yaxis.autorange: reversed");
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
        Marks.sides(y.length, x.length, z);
        return Marks.cells(z, Map.of("x", x, "y", y)).withX("x").withY("y");
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

    /**
     * Draws small multiples beside each other: one plot for each distinct value of a column.
     *
     * @param table the rows of all plots
     * @param by the column that tells the plots apart; its values become their titles
     * @param plot draws the rows of one value
     * @return the figure
     * @throws IllegalArgumentException if the column is missing or the table has no rows
     */
    public static PlotGrid grid(Table table, String by, Function<Table, Plot> plot) {
        Plot[] panels = Curve.groups(table, by).entrySet().stream()
                .map(rows -> plot.apply(table.rows(rows.getValue())).withTitle(escape(rows.getKey())))
                .toArray(Plot[]::new);
        return grid(panels.length, panels);
    }

    /**
     * Returns a figure without a trace, to which others are added. Labels that are names of columns, such as {@code eval_loss}, are written in words:
     * {@code evaluation loss}.
     *
     * @param x the label of the horizontal axis
     * @param y the label of the vertical axis
     * @return the plot
     */
    public static Plot empty(String x, String y) {
        return new Plot(List.of(), attributes("xaxis.title.text: ?, yaxis.title.text: ?", words(x), words(y)));
    }

    /** Returns a column's name in words; another text as it is. */
    static String words(String column) {
        return COLUMN.matcher(column).matches()
                ? column.replaceFirst("^eval_", "evaluation_")
                        .replaceFirst("^train_", "training_")
                        .replace('_', ' ')
                : column;
    }

    /**
     * Returns attributes of plotly, for traces and layouts: {@code attributes("color: ?, line: {width: 2, dash: dot}", colour)}.
     *
     * @param attributes names and values as plotly's own documentation writes them; names may be dotted, texts of one word need no
     *     quotes, others single ones, and {@code ?} stands for a value that is given
     * @param values one for each {@code ?}
     * @return the attributes, nested as their names say
     * @throws IllegalArgumentException if the attributes can't be read
     */
    public static Map<String, Object> attributes(String attributes, Object... values) {
        return Tree.withAll(Map.of(), attributes, values);
    }

    /**
     * Returns text that a figure shows as it is: plotly reads a few HTML tags in titles, names and notes.
     *
     * @param text any text
     * @return the text with {@code &}, {@code <} and {@code >} escaped
     */
    public static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
