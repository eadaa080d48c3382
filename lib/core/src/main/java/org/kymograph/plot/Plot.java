package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;

/**
 * A figure with one pair of axes, made by {@link Plots}; every {@code with…} returns a copy.
 *
 * <p>Labels carry their units, as in {@code "time (s)"}.
 */
public final class Plot extends PlotlyFigure {
    private static final String SMALL = "<br><sup>";
    private static final int SHORT = 6;
    private static final int MOST_DECADES = 8;
    private static final double FEW_DECADES = 2.5;
    private static final double FEWEST_DECADES = 0.7;
    private static final int FEW = 8;
    /** The most entries of a legend beside a figure of the usual height. */
    private static final int MOST_BESIDE = 10;
    /** Pixels of a line of entries below a figure, and how many of them a line holds. */
    private static final int ENTRY = 20;

    private static final int ENTRIES = 10;
    /** Pixels of a line of a label. */
    private static final int LABEL = 16;

    private final List<Series> series;
    private final Map<String, Object> layout;

    /**
     * Creates a figure of traces.
     *
     * @param series the traces, in the order in which they are drawn
     * @param layout plotly's layout, without the theme
     */
    public Plot(List<Series> series, Map<String, Object> layout) {
        super(Tree.get(layout, "title.text") instanceof String title ? title : "", series);
        this.series = List.copyOf(series);
        this.layout = layout;
    }

    /**
     * Lays another plot's traces over this one's; where both set the layout, this one's stays.
     *
     * @param other what is drawn on top
     * @return the plot with both
     */
    public Plot and(Plot other) {
        Map<String, Object> merged = Tree.merge(other.layout, layout);
        for (String marks : List.of("shapes", "annotations")) {
            List<Object> both = Stream.concat(list(layout, marks).stream(), list(other.layout, marks).stream())
                    .toList();
            if (!both.isEmpty()) {
                merged = Tree.with(merged, marks, both);
            }
        }
        return new Plot(Stream.concat(series.stream(), other.series.stream()).toList(), merged);
    }

    /**
     * Adds a trace of any kind that plotly knows.
     *
     * @param trace the trace
     * @return the plot with it on top
     */
    public Plot and(Series trace) {
        List<Series> all = new ArrayList<>(series);
        all.add(trace);
        return new Plot(all, layout);
    }

    /**
     * Adds numbers that others have published, as open symbols with an entry of their own in the legend.
     *
     * @param x their places, numbers or categories as the figure has them
     * @param y the numbers, as many
     * @param source where they were published, a few words
     * @return the plot with them on top
     */
    public Plot withPublished(Object[] x, double[] y, String source) {
        Arguments.sameLength("y", y.length, "x", x.length);
        boolean legend = !Boolean.FALSE.equals(layout.get("showlegend"));
        return withTraces(trace -> legend ? trace : trace.with("showlegend", false))
                .and(
                        Series.of("type: scatter, mode: markers, name: ?, x: ?, y: ?", source, List.of(x), y)
                                // White with a border: seen on bars of any colour and on any page.
                                .withAll(
                                        "marker: {symbol: diamond, size: 11, color: white, line: {width: 2, color: #444444}}")
                                .withAll(
                                        "showlegend: true, hovertemplate: '%{x}: %{y:.3~f}<br>%{fullData.name}<extra></extra>'"))
                .withAll("showlegend: true, legend: {orientation: h, y: -0.2, yanchor: top}");
    }

    /**
     * Titles the figure; what stands below an earlier title in small letters stays.
     *
     * @param title a few words
     * @return the copy
     */
    public Plot withTitle(String title) {
        int small = title().indexOf(SMALL);
        return with("title.text", small < 0 || title.contains(SMALL) ? title : title + title().substring(small));
    }

    /**
     * Labels the horizontal axis.
     *
     * @param label the quantity, and its unit in parentheses
     * @return the copy
     */
    public Plot withX(String label) {
        return with("xaxis.title.text", label);
    }

    /**
     * Labels the vertical axis.
     *
     * @param label the quantity, and its unit in parentheses
     * @return the copy
     */
    public Plot withY(String label) {
        return with("yaxis.title.text", label);
    }

    /**
     * Makes the horizontal axis logarithmic; points at zero or below it are not on it.
     *
     * @return the copy
     */
    public Plot withLogX() {
        return logarithmic("xaxis");
    }

    /**
     * Makes the vertical axis logarithmic; points at zero or below it are not on it.
     *
     * @return the copy
     */
    public Plot withLogY() {
        return logarithmic("yaxis");
    }

    private Plot logarithmic(String axis) {
        // Plotly writes powers a quarter larger than other labels.
        return with(axis + ".type", "log")
                .with(axis + ".exponentformat", "power")
                .with(axis + ".tickfont.size", 11);
    }

    /**
     * Sets the ends of the horizontal axis.
     *
     * @param low the left end
     * @param high the right end
     * @return the copy
     * @throws IllegalArgumentException if an end is not finite, or they are equal
     */
    public Plot withXRange(double low, double high) {
        return range("xaxis", low, high);
    }

