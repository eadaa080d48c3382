package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.kymograph.base.Columns;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** The runs below a training map: when they are in which state, and a menu that shows one of them on the map. */
final class MapRuns {
    private static final double DIM = 0.2;
    private static final int COLUMNS = 250;
    private static final int NAME = 22;
    private static final int STEPS = 12;
    private static final int STRIP = 44;
    private static final int ROW = 9;
    private static final int MOST = 300;
    private final MapContent content;
    /** Whether each run has a row, in the order of their convergence, instead of a share in the strip of all. */
    private final boolean timeline;

    private final List<MapContent.Run> rows;
    private final int length;
    private final List<Integer> states;
    /** Which traces and annotations stand for which transition or state. */
    private final Map<List<Integer>, List<Integer>> tracesOf = new LinkedHashMap<>();

    private final Map<List<Integer>, List<Integer>> notesOf = new LinkedHashMap<>();
    private final Map<List<Integer>, Integer> lineOf = new LinkedHashMap<>();
    private int moving = -1;
    private int firstStrip;
    private int strips;
    private int firstShape;
    private int heading;

    MapRuns(MapContent content, boolean timeline) {
        this.content = content;
        this.timeline = timeline;
        rows = content.runs().stream()
                // Those that don't converge are last.
                .sorted(Comparator.comparingDouble(MapContent.Run::convergence))
                .toList();
        length = content.runs().stream().mapToInt(r -> r.states().length).max().orElse(1);
        states = content.nodes().stream().map(MapContent.Node::state).sorted().toList();
    }

    /** How many checkpoints the longest run has. */
    int length() {
        return length;
    }

    /** The height of the strip or the rows, in pixels. */
    int height() {
        return timeline ? Math.max(STRIP, Math.min(MOST, ROW * rows.size())) : STRIP;
    }

    /** Where the strip or the rows end at the bottom and on top, on their axis. */
    double[] ends() {
        return timeline ? new double[] {rows.size() - 0.5, -0.5} : new double[] {0, 1};
    }

    /** What a checkpoint takes of the time before its own: in rows it is in the middle of its cell. */
    private double before() {
        return timeline ? content.perCheckpoint() / 2 : 0;
    }

    /** Notes which trace the runs are that move over the map, point by point. */
    void moves(int trace) {
        moving = trace;
    }

    /** The axes that the strip is drawn on, of a given height; the strip's time ends at the last checkpoint. */
    void axes(Map<String, Object> figure, double height) {
        figure.put(
                "xaxis2",
                Plots.attributes(
                        "range: ?, fixedrange: true, anchor: y2, showgrid: false, automargin: false, zeroline: false,"
                                + " title: {text: ?, standoff: 2, font: {size: 12}}, tickfont: {size: 11}",
                        new double[] {-before(), Math.max(1, length - 1) * content.perCheckpoint() + before()},
                        content.unit()));
        Map<String, Object> rowsAxis = new LinkedHashMap<>(Plots.attributes(
                "range: ?, fixedrange: true, anchor: x2, domain: ?, automargin: false", ends(), new double[] {0, height
                }));
        if (timeline) {
            // An axis that isn't visible would not give its names to what pointing at a row says.
            rowsAxis.putAll(Plots.attributes("showticklabels: false, ticks: '', showline: false, tickfont: {size: 9}"));
            rowsAxis.putAll(Timelines.axis(
                    Symbols.runs(rows.stream().map(MapContent.Run::name).toList(), NAME)));
        } else {
            rowsAxis.put("visible", false);
        }
        figure.put("yaxis2", rowsAxis);
    }

    /** Notes which trace, annotation and line to its label stand for a transition, -1 where there is none. */
    void draws(MapContent.Edge edge, int trace, int note, int line) {
        List<Integer> key = List.of(edge.from(), edge.to());
        tracesOf.put(key, List.of(trace));
        notesOf.put(key, note < 0 ? List.of() : List.of(note));
        lineOf.put(key, line);
    }

    void draws(MapContent.Node node, int from, int to, int note) {
        List<Integer> traces = new ArrayList<>();
        for (int i = from; i < to; i++) {
            traces.add(i);
        }
        tracesOf.put(List.of(node.state()), traces);
        notesOf.put(List.of(node.state()), note < 0 ? List.of() : List.of(note));
    }

