package org.kymograph.cli.train;

import picocli.CommandLine.Option;

/** The option for the seeds of a study, three unless it says otherwise. */
final class StudySeeds {
    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "LIST",
            defaultValue = "0-2",
            description = "Seeds: numbers and ranges, such as 0-11 or 0,3,5-7 (default ${DEFAULT-VALUE}).")
    private String list;

    long[] all() {
        return TrainingOptions.seeds(list);
    }
}
