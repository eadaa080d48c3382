package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cli.Words;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.Undo;
import org.kymograph.stories.tuning.Unlearning;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories unlearn}. */
@Command(
        name = "unlearn",
        description = {
            "Makes a Llama forget some data while it retains other.",
            "CONFIG and --NAME=VALUE are as in train stories; init_from is resume_model, and model_dir the model. The run's reading "
                    + "\"stories\" has the loss on both data sets. What is forgotten may only be hidden: train the run on the data again, "
                    + "beside a model that never saw them. The method undo starts from a model that another method has made."
        })
final class StoriesUnlearnCommand extends StoriesTuningCommand {
    @Parameters(arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    @Option(
            names = "--forget",
            required = true,
            paramLabel = "DATA",
            description = "The data to forget, by the name of a data set, as dataset_name.")
    String forget;

    @Option(
            names = "--retain",
            required = true,
            paramLabel = "DATA",
            description = "The data to retain, by name as --forget.")
    String retain;

    @Option(
            names = "--method",
            defaultValue = "npo",
            description = "grad-ascent, grad-diff, npo, sim-npo, rmu or undo (default npo).")
    String method;

    @Option(names = "--alpha", defaultValue = "1", description = "Weight of what is retained.")
    double alpha;

    @Option(names = "--gamma", defaultValue = "1", description = "Weight of what is forgotten.")
    double gamma;

    @Option(names = "--beta", defaultValue = "1", description = "Inverse temperature of npo and sim-npo.")
    double beta;

    @Option(names = "--delta", defaultValue = "0", description = "Margin of sim-npo.")
    double delta;

    @Option(names = "--steering", defaultValue = "20", description = "Length of rmu's direction.")
    double steering;

    @Option(
            names = "--block",
            defaultValue = "-1",
            description = "The block behind which rmu works; the middle one unless said.")
    int block;

    @Option(names = "--noise-alpha", defaultValue = "0.6", description = "Share of noise of undo, 0 to 1.")
    double noiseAlpha;

    @Option(names = "--noise-beta", defaultValue = "0.1", description = "Scale of the noise of undo.")
    double noiseBeta;

    @Override
    protected void run() {
        Unlearning.Method chosen = Words.namedOr(Unlearning.Method.class, "--method", method, "undo");
        TokenData.checkName("--forget", forget);
        TokenData.checkName("--retain", retain);
        boolean noise = chosen == null;
        String how = "with --method " + method;
        for (String option : List.of("--noise-alpha", "--noise-beta")) {
            refuseIdle(option, !noise, how);
        }
        for (String option : List.of("--alpha", "--gamma")) {
            refuseIdle(option, noise, how);
        }
        refuseIdle("--beta", chosen != Unlearning.Method.NPO && chosen != Unlearning.Method.SIM_NPO, how);
        refuseIdle("--delta", chosen != Unlearning.Method.SIM_NPO, how);
        for (String option : List.of("--steering", "--block")) {
            refuseIdle(option, chosen != Unlearning.Method.RMU, how);
        }
        StoriesConfig config = config(StoriesConfig.withDefaults(), configs);
        if (noise) {
            Undo undo = new Undo(noiseAlpha, noiseBeta);
            train(config, () -> undo.run(config, forget, retain));
            return;
        }
        Unlearning unlearning = new Unlearning(chosen, alpha, gamma, beta, delta, steering, block);
        train(config, () -> unlearning.run(config, forget, retain));
    }
}
