package org.kymograph.plot;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;

/** Small multiples: plots in rows and columns of one figure, with one legend; made by {@link Plots#grid}. */
public final class PlotGrid extends PlotlyFigure {
    private static final int ROW = 250;
    /** High enough for a legend of a dozen runs. */
    private static final int ONLY_ROW = 290;

    /** How many letters of the usual size the titles of a row may have together on a narrow page; longer ones are smaller. */
    private static final int LETTERS = 54;

    private static final int MARGINS = 110;
    private static final int TITLE = 40;
    private final int columns;
    private final List<Plot> plots;
    private final Map<String, Object> settings;

    PlotGrid(int columns, List<Plot> plots) {
        this(columns, plots, Map.of());
    }

    private PlotGrid(int columns, List<Plot> plots, Map<String, Object> settings) {
        super(
                Tree.get(settings, "title.text") instanceof String title ? title : "",
                plots.stream().flatMap(p -> p.traces().stream()).toList());
        this.columns = Math.min(Arguments.atLeast("columns", columns, 1), plots.size());
        this.plots = List.copyOf(Arguments.notEmpty("plots", plots));
        this.settings = settings;
    }

    /**
     * Titles the whole figure.
     *
     * @param title a few words
     * @return the copy
     */
    public PlotGrid withTitle(String title) {
        String place = "title: {text: ?, yref: container, y: 0.98, yanchor: top, pad: {t: 8}}";
        return new PlotGrid(columns, plots, Tree.withAll(settings, place, title));
    }

    /**
     * Gives all plots the same horizontal axis, labelled in the last row only.
     *
     * @return the copy
     */
    public PlotGrid withSharedX() {
        return with("sharedx", true);
    }

    /**
     * Gives all plots the same vertical axis, labelled in the first column only.
     *
     * @return the copy
     */
    public PlotGrid withSharedY() {
        return with("sharedy", true);
    }

    /**
     * Sets the height of the whole figure.
     *
     * @param pixels at least 80
     * @return the copy
     * @throws IllegalArgumentException if it is less
     */
    public PlotGrid withHeight(int pixels) {
        return with("height", Arguments.atLeast("pixels", pixels, 80));
    }

    private PlotGrid with(String path, Object value) {
        return new PlotGrid(columns, plots, Tree.with(settings, path, value));
    }

    @Override
    List<Series> traces() {
        List<Series> traces = new ArrayList<>();
        Set<String> listed = new HashSet<>();
        for (int p = 0; p < plots.size(); p++) {
            boolean legend = !Boolean.FALSE.equals(plots.get(p).layout().get("showlegend"));
            for (Series trace : plots.get(p).traces()) {
                Series placed = trace.withAll("xaxis: ?, yaxis: ?", "x" + suffix(p), "y" + suffix(p));
                if (hasBar(trace)) {
                    double[] x = domainX(p);
                    double[] y = domainY(p);
                    placed = placed.withAll("colorbar.x: ?, colorbar.xanchor: left", x[1] + 0.005)
                            .withAll("colorbar.y: ?, colorbar.len: ?", (y[0] + y[1]) / 2, y[1] - y[0])
                            .with("colorbar.thickness", 10);
                } else if (!trace.name().isEmpty()) {
                    placed = placed.with("legendgroup", trace.name());
                    placed = placed.with("showlegend", legend && trace.showLegend() && listed.add(trace.name()));
                } else {
                    placed = placed.with("showlegend", false);
                }
                traces.add(placed);
            }
        }
        return traces;
    }

