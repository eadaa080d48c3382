package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.tasks.RunTask;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import picocli.CommandLine.Option;

/** Which models a command is about, and on which samples. */
final class ModelOptions {
    @Option(
            names = "--runs",
            paramLabel = "RUN",
            arity = "1..*",
            required = true,
            description = "Runs, folders of runs, or files and folders of weights (.safetensors, .pt, Hugging Face).")
    List<Path> runs;

    @Option(
            names = "--like",
            paramLabel = "RUN",
            description = "The run whose network, loss and task are meant (default: the first of the runs).")
    Path like;

    @Option(names = "--num-exs", defaultValue = "512", description = "Evaluate on the first N samples, 0 for all.")
    int samples;

    @Option(names = "--split", paramLabel = "SPLIT", defaultValue = "test", description = "test or train.")
    String split;

    @Option(
            names = "--num-steps",
            paramLabel = "STEP",
            description = "The checkpoint of runs (default: the last of each).")
    Long step;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder of image files (default: the usual places).")
    Path data;

    @Option(names = "--batch-size", defaultValue = "512", description = "Samples that pass the network together.")
    int batchSize;

    Models models() {
        if (step == null) {
            return Models.open(runs);
        }
        List<RunFolder> all = new ArrayList<>();
        runs.forEach(path -> all.addAll(Population.open(path).runs()));
        return Models.of(Population.of(all), step);
    }

    Objective objective() {
        Arguments.check(split.equals("test") || split.equals("train"), "--split", split, "test or train");
        return objective(split.equals("train"), samples);
    }

    /** Returns the loss on samples of another part or number than asked for, 0 for all. */
    Objective objective(boolean train, int number) {
        RunFolder setting = setting();
        return RunTask.of(setting, data)
                .objective(setting.seed(), train, number)
                .withBatchSize(batchSize);
    }

    private RunFolder setting() {
        for (Path path : like == null ? runs : List.of(like)) {
            List<RunFolder> found = RunFolder.list(path);
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        throw new RecordException(
                like == null ? runs.get(0) : like,
                "is no run, so the network and the data are not known; name a run of the same network with --like");
    }
}
