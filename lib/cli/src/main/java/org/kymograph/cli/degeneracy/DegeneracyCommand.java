package org.kymograph.cli.degeneracy;

import picocli.CommandLine.Command;

/** {@code kymograph degeneracy llc|fourier|circuits|hessian|influence}. */
@Command(
        name = "degeneracy",
        description =
                "Tells how degenerate networks' losses are around their parameters, and what algorithm they learned.",
        subcommands = {
            DegeneracyLlcCommand.class,
            DegeneracyFourierCommand.class,
            DegeneracyCircuitsCommand.class,
            DegeneracyHessianCommand.class,
            DegeneracyInfluenceCommand.class
        })
public final class DegeneracyCommand {}
