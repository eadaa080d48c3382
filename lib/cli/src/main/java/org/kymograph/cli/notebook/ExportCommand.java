package org.kymograph.cli.notebook;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.kymograph.notebook.Page;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a notebook as one HTML page. */
@Command(name = "export", description = "Writes a notebook as one HTML page that needs no network and no other file.")
public final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NOTEBOOK", description = "An executed notebook (.ipynb).")
    private Path notebook;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The page to write.")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Page.export(notebook, out);
        spec.commandLine().getOut().println(out.toAbsolutePath());
        return 0;
    }
}
