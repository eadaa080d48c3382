package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which scores of a file a command is about. */
final class ScoreColumn {
    @Option(
            names = {"--score", "--perf-metric", "--eval-metric"},
            paramLabel = "COLUMN",
            defaultValue = "score",
            description = "The column of scores.")
    String name;

    /** Reads the scores of some models, in their order. */
    double[] read(Path file, List<String> models) {
        return ScoreFile.read(file, name, models);
    }
}
