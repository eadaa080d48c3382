package org.kymograph.cli;

import picocli.CommandLine.Command;

/** {@code kymograph cartography metrics}. */
@Command(name = "cartography", description = "Tells what each training sample went through, from logs of training dynamics.",
        subcommands = {CartographyMetricsCommand.class, CartographyFilterCommand.class,
            CartographyRandomFilterCommand.class})
final class CartographyCommand {
}
