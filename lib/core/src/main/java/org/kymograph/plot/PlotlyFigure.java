package org.kymograph.plot;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Layout;
import tech.tablesaw.plotly.traces.Trace;

/** A Tablesaw figure whose layout is plotly's own, so that it can have log axes, several panels and a theme. */
public abstract sealed class PlotlyFigure extends Figure permits Plot, PlotGrid, Animation {
    /** Letters of the longest title that a narrow page holds in the usual size; longer ones are smaller. */
    private static final int LONG = 60;

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
     * Returns the title.
     *
     * @return the title, empty where there is none
     */
    public final String title() {
        return Tree.get(layout(), "title.text") instanceof String title ? title : "";
    }

    /**
     * Returns in plain words what the figure shows, for readers who don't see it.
     *
     * @return the title, or else the panels' titles, or else what is drawn against what, or else what the colours mean; empty if
     *     none of these is known
     */
    public final String description() {
        String words = title();
        if (words.isEmpty() && layout().get("annotations") instanceof List<?> notes) {
            words = notes.stream()
                    .filter(note -> note instanceof Map<?, ?> map
                            && "paper".equals(map.get("yref"))
                            && "bottom".equals(map.get("yanchor")))
                    .map(note -> String.valueOf(((Map<?, ?>) note).get("text")))
                    .collect(Collectors.joining("; "));
        }
        if (words.isEmpty()
                && Tree.get(layout(), "yaxis.title.text") instanceof String y
                && Tree.get(layout(), "xaxis.title.text") instanceof String x
                && !(x + y).isBlank()) {
            words = x.isBlank() ? y : y.isBlank() ? x : y + " over " + x;
        }
        if (words.isEmpty()) {
            words = traces().stream()
                    .filter(trace -> trace.get("colorbar.title.text") instanceof String value && !value.isBlank())
                    .map(trace -> trace.get("type") + " of " + trace.get("colorbar.title.text"))
                    .findFirst()
                    .orElse("");
        }
        return words.replaceAll("<br>(<sup>)?", ", ").replaceAll("<[^>]*>", "");
    }

    /**
     * Returns the height in pixels.
     *
     * @return the height
     */
    public final int height() {
        return layout().get("height") instanceof Number height ? height.intValue() : Theme.HEIGHT;
    }

    /**
     * Returns the width in pixels.
     *
     * @return the width, or 0 if it is that of the page
     */
    public final int width() {
        return layout().get("width") instanceof Number width ? width.intValue() : 0;
    }

    /**
     * Returns the whole figure as plotly reads it.
     *
     * @return a JSON object of {@code data}, {@code layout}, {@code config} and, for an animation, {@code frames}, safe inside a script element
     */
    public final String json() {
        Map<String, Object> figure = new LinkedHashMap<>();
        figure.put("data", traces().stream().map(Series::attributes).toList());
        Map<String, Object> layout = new LinkedHashMap<>(layout());
        layout.putIfAbsent("height", Theme.HEIGHT);
        layout.put("template", Theme.TEMPLATE);
        if (title().isEmpty() && Tree.get(layout, "margin.t") == null) {
            layout = Tree.with(layout, "margin.t", Theme.UNTITLED);
        }
        if (title().split("<br>", 2)[0].length() > LONG && Tree.get(layout, "title.font.size") == null) {
            layout = Tree.with(layout, "title.font.size", 13);
        }
        figure.put("layout", layout);
        figure.put("config", Theme.CONFIG);
        if (!frames().isEmpty()) {
            figure.put("frames", frames());
        }
        return PlotJson.write(Palette.inked(figure));
    }

    /** What writes figures to files: an implementation is found as a service. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes a figure in the format that the file's name ends in.
         *
         * @param file the file to write or replace
         * @param figure the figure
         */
        void write(Path file, PlotlyFigure figure);
    }

    /**
     * Writes the figure to a file.
     *
     * @param file its name ends in {@code .html} (a page that moves and needs no network), {@code .png}, {@code .svg} or {@code .pdf}; all but a page
     *     need Chromium or Chrome
     * @return the file
     * @throws IllegalArgumentException if the name ends in something else, or its folder doesn't exist
     * @throws IllegalStateException if there is no browser for a picture, or it can't draw the figure
     */
    public final Path save(String file) {
        return save(Path.of(file));
    }

    /**
     * Writes the figure to a file.
     *
     * @param file as in {@link #save(String)}
     * @return the file
     */
    public final Path save(Path file) {
        ServiceLoader.load(Writer.class, PlotlyFigure.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing on the class path writes figures"))
                .write(file, this);
        return file;
    }

    /**
     * Returns the look of all figures, for figures made with Tablesaw's own builders.
     *
     * @return a plotly template as JSON, safe inside a script element
     */
    public static String template() {
        return PlotJson.write(Theme.TEMPLATE);
    }

    @Override
    public final String asJavascript(String divName) {
        return "<script>(function (f) { Plotly.newPlot(" + PlotJson.write(divName) + ", f); })(" + json()
                + ");</script>";
    }
}
