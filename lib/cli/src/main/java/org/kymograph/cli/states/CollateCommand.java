package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.states.collate.Collation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph collate}. */
@Command(
        name = "collate",
        description = {
            "Makes one CSV per run of the statistics of its weights, one row per checkpoint, ascending by step.",
            "A run is a run folder of kymograph train; a folder of the statistics of Hu et al.'s code (epoch20.json, "
                    + "step20.json, stats_20_losses); or a folder of checkpoints, files (.safetensors, .pt, .pth, .bin, .ckpt) or "
                    + "folders with model.safetensors or pytorch_model.bin in them. Folders above runs are searched.",
            "Columns: pandas' unnamed row number, l1, l2, trace, spectral, code_sparsity, computational_sparsity, mean_lambda, "
                    + "variance_lambda, mean_w, median_w, var_w, mean_b, median_b, var_b, step, and where known train_loss, "
                    + "eval_loss, train_accuracy, eval_accuracy. A folder of checkpoints with a trainer_state.json keeps the steps "
                    + "that have a loss and an eval_loss there. For runs evaluated by epoch, step is the epoch counted from 0."
        })
public final class CollateCommand extends ConsoleCommand {
    @Parameters(arity = "1..*", paramLabel = "RUNS", description = "Runs, or folders above them.")
    List<Path> runs;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder to write the CSVs to.")
    Path out;

    @Option(
            names = "--preset",
            defaultValue = "auto",
            description = "Which tensors count: auto, bert, transformer, mlp, resnet18 or lenet5 (default "
                    + "${DEFAULT-VALUE}: told from their names).")
    String preset;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description =
                    "Measure the tensors of a checkpoint whose names begin with this alone: one of several networks in "
                            + "a file, such as \"ema.\".")
    String prefix;

    @Option(
            names = "--pattern",
            paramLabel = "REGEX",
            description =
                    "Tells the step from the name of a checkpoint's file or folder: the first group, or the one named "
                            + "step; a group named run names the run (default: epoch, step, stats_ or checkpoint, and a number).")
    String pattern;

    @Option(
            names = "--optimiser-steps",
            description = "Let step be the optimiser step for runs evaluated by epoch too.")
    boolean optimiserSteps;

    @Option(
            names = "--has-loss",
            negatable = true,
            description = "Demand losses and accuracies, or leave them out (default: where a run has them).")
    Boolean hasLoss;

    @Option(
            names = "--json",
            description = "Also write the statistics of each checkpoint as Hu et al.'s code does, to DIR/json/RUN/.")
    boolean json;

    @Override
    protected void run() {
        Collation how = Collation.withDefaults()
                .withPreset(Words.named(WeightPreset.class, "--preset", preset))
                .withPrefix(prefix == null ? "" : prefix)
                .withSteps(optimiserSteps ? Collation.Steps.OPTIMISER : Collation.Steps.ORIGINAL)
                .withLosses(
                        hasLoss == null
                                ? Collation.Losses.IF_PRESENT
                                : hasLoss ? Collation.Losses.REQUIRED : Collation.Losses.NONE);
        Destination.checkFolder(out);
        List<Path> written = (pattern == null ? how : how.withPattern(pattern())).write(runs, out, json);
        print(Words.count(written.size(), "CSV") + ": " + out.toAbsolutePath());
    }

    private Pattern pattern() {
        Pattern compiled = Arguments.pattern("--pattern", pattern);
        Arguments.check(
                compiled.matcher("").groupCount() > 0, "--pattern", pattern, "a group for the step, in parentheses");
        return compiled;
    }
}
