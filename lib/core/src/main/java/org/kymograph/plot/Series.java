package org.kymograph.plot;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kymograph.base.Arguments;
import tech.tablesaw.plotly.components.HoverLabel;
import tech.tablesaw.plotly.traces.Trace;

/**
 * One trace of a figure by plotly's own attributes, for the many that Tablesaw's traces don't know.
 *
 * @param attributes plotly's attributes, {@code type} among them; nested maps, lists, arrays, numbers and text
 */
public record Series(Map<String, Object> attributes) implements Trace {
    /**
     * Creates a trace.
     *
     * @param attributes plotly's attributes, {@code type} among them
     * @throws IllegalArgumentException if there is no type
     */
    public Series {
        Arguments.check(
                attributes.get("type") instanceof String,
                "type",
                attributes.get("type"),
                "one of plotly's, such as \"scatter\"");
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /**
     * Starts a trace.
     *
     * @param attributes plotly's name for it, such as {@code "violin"}; or its attributes as {@link Plots#attributes} takes them,
     *     {@code type} among them
     * @param values one for each {@code ?}
     * @return the trace
     * @throws IllegalArgumentException if there is no type, or the attributes can't be read
     */
    public static Series of(String attributes, Object... values) {
        return new Series(Plots.attributes(attributes.contains(":") ? attributes : "type: " + attributes, values));
    }

    /**
     * Returns a copy with one attribute set.
     *
     * @param path the attribute, dotted where nested, such as {@code "line.width"}
     * @param value its value
     * @return the copy
     */
    public Series with(String path, Object value) {
        return new Series(Tree.with(attributes, path, value));
    }

    /**
     * Returns a copy with several attributes set.
     *
     * @param changes the attributes as {@link Plots#attributes} takes them; what a dotted name doesn't reach stays
     * @param values one for each {@code ?}
     * @return the copy
     * @throws IllegalArgumentException if the attributes can't be read
     */
    public Series withAll(String changes, Object... values) {
        return new Series(Tree.withAll(attributes, changes, values));
    }

    /**
     * Returns the value of one attribute.
     *
     * @param path the attribute, dotted where nested
     * @return its value, or null
     */
    public Object get(String path) {
        return Tree.get(attributes, path);
    }

    /** Returns a copy in which some names have colours of their own. */
    Series coloured(Map<String, String> colours) {
        Map<String, Object> changed = new LinkedHashMap<>();
        attributes.forEach((key, value) -> changed.put(key, Palette.coloured(value, colours)));
        return new Series(changed);
    }

    @Override
    public String asJavascript(int i) {
        return "var trace" + i + " = " + PlotJson.write(attributes) + ";";
    }

    @Override
    public String name() {
        return get("name") instanceof String name ? name : "";
    }

    @Override
    public HoverLabel hoverLabel() {
        return null;
    }

    @Override
    public boolean showLegend() {
        return !Boolean.FALSE.equals(get("showlegend"));
    }
}
