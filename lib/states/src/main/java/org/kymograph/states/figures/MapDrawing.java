package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** Draws a training map: states as discs, transitions as arrows between them, and below it when the runs are in which state. */
final class MapDrawing {
    static final double WIDTH = 860;
    private static final double LEFT = 64;
    private static final double RIGHT = 32;
    private static final double PAD = 10;
    private static final double LABEL = 11;
    /** Pixels are units, so nothing may move the margins. */
    private static final int[] SIDES = {14, 26};

    private static final int TOP = 88;
    private static final int STRIP = 44;
    private static final int BETWEEN = 26;
    private static final int BOTTOM = 46;
    private static final double ROOMY = 20;
    private static final int SAID = 12;
    private static final int MANY = 24;
    private static final String EDGE = "#8f8f8f";
    private static final String PALE = "rgba(143,143,143,0.6)";
    private static final String DETOUR = "#D55E00";
    private static final String UP = "#D9730D";
    private static final String DOWN = "#3A86D8";

    private final MapContent content;
    private final int shown;
    private final MapLayout layout;
    private final Map<MapContent.Edge, EdgeCurve> curves = new LinkedHashMap<>();
    private final List<Series> traces = new ArrayList<>();
    private final List<Object> annotations = new ArrayList<>();
    private final List<Object> shapes = new ArrayList<>();
    private final MapRuns menu;

    private MapDrawing(MapContent content, int shown) {
        this.content = content;
        this.shown = shown;
        layout = MapLayout.of(content, WIDTH, LEFT, RIGHT);
        menu = new MapRuns(content);
    }

    /**
     * Draws a map.
     *
     * @param content what it shows
     * @param features how many features each label names, 0 or more
     * @return the figure
     */
    static Plot of(MapContent content, int features) {
        return new MapDrawing(content, features).plot();
    }

    private Plot plot() {
        addCurves();
        Map<MapContent.Edge, EdgeLabels.Place> places = labels();
        Range range = range(places.values().stream()
                .filter(p -> p != null)
                .map(EdgeLabels.Place::box)
                .toList());
        curves.forEach((edge, curve) -> addEdge(edge, curve, places.get(edge)));
        layout.nodes().values().forEach(this::addNode);
        double map = range.bottom - range.top;
        boolean runs = !content.runs().isEmpty();
        double height = runs ? map + BETWEEN + STRIP : map;
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put(
                "xaxis", Map.of("range", new double[] {0, WIDTH}, "visible", false, "fixedrange", true, "anchor", "y"));
        figure.put(
                "yaxis",
                Map.of(
                        "range",
                        new double[] {range.bottom, range.top},
                        "visible",
                        false,
                        "fixedrange",
                        true,
                        "anchor",
                        "x",
                        "domain",
                        new double[] {1 - map / height, 1}));
        figure.put("height", (int) Math.ceil(height + TOP + (runs ? BOTTOM : 0)));
        figure.put("width", (int) WIDTH + SIDES[0] + SIDES[1]);
        figure.put("margin", Map.of("l", SIDES[0], "r", SIDES[1], "t", TOP, "b", runs ? BOTTOM : 0, "pad", 0));
        figure.put("showlegend", false);
        figure.put("hoverlabel", Map.of("align", "left"));
        annotations.add(key());
        if (runs) {
            menu.strip(traces, shapes);
            menu.axes(figure, STRIP / height);
            annotations.add(menu.heading(STRIP / height));
            figure.put("updatemenus", menu.of(traces, annotations));
        }
        figure.put("annotations", annotations);
        figure.put("shapes", shapes);
        figure.put(
                "title",
                Map.of("text", content.title(), "y", 1, "yref", "container", "yanchor", "top", "pad", Map.of("t", 14)));
        return new Plot(traces, figure);
    }

    /** What the signs mean. */
    private Map<String, Object> key() {
        String features =
                shown == 0 || content.edges().stream().allMatch(e -> e.shifts().isEmpty())
                        ? ""
                        : shown == 1
                                ? "↑↓ shift of the feature that decides it · "
                                : "↑↓ shift of the " + shown + " features that decide it · ";
        boolean converge = content.edges().stream().anyMatch(e -> Double.isFinite(e.convergence()));
        return Map.of(
                "text",
                "n/" + content.population() + " runs take the step · " + features
                        + (converge ? "conv. " + content.unit() + " of convergence · " : "")
                        + "×n mean stay · size: time spent",
                "xref",
                "paper",
                "yref",
                "paper",
                "x",
                0,
                "y",
                1,
                "xanchor",
                "left",
                "yanchor",
                "bottom",
                "yshift",
                12,
                "showarrow",
                false,
                "font",
                Map.of("size", LABEL));
    }

