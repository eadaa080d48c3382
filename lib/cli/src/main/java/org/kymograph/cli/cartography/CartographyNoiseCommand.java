package org.kymograph.cli.cartography;

import picocli.CommandLine.Command;

/** {@code kymograph cartography noise inject|detect}. */
@Command(
        name = "noise",
        description = "Makes labels wrong on purpose, and finds wrong labels.",
        subcommands = {CartographyInjectCommand.class, CartographyDetectCommand.class})
final class CartographyNoiseCommand {}
