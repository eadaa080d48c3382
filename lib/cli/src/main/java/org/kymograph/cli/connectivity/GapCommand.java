package org.kymograph.cli.connectivity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.connectivity.gap.CurveMetric;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.logs.InterpolationLogs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity gap}. */
@Command(
        name = "gap",
        description = {
            "Turns each curve of losses into one number and writes the matrix of all models.",
            "CURVES is a CSV of interpolate, or a text log of the paper's program or a folder of such logs. First row and first column of the matrix "
                    + "are the models' names; a pair without a curve has an empty cell."
        })
final class GapCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CURVES", description = "A CSV of interpolate, a text log or a folder of logs.")
    Path curves;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            defaultValue = "convexity-gap",
            description =
                    "convexity-gap, barrier-height, height-above-ends, area, local-height, local-chord-height or global-chord-height.")
    String metric;

    @Option(
            names = "--error",
            paramLabel = "SCORE",
            description = "Take the curve of 1 - SCORE, such as accuracy, in place of that of the loss.")
    String error;

    @Option(names = "--out", required = true, description = "The CSV file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        CurveMetric chosen = Words.named(CurveMetric.class, "--metric", metric);
        PairCurves read = read(curves);
        for (PairCurve curve : error == null ? List.<PairCurve>of() : read.curves()) {
            if (!curve.scores().containsKey(error)) {
                throw Arguments.unknown("--error", error, curve.scores().keySet());
            }
        }
        GapMatrix gap = (error == null ? read : read.errors(error)).gap(chosen);
        gap.write(out);
        read.notes().forEach(this::warn);
        print(
                "%s of %d models, median %.4g: %s",
                Words.count(read.curves().size(), "pair"), gap.size(), gap.median(), out);
    }

    /** Reads curves in any of the forms. */
    static PairCurves read(Path curves) {
        return Files.isRegularFile(curves) && curves.toString().endsWith(".csv")
                ? PairCurves.read(curves)
                : InterpolationLogs.read(curves);
    }
}