    private void addCurves() {
        Map<Integer, Integer> nested = new HashMap<>();
        for (Map.Entry<MapContent.Edge, List<MapLayout.Cell>> route :
                layout.routes().entrySet()) {
            MapLayout.Cell from = route.getValue().get(0);
            MapLayout.Cell to = route.getValue().get(route.getValue().size() - 1);
            if (to.layer > from.layer) {
                curves.put(route.getKey(), EdgeCurve.through(route.getValue()));
            } else {
                int span = from.layer - to.layer;
                double depth =
                        layout.bottom(to.layer, from.layer) + 14 * span + 9 * (nested.merge(span, 1, Integer::sum) - 1);
                curves.put(route.getKey(), EdgeCurve.back(from, to, depth));
            }
        }
    }

    private double share(MapContent.Edge edge) {
        return (double) edge.runs() / content.population();
    }

    private double thickness(MapContent.Edge edge) {
        return 1 + 6 * share(edge);
    }

    private Map<MapContent.Edge, EdgeLabels.Place> labels() {
        List<Box> taken = new ArrayList<>();
        for (MapLayout.Cell cell : layout.nodes().values()) {
            double side = 2 * cell.radius + 4;
            taken.add(new Box(cell.x, cell.y, side, side));
            if (cell.node.detour()) {
                double[] size = TextSize.of(List.of("detour"), LABEL + 1);
                taken.add(new Box(cell.x, cell.y - cell.radius - 8 - size[1] / 2, size[0], size[1]));
            }
            if (cell.node.starts() > 0) {
                taken.add(new Box(cell.x - cell.radius - 22, cell.y - 6, 44, 26));
            }
        }
        Map<EdgeCurve, Double> widths = new LinkedHashMap<>();
        curves.forEach((edge, curve) -> widths.put(curve, thickness(edge)));
        double top = layout.nodes().values().stream()
                .mapToDouble(c -> c.y - c.radius)
                .min()
                .orElse(0);
        double low = layout.nodes().values().stream()
                .mapToDouble(c -> c.y + c.radius)
                .max()
                .orElse(0);
        EdgeLabels labels = new EdgeLabels(taken, List.copyOf(curves.values()), widths::get, WIDTH, top, low);
        Map<MapContent.Edge, EdgeLabels.Place> places = new LinkedHashMap<>();
        // The routes come by falling numbers of runs: the first are said in full, of very many the rarest are left to
        // hovering.
        for (Map.Entry<MapContent.Edge, EdgeCurve> drawn : curves.entrySet()) {
            boolean mute = curves.size() > MANY && drawn.getKey().runs() == 1;
            boolean full = places.size() < SAID;
            List<double[]> sizes = texts(drawn.getKey()).stream()
                    .map(lines -> TextSize.of(lines, LABEL))
                    .map(size -> new double[] {size[0] + 8, size[1] + 6})
                    .toList();
            places.put(drawn.getKey(), mute ? null : labels.place(drawn.getValue(), sizes, full ? 0 : 1));
        }
        return places;
    }

    /** An edge's label, long and short. */
    private List<List<String>> texts(MapContent.Edge edge) {
        String runs = "<b>" + edge.runs() + "/" + content.population() + "</b>";
        List<String> full = new ArrayList<>(List.of(runs));
        edge.shifts().stream()
                .limit(shown)
                .forEach(shift -> full.add("<span style=\"color:" + (shift.shift() < 0 ? DOWN : UP) + "\">"
                        + (shift.shift() < 0 ? "↓" : "↑") + "</span> "
                        + Plots.escape(Symbols.shortened(Symbols.feature(shift.feature()), 16)) + " "
                        + Symbols.truncated(shift.shift())));
        if (Double.isFinite(edge.convergence())) {
            full.add("conv. " + convergence(edge));
        } else if (edge.censored() > 0) {
            full.add("not converged");
        }
        return List.of(full, List.of(runs));
    }

    private static String convergence(MapContent.Edge edge) {
        return edge.runs() > 1
                ? Symbols.spread(edge.convergence(), edge.deviation())
                : Symbols.number(edge.convergence());
    }