    /**
     * Sets the ends of the vertical axis.
     *
     * @param low the lower end
     * @param high the upper end
     * @return the copy
     * @throws IllegalArgumentException if an end is not finite, or they are equal
     */
    public Plot withYRange(double low, double high) {
        return range("yaxis", low, high);
    }

    private Plot range(String axis, double low, double high) {
        Arguments.finite("low", low);
        Arguments.check(Double.isFinite(high) && low != high, "high", high, "a finite number other than low, " + low);
        return with(axis + ".range", new double[] {low, high});
    }

    /**
     * Draws a dashed horizontal line, for a published number or a chance level.
     *
     * @param y where
     * @param label what it is; may be empty
     * @return the copy
     */
    public Plot withLineAtY(double y, String label) {
        return mark(
                Map.of("type", "line", "xref", "x domain", "yref", "y", "x0", 0, "x1", 1, "y0", y, "y1", y),
                label,
                Map.of("xref", "x domain", "yref", "y", "x", 1, "y", y, "xanchor", "right", "yanchor", "bottom"),
                y,
                "yaxis");
    }

    /**
     * Draws a dashed vertical line, for a transition or a chosen step.
     *
     * @param x where
     * @param label what it is; may be empty
     * @return the copy
     */
    public Plot withLineAtX(double x, String label) {
        return mark(
                Map.of("type", "line", "xref", "x", "yref", "y domain", "y0", 0, "y1", 1, "x0", x, "x1", x),
                label,
                Plots.attributes(
                        "xref: x, yref: 'y domain', x: ?, y: 1, xanchor: left, yanchor: top, xshift: 3, yshift: ?",
                        x,
                        -LABEL * labelsOfX()),
                x,
                "xaxis");
    }

    /** How many vertical lines have a label: the next one's lies below theirs, because lines may be close to each other. */
    private int labelsOfX() {
        return (int) list(layout, "annotations").stream()
                .filter(note -> note instanceof Map<?, ?> map && "y domain".equals(map.get("yref")))
                .count();
    }

    private Plot mark(Map<String, Object> line, String label, Map<String, Object> place, double at, String axis) {
        Arguments.finite(axis.substring(0, 1), at);
        Plot marked = with("shapes", append(list(layout, "shapes"), line));
        return label.isEmpty()
                ? marked
                : marked.with("annotations", append(list(layout, "annotations"), Tree.with(place, "text", label)));
    }

    /** Has no ticks between whole numbers, where bars are few and low. */
    Plot withWholeY() {
        double most = series.stream()
                .map(s -> s.get("y"))
                .filter(double[].class::isInstance)
                .flatMapToDouble(v -> Arrays.stream((double[]) v))
                .max()
                .orElse(0);
        return most > FEW ? this : with("yaxis.dtick", 1);
    }

    /**
     * Draws all lines thin and pale and leaves them out of the legend, as a background for their mean.
     *
     * @return the copy
     */
    public Plot faint() {
        return new Plot(
                Columns.each(
                        series,
                        s -> s.with("opacity", 0.4).with("line.width", 1).with("showlegend", false)),
                Tree.with(layout, "legend.title.text", ""));
    }

    /**
     * Gives names colours that they have in other figures, too, in place of those that follow from the order in this one.
     *
     * @param colours {@code #rrggbb} by the name of a line, a group of bars or points; names that the figure doesn't show are passed over
     * @return the copy
     */
    public Plot withColours(Map<String, String> colours) {
        return new Plot(Columns.each(series, s -> s.coloured(colours)), layout);
    }

    /**
     * Labels the colour scale of a heat map: along it, or a few letters above it, where they don't lie over its numbers.
     *
     * @param label the quantity, and its unit in parentheses
     * @return the copy
     */
    public Plot withColourLabel(String label) {
        return new Plot(
                Columns.each(
                        series,
                        s -> "heatmap".equals(s.get("type"))
                                ? s.with(
                                        "colorbar.title",
                                        Map.of("text", label, "side", label.length() > SHORT ? "right" : "top"))
                                : s),
                layout);
    }

    /**
     * Sets the height.
     *
     * @param pixels at least 80
     * @return the copy
     * @throws IllegalArgumentException if it is less
     */
    public Plot withHeight(int pixels) {
        return with("height", Arguments.atLeast("pixels", pixels, 80));
    }

    /**
     * Writes a heading above the legend.
     *
     * @param title what its entries are, such as {@code "seed"}
     * @return the copy
     */
    public Plot withLegend(String title) {
        return with("legend.title.text", title).with("showlegend", true);
    }

    /**
     * Leaves the legend away.
     *
     * @return the copy
     */
    public Plot withoutLegend() {
        return with("showlegend", false);
    }

    /**
     * Sets any attribute of plotly's layout.
     *
     * @param path the attribute, dotted where nested, such as {@code "xaxis.tickformat"}
     * @param value its value
     * @return the copy
     */
    public Plot with(String path, Object value) {
        return new Plot(series, Tree.with(layout, path, value));
    }

