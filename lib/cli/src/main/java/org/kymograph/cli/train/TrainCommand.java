package org.kymograph.cli.train;

import picocli.CommandLine.Command;

/** {@code kymograph train EXPERIMENT}. */
@Command(
        name = "train",
        description = "Trains an experiment from many seeds and keeps every run's record.",
        subcommands = {
            TrainSparseParityCommand.class,
            TrainModularAdditionCommand.class,
            TrainModularMlpCommand.class,
            TrainMnistCommand.class,
            TrainFashionMnistCommand.class,
            TrainCifar100Command.class,
            TrainStoriesCommand.class,
            TrainTracrCommand.class,
            TrainPcfgCommand.class
        })
public final class TrainCommand {}
