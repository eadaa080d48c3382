package org.kymograph.cli.connectivity;

import picocli.CommandLine.Command;

/** {@code kymograph connectivity interpolate|gap|cluster|plot}. */
@Command(
        name = "connectivity",
        description = "Tells which trained models share a basin of the loss, from the losses between them.",
        subcommands = {InterpolateCommand.class, GapCommand.class, ClusterCommand.class, ConnectivityPlotCommand.class})
public final class ConnectivityCommand {}
