package org.kymograph.cli.stories;

import org.kymograph.cli.Words;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.protocol.Deletion;
import org.kymograph.stories.protocol.PublishedTuning;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph stories delete}. */
@Command(
        name = "delete",
        description = {
            "Deletes a feature from a Llama by fine-tuning, with the published settings unless CONFIG or --NAME=VALUE change them.",
            "The data sets are those of pretokenize --experiments FEATURE,IRRELEVANT. Meanwhile losses are measured on stories with and "
                    + "without the feature, and stories are written whose prompts ask for it."
        })
final class StoriesDeleteCommand extends StoriesTuningCommand {
    @Mixin
    TunedCheckpoint start;

    @Option(
            names = "--protocol",
            paramLabel = "WAY",
            defaultValue = "filter",
            description =
                    "filter, adversarial, mix-match, legacy-mix-match or refusal, or one of the first, second, third and last with "
                            + "-specialise (default filter).")
    String protocol;

    @Option(names = "--feature", defaultValue = "Twist", description = "What to delete; ${DEFAULT-VALUE} unless said.")
    String feature;

    @Option(
            names = "--irrelevant",
            defaultValue = "Foreshadowing",
            description = "The other feature of mix-match and specialise; ${DEFAULT-VALUE} unless said.")
    String irrelevant;

    @Override
    protected void run() {
        Deletion deletion = Words.named(Deletion.class, "--protocol", protocol);
        LlamaModel model = start.model();
        StoriesConfig config =
                start.resumed(config(PublishedTuning.deletion(deletion, model, feature, irrelevant), start.configs));
        train(config, () -> StoriesTraining.of(config).train());
    }
}
