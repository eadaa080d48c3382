package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** Draws a training map: states as discs, transitions as arrows between them, and below it when the runs are in which state. */
final class MapDrawing {
    static final double WIDTH = 716;
    /** Fits a page of 800 pixels with its margins, and has room for few states. */
    private static final double NARROW = 640;

    private static final int FEW = 4;
    private static final double LEFT = 64;
    private static final double RIGHT = 32;
    private static final double PAD = 10;
    /** What an arrow's width and head take beside its line. */
    private static final double HEAD = 8;

    private static final double LABEL = 11;
    /** Pixels are units, so nothing may move the margins. */
    private static final int[] SIDES = {14, 26};

    private static final int TOP = 88;
    private static final int BETWEEN = 26;
    private static final int BOTTOM = 46;
    private static final double ROOMY = 20;
    private static final double BENEATH = 9;
    private static final int STAY = 10;
    /** Runs around a disc, before a second ring begins. */
    private static final int RING = 14;

    private static final int SAID = 12;
    private static final int MANY = 24;
    private static final String EDGE = "#8f8f8f";
    private static final String PALE = "rgba(143,143,143,0.6)";
    private static final String DETOUR = "#D55E00";
    private static final String UP = "#D9730D";
    private static final String DOWN = "#3A86D8";

    private final MapContent content;
    private final int shown;
    private final boolean moving;
    private final double width;
    private final MapLayout layout;
    private final Map<MapContent.Edge, EdgeCurve> curves;
    private final List<Series> traces = new ArrayList<>();
    private final List<Object> annotations = new ArrayList<>();
    private final List<Object> shapes = new ArrayList<>();
    private final MapRuns menu;
    private int runsAt;
    /** Whether arrows are taken by different runs: on a single road all would tell the same convergence. */
    private final boolean differ;

    private MapDrawing(MapContent content, int shown, boolean moving) {
        this.moving = moving;
        this.content = content;
        this.shown = shown;
        width = MapLayout.of(content, WIDTH, LEFT, RIGHT).layers() <= FEW ? NARROW : WIDTH;
        double right = RIGHT;
        MapLayout placed = MapLayout.of(content, width, LEFT, right);
        // Arrows between states of the last column bow to the right.
        for (double over; (over = reach(curves(placed)) - width) > 0; ) {
            right += Math.ceil(over);
            placed = MapLayout.of(content, width, LEFT, right);
        }
        layout = placed;
        curves = curves(layout);
        menu = new MapRuns(content, moving);
        differ = content.edges().stream().anyMatch(edge -> edge.runs() < content.population());
    }

    /**
     * Draws a map.
     *
     * @param content what it shows
     * @param features how many features each label names, 0 or more
     * @return the figure
     */
    static Plot of(MapContent content, int features) {
        return new MapDrawing(content, features, false).plot();
    }

    /**
     * Draws runs moving over a map.
     *
     * @param content what it shows, its runs included
     * @param features how many features each label names, 0 or more
     * @param steps how many moments, at least 1
     * @return the figure
     */
    static Animation movie(MapContent content, int features, int steps) {
        MapDrawing drawing = new MapDrawing(content, features, true);
        Plot map = drawing.plot();
        Map<String, Plot> moments = new LinkedHashMap<>();
        for (int t : moments(drawing.menu.length(), content.perCheckpoint(), steps)) {
            moments.put(Symbols.number(t * content.perCheckpoint()), drawing.moment(map, t));
        }
        return Animation.of(content.unit(), moments);
    }

    /** Checkpoints at round times, about as many as wished, and the last. */
    static int[] moments(int length, double perCheckpoint, int steps) {
        int last = length - 1;
        double wished = Math.max(1, (double) last / Math.max(1, steps - 1));
        int every = IntStream.rangeClosed(1, Math.max(1, last))
                .filter(step -> isRound(step * perCheckpoint))
                .boxed()
                .min(Comparator.comparingDouble(step -> Math.abs(Math.log(step / wished))))
                .orElseGet(() -> (int) Math.ceil(wished));
        IntStream round = IntStream.iterate(0, t -> t < last, t -> t + every);
        return IntStream.concat(round, IntStream.of(last)).toArray();
    }