    private record Range(double top, double bottom) {}

    private Range range(List<Box> labels) {
        double top = layout.nodes().values().stream()
                .mapToDouble(c -> c.y - c.radius - (c.node.detour() ? 24 : 6))
                .min()
                .orElse(0);
        double bottom = layout.nodes().values().stream()
                .mapToDouble(c -> c.y + c.radius + 6)
                .max()
                .orElse(0);
        for (EdgeCurve curve : curves.values()) {
            bottom = Math.max(bottom, curve.bottom() + 4);
            top = Math.min(
                    top,
                    IntStream.range(0, curve.y.length)
                                    .mapToDouble(i -> curve.y[i])
                                    .min()
                                    .orElse(0)
                            - 4);
        }
        for (Box label : labels) {
            top = Math.min(top, label.top());
            bottom = Math.max(bottom, label.bottom());
        }
        return new Range(top - PAD, bottom + PAD);
    }

    private void addEdge(MapContent.Edge edge, EdgeCurve curve, EdgeLabels.Place place) {
        MapLayout.Cell to = layout.nodes().get(edge.to());
        String hover = hover(edge);
        traces.add(Arrow.trace(
                        curve.x,
                        curve.y,
                        to.x,
                        to.y,
                        to.rim(),
                        thickness(edge),
                        MapLayout.isMajor(edge, content) ? EDGE : PALE)
                .with("name", edge.from() + " → " + edge.to())
                .with("hovertemplate", hover + "<extra></extra>")
                .with("hoverlabel", hoverLabel(edge.to())));
        if (place == null) {
            menu.draws(edge, traces.size() - 1, -1, -1);
            return;
        }
        menu.draws(edge, traces.size() - 1, annotations.size(), place.led() ? shapes.size() : -1);
        Box box = place.box();
        if (place.led()) {
            double cx = Math.max(box.left(), Math.min(box.right(), curve.x[place.at()]));
            double cy = Math.max(box.top(), Math.min(box.bottom(), curve.y[place.at()]));
            shapes.add(Map.of(
                    "type",
                    "line",
                    "xref",
                    "x",
                    "yref",
                    "y",
                    "x0",
                    cx,
                    "y0",
                    cy,
                    "x1",
                    curve.x[place.at()],
                    "y1",
                    curve.y[place.at()],
                    "line",
                    Map.of("color", EDGE, "width", 1, "dash", "dot"),
                    "layer",
                    "below"));
        }
        Map<String, Object> label = new LinkedHashMap<>();
        label.put("text", String.join("<br>", texts(edge).get(place.level())));
        label.put("x", box.x());
        label.put("y", box.y());
        label.put("xref", "x");
        label.put("yref", "y");
        label.put("showarrow", false);
        label.put("align", place.level() == 0 ? "left" : "center");
        label.put("font", Map.of("size", LABEL));
        label.put("borderpad", 2);
        label.put("bgcolor", "rgba(128,128,128,0.07)");
        label.put("hovertext", hover);
        label.put("hoverlabel", hoverLabel(edge.to()));
        annotations.add(label);
    }

    private static Map<String, Object> hoverLabel(int state) {
        return Map.of(
                "bgcolor",
                "#f7f7f7",
                "bordercolor",
                StateColours.of(state),
                "font",
                Map.of("color", "#222222", "size", 12));
    }

