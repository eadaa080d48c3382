package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoryEvaluation;
import picocli.CommandLine.Unmatched;

/** A command with the settings of a training on stories: files of them, and --NAME=VALUE. */
public abstract class StoriesSettingsCommand extends ConsoleCommand {
    @Unmatched
    List<String> overrides = new ArrayList<>();

    /**
     * Returns settings with those of files and of --NAME=VALUE, which override them.
     *
     * @param defaults the settings that are changed
     * @param files files of settings, of which the last one wins
     * @return the settings
     */
    protected final StoriesConfig config(StoriesConfig defaults, List<Path> files) {
        StoriesConfig config = defaults;
        for (Path file : files) {
            config = config.withFile(file);
        }
        return config.with(overrides.toArray(String[]::new));
    }

    /**
     * Prints what was measured of a model.
     *
     * @param found the losses and shares
     */
    protected final void show(StoryEvaluation found) {
        found.losses().forEach((name, loss) -> print("loss on %s: %.4f", name, loss));
        found.shares().forEach((name, share) -> print("asked as in %s: %s of %d stories", name, share, share.trials()));
    }

    /**
     * Warns of settings that were changed but change nothing here.
     *
     * @param config the settings
     */
    protected final void warnOfSettingsWithoutEffect(StoriesConfig config) {
        if (!config.withoutEffect().isEmpty()) {
            warn("these settings change nothing here: " + String.join(", ", config.withoutEffect()));
        }
    }
}
