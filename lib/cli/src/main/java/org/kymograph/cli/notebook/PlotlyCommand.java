package org.kymograph.cli.notebook;

import java.nio.file.Path;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.notebook.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the script that draws figures, for the kernel's folder. */
@Command(name = "plotly", hidden = true, description = "Writes the script that draws figures.")
public final class PlotlyCommand extends ConsoleCommand {
    @Option(names = "--out", required = true, description = "The file to write, compressed if its name ends in .gz.")
    private Path out;

    @Override
    protected void run() {
        Page.writePlotly(out);
    }
}
