package org.kymograph.notebook;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.record.files.AtomicFiles;

/** Writes a figure to a file, in the format that the file's name ends in. */
public final class FigureFile implements PlotlyFigure.Writer {
    /** The formats that there are. */
    public static final List<String> FORMATS = List.of("html", "png", "svg", "pdf");
    /** A page of 900 pixels is printed 14 inches wide, as the published maps are, at 300 dots an inch. */
    private static final double PRINTED = 14 * 300 / 900.0;

    /** Creates the writer that {@link PlotlyFigure#save} finds. */
    public FigureFile() {}

    /**
     * Tells whether there is a browser that draws pictures.
     *
     * @return false if only pages can be written
     */
    public static boolean drawsPictures() {
        return Chromium.find().isPresent();
    }

    /**
     * Writes a figure.
     *
     * @param file its name ends in {@code .html} (a page that needs no network), {@code .png} (some 4,200 pixels wide), {@code .svg} or {@code .pdf};
     *     in the last two, clouds of thousands of points are pixels and all else is lines and letters
     * @param figure the figure
     * @throws IllegalArgumentException if the name ends in something else, or its folder doesn't exist
     * @throws IllegalStateException if there is no Chromium for a picture, or it can't draw the figure
     * @throws org.kymograph.record.files.RecordException if the file can't be written
     */
    @Override
    public void write(Path file, PlotlyFigure figure) {
        String name = file.getFileName().toString();
        String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        Arguments.check(
                FORMATS.contains(format), "file", file, "a name that ends in one of ." + String.join(", .", FORMATS));
        Page.checkFolder("file", file);
        if (format.equals("html")) {
            Page.write(
                    file,
                    figure.title().isEmpty() ? "Figure" : figure.title().replaceAll("<[^>]*>", " "),
                    List.of(figure));
            return;
        }
        Chromium chromium = Chromium.found();
        List<String> figures = List.of(FigureHtml.html(figure));
        byte[] content =
                switch (format) {
                    case "png" ->
                        Base64.getDecoder()
                                .decode(chromium.pictures(figures, PRINTED).get(0));
                    case "svg" -> chromium.drawings(figures).get(0).getBytes(StandardCharsets.UTF_8);
                    default -> chromium.print(chromium.drawings(figures).get(0));
                };
        AtomicFiles.write(file, out -> out.write(content));
    }
}
