package org.kymograph.cli.notebook;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.kymograph.notebook.Bake;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts pictures of the figures into notebooks. */
@Command(
        name = "bake",
        description =
                "Puts a picture of each figure into notebooks, for readers whose front end runs no scripts. Needs Chromium or Chrome.")
public final class BakeCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "NOTEBOOK", description = "Notebooks (.ipynb), changed in place.")
    private List<Path> notebooks;

    @Option(names = "--again", description = "Makes new pictures in place of those that are there.")
    private boolean again;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (Path notebook : notebooks) {
            Bake.Result result = Bake.notebook(notebook, again);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: %d figures, %d drawn now, %,d bytes%n",
                            notebook, result.figures(), result.drawn(), result.bytes());
            if (result.bytes() > Bake.LIMIT) {
                spec.commandLine().getErr().printf("kymograph: %s is larger than %,d bytes%n", notebook, Bake.LIMIT);
            }
        }
        return 0;
    }
}
