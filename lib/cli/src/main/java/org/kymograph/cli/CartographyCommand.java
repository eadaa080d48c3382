package org.kymograph.cli;

import picocli.CommandLine.Command;

/** {@code kymograph cartography metrics|filter|random-filter|select|regions|noise}. */
@Command(name = "cartography", description = "Tells what each training sample went through, from logs of training dynamics.",
        subcommands = {CartographyMetricsCommand.class, CartographyFilterCommand.class,
            CartographyRandomFilterCommand.class, CartographySelectCommand.class, CartographyRegionsCommand.class,
            CartographyNoiseCommand.class})
final class CartographyCommand {
}
