package org.kymograph.plot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How all figures look: no background of their own, greys that can be read on white and on black. */
final class Theme {
    /** The height of a figure in pixels. */
    static final int HEIGHT = 380;
    /** The margin above a figure without a title, in pixels: room for the tools that appear under the pointer. */
    static final int UNTITLED = 28;

    private static final String GRID = "rgba(128,128,128,0.25)";
    private static final String LINE = "rgba(128,128,128,0.6)";
    private static final String CLEAR = "rgba(0,0,0,0)";

    /** Plotly's template. */
    static final Map<String, Object> TEMPLATE = template();
    /** Plotly's settings of the drawing area. */
    static final Map<String, Object> CONFIG =
            Map.of("displaylogo", false, "modeBarButtonsToRemove", List.of("lasso2d", "select2d", "autoScale2d"));

    private Theme() {}

    private static Map<String, Object> template() {
        Map<String, Object> axis = Plots.attributes(
                "gridcolor: ?, linecolor: ?, zerolinecolor: ?, zerolinewidth: 1, showline: true, "
                        + "ticks: outside, tickcolor: ?, ticklen: 4, automargin: true, title: {standoff: 8}",
                GRID,
                LINE,
                LINE,
                LINE);
        Map<String, Object> bar =
                Map.of("thickness", 14, "outlinewidth", 0, "ticks", "outside", "tickcolor", LINE, "ticklen", 3);
        Map<String, Object> layout = new LinkedHashMap<>();
        layout.put(
                "font",
                Plots.attributes(
                        "family: ?, size: 13, color: ?",
                        "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
                        Palette.TEXT));
        layout.put("paper_bgcolor", CLEAR);
        layout.put("plot_bgcolor", CLEAR);
        layout.put("colorway", Palette.COLOURS);
        layout.put("title", Map.of("x", 0, "xref", "paper", "xanchor", "left", "font", Map.of("size", 16)));
        layout.put("margin", Map.of("l", 60, "r", 20, "t", 50, "b", 50));
        layout.put("modebar", Map.of("bgcolor", CLEAR, "color", LINE, "activecolor", Palette.TEXT));
        layout.put("hovermode", "closest");
        layout.put("hoverlabel", Map.of("namelength", -1));
        layout.put("legend", Map.of("bgcolor", CLEAR, "tracegroupgap", 0));
        layout.put("xaxis", axis);
        layout.put("yaxis", axis);
        layout.put("annotationdefaults", Map.of("showarrow", false));
        layout.put("shapedefaults", Map.of("line", Map.of("color", Palette.TEXT, "width", 1.5, "dash", "dash")));
        return Plots.attributes(
                "layout: ?, data: {heatmap: ?, box: [{line: {width: 1.5}}]}", layout, List.of(Map.of("colorbar", bar)));
    }
}