    /**
     * Sets several attributes of plotly's layout.
     *
     * @param attributes the attributes as {@link Plots#attributes} takes them; what a dotted name doesn't reach stays
     * @param values one for each {@code ?}
     * @return the copy
     * @throws IllegalArgumentException if the attributes can't be read
     */
    public Plot withAll(String attributes, Object... values) {
        return new Plot(series, Tree.withAll(layout, attributes, values));
    }

    /**
     * Changes the traces.
     *
     * @param change makes the new trace of an old one
     * @return the copy
     */
    public Plot withTraces(UnaryOperator<Series> change) {
        return new Plot(series.stream().map(change).toList(), layout);
    }

    /**
     * Returns the traces as they are drawn.
     *
     * @return the traces, by plotly's attributes
     */
    @Override
    public List<Series> traces() {
        return isLog("yaxis") ? series.stream().map(this::clipped).toList() : series;
    }

    /**
     * Returns the layout as it is drawn.
     *
     * @return plotly's layout, without the theme
     */
    @Override
    public Map<String, Object> layout() {
        Map<String, Object> drawn = roomy(layout);
        for (String axis : List.of("xaxis", "yaxis")) {
            if (isLog(axis)) {
                if (Tree.get(layout, axis + ".range") instanceof double[] range) {
                    drawn = Tree.with(
                            drawn,
                            axis + ".range",
                            Arrays.stream(range).map(Plot::log10).toArray());
                }
                drawn = logAnnotations(drawn, axis.substring(0, 1));
                double[] places = positive(axis.substring(0, 1)).toArray();
                double decades = Math.log10(Arrays.stream(places).max().orElse(1)
                        / Arrays.stream(places).min().orElse(1));
                if (Tree.get(layout, axis + ".range") == null) {
                    // Ticks at every power, and where there are few of these at 2 and 5 too.
                    drawn = decades > MOST_DECADES || decades < FEWEST_DECADES
                            ? drawn
                            : Tree.with(drawn, axis + ".dtick", decades < FEW_DECADES ? "D2" : 1);
                }
            }
        }
        return drawn;
    }

    /** A long legend is cut off beside a figure, so it lies below it, unless it has a place of its own. */
    private Map<String, Object> roomy(Map<String, Object> drawn) {
        long entries = series.stream()
                .filter(s -> s.showLegend() && !s.name().isEmpty())
                .map(Series::name)
                .distinct()
                .count();
        return entries <= MOST_BESIDE
                        || !Boolean.TRUE.equals(drawn.get("showlegend"))
                        || Tree.get(drawn, "legend.orientation") != null
                        || Tree.get(drawn, "legend.x") != null
                ? drawn
                : Tree.withAll(
                        drawn,
                        "legend.orientation: h, legend.y: -0.2, legend.yanchor: top, legend.font.size: 11, height: ?",
                        (drawn.get("height") instanceof Number height ? height.intValue() : Theme.HEIGHT)
                                + heightBelow(entries));
    }

    /** The height of a legend that lies below a figure. */
    static int heightBelow(long entries) {
        return ENTRY * (int) ((entries + ENTRIES - 1) / ENTRIES);
    }

    /** Plotly wants the logarithm of an annotation's place, but not of a line's. */
    private static Map<String, Object> logAnnotations(Map<String, Object> drawn, String at) {
        List<Object> placed = new ArrayList<>();
        for (Object annotation : list(drawn, "annotations")) {
            Map<String, Object> place = Tree.child(Map.of("it", annotation), "it");
            placed.add(
                    at.equals(place.get(at + "ref")) && place.get(at) instanceof Double v
                            ? Tree.with(place, at, log10(v))
                            : place);
        }
        return placed.isEmpty() ? drawn : Tree.with(drawn, "annotations", placed);
    }

    /** A band that reaches zero has no lower end on a log axis: it is drawn down to the lowest line. */
    private Series clipped(Series trace) {
        if (!"toself".equals(trace.get("fill")) || !(trace.get("y") instanceof double[] y)) {
            return trace;
        }
        double floor = positive("y").min().orElse(1);
        return trace.with("y", Arrays.stream(y).map(v -> Math.max(v, floor)).toArray());
    }

    /** The positive places of all traces but bands. */
    private DoubleStream positive(String coordinate) {
        return series.stream()
                .filter(s -> !"toself".equals(s.get("fill")))
                .map(s -> s.get(coordinate))
                .filter(double[].class::isInstance)
                .flatMapToDouble(v -> Arrays.stream((double[]) v))
                .filter(v -> v > 0 && Double.isFinite(v));
    }

    private boolean isLog(String axis) {
        return "log".equals(Tree.get(layout, axis + ".type"));
    }

    private static double log10(double v) {
        Arguments.check(v > 0, "a place on a log axis", v, "a number above 0");
        return Math.log10(v);
    }

    static List<?> list(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof List<?> list ? list : List.of();
    }

    private static List<Object> append(List<?> list, Object last) {
        List<Object> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
