package org.kymograph.cli.connectivity;

import picocli.CommandLine.Command;

/** {@code kymograph connectivity interpolate|evaluate|gap|cluster|plane|sharpness|path|align|merge|plot|summary|transitivity|dynamics}. */
@Command(
        name = "connectivity",
        description = "Tells which trained models share a basin of the loss, from the losses between them.",
        subcommands = {
            InterpolateCommand.class,
            GapCommand.class,
            ClusterCommand.class,
            ConnectivityPlotCommand.class,
            EvaluateCommand.class,
            PlaneCommand.class,
            SharpnessCommand.class,
            PathCommand.class,
            AlignCommand.class,
            MergeCommand.class,
            SummaryCommand.class,
            TransitivityCommand.class,
            DynamicsCommand.class
        })
public final class ConnectivityCommand {}
