package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.stories.tracr.CompiledProgram;
import org.kymograph.stories.tracr.TracrFineTuning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train tracr}. */
@Command(
        name = "tracr",
        description = {
            "Fine-tunes a compiled program, and measures its old and its new task: a counter of a to count b, or a selector of the fifth "
                    + "smallest letter to select the seventh.",
            "The runs of a rate and share train as a stack; what is trained already is read. Prints accuracies in percent beside the "
                    + "published ones."
        })
final class TrainTracrCommand extends ConsoleCommand {
    @Option(names = "--out", defaultValue = "runs", description = "The folder of all experiments (default runs).")
    Path out;

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "0.1,0.01,0.001,0.0001",
            description = "Learning rates (default ${DEFAULT-VALUE}).")
    List<Double> rates;

    @Option(
            names = "--correlated",
            split = ",",
            defaultValue = "0,1",
            description = "Shares of correlated training samples (default ${DEFAULT-VALUE}).")
    List<Double> correlated;

    @Mixin
    StudySeeds seeds;

    @Option(names = "--steps", defaultValue = "2000", description = "Steps of a run (default ${DEFAULT-VALUE}).")
    int steps;

    @Option(
            names = "--program",
            paramLabel = "NAME",
            defaultValue = "counter",
            description = "counter or selector (default ${DEFAULT-VALUE}).")
    String program;

    @Option(names = "--letters", description = "How many letters there are (default 6, of the selector 26).")
    Integer letters;

    @Option(names = "--positions", description = "Letters in an input (default 16, of the selector 10).")
    Integer positions;

    @Option(
            names = "--clip",
            defaultValue = "1",
            description = "The largest norm of a gradient, Infinity for none (default ${DEFAULT-VALUE}).")
    double clip;

    @Option(
            names = "--noise",
            defaultValue = "0.0001",
            description = "Standard deviation of what is added to each weight (default ${DEFAULT-VALUE}).")
    double noise;

    @Option(names = "--train-size", defaultValue = "8192", description = "Training samples (default ${DEFAULT-VALUE}).")
    int train;

    @Option(names = "--test-size", defaultValue = "500", description = "Test samples (default ${DEFAULT-VALUE}).")
    int test;

    @Override
    protected void run() {
        Destination.checkFolder(out);
        TracrFineTuning defaults =
                Words.named(CompiledProgram.Program.class, "--program", program) == CompiledProgram.Program.COUNTER
                        ? TracrFineTuning.withDefaults()
                        : TracrFineTuning.selector();
        CompiledProgram network = defaults.network();
        TracrFineTuning grid = defaults.withRates(rates)
                .withCorrelated(correlated)
                .withSteps(steps)
                .withSizes(train, test)
                .withClip(clip)
                .withNetwork(network.withSizes(
                                letters == null ? network.letters() : letters,
                                positions == null ? network.positions() : positions)
                        .withNoise(noise));
        List<TracrFineTuning.Cell> cells = grid.run(out, seeds.all());
        long diverged =
                cells.stream().filter(c -> Double.isNaN(c.tied().get(0))).count();
        if (diverged > 0) {
            warn(diverged + " of " + Words.count(cells.size(), "run") + " diverged and have no accuracies");
        }
        print(TracrFineTuning.table(cells).printAll());
    }
}
