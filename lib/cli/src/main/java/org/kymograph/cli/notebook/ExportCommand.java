package org.kymograph.cli.notebook;

import java.nio.file.Path;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.notebook.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a notebook as one HTML page. */
@Command(name = "export", description = "Writes a notebook as one HTML page that needs no network and no other file.")
public final class ExportCommand extends ConsoleCommand {
    @Parameters(paramLabel = "NOTEBOOK", description = "An executed notebook (.ipynb).")
    private Path notebook;

    @Option(names = "--out", required = true, description = "The page to write.")
    private Path out;

    @Override
    protected void run() {
        Page.export(notebook, out);
        print(out.toAbsolutePath());
    }
}
