package org.kymograph.cli.cartography;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cartography.select.TsvFilter;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.data.text.GlueTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kymograph cartography random-filter}. */
@Command(
        name = "random-filter",
        description = {
            "Writes random parts of a GLUE task's train.tsv: the baseline of filter.",
            "The folders are DIR_<seed>/<TASK>_<fraction>/<TASK>. A part has the fraction of the rows, rounded down."
        })
final class CartographyRandomFilterCommand extends ConsoleCommand {
    @Option(
            names = {"--input_dir", "-i"},
            required = true,
            paramLabel = "DIR",
            description = "The folder that holds <TASK>/train.tsv, or the task's own.")
    Path input;

    @Option(
            names = {"--output_dir", "-o"},
            required = true,
            paramLabel = "DIR",
            description = "The start of the name of the folder to write; the seed follows.")
    Path output;

    @Option(
            names = {"--task_name", "-t"},
            paramLabel = "TASK",
            defaultValue = "SNLI",
            description = "SNLI, MNLI, QNLI, WINOGRANDE, or another task of GLUE.")
    String task;

    @Option(
            names = "--seed",
            defaultValue = "" + TsvFilter.RANDOM_SEED,
            description = "The random seed of the draw (default ${DEFAULT-VALUE}); it isn't pandas' draw.")
    long seed;

    @Option(
            names = {"--fraction", "-f"},
            paramLabel = "F",
            split = ",",
            description = "Which fraction, or several (default 0.01,0.05,0.10,0.1667,0.25,0.33,0.50,0.75).")
    List<Double> fractions;

    @Override
    protected void run() {
        TsvFilter filter = TsvFilter.of(GlueTask.of(task))
                .withFractions(fractions == null ? TsvFilter.RANDOM_FRACTIONS : fractions);
        Targets.checkFolder("--output_dir", output.resolveSibling(output.getFileName() + "_" + seed));
        WrittenParts.print(command, filter.writeRandom(input, output, seed));
    }
}