    /** Adds the share of runs in each state over time, or a row for each run, and for each state an empty shape that a chosen run fills. */
    void strip(List<Series> traces, List<Object> shapes) {
        firstStrip = traces.size();
        firstShape = shapes.size();
        if (timeline) {
            rows(traces);
        } else {
            shares(traces);
        }
        strips = traces.size() - firstStrip;
        for (int state : states) {
            shapes.add(new LinkedHashMap<>(Plots.attributes(
                    "type: path, path: 'M0,0Z', xref: x2, yref: y2, fillcolor: ?, line: {width: 0}",
                    StateColours.of(state))));
        }
    }

    private void rows(List<Series> traces) {
        int most = states.stream().mapToInt(state -> state).max().orElse(0);
        List<Series> drawn = new ArrayList<>();
        drawn.add(Timelines.rows(
                Columns.each(rows, MapContent.Run::states), most + 1, content.unit(), content.perCheckpoint()));
        if (rows.stream().anyMatch(run -> Double.isFinite(run.convergence()))) {
            drawn.add(Timelines.converged(Columns.numbers(rows, MapContent.Run::convergence), content.unit())
                    .with("marker.size", ROW - 2));
        }
        drawn.forEach(trace -> traces.add(trace.withAll("xaxis: x2, yaxis: y2")));
    }

    private void shares(List<Series> traces) {
        int columns = Math.min(COLUMNS, length);
        double[] x = new double[columns + 1];
        for (int c = 0; c <= columns; c++) {
            x[c] = content.perCheckpoint() * length * c / columns;
        }
        for (int state : states) {
            double[] share = new double[columns + 1];
            for (int c = 0; c < columns; c++) {
                share[c] = share(state, length * c / columns);
            }
            share[columns] = share[columns - 1];
            traces.add(Series.of("type: scatter, mode: lines, x: ?, y: ?, xaxis: x2, yaxis: y2", x, share)
                    .withAll("stackgroup: states, line: {width: 0, shape: hv, color: ?}", StateColours.of(state))
                    .withAll("fillcolor: ?, name: ?", StateColours.of(state), "state " + state)
                    .with(
                            "hovertemplate",
                            "state " + state + ": %{y:.0%} of the runs at " + content.unit()
                                    + " %{x:.4~g}<extra></extra>"));
        }
    }

    private double share(int state, int t) {
        long there = content.runs().stream().filter(r -> t < r.states().length).count();
        return there == 0
                ? 0
                : (double) content.runs().stream()
                                .filter(r -> t < r.states().length && r.states()[t] == state)
                                .count()
                        / there;
    }

    /** The line of text over the strip; called once all other annotations are there. */
    Map<String, Object> heading(double top) {
        return Plots.attributes(
                "text: ?, xref: paper, yref: paper, x: 0, y: ?, xanchor: left, yanchor: bottom, yshift: 2, showarrow:"
                        + " false, font: {size: 12}",
                all(),
                top);
    }

    private String all() {
        boolean known = rows.stream().anyMatch(run -> Double.isFinite(run.convergence()));
        return !timeline
                ? "share of the " + rows.size() + " runs in each state"
                : "the states of the " + rows.size() + " runs"
                        + (known ? ", the first to converge on top, with a mark where it does" : "");
    }

    /** The menu: all runs, or one of them. */
    List<Object> of(List<Series> traces, List<Object> annotations) {
        heading = annotations.size() - 1;
        List<Object> buttons = new ArrayList<>();
        buttons.add(button("all " + content.runs().size() + " runs", null, traces.size(), annotations.size()));
        List<String> names =
                Symbols.runs(content.runs().stream().map(MapContent.Run::name).toList(), NAME);
        for (int i = 0; i < names.size(); i++) {
            buttons.add(button(Plots.escape(names.get(i)), content.runs().get(i), traces.size(), annotations.size()));
        }
        return List.of(Plots.attributes(
                "buttons: ?, type: dropdown, x: 1, xanchor: right, y: 1, yanchor: bottom, pad: {b: 32, r: 24}, "
                        + "showactive: true, bgcolor: #f4f4f4, bordercolor: #bbbbbb, font: {size: 12, color: #333333}",
                buttons));
    }

