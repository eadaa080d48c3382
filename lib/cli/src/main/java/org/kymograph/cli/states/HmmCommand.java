package org.kymograph.cli.states;

import picocli.CommandLine.Command;

/** {@code kymograph hmm select|fit|decode|regress|map}. */
@Command(
        name = "hmm",
        description = "Finds latent states of training runs with hidden Markov models.",
        subcommands = {
            HmmSelectCommand.class,
            HmmFitCommand.class,
            HmmDecodeCommand.class,
            HmmRegressCommand.class,
            HmmMapCommand.class
        })
public final class HmmCommand {}
