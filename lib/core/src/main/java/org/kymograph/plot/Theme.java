package org.kymograph.plot;

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
                        + "ticks: outside, tickcolor: ?, ticklen: 4, automargin: true, title: {standoff: 8}, "
                        + "exponentformat: power, minexponent: 5",
                GRID,
                LINE,
                LINE,
                LINE);
        String sans = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
        Map<String, Object> layout = Plots.attributes(
                "font: {family: ?, size: 13, color: ?}, colorway: ?, xaxis: ?, yaxis: ?, "
                        + "title: {x: 0, xref: paper, xanchor: left, font: {size: 16}}, margin: {l: 60, r: 20, t: 50, b: 50}, "
                        + "hovermode: closest, hoverlabel: {namelength: -1}, annotationdefaults: {showarrow: false}, "
                        + "legend: {bgcolor: ?, tracegroupgap: 0}, modebar: {bgcolor: ?, color: ?, activecolor: ?}, "
                        + "paper_bgcolor: ?, plot_bgcolor: ?, shapedefaults: {line: {color: ?, width: 1.5, dash: dash}}",
                sans,
                Palette.TEXT,
                Palette.COLOURS,
                axis,
                axis,
                CLEAR,
                CLEAR,
                LINE,
                Palette.TEXT,
                CLEAR,
                CLEAR,
                Palette.TEXT);
        return Plots.attributes(
                "layout: ?, data: {box: [{line: {width: 1.5}}], heatmap: [{colorbar: "
                        + "{thickness: 14, outlinewidth: 0, ticks: outside, tickcolor: ?, ticklen: 3}}]}",
                layout,
                LINE);
    }
}