    private Map<String, Object> button(String label, MapContent.Run run, int traces, int annotations) {
        Double[] opacity = new Double[traces];
        String[] hover = new String[traces];
        Arrays.fill(opacity, run == null ? 1.0 : DIM);
        Arrays.fill(hover, "all");
        Set<List<Integer>> keys = run == null ? Set.of() : keys(run);
        keys.forEach(key -> tracesOf.getOrDefault(key, List.of()).forEach(i -> opacity[i] = 1.0));
        if (run != null) {
            for (int s = 0; s < strips; s++) {
                opacity[firstStrip + s] = timeline ? DIM : 0.0;
                hover[firstStrip + s] = timeline ? "all" : "skip";
            }
        }
        Map<String, Object> style = new LinkedHashMap<>(Map.of("opacity", opacity, "hoverinfo", hover));
        if (moving >= 0) {
            Object[] chosen = new Object[traces];
            chosen[moving] = run == null ? null : List.of(content.runs().indexOf(run));
            style.put("selectedpoints", chosen);
            opacity[moving] = 1.0;
            // What is above the strip tells the time.
            opacity[traces - 1] = 1.0;
            hover[traces - 1] = "skip";
        }
        Map<String, Object> layout = new LinkedHashMap<>();
        Set<Integer> lit = keys.stream()
                .flatMap(key -> notesOf.getOrDefault(key, List.of()).stream())
                .collect(Collectors.toSet());
        Set<Integer> dimmed = notesOf.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        for (int i = 0; i < annotations; i++) {
            layout.put(
                    "annotations[" + i + "].opacity",
                    run == null || lit.contains(i) || !dimmed.contains(i) ? 1.0 : DIM);
        }
        layout.put("annotations[" + heading + "].text", run == null ? all() : sentence(label, run));
        lineOf.forEach((key, line) -> {
            if (line >= 0) {
                layout.put("shapes[" + line + "].opacity", run == null || keys.contains(key) ? 1.0 : DIM);
            }
        });
        for (int s = 0; s < states.size(); s++) {
            layout.put("shapes[" + (firstShape + s) + "].path", run == null ? "M0,0Z" : path(run, states.get(s)));
        }
        return Plots.attributes("label: ?, method: update, args: ?", label, List.of(style, layout));
    }

    private static Set<List<Integer>> keys(MapContent.Run run) {
        Set<List<Integer>> keys = new LinkedHashSet<>();
        int[] path = run.states();
        for (int t = 0; t < path.length; t++) {
            keys.add(List.of(path[t]));
            if (t > 0 && path[t - 1] != path[t]) {
                keys.add(List.of(path[t - 1], path[t]));
            }
        }
        return Collections.unmodifiableSet(keys);
    }

    private String sentence(String name, MapContent.Run run) {
        List<String> steps = new ArrayList<>();
        for (int[] stay : stays(run.states())) {
            steps.add("<b>" + stay[0] + "</b> ×" + (stay[2] - stay[1]));
        }
        String path = steps.size() <= STEPS
                ? String.join(" → ", steps)
                : String.join(" → ", steps.subList(0, STEPS - 1)) + " → … → " + steps.get(steps.size() - 1);
        return name + ":  " + path + "   "
                + (Double.isFinite(run.convergence())
                        ? "converged at " + content.unit() + " " + Symbols.number(run.convergence())
                        : "not converged");
    }

    private String path(MapContent.Run run, int state) {
        double per = content.perCheckpoint();
        double bottom = timeline ? rows.indexOf(run) + 0.5 : 0;
        double top = timeline ? bottom - 1 : 1;
        StringBuilder path = new StringBuilder();
        for (int[] stay : stays(run.states())) {
            if (stay[0] == state) {
                double from = stay[1] * per - before();
                double to = stay[2] * per - before();
                path.append("M" + from + "," + bottom + "H" + to + "V" + top + "H" + from + "Z");
            }
        }
        return path.length() == 0 ? "M0,0Z" : path.toString();
    }

    /** A run's stays: state, first checkpoint, one after the last. */
    static List<int[]> stays(int[] states) {
        List<int[]> stays = new ArrayList<>();
        for (int t = 0, from = 0; t < states.length; t++) {
            if (t + 1 == states.length || states[t + 1] != states[t]) {
                stays.add(new int[] {states[t], from, t + 1});
                from = t + 1;
            }
        }
        return stays;
    }
}
