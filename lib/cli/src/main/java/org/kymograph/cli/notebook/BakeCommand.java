package org.kymograph.cli.notebook;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.notebook.Bake;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts pictures of the figures into notebooks. */
@Command(
        name = "bake",
        description =
                "Puts a picture of each figure into notebooks, for readers whose front end runs no scripts. Needs Chromium or Chrome.")
public final class BakeCommand extends ConsoleCommand {
    @Parameters(arity = "1..*", paramLabel = "NOTEBOOK", description = "Notebooks (.ipynb), changed in place.")
    private List<Path> notebooks;

    @Option(names = "--again", description = "Makes new pictures in place of those that are there.")
    private boolean again;

    @Override
    protected void run() {
        for (Path notebook : notebooks) {
            Bake.Result result = Bake.notebook(notebook, again);
            print(
                    "%s: %d figures, %d drawn now, %,d bytes",
                    notebook, result.figures(), result.drawn(), result.bytes());
            if (result.bytes() > Bake.LIMIT) {
                command.commandLine().getErr().printf("kymograph: %s is larger than %,d bytes%n", notebook, Bake.LIMIT);
            }
        }
    }
}
