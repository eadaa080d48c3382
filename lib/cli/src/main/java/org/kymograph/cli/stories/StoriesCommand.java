package org.kymograph.cli.stories;

import picocli.CommandLine.Command;

/** {@code kymograph stories …}. */
@Command(
        name = "stories",
        description = "Prepares stories, fine-tunes small language models and looks at what is left inside.",
        subcommands = {
            StoriesSampleCommand.class,
            StoriesExportCommand.class,
            StoriesUnlearnCommand.class,
            StoriesPretokenizeCommand.class,
            StoriesTrainVocabCommand.class,
            StoriesDownloadCommand.class,
            StoriesClassifyCommand.class,
            StoriesDeleteCommand.class,
            StoriesRecoverCommand.class,
            StoriesEvalCommand.class,
            StoriesPruneCommand.class,
            StoriesProbeCommand.class,
            StoriesDiffCommand.class
        })
public final class StoriesCommand {}