    /** Whether a number is 1, 2 or 5 times a power of ten. */
    private static boolean isRound(double number) {
        double digits = number / Math.pow(10, Math.floor(Math.log10(number) + 1e-9));
        return IntStream.of(1, 2, 5).anyMatch(round -> Math.abs(digits - round) < 1e-6);
    }

    /** The map with the runs where they are at a checkpoint: in rings around their state's disc. */
    private Plot moment(Plot map, int t) {
        List<Series> at = new ArrayList<>(traces);
        at.set(runsAt, runs(t));
        at.set(traces.size() - 1, time(t));
        return new Plot(at, map.layout());
    }

    private Series runs(int t) {
        List<String> names =
                Symbols.runs(content.runs().stream().map(MapContent.Run::name).toList(), 22);
        Map<Integer, Integer> there = new HashMap<>();
        double[] x = new double[names.size()];
        double[] y = new double[names.size()];
        for (int i = 0; i < x.length; i++) {
            int[] path = content.runs().get(i).states();
            MapLayout.Cell cell = layout.nodes().get(path[Math.min(t, path.length - 1)]);
            int place = there.merge(cell.node.state(), 1, Integer::sum) - 1;
            double angle = 2 * Math.PI * (place % RING) / RING - Math.PI / 2;
            int ring = place / RING;
            double radius = cell.radius + 8 + 9.0 * ring;
            x[i] = cell.x + radius * Math.cos(angle);
            y[i] = cell.y + radius * Math.sin(angle);
        }
        return Series.of("type: scatter, mode: markers, name: runs, x: ?, y: ?, text: ?", x, y, names)
                .withAll("marker: {size: 8, color: ?, line: {width: 1, color: white}}", colours(names))
                .withAll("selected: {marker: {size: 13}}, unselected: {marker: {opacity: 0.12}}")
                .with("hovertemplate", "%{text}<extra></extra>");
    }

    private Series time(int t) {
        double now = t * content.perCheckpoint();
        return Series.of(
                        "type: scatter, mode: lines, xaxis: x2, yaxis: y2, x: ?, y: ?",
                        new double[] {now, now},
                        menu.ends())
                .withAll("line: {color: ?, width: 3}, hoverinfo: skip, showlegend: false", Palette.TEXT);
    }

    private static List<String> colours(List<String> names) {
        Map<String, Palette.Style> styles = Palette.styles(names);
        return names.stream().map(name -> styles.get(name).colour()).toList();
    }

    private Plot plot() {
        Map<MapContent.Edge, EdgeLabels.Place> places = labels();
        Range range = range(places.values().stream()
                .filter(p -> p != null)
                .map(EdgeLabels.Place::box)
                .toList());
        curves.forEach((edge, curve) -> addEdge(edge, curve, places.get(edge)));
        layout.nodes().values().forEach(this::addNode);
        double map = range.bottom - range.top;
        boolean runs = !content.runs().isEmpty();
        double height = runs ? map + BETWEEN + menu.height() : map;
        Map<String, Object> figure = new LinkedHashMap<>(Plots.attributes(
                "showlegend: false, hoverlabel: {align: left}, title: {text: ?, y: 1, yref: container, yanchor: top,"
                        + " pad: {t: 14}}, xaxis: {range: ?, visible: false, fixedrange: true, anchor: y}, yaxis: {range:"
                        + " ?, visible: false, fixedrange: true, anchor: x, domain: ?}, height: ?, width: ?, margin: {l:"
                        + " ?, r: ?, t: ?, b: ?, pad: 0}",
                content.title(),
                new double[] {0, width},
                new double[] {range.bottom, range.top},
                new double[] {1 - map / height, 1},
                (int) Math.ceil(height + TOP + (runs ? BOTTOM : 0)),
                (int) width + SIDES[0] + SIDES[1],
                SIDES[0],
                SIDES[1],
                TOP,
                runs ? BOTTOM : 0));
        annotations.add(key());
        if (runs) {
            if (moving) {
                runsAt = traces.size();
                menu.moves(runsAt);
                traces.add(runs(0));
            }
            menu.strip(traces, shapes);
            if (moving) {
                traces.add(time(0));
            }
            menu.axes(figure, menu.height() / height);
            annotations.add(menu.heading(menu.height() / height));
            figure.put("updatemenus", menu.of(traces, annotations));
        }
        figure.put("annotations", annotations);
        figure.put("shapes", shapes);
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
        boolean converge = differ && content.edges().stream().anyMatch(e -> Double.isFinite(e.convergence()));
        return Plots.attributes(
                "text: ?, xref: paper, yref: paper, x: 0, y: 1, xanchor: left, yanchor: bottom, yshift: 12, "
                        + "showarrow: false, font: {size: ?}",
                "n/" + content.population() + " runs take the step · " + features
                        + (converge ? "conv. " + content.unit() + ", mean ± sd · " : "")
                        + "×n mean stay · size: time",
                LABEL);
    }

