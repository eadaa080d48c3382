package org.kymograph.plot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;

/** A plot that changes: a slider chooses what is shown, and a button plays it. */
public final class Animation extends PlotlyFigure {
    private final Plot first;
    private final List<Map<String, Object>> frames;

    private Animation(Plot first, List<Map<String, Object>> frames) {
        super(first.title(), first.traces());
        this.first = first;
        this.frames = List.copyOf(frames);
    }

    /**
     * Puts plots after each other; all have the same traces and differ in their data.
     *
     * @param what the steps are, such as {@code "epoch"}
     * @param plots by step, in the order of time; the layout is that of the last, which is also shown first
     * @return the figure
     * @throws IllegalArgumentException if there are no plots, or not as many traces in each
     */
    public static Animation of(String what, Map<String, Plot> plots) {
        Arguments.notEmpty("plots", plots.values());
        List<Map<String, Object>> frames = new ArrayList<>();
        List<Object> steps = new ArrayList<>();
        Plot last = null;
        for (Map.Entry<String, Plot> step : plots.entrySet()) {
            int n = step.getValue().traces().size();
            Arguments.sameLength(
                    "traces of " + step.getKey(),
                    n,
                    "those of the others",
                    last == null ? n : last.traces().size());
            last = step.getValue();
            frames.add(frame(step.getKey(), last));
            steps.add(Plots.attributes(
                    "label: ?, method: animate, args: ?", step.getKey(), List.of(List.of(step.getKey()), still())));
        }
        Map<String, Object> slider = Plots.attributes(
                "active: ?, steps: ?, x: 0.1, len: 0.9, pad: {t: 42, b: 4}, currentvalue: {prefix: ?, xanchor: right}",
                plots.size() - 1,
                steps,
                what + " ");
        Map<String, Object> menu = Plots.attributes(
                "type: buttons, direction: left, showactive: false, x: 0.07, xanchor: right, y: 0, yanchor: top, "
                        + "pad: {t: 52, r: 0}, buttons: [{label: '▶ play', method: animate, args: [null, "
                        + "{frame: {duration: 700, redraw: true}, transition: {duration: 0}, fromcurrent: false}]}, "
                        + "{label: ❚❚, method: animate, args: [[null], ?]}]",
                still());
        return new Animation(last.withAll("sliders: ?, updatemenus: ?", List.of(slider), List.of(menu)), frames);
    }

    private static Map<String, Object> still() {
        return Plots.attributes("mode: immediate, frame: {duration: 0, redraw: true}, transition: {duration: 0}");
    }

    private static Map<String, Object> frame(String name, Plot plot) {
        List<Object> data = new ArrayList<>();
        for (Series trace : plot.traces()) {
            Map<String, Object> changing = new LinkedHashMap<>();
            for (String attribute : List.of("type", "x", "y")) {
                changing.put(attribute, trace.get(attribute));
            }
            if (trace.get("marker.color") != null
                    && trace.get("marker.color").getClass().isArray()) {
                changing.put("marker", Map.of("color", trace.get("marker.color")));
            }
            data.add(changing);
        }
        return Map.of("name", name, "data", data);
    }

    /**
     * Titles the figure.
     *
     * @param title a few words
     * @return the copy
     */
    public Animation withTitle(String title) {
        return new Animation(first.withTitle(title), frames);
    }

    @Override
    List<Series> traces() {
        return first.traces();
    }

    @Override
    Map<String, Object> layout() {
        return first.layout();
    }

    @Override
    List<Map<String, Object>> frames() {
        return frames;
    }
}
