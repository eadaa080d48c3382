package org.kymograph.stories.protocol;

import java.nio.file.Path;
import org.kymograph.record.RunFolder;

/** One training of a study, done; stories were written to prompts of the data set "asked". */
record StudyTraining(String stage, String model, double rate, long seed, String asked, RunFolder run) {
    /** Returns the checkpoint of a step. */
    Path checkpoint(long step) {
        return run.checkpointFile(step).toAbsolutePath();
    }

    /** Returns the last checkpoint. */
    Path last() {
        return checkpoint(run.lastCheckpointStep());
    }
}
