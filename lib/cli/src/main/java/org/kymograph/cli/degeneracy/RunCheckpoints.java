package org.kymograph.cli.degeneracy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.degeneracy.modular.OriginalModels;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A run and some of its checkpoints. */
final class RunCheckpoints {
    /** The experiment that the original's models become a run of. */
    static final String IMPORTED = "imported";

    @Parameters(
            paramLabel = "RUN",
            description = {
                "A run's folder, or a folder of the original program's models (params_….json, checkpoints/….pt, model_….pt).",
                "Those become a run in its folder imported; which pairs they were trained on is not in them, so losses are of this library's split."
            })
    Path folder;

    @Option(
            names = "--params",
            paramLabel = "FILE.json",
            description = "The settings of the original's models, if their folder has several.")
    Path params;

    @Option(
            names = "--checkpoints",
            paramLabel = "all|STEP,…",
            description = "The checkpoints by their training steps, as in run.json; not by their place in the list.")
    String checkpoints;

    ModularRun run() {
        return open(folder, params);
    }

    /** Opens a run, or makes one of the original's models. */
    static ModularRun open(Path folder, Path params) {
        boolean original =
                !Files.exists(folder.resolve("run.json")) && Files.isDirectory(folder.resolve("checkpoints"));
        if (!original) {
            Arguments.check(params == null, "--params", params, "none for a run, which has its settings with it");
            return ModularRun.open(folder);
        }
        OriginalModels models = params == null ? OriginalModels.in(folder) : OriginalModels.of(folder, params);
        return ModularRun.of(models.imported(folder, IMPORTED, models.settings().randomSeed()));
    }

    /** Returns the steps asked for, ascending; those given where none are asked for. */
    List<Long> steps(ModularRun run, List<Long> otherwise) {
        if (checkpoints == null) {
            return otherwise;
        }
        if (checkpoints.equals("all")) {
            return run.steps();
        }
        try {
            List<Long> steps = Arrays.stream(checkpoints.split(",", -1))
                    .map(String::strip)
                    .map(Long::valueOf)
                    .sorted()
                    .distinct()
                    .toList();
            for (long step : steps) {
                Arguments.check(
                        run.steps().contains(step),
                        "--checkpoints",
                        step,
                        "the step of a checkpoint, one of " + run.steps());
            }
            return steps;
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--checkpoints", checkpoints, "all, or steps such as 60,120");
        }
    }
}
