package org.kymograph.cli.degeneracy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.degeneracy.modular.ModularRun;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A run and some of its checkpoints. */
final class RunCheckpoints {
    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(names = "--checkpoints", paramLabel = "all|STEP,…", description = "The steps of the checkpoints.")
    String checkpoints;

    ModularRun run() {
        return ModularRun.open(folder);
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
                        run.steps().contains(step), "step", step, "that of a checkpoint, one of " + run.steps());
            }
            return steps;
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--checkpoints", checkpoints, "all, or steps such as 60,120");
        }
    }
}
