package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.record.RunFolder;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.Unlearning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code kymograph stories unlearn}. */
@Command(
        name = "unlearn",
        description = {
            "Makes a Llama forget some data while it retains other.",
            "CONFIG and --NAME=VALUE are as in train stories; init_from is resume_model, and model_dir the model. The run's reading "
                    + "\"stories\" has the loss on both data sets. What is forgotten may only be hidden: train the run on the data again, "
                    + "beside a model that never saw them."
        })
final class StoriesUnlearnCommand extends ConsoleCommand {
    @Parameters(arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    @Option(names = "--forget", required = true, paramLabel = "DATA", description = "The data to forget.")
    String forget;

    @Option(names = "--retain", required = true, paramLabel = "DATA", description = "The data to retain.")
    String retain;

    @Option(
            names = "--method",
            defaultValue = "npo",
            description = "grad-ascent, grad-diff, npo or sim-npo (default npo).")
    String method;

    @Option(names = "--alpha", defaultValue = "1", description = "Weight of what is retained.")
    double alpha;

    @Option(names = "--gamma", defaultValue = "1", description = "Weight of what is forgotten.")
    double gamma;

    @Option(names = "--beta", defaultValue = "1", description = "Inverse temperature of npo and sim-npo.")
    double beta;

    @Option(names = "--delta", defaultValue = "0", description = "Margin of sim-npo.")
    double delta;

    @Unmatched
    List<String> overrides = new ArrayList<>();

    @Override
    protected void run() {
        StoriesConfig config = StoriesConfig.withDefaults();
        for (Path file : configs) {
            config = config.withFile(file);
        }
        config = config.with(overrides.toArray(String[]::new));
        Unlearning unlearning =
                new Unlearning(Words.named(Unlearning.Method.class, "--method", method), alpha, gamma, beta, delta);
        for (RunFolder run : unlearning.run(config, forget, retain).runs()) {
            print("%s: %s", run.status(), run.path());
        }
    }
}
