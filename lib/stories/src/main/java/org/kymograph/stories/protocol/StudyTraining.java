package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.record.RunFolder;

/** One training of a study, done; stories were written to prompts of the data set "asked". */
record StudyTraining(String stage, String model, double rate, long seed, String asked, RunFolder run) {
    /** Returns the checkpoint of a step. */
    Path checkpoint(long step) {
        return run.path()
                .resolve(String.format("checkpoints/step-%08d.safetensors", step))
                .toAbsolutePath();
    }

    /** Returns the last checkpoint. */
    Path last() {
        List<Long> steps = run.checkpointSteps();
        return checkpoint(steps.get(steps.size() - 1));
    }
}
