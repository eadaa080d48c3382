package org.kymograph.cli.cartography;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.notebook.FigureFile;
import org.kymograph.plot.PlotlyFigure;
import picocli.CommandLine.Option;

/** Where figures are written and in which formats. */
final class CartographyPictures {
    private static final String HTML = "html";

    @Option(
            names = "--plots_dir",
            paramLabel = "FOLDER",
            defaultValue = "cartography",
            description = "Where the figures go; made if missing.")
    Path folder;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            split = ",",
            defaultValue = "html",
            description =
                    "html (moves, needs no network), png, svg, pdf, or several with commas (default ${DEFAULT-VALUE}). All but html need Chromium.")
    List<String> formats;

    /** Checks the folder and the formats before there is work that would be lost. */
    void check() {
        Targets.checkFolder("--plots_dir", folder);
        for (String format : formats) {
            if (!FigureFile.FORMATS.contains(format.toLowerCase(Locale.ROOT))) {
                throw Arguments.unknown("--format", format, FigureFile.FORMATS);
            }
            if (!HTML.equalsIgnoreCase(format) && !FigureFile.drawsPictures()) {
                throw new IllegalStateException("--format " + format
                        + " needs Chromium or Chrome: install it, or name its program in the variable CHROME");
            }
        }
    }

    /** Whether pages are wanted. */
    boolean pages() {
        return formats.stream().anyMatch(HTML::equalsIgnoreCase);
    }

    /** Writes a figure in all formats. */
    List<Path> write(String name, PlotlyFigure figure) {
        return write(name, figure, format -> true);
    }

    /** Writes a figure in all formats but as a page. */
    List<Path> withoutPages(String name, PlotlyFigure figure) {
        return write(name, figure, format -> !format.equals(HTML));
    }

    private List<Path> write(String name, PlotlyFigure figure, Predicate<String> wanted) {
        return formats.stream()
                .map(format -> format.toLowerCase(Locale.ROOT))
                .distinct()
                .filter(wanted)
                .map(format -> figure.save(file(name + "." + format)))
                .toList();
    }

    /** A file in the folder, which is made. */
    Path file(String name) {
        return Destination.makeFolder(folder).resolve(name);
    }

    /** A file name of some words, those that are empty left out. */
    static String name(String... words) {
        return Arrays.stream(words)
                .filter(word -> !word.isEmpty())
                .map(word -> word.replaceAll("[^\\p{L}\\p{N}._-]+", "-"))
                .collect(Collectors.joining("_"));
    }
}
