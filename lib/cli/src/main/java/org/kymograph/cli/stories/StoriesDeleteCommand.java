package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cli.Words;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.protocol.Deletion;
import org.kymograph.stories.protocol.PublishedTuning;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories delete}. */
@Command(
        name = "delete",
        description = {
            "Deletes a feature from a Llama by fine-tuning, with the published settings unless CONFIG or --NAME=VALUE change them.",
            "The data sets are those of pretokenize --experiments FEATURE,IRRELEVANT. Meanwhile losses are measured on stories with and "
                    + "without the feature, and stories are written whose prompts ask for it."
        })
final class StoriesDeleteCommand extends StoriesTuningCommand {
    @Parameters(
            index = "0",
            paramLabel = "CHECKPOINT",
            description = "The model, in any of the formats that sample reads.")
    Path checkpoint;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

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
        LlamaModel model = LlamaModel.read(checkpoint);
        StoriesConfig config = config(PublishedTuning.deletion(deletion, model, feature, irrelevant), configs)
                .with("--init_from=resume_model", "--model_dir=" + checkpoint);
        train(config, () -> StoriesTraining.of(config).train());
    }
}
