package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;

/**
 * A figure that changes: a slider chooses what is shown and a button plays it, or a menu chooses. The figures may differ in anything,
 * their number of traces, kinds, titles and lines included; a step holds only what is not the same in all.
 *
 * <p>Menus that all figures have stay; what they name must be in the same place in all. Where scripts do not run, the baked picture shows the step that is shown first.
 */
public final class Animation extends PlotlyFigure {
    private static final Series NOTHING = Series.of("type: scatter, x: [null], y: [null], showlegend: false");
    /** What a slider below a figure takes of its height, in pixels. */
    private static final int SLIDER = 78;
    /** Where the slider begins, beside its buttons, as a share of the width. */
    private static final double LEFT = 0.18;

    private static final String LINE = Palette.COLOURS.get(0);
    /** Where a curve over the slider begins below the axes, and how high it is. */
    private static final int CURVE_TOP = 56;

    private static final int CURVE = 36;
    /** What it takes of the height. */
    private static final int CURVE_ROOM = 66;
    /** What a slider leaves free at its ends, as a share of a usual width. */
    private static final double INSET = 10.0 / 700;
    /** What a title above the headings of panels takes. */
    private static final int HEADING = 40;
    /** Milliseconds of a step at least and at most, and of a film of many. */
    private static final int FASTEST = 100;

    private static final int SLOWEST = 700;
    private static final int MOVIE = 12_000;
    /** Milliseconds in which marks move to their next places, and that a step of such a film lasts. */
    private static final int MOVING = 1_200;

    private static final int STAYING = 2_000;

    private final List<Series> traces;
    private final Map<String, Object> layout;
    private final List<Map<String, Object>> frames;

    private Animation(List<Series> traces, Map<String, Object> layout, List<Map<String, Object>> frames) {
        super(Tree.get(layout, "title.text") instanceof String title ? title : "", traces);
        this.traces = List.copyOf(traces);
        this.layout = layout;
        this.frames = List.copyOf(frames);
    }

    /**
     * Puts figures after each other, with a slider and a button that plays them.
     *
     * @param what the steps are, such as {@code "epoch"}
     * @param figures by step, in the order of time; the last is shown first
     * @return the figure
     * @throws IllegalArgumentException if there are no figures
     */
    public static Animation of(String what, Map<String, ? extends PlotlyFigure> figures) {
        return of(what, figures, last(figures));
    }

    /**
     * Puts figures after each other, with a slider and a button that plays them.
     *
     * @param what the steps are, such as {@code "epoch"}
     * @param figures by step, in the order of time
     * @param shown the step that is shown first
     * @return the figure
     * @throws IllegalArgumentException if there are no figures, or none of the step
     */
    public static Animation of(String what, Map<String, ? extends PlotlyFigure> figures, String shown) {
        return steps(what, figures, shown, 0);
    }

    /**
     * Puts figures after each other, with a slider and a button that plays them; from one to the next the marks fly to their new places.
     *
     * @param what the steps are
     * @param figures by step, in the order of time, each with the same traces of as many marks, not drawn by WebGL; the last is shown first
     * @return the figure
     * @throws IllegalArgumentException if there are no figures
     */
    public static Animation moving(String what, Map<String, ? extends PlotlyFigure> figures) {
        return steps(what, figures, last(figures), MOVING);
    }

    private static String last(Map<String, ? extends PlotlyFigure> figures) {
        Arguments.notEmpty("plots", figures.values());
        return List.copyOf(figures.keySet()).get(figures.size() - 1);
    }

    private static Animation steps(
            String what, Map<String, ? extends PlotlyFigure> figures, String shown, int transition) {
        Arguments.notEmpty("plots", figures.values());
        if (!figures.containsKey(shown)) {
            throw Arguments.unknown("shown", shown, figures.keySet());
        }
        List<String> names = List.copyOf(figures.keySet());
        List<Object> steps = new ArrayList<>();
        names.forEach(name -> steps.add(Plots.attributes(
                "label: ?, method: animate, args: ?", name, List.of(List.of(name), shown(transition)))));
        Map<String, Object> slider = Plots.attributes(
                "active: ?, steps: ?, x: ?, len: ?, pad: {t: 42, b: 4}, currentvalue: {prefix: ?, xanchor: right}, "
                        + "tickcolor: ?",
                names.indexOf(shown),
                steps,
                LEFT,
                1 - LEFT,
                what + " ",
                Palette.TEXT);
        Map<String, Object> play = Plots.attributes(
                "type: buttons, direction: left, showactive: false, x: 0, xanchor: left, y: 0, yanchor: top, "
                        + "pad: {t: 52, r: 0}, font: {size: 12}, buttons: [{label: ▶, method: animate, args: [null, "
                        + "{frame: {duration: ?, redraw: true}, transition: {duration: ?, easing: cubic-in-out}, "
                        + "fromcurrent: false}]}, {label: ❚❚, method: animate, args: [[null], ?]}]",
                transition > 0 ? STAYING : Math.max(FASTEST, Math.min(SLOWEST, MOVIE / names.size())),
                transition,
                shown(0));
        return made(figures, shown, Map.of("sliders", List.of(slider), "updatemenus", List.of(play)), SLIDER);
    }

