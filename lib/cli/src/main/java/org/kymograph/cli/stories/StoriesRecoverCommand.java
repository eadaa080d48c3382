package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.protocol.PublishedTuning;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories recover}. */
@Command(
        name = "recover",
        description = {
            "Teaches a Llama a feature again (reFT), with the published settings unless CONFIG or --NAME=VALUE change them.",
            "How fast it comes back says whether it was gone: recover a model that was pretrained without the feature, too."
        })
final class StoriesRecoverCommand extends StoriesTuningCommand {
    @Parameters(
            index = "0",
            paramLabel = "CHECKPOINT",
            description = "The model, in any of the formats that sample reads.")
    Path checkpoint;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    @Option(names = "--feature", defaultValue = "Twist", description = "What to teach; ${DEFAULT-VALUE} unless said.")
    String feature;

    @Override
    protected void run() {
        LlamaModel model = LlamaModel.read(checkpoint);
        StoriesConfig config = config(PublishedTuning.recovery(model, feature), configs)
                .with("--init_from=resume_model", "--model_dir=" + checkpoint);
        train(config, () -> StoriesTraining.of(config).train());
    }
}
