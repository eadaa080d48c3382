package org.kymograph.plot;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/** A Tablesaw figure whose layout is plotly's own, so that it can have log axes, several panels and a theme. */
public abstract sealed class PlotlyFigure extends Figure permits Plot, PlotGrid, Animation {
    PlotlyFigure(String title, List<Series> series) {
        super(Layout.builder(title).build(), series.toArray(Trace[]::new));
    }

    /** The traces as they are drawn. */
    abstract List<Series> traces();

    /** The layout as it is drawn, without the theme. */
    abstract Map<String, Object> layout();

    /** The frames of an animation, by plotly's attributes. */
    List<Map<String, Object>> frames() {
        return List.of();
    }

    /**
     * The title.
     *
     * @return the title, empty where there is none
     */
    public final String title() {
        return Tree.get(layout(), "title.text") instanceof String title ? title : "";
    }

    /**
     * The height in pixels.
     *
     * @return the height
     */
    public final int height() {
        return layout().get("height") instanceof Number height ? height.intValue() : Theme.HEIGHT;
    }

    /**
     * The width in pixels.
     *
     * @return the width, or 0 if it is that of the page
     */
    public final int width() {
        return layout().get("width") instanceof Number width ? width.intValue() : 0;
    }

    /**
     * The whole figure as plotly reads it.
     *
     * @return a JSON object of {@code data}, {@code layout}, {@code config} and, for an animation, {@code frames}, safe inside a script element
     */
    public final String json() {
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("data", traces().stream().map(Series::attributes).toList());
        Map<String, Object> layout = new LinkedHashMap<>(layout());
        layout.putIfAbsent("height", Theme.HEIGHT);
        layout.put("template", Theme.TEMPLATE);
        figure.put("layout", layout);
        figure.put("config", Theme.CONFIG);
        if (!frames().isEmpty()) {
            figure.put("frames", frames());
        }
        return PlotJson.write(figure);
    }

    @Override
    public final String asJavascript(String divName) {
        return "<script>(function (f) { Plotly.newPlot(" + PlotJson.write(divName) + ", f); })(" + json()
                + ");</script>";
    }
}