    /**
     * Shows one of several figures, chosen in a menu.
     *
     * @param what is chosen, such as {@code "colour"}
     * @param figures by their names in the menu; the first is shown first
     * @return the figure
     * @throws IllegalArgumentException if there are no figures
     */
    public static Animation menu(String what, Map<String, ? extends PlotlyFigure> figures) {
        Arguments.notEmpty("plots", figures.values());
        List<String> names = List.copyOf(figures.keySet());
        List<Object> buttons = new ArrayList<>();
        names.forEach(name -> buttons.add(Plots.attributes(
                "label: ?, method: animate, args: ?",
                Plots.escape(what.isEmpty() ? name : what + ": " + name),
                List.of(List.of(name), shown(0)))));
        Map<String, Object> menu = Plots.attributes(
                "type: dropdown, buttons: ?, x: 0, xanchor: left, y: 0, yanchor: top, pad: {t: 50}, showactive: true, "
                        + "direction: up, bgcolor: #f4f4f4, bordercolor: #bbbbbb, font: {size: 12, color: #333333}",
                buttons);
        return made(figures, names.get(0), Map.of("updatemenus", List.of(menu)), SLIDER / 2);
    }

    private static Animation made(
            Map<String, ? extends PlotlyFigure> figures, String shown, Map<String, Object> controls, int space) {
        Map<List<String>, Integer> room = new LinkedHashMap<>();
        figures.values().forEach(figure -> figure.traces().stream()
                .collect(Collectors.groupingBy(Animation::axes, LinkedHashMap::new, Collectors.toList()))
                .forEach((axes, own) -> room.merge(axes, own.size(), Math::max)));
        int most = room.values().stream().mapToInt(n -> n).sum();
        Map<String, List<Series>> traces = new LinkedHashMap<>();
        Map<String, Map<String, Object>> layouts = new LinkedHashMap<>();
        figures.forEach((name, figure) -> {
            traces.put(name, placed(figure.traces(), room));
            Map<String, Object> own = new LinkedHashMap<>(figure.layout());
            own.keySet().removeAll(Set.of("sliders", "updatemenus", "height", "width"));
            layouts.put(name, own);
        });
        int height = Math.max(
                toScale(figures, layouts),
                figures.values().stream().mapToInt(PlotlyFigure::height).max().orElse(0));
        fill(layouts, "annotations");
        fill(layouts, "shapes");
        Set<String> changing = changing(List.copyOf(layouts.values()));
        // What a step lacks has to be taken away by name: a step is laid over the one before it.
        Map<String, Object> shape = shape(List.copyOf(layouts.values()));
        List<Set<String>> attributes = new ArrayList<>();
        List<Map<String, Object>> shapes = new ArrayList<>();
        for (int t = 0; t < most; t++) {
            int at = t;
            List<Map<String, Object>> steps = traces.values().stream()
                    .map(all -> all.get(at).attributes())
                    .toList();
            attributes.add(changing(steps));
            shapes.add(shape(steps));
        }
        List<Map<String, Object>> frames = new ArrayList<>();
        figures.keySet()
                .forEach(name -> frames.add(frame(
                        name, traces.get(name), attributes, shapes, Tree.padded(layouts.get(name), shape), changing)));
        Map<String, Object> layout = new LinkedHashMap<>(layouts.get(shown));
        layout.put("height", height + space);
        figures.values().stream().mapToInt(PlotlyFigure::width).max().ifPresent(width -> {
            if (width > 0) {
                layout.put("width", width);
            }
        });
        leaveBelow(layout, space);
        List<Object> menus = new ArrayList<>(menus(figures));
        menus.addAll(Plot.list(controls, "updatemenus"));
        layout.putAll(controls);
        layout.put("updatemenus", menus);
        return new Animation(traces.get(shown), layout, frames);
    }

