package tech.tablesaw.plotly;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.kymograph.notebook.Notebook;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.components.Page;

/** Takes the place of Tablesaw's class of this name, which opens a browser beside the notebook, where there is one. */
public final class Plot {
    private static final String DIV = "target";

    private Plot() {}

    /**
     * Shows a figure in the running cell.
     *
     * @param figure what to show
     */
    public static void show(Figure figure) {
        Notebook.show(figure);
    }

    /**
     * Shows a figure in the running cell.
     *
     * @param figure what to show
     * @param div not used: each figure of a notebook has a place of its own
     */
    public static void show(Figure figure, String div) {
        Notebook.show(figure);
    }

    /**
     * Shows a figure in the running cell and writes its page.
     *
     * @param figure what to show
     * @param file where its page goes
     */
    public static void show(Figure figure, File file) {
        show(figure, DIV, file);
    }

    /**
     * Shows a figure in the running cell and writes its page.
     *
     * @param figure what to show
     * @param div the name of the figure's element in the page
     * @param file where the page goes
     */
    public static void show(Figure figure, String div, File file) {
        try {
            Files.writeString(
                    file.toPath(), Page.pageBuilder(figure, div).build().asJavascript());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Notebook.show(figure);
    }
}
