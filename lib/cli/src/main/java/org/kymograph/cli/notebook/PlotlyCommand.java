package org.kymograph.cli.notebook;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.kymograph.notebook.Plotly;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes the script that draws figures, for the kernel's folder. */
@Command(name = "plotly", hidden = true, description = "Writes the script that draws figures.")
public final class PlotlyCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "The file to write, compressed if its name ends in .gz.")
    private Path out;

    @Override
    public Integer call() {
        Plotly.write(out);
        return 0;
    }
}