    /** Adds to the margin at the bottom, where a figure has its own. */
    private static void leaveBelow(Map<String, Object> layout, int pixels) {
        if (Tree.get(layout, "margin.b") instanceof Number bottom) {
            layout.put("margin", Tree.with(Tree.child(layout, "margin"), "b", bottom.intValue() + pixels));
        }
    }

    /** An element of a list as the attributes that it is. */
    private static Map<String, Object> attributes(Object element) {
        return Tree.child(Map.of("it", element), "it");
    }

    /** The menus of the figures, if they are the same in all. */
    private static List<?> menus(Map<String, ? extends PlotlyFigure> figures) {
        List<List<?>> menus = Columns.each(figures.values(), figure -> Plot.list(figure.layout(), "updatemenus"));
        return menus.stream().allMatch(own -> Tree.same(own, menus.get(0))) ? menus.get(0) : List.of();
    }

    /**
     * Lets figures whose first axes count pixels keep their scale: these axes reach as far as the farthest of all, and what lies below keeps its height.
     *
     * @return the height of all; 0 if there are other figures among them
     */
    private static int toScale(Map<String, ? extends PlotlyFigure> figures, Map<String, Map<String, Object>> layouts) {
        double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
        double[] y = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
        double below = 0;
        double margins = 0;
        for (PlotlyFigure figure : figures.values()) {
            if (!(Tree.get(figure.layout(), "xaxis.range") instanceof double[] across)
                    || !(Tree.get(figure.layout(), "yaxis.range") instanceof double[] down)
                    || Math.abs(figure.width() - margins(figure, "l", "r") - (across[1] - across[0])) > 1) {
                return 0;
            }
            x = new double[] {Math.min(x[0], across[0]), Math.max(x[1], across[1])};
            y = new double[] {Math.max(y[0], down[0]), Math.min(y[1], down[1])};
            below = Math.max(below, area(figure) - (down[0] - down[1]));
            margins = Math.max(margins, margins(figure, "t", "b"));
        }
        double area = y[0] - y[1] + below;
        double[] both = x;
        double[] depth = y;
        layouts.replaceAll((name, layout) -> {
            double scale = area(figures.get(name)) / area;
            Map<String, Object> fitted = new LinkedHashMap<>(layout);
            layout.forEach((key, value) -> {
                if (key.startsWith("yaxis") && Tree.get(layout, key + ".domain") instanceof double[] part) {
                    fitted.put(key, Tree.with(Tree.child(layout, key), "domain", new double[] {
                        part[0] * scale, part[1] * scale
                    }));
                }
            });
            fitted.put("xaxis", Tree.with(Tree.child(layout, "xaxis"), "range", both));
            fitted.put("yaxis", Tree.withAll(Tree.child(layout, "yaxis"), "range: ?, domain: ?", depth, new double[] {
                1 - (depth[0] - depth[1]) / area, 1
            }));
            fitted.put("annotations", Columns.each(Plot.list(layout, "annotations"), note -> {
                Map<String, Object> own = attributes(note);
                return "paper".equals(own.get("yref")) && own.get("y") instanceof Number at && at.doubleValue() < 1
                        ? Tree.with(own, "y", at.doubleValue() * scale)
                        : own;
            }));
            return fitted;
        });
        return (int) Math.ceil(area + margins);
    }

    /** The height of what is drawn, without the margins. */
    private static double area(PlotlyFigure figure) {
        return figure.height() - margins(figure, "t", "b");
    }

    private static double margins(PlotlyFigure figure, String... sides) {
        return Arrays.stream(sides)
                .mapToDouble(side ->
                        Tree.get(figure.layout(), "margin." + side) instanceof Number pixels ? pixels.doubleValue() : 0)
                .sum();
    }

    private static List<String> axes(Series trace) {
        return List.of(Objects.toString(trace.get("xaxis"), "x"), Objects.toString(trace.get("yaxis"), "y"));
    }

    /**
     * The traces in an order that has those of the same axes at the same places in all steps, with nothing where a step has fewer: plotly loses the
     * filling of one that moves to other axes.
     */
    private static List<Series> placed(List<Series> traces, Map<List<String>, Integer> room) {
        List<Series> all = new ArrayList<>();
        room.forEach((axes, most) -> {
            List<Series> own =
                    traces.stream().filter(trace -> axes(trace).equals(axes)).toList();
            Series nothing = axes.equals(List.of("x", "y"))
                    ? NOTHING
                    : NOTHING.withAll("xaxis: ?, yaxis: ?", axes.get(0), axes.get(1));
            all.addAll(own);
            all.addAll(Collections.nCopies(most - own.size(), nothing));
        });
        return all;
    }