    private void addNode(MapLayout.Cell cell) {
        MapContent.Node node = cell.node;
        int first = traces.size();
        String stay = cell.radius < ROOMY || !Double.isFinite(node.dwell())
                ? ""
                : "×" + Symbols.number(Math.rint(node.dwell()));
        if (node.starts() > 0) {
            double from = cell.x - cell.radius - 36;
            traces.add(Arrow.trace(
                            new double[] {from, from + 1},
                            new double[] {cell.y, cell.y},
                            cell.x,
                            cell.y,
                            cell.rim(),
                            1.5,
                            EDGE)
                    .with("hoverinfo", "skip"));
            if (node.starts() < content.population()) {
                annotations.add(Map.of(
                        "text",
                        node.starts() + "/" + content.population(),
                        "x",
                        from,
                        "y",
                        cell.y,
                        "xref",
                        "x",
                        "yref",
                        "y",
                        "showarrow",
                        false,
                        "xanchor",
                        "left",
                        "yanchor",
                        "bottom",
                        "font",
                        Map.of("size", LABEL)));
            }
        }
        if (node.detour()) {
            traces.add(Series.of("scatter")
                    .with("mode", "markers")
                    .with("x", new double[] {cell.x})
                    .with("y", new double[] {cell.y})
                    .with("hoverinfo", "skip")
                    .with(
                            "marker",
                            Map.of(
                                    "symbol",
                                    "circle-open",
                                    "size",
                                    2 * cell.radius + 9,
                                    "color",
                                    DETOUR,
                                    "line",
                                    Map.of("width", 2))));
        }
        traces.add(Series.of("scatter")
                .with("mode", "markers+text")
                .with("name", "state " + node.state())
                .with("x", new double[] {cell.x, cell.x, cell.x})
                .with("y", new double[] {cell.y, cell.y - (stay.isEmpty() ? 0 : 4), cell.y + 11})
                .with("text", List.of("", "<b>" + node.state() + "</b>", stay))
                .with("textposition", "middle center")
                .with(
                        "textfont",
                        Map.of(
                                "size",
                                new double[] {10, cell.radius < ROOMY ? 13 : 16, 10},
                                "color",
                                StateColours.text(node.state())))
                .with(
                        "marker",
                        Map.of(
                                "size",
                                new double[] {2 * cell.radius, 0, 0},
                                "color",
                                StateColours.of(node.state()),
                                "opacity",
                                1,
                                "line",
                                Map.of("width", 0)))
                .with("hovertemplate", hover(node) + "<extra></extra>")
                .with("hoverlabel", hoverLabel(node.state())));
        int note = -1;
        if (node.detour()) {
            note = annotations.size();
            annotations.add(Map.of(
                    "text",
                    "<span style=\"color:" + DETOUR + "\"><b>detour</b></span>",
                    "x",
                    cell.x,
                    "y",
                    cell.y,
                    "xref",
                    "x",
                    "yref",
                    "y",
                    "showarrow",
                    false,
                    "yanchor",
                    "bottom",
                    "yshift",
                    cell.radius + 4,
                    "font",
                    Map.of("size", LABEL + 1)));
        }
        menu.draws(node, first, traces.size(), note);
    }

    private String hover(MapContent.Edge edge) {
        StringBuilder text = new StringBuilder("<b>" + edge.from() + " → " + edge.to() + "</b>  " + edge.runs() + " of "
                + content.population() + " runs" + (edge.times() > edge.runs() ? ", " + edge.times() + " times" : ""));
        if (Double.isFinite(edge.convergence())) {
            text.append("<br>converge at ")
                    .append(content.unit())
                    .append(" ")
                    .append(convergence(edge))
                    .append(edge.censored() > 0 ? ", counting " + edge.censored() + " that never do as the end" : "");
        } else if (edge.censored() > 0) {
            text.append("<br>none of them converges");
        }
        if (!edge.shifts().isEmpty()) {
            text.append("<br><br>feature: shift of the mean, |∂ log p|");
        }
        for (MapContent.Shift shift : edge.shifts()) {
            text.append("<br>")
                    .append(shift.shift() < 0 ? "↓ " : "↑ ")
                    .append(Plots.escape(Symbols.feature(shift.feature())))
                    .append("  ")
                    .append(Symbols.truncated(shift.shift()))
                    .append(",  ")
                    .append(Symbols.significant(Math.abs(shift.derivative())));
        }
        return text.toString().replace("%{", "% {");
    }

    private String hover(MapContent.Node node) {
        int all = content.population();
        List<String> lines = new ArrayList<>();
        lines.add("<b>state " + node.state() + "</b>" + (node.detour() ? "  (detour)" : ""));
        lines.add(Symbols.percent(node.occupancy()) + " of all checkpoints");
        lines.add(node.runs() + " of " + all + " runs visit it, " + node.starts() + " start, " + node.ends()
                + " end in it");
        if (Double.isFinite(node.dwell())) {
            lines.add("stays " + Symbols.number(node.dwell()) + " checkpoints on average");
        }
        if (Double.isFinite(node.coefficient())) {
            lines.add("a checkpoint in it delays by " + Symbols.truncated(node.coefficient())
                    + (Double.isFinite(node.error()) ? " ± " + Symbols.number(node.error()) + " (se)" : ""));
        }
        return lines.stream().collect(Collectors.joining("<br>"));
    }
}