    private static Map<MapContent.Edge, EdgeCurve> curves(MapLayout layout) {
        Map<MapContent.Edge, EdgeCurve> curves = new LinkedHashMap<>();
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
        return curves;
    }

    /** How far to the right arrows go, with their heads. */
    private static double reach(Map<MapContent.Edge, EdgeCurve> curves) {
        return curves.values().stream()
                        .flatMapToDouble(curve -> Arrays.stream(curve.x))
                        .max()
                        .orElse(0)
                + HEAD;
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
            if (cell.radius < ROOMY) {
                taken.add(new Box(cell.x, cell.y + cell.radius + BENEATH, 34, 14));
            }
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
        EdgeLabels labels = new EdgeLabels(
                taken,
                List.copyOf(curves.values()),
                widths::get,
                width,
                layout.top(c -> c.radius),
                layout.bottom(c -> c.radius));
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
        if (Double.isFinite(edge.convergence()) && differ) {
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
        double top = layout.top(c -> c.radius + (c.node.detour() ? 24 : 6));
        double bottom = layout.bottom(c -> c.radius + (c.radius < ROOMY ? 2 * BENEATH : 6));
        for (EdgeCurve curve : curves.values()) {
            bottom = Math.max(bottom, curve.bottom() + 4);
            top = Math.min(top, Arrays.stream(curve.y).min().orElse(0) - 4);
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
        traces.add(Arrow.trace(curve.x, curve.y, to, thickness(edge), MapLayout.isMajor(edge, content) ? EDGE : PALE)
                .withAll("name: ?, hovertemplate: ?", edge.from() + " → " + edge.to(), hover + "<extra></extra>")
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
            shapes.add(Plots.attributes(
                    "type: line, xref: x, yref: y, x0: ?, y0: ?, x1: ?, y1: ?, "
                            + "line: {color: ?, width: 1, dash: dot}, layer: below",
                    cx,
                    cy,
                    curve.x[place.at()],
                    curve.y[place.at()],
                    EDGE));
        }
        annotations.add(Plots.attributes(
                "text: ?, x: ?, y: ?, xref: x, yref: y, showarrow: false, align: ?, font: {size: ?}, borderpad: 2, "
                        + "bgcolor: 'rgba(128,128,128,0.07)', hovertext: ?, hoverlabel: ?",
                String.join("<br>", texts(edge).get(place.level())),
                box.x(),
                box.y(),
                place.level() == 0 ? "left" : "center",
                LABEL,
                hover,
                hoverLabel(edge.to())));
    }

    private static Map<String, Object> hoverLabel(int state) {
        return Plots.attributes(
                "bgcolor: #f7f7f7, bordercolor: ?, font: {color: #222222, size: 12}", StateColours.of(state));
    }

    private void addNode(MapLayout.Cell cell) {
        MapContent.Node node = cell.node;
        int first = traces.size();
        String stay = Double.isFinite(node.dwell()) ? "×" + Symbols.number(Math.rint(node.dwell())) : "";
        // In a small disc there is no room for the stay: it stands below.
        boolean below = cell.radius < ROOMY;
        if (node.starts() > 0) {
            double from = cell.x - cell.radius - 36;
            traces.add(Arrow.trace(new double[] {from, from + 1}, new double[] {cell.y, cell.y}, cell, 1.5, EDGE)
                    .with("hoverinfo", "skip"));
            if (node.starts() < content.population()) {
                annotations.add(Plots.attributes(
                        "text: ?, x: ?, y: ?, xref: x, yref: y, showarrow: false, xanchor: left, yanchor: bottom, "
                                + "font: {size: ?}",
                        node.starts() + "/" + content.population(),
                        from,
                        cell.y,
                        LABEL));
            }
        }
        if (node.detour()) {
            traces.add(Series.of(
                            "type: scatter, mode: markers, x: ?, y: ?, hoverinfo: skip",
                            List.of(cell.x),
                            List.of(cell.y))
                    .withAll(
                            "marker: {symbol: circle-open, size: ?, color: ?, line: {width: 2}}",
                            2 * cell.radius + 9,
                            DETOUR));
        }
        traces.add(Series.of("type: scatter, mode: markers+text, name: ?", "state " + node.state())
                .withAll("x: [?, ?, ?], y: [?, ?, ?]", cell.x, cell.x, cell.x, cell.y, cell.y, cell.y)
                .withAll(
                        "text: ?, textposition: ['middle center', 'middle center', 'bottom center']",
                        List.of(
                                "",
                                "<b>" + node.state() + "</b>"
                                        + (below || stay.isEmpty()
                                                ? ""
                                                : "<br><span style=\"font-size:" + STAY + "px\">" + stay + "</span>"),
                                below ? stay : ""))
                .withAll(
                        "textfont: {size: [?, ?, ?], color: ?}",
                        STAY,
                        below ? 13 : 16,
                        STAY,
                        List.of(
                                StateColours.text(node.state()),
                                StateColours.text(node.state()),
                                below ? Palette.TEXT : StateColours.text(node.state())))
                // The third disc is not seen: the stay below it keeps its distance whatever height the figure gets.
                .withAll(
                        "marker: {size: [?, 0, ?], opacity: [1, 0, 0], line: {width: 0}}",
                        2 * cell.radius,
                        2 * cell.radius)
                .with("marker.color", StateColours.of(node.state()))
                .withAll("hovertemplate: ?, hoverlabel: ?", hover(node) + "<extra></extra>", hoverLabel(node.state())));
        int note = -1;
        if (node.detour()) {
            note = annotations.size();
            annotations.add(Plots.attributes(
                    "text: ?, x: ?, y: ?, xref: x, yref: y, showarrow: false, yanchor: bottom, yshift: ?, "
                            + "font: {size: ?}",
                    "<span style=\"color:" + DETOUR + "\"><b>detour</b></span>",
                    cell.x,
                    cell.y,
                    cell.radius + 4,
                    LABEL + 1));
        }
        menu.draws(node, first, traces.size(), note);
    }

    private String hover(MapContent.Edge edge) {
        StringBuilder text = new StringBuilder("<b>" + edge.from() + " → " + edge.to() + "</b>  " + edge.runs() + " of "
                + content.population() + " runs" + (edge.times() > edge.runs() ? ", " + edge.times() + " times" : ""));
        if (Double.isFinite(edge.convergence())) {
            text.append("<br>converge at " + content.unit() + " " + convergence(edge)
                    + (edge.censored() > 0 ? ", counting " + edge.censored() + " that never do as the end" : ""));
        } else if (edge.censored() > 0) {
            text.append("<br>none of them converges");
        }
        if (!edge.shifts().isEmpty()) {
            text.append("<br><br>feature: shift of the mean, |∂ log p|");
        }
        for (MapContent.Shift shift : edge.shifts()) {
            text.append("<br>" + (shift.shift() < 0 ? "↓ " : "↑ ") + Plots.escape(Symbols.feature(shift.feature()))
                    + "  " + Symbols.truncated(shift.shift()) + ",  "
                    + Symbols.significant(Math.abs(shift.derivative())));
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