    /** Gives all steps as many marks, the last of them invisible where a step has fewer: plotly lays lists over each other, too. */
    private static void fill(Map<String, Map<String, Object>> layouts, String marks) {
        Map<String, List<Map<String, Object>>> steps = new LinkedHashMap<>();
        layouts.forEach(
                (name, layout) -> steps.put(name, Columns.each(Plot.list(layout, marks), mark -> attributes(mark))));
        int most = steps.values().stream().mapToInt(List::size).max().orElse(0);
        if (steps.values().stream().allMatch(own -> own.size() == most)) {
            return;
        }
        Map<String, Object> hidden = Map.of("visible", false);
        List<Map<String, Object>> shapes = Columns.each(
                most,
                i -> shape(steps.values().stream()
                        .map(own -> i < own.size() ? own.get(i) : hidden)
                        .toList()));
        layouts.replaceAll((name, layout) -> {
            List<Map<String, Object>> own = steps.get(name);
            return Tree.with(
                    layout,
                    marks,
                    Columns.each(most, i -> Tree.padded(i < own.size() ? own.get(i) : hidden, shapes.get(i))));
        });
    }

    private static Map<String, Object> shown(int transition) {
        return Plots.attributes(
                "mode: immediate, frame: {duration: ?, redraw: true}, transition: {duration: ?, easing: cubic-in-out}",
                transition,
                transition);
    }

    /** All attributes that any step has. */
    private static Map<String, Object> shape(List<Map<String, Object>> steps) {
        return steps.stream().reduce(Map.of(), Tree::merge);
    }

    /** What is not the same in all steps. */
    private static Set<String> changing(List<Map<String, Object>> steps) {
        Map<String, Object> first = steps.get(0);
        Set<String> keys = new LinkedHashSet<>();
        steps.forEach(step -> keys.addAll(step.keySet()));
        keys.removeIf(key -> steps.stream().allMatch(step -> Tree.same(first.get(key), step.get(key))));
        return keys;
    }

    private static Map<String, Object> frame(
            String name,
            List<Series> traces,
            List<Set<String>> attributes,
            List<Map<String, Object>> shapes,
            Map<String, Object> layout,
            Set<String> changing) {
        List<Object> data = new ArrayList<>();
        List<Object> places = new ArrayList<>();
        for (int t = 0; t < traces.size(); t++) {
            if (!attributes.get(t).isEmpty()) {
                places.add(t);
                data.add(part(Tree.padded(traces.get(t).attributes(), shapes.get(t)), attributes.get(t)));
            }
        }
        Map<String, Object> frame = new LinkedHashMap<>(Map.of("name", name, "data", data, "traces", places));
        if (!changing.isEmpty()) {
            frame.put("layout", part(layout, changing));
        }
        return frame;
    }

    private static Map<String, Object> part(Map<String, Object> of, Set<String> keys) {
        Map<String, Object> part = new LinkedHashMap<>();
        keys.forEach(key -> part.put(key, of.get(key)));
        // Without its type a trace of another kind could not be read.
        if (of.get("type") != null) {
            part.put("type", of.get("type"));
        }
        return part;
    }

    /**
     * Titles the figure, in all its steps.
     *
     * @param title a few words
     * @return the copy
     */
    public Animation withTitle(String title) {
        List<Map<String, Object>> titled = frames.stream()
                .map(frame -> Tree.get(frame, "layout.title") == null
                        ? frame
                        : Tree.with(frame, "layout.title", Map.of("text", title)))
                .toList();
        Map<String, Object> own = Tree.with(layout, "title.text", title);
        if (title().isEmpty() && Tree.get(layout, "margin.t") instanceof Number top) {
            // Panels have headings where an untitled grid has its margin.
            own = Tree.with(own, "margin.t", top.intValue() + HEADING);
            own = Tree.with(own, "height", height() + HEADING);
            own = Tree.withAll(own, "title: {yref: container, y: 0.98, yanchor: top}");
            own = Tree.with(own, "title.text", title);
        }
        return new Animation(traces, own, titled);
    }

