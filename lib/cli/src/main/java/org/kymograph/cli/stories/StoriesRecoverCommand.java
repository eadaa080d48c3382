package org.kymograph.cli.stories;

import org.kymograph.stories.protocol.PublishedTuning;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph stories recover}. */
@Command(
        name = "recover",
        description = {
            "Teaches a Llama a feature again (reFT), with the published settings unless CONFIG or --NAME=VALUE change them.",
            "How fast it comes back says whether it was gone: recover a model that was pretrained without the feature, too."
        })
final class StoriesRecoverCommand extends StoriesTuningCommand {
    @Mixin
    TunedCheckpoint start;

    @Option(names = "--feature", defaultValue = "Twist", description = "What to teach; ${DEFAULT-VALUE} unless said.")
    String feature;

    @Override
    protected void run() {
        StoriesConfig config = start.resumed(config(PublishedTuning.recovery(start.model(), feature), start.configs));
        train(config, () -> StoriesTraining.of(config).train());
    }
}
