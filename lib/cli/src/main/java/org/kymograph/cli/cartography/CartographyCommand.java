package org.kymograph.cli.cartography;

import picocli.CommandLine.Command;

/** {@code kymograph cartography metrics|plot|compare|select|regions|noise|filter|random-filter}. */
@Command(
        name = "cartography",
        description = "Tells what each training sample went through, from logs of training dynamics.",
        subcommands = {
            CartographyMetricsCommand.class,
            CartographyPlotCommand.class,
            CartographyCompareCommand.class,
            CartographySelectCommand.class,
            CartographyRegionsCommand.class,
            CartographyNoiseCommand.class,
            CartographyFilterCommand.class,
            CartographyRandomFilterCommand.class
        })
public final class CartographyCommand {}
