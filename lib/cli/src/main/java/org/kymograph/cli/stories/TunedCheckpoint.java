package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tuning.StoriesConfig;
import picocli.CommandLine.Parameters;

/** A model, and behind it files of settings. */
final class TunedCheckpoint {
    @Parameters(
            index = "0",
            paramLabel = "CHECKPOINT",
            description = "The model, in any of the formats that sample reads.")
    Path checkpoint;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    LlamaModel model() {
        return LlamaModel.read(checkpoint);
    }

    /** Returns settings of a training that starts from the model. */
    StoriesConfig resumed(StoriesConfig config) {
        return config.with("--init_from=resume_model", "--model_dir=" + checkpoint);
    }
}