    @Override
    Map<String, Object> layout() {
        int rows = rows();
        Map<String, Object> layout = new LinkedHashMap<>();
        List<Object> shapes = new ArrayList<>();
        List<Object> annotations = new ArrayList<>();
        for (int p = 0; p < plots.size(); p++) {
            int at = p;
            Map<String, Object> own = plots.get(p).layout();
            boolean lastRow = p + columns >= plots.size();
            Map<String, Object> x =
                    Tree.merge(Tree.child(own, "xaxis"), Map.of("domain", domainX(p), "anchor", "y" + suffix(p)));
            Map<String, Object> y =
                    Tree.merge(Tree.child(own, "yaxis"), Map.of("domain", domainY(p), "anchor", "x" + suffix(p)));
            layout.put("xaxis" + suffix(p), shared(x, "sharedx", "x", p, lastRow));
            boolean firstColumn = p % columns == 0;
            if (!firstColumn && titleOfY(p).equals(titleOfY(p - p % columns))) {
                y = Tree.with(y, "title.text", "");
            }
            layout.put("yaxis" + suffix(p), shared(y, "sharedy", "y", p, firstColumn));
            Plot.list(own, "shapes").forEach(shape -> shapes.add(moved(shape, suffix(at))));
            Plot.list(own, "annotations").forEach(note -> annotations.add(moved(note, suffix(at))));
            if (Tree.get(own, "title.text") instanceof String title) {
                annotations.add(Plots.attributes(
                        "text: ?, xref: paper, yref: paper, x: ?, y: ?, xanchor: left, yanchor: bottom, yshift: 4, "
                                + "font: {size: ?}",
                        title,
                        domainX(p)[0],
                        domainY(p)[1],
                        title.length() > LETTERS / columns ? 12 : 14));
            }
            for (String key : List.of("legend", "barmode", "bargap")) {
                if (own.containsKey(key)) {
                    layout.putIfAbsent(key, own.get(key));
                }
            }
        }
        layout.put("shapes", shapes);
        layout.put("annotations", annotations);
        layout.put("showlegend", plots.stream().anyMatch(PlotGrid::hasLegend));
        boolean titled = settings.containsKey("title");
        layout.put("height", (rows == 1 ? ONLY_ROW : ROW * rows) + MARGINS + (titled ? TITLE : 0));
        if (columns > 1 && Tree.get(layout, "legend.orientation") == null) {
            // Beside the plots it would take the room that their axes need on a narrow page.
            layout.put(
                    "legend",
                    Tree.withAll(Tree.child(layout, "legend"), "orientation: h, y: -1, yanchor: top, font.size: 12"));
        }
        if (Tree.get(layout, "legend.y") instanceof Number below && below.doubleValue() < 0) {
            long entries = traces().stream().filter(Series::showLegend).count();
            int height = (int) layout.get("height");
            layout.put("legend", Tree.with(Tree.child(layout, "legend"), "y", -60.0 / height));
            layout.put("height", height + Plot.heightBelow(entries));
        }
        boolean headed = plots.stream().anyMatch(plot -> !plot.title().isEmpty());
        int top = headed ? 40 : Theme.UNTITLED;
        layout.put("margin", Map.of("t", titled ? top + TITLE : top));
        settings.forEach((key, value) -> {
            if (!key.startsWith("shared")) {
                layout.put(key, value);
            }
        });
        return layout;
    }

    private Map<String, Object> shared(
            Map<String, Object> axis, String setting, String letter, int p, boolean labelled) {
        if (!settings.containsKey(setting)) {
            return axis;
        }
        Map<String, Object> one = p == 0 ? axis : Tree.with(axis, "matches", letter);
        return labelled ? one : Tree.with(Tree.with(one, "title.text", ""), "showticklabels", false);
    }

    private Object titleOfY(int p) {
        return String.valueOf(Tree.get(plots.get(p).layout(), "yaxis.title.text"));
    }

    private static Map<String, Object> moved(Object mark, String suffix) {
        Map<String, Object> moved = Tree.child(Map.of("it", mark), "it");
        for (String ref : List.of("xref", "yref")) {
            if (moved.get(ref) instanceof String to && !to.equals("paper")) {
                moved = Tree.with(moved, ref, to.charAt(0) + suffix + to.substring(1));
            }
        }
        return moved;
    }

    private int rows() {
        return (plots.size() + columns - 1) / columns;
    }

    /** A plot alone has a legend, unless it says otherwise, if there is more than one name. */
    private static boolean hasLegend(Plot plot) {
        return plot.layout().get("showlegend") instanceof Boolean said
                ? said
                : plot.traces().stream()
                                .filter(trace ->
                                        trace.showLegend() && !trace.name().isEmpty())
                                .count()
                        > 1;
    }

    // Maps of numbers have a bar of their colours beside them.
    private static boolean hasBar(Series trace) {
        return ("heatmap".equals(trace.get("type")) || "contour".equals(trace.get("type")))
                && !Boolean.FALSE.equals(trace.get("showscale"));
    }

    private double[] domainX(int p) {
        boolean bars = IntStream.range(0, plots.size())
                .filter(q -> columns == 1 || (q + 1) % columns > 0)
                .anyMatch(q -> plots.get(q).traces().stream().anyMatch(PlotGrid::hasBar));
        double gap = bars ? 0.16 : settings.containsKey("sharedy") ? 0.04 : 0.11;
        double width = (1 - gap * (columns - 1)) / columns;
        double left = (p % columns) * (width + gap);
        return new double[] {left, left + width};
    }

    private double[] domainY(int p) {
        double gap = rows() == 1 ? 0 : (settings.containsKey("sharedx") ? 0.14 : 0.24) / (rows() - 1 + 0.5);
        double height = (1 - gap * (rows() - 1)) / rows();
        int row = p / columns;
        double top = 1 - row * (height + gap);
        return new double[] {Math.max(0, top - height), top};
    }

    private static String suffix(int p) {
        return p == 0 ? "" : String.valueOf(p + 1);
    }
}