    /**
     * Draws a number of each step as a curve over the slider, with a point at the step that is shown and a star at the least.
     *
     * @param name what the number is, such as {@code "BIC"}
     * @param values one for each step, in their order; NaN where there is none
     * @return the copy
     * @throws IllegalArgumentException if there is no slider, or not a value for each step
     */
    public Animation withCurve(String name, double... values) {
        List<?> sliders = Plot.list(layout, "sliders");
        Arguments.check(sliders.size() == 1, "withCurve", name, "an animation with a slider");
        Arguments.sameLength("values", values.length, "the steps", frames.size());
        double[] known = Arrays.stream(values).filter(Double::isFinite).toArray();
        double least = Arrays.stream(known).min().orElse(0);
        double range = Math.max(Arrays.stream(known).max().orElse(0) - least, 1e-12);
        double[] x = Columns.numbers(
                values.length,
                i -> LEFT
                        + INSET
                        + (1 - LEFT - 2 * INSET) * (values.length == 1 ? 0 : (double) i / (values.length - 1)));
        double[] y = Columns.numbers(values.length, i -> (values[i] - least) / range * CURVE - CURVE_TOP - CURVE);
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            if (Double.isFinite(y[i])) {
                path.append(i > 0 && Double.isFinite(y[i - 1]) ? 'L' : 'M').append(x[i] + "," + y[i]);
            }
        }
        Map<String, Object> line = over("type: path, path: ?, line: {width: 2, dash: solid, color: ?}", path, LINE);
        Map<String, Object> star = IntStream.range(0, values.length)
                .filter(i -> values[i] == least)
                .mapToObj(i -> note("★", x[i], y[i], "yanchor: top, font: {size: 15}"))
                .findFirst()
                .orElse(Map.of("visible", false));
        Map<String, Object> slider = attributes(sliders.get(0));
        int active = ((Number) slider.get("active")).intValue();
        List<Map<String, Object>> drawn = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            boolean there = Double.isFinite(values[i]);
            Map<String, Object> point = over(
                    "type: circle, xsizemode: pixel, xanchor: ?, x0: -5, x1: 5, y0: ?, y1: ?, visible: ?, fillcolor: ?, "
                            + "line: {width: 1.5, dash: solid, color: white}",
                    x[i],
                    (there ? y[i] : 0) - 5,
                    (there ? y[i] : 0) + 5,
                    there,
                    LINE);
            Map<String, Object> text = note(
                    "<b>" + name + "</b><br>" + (there ? number(values[i]) + (values[i] == least ? " ★" : "") : "–"),
                    LEFT,
                    -CURVE_TOP - CURVE / 2.0,
                    "xanchor: right, yanchor: middle, align: right");
            Map<String, Object> frame = frames.get(i);
            for (var marks : Map.of("shapes", List.of(line, point), "annotations", List.of(star, text))
                    .entrySet()) {
                List<Object> all = new ArrayList<>(Plot.list(
                        Tree.get(frame, "layout." + marks.getKey()) == null ? layout : Tree.child(frame, "layout"),
                        marks.getKey()));
                all.addAll(marks.getValue());
                frame = Tree.with(frame, "layout." + marks.getKey(), all);
            }
            drawn.add(frame);
        }
        Map<String, Object> own = new LinkedHashMap<>(layout);
        own.put("height", height() + CURVE_ROOM);
        leaveBelow(own, CURVE_ROOM);
        own.put("sliders", List.of(lower(slider)));
        own.put("updatemenus", Columns.each(Plot.list(layout, "updatemenus"), menu -> {
            Map<String, Object> map = attributes(menu);
            return "buttons".equals(map.get("type")) ? lower(map) : map;
        }));
        for (String marks : List.of("shapes", "annotations")) {
            own.put(marks, Tree.get(drawn.get(active), "layout." + marks));
        }
        return new Animation(traces, own, drawn);
    }

    private static Map<String, Object> lower(Map<String, Object> control) {
        return Tree.with(control, "pad.t", ((Number) Tree.get(control, "pad.t")).intValue() + CURVE_ROOM);
    }

    private static Map<String, Object> over(String attributes, Object... values) {
        return Tree.withAll(
                Plots.attributes("xref: paper, yref: paper, ysizemode: pixel, yanchor: 0"), attributes, values);
    }

    private static Map<String, Object> note(String text, double x, double down, String attributes, Object... values) {
        return Tree.withAll(
                Plots.attributes(
                        "text: ?, xref: paper, yref: paper, x: ?, y: 0, yshift: ?, showarrow: false, font: {size: 12}",
                        text,
                        x,
                        down),
                attributes,
                values);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 1000 ? "%.4g" : "%,.0f", value)
                .replace('-', '−');
    }

    @Override
    List<Series> traces() {
        return traces;
    }

    @Override
    Map<String, Object> layout() {
        return layout;
    }

    @Override
    List<Map<String, Object>> frames() {
        return frames;
    }
}
