package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.record.files.Json;
import org.kymograph.stories.pcfg.PcfgGates;
import org.kymograph.stories.pcfg.PcfgStudy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train pcfg}. */
@Command(
        name = "pcfg",
        description = {
            "Trains a transformer to answer questions about strings of a grammar, fine-tunes it from counting a to counting b, and tells "
                    + "whether the old capability is hidden or gone.",
            "Pre-trains three networks a seed (b weakly known, b strongly known, a never asked), fine-tunes them on tied and free data, "
                    + "teaches a again, prunes and probes, and prints the published statements with their limits. What is trained already "
                    + "is read; after an interruption the same call goes on."
        })
final class TrainPcfgCommand extends ConsoleCommand {
    /** The size of a study. */
    private enum Size {
        TINY,
        MINI,
        PAPER
    }

    /** How much of a study. */
    private enum Stage {
        PRETRAIN,
        GATES
    }

    @Option(names = "--out", defaultValue = "runs", description = "The folder of all experiments (default runs).")
    Path out;

    @Option(
            names = "--size",
            paramLabel = "NAME",
            defaultValue = "mini",
            description =
                    "tiny (a minute or two), mini (texts of 64 letters, an hour a seed) or paper (the paper's, days); "
                            + "default ${DEFAULT-VALUE}.")
    String size;

    @Mixin
    StudySeeds seeds;

    @Option(names = "--pretraining", description = "Steps of pre-training (default the size's).")
    Integer pretraining;

    @Option(names = "--tuning", description = "Steps of fine-tuning (default the size's).")
    Integer tuning;

    @Option(names = "--medium", description = "The learning rate of fine-tuning (default the size's).")
    Double medium;

    @Option(
            names = "--stage",
            paramLabel = "NAME",
            defaultValue = "gates",
            description = "pretrain for the pre-training alone, or gates for everything (default ${DEFAULT-VALUE}).")
    String stage;

    @Option(names = "--json", description = "A JSON file to write: rows with statement, seed, value, limit; majority.")
    Path json;

    @Override
    protected void run() {
        Destination.checkFolder(out);
        boolean pretrainsOnly = Words.named(Stage.class, "--stage", stage) == Stage.PRETRAIN;
        for (String option : List.of("--tuning", "--medium", "--json")) {
            refuseIdle(option, pretrainsOnly, "with --stage pretrain");
        }
        Destination.checkFile(json);
        PcfgStudy sized =
                switch (Words.named(Size.class, "--size", size)) {
                    case TINY -> PcfgStudy.tiny();
                    case MINI -> PcfgStudy.mini();
                    case PAPER -> PcfgStudy.paper();
                };
        PcfgStudy study = sized.withSteps(
                        pretraining == null ? sized.pretraining() : pretraining,
                        tuning == null ? sized.tuning() : tuning,
                        sized.checkpoint())
                .withRates(medium == null ? sized.medium() : medium, sized.small());
        long[] all = seeds.all();
        study.memory().check("--size", size, "a smaller one", study.batch());
        if (pretrainsOnly) {
            for (List<Double> prior : List.of(PcfgStudy.WEAK, PcfgStudy.STRONG, PcfgStudy.NEVER)) {
                study.pretrain(out, prior, all)
                        .runs()
                        .forEach(run -> print("%s: %s, prior %s", run.status(), run.path(), prior));
            }
            return;
        }
        PcfgGates gates = PcfgGates.of(study, out, all);
        if (json != null) {
            Json.write(json, Json.tree(gates));
        }
        print(gates.table().printAll());
        print("commonest answer %.3f", gates.majority());
    }
}
