package org.kymograph.cli.degeneracy;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.degeneracy.figures.CurvaturePlots;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.evaluate.Curvature;
import org.kymograph.evaluate.HessianSpectrum;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph degeneracy hessian}. */
@Command(
        name = "hessian",
        description = {
            "Computes the ends of the Hessian's spectrum, its trace and its density at a run's checkpoints.",
            "The first and the last checkpoint unless said. What is done is kept in the run's readings, and not done again."
        })
final class DegeneracyHessianCommand extends ConsoleCommand {
    @Mixin
    RunCheckpoints run;

    @Option(names = "--eigenvalues", defaultValue = "70", description = "How many of the largest eigenvalues.")
    int eigenvalues;

    @Option(
            names = "--iterations",
            defaultValue = "300",
            description = "The most products for each end of the spectrum.")
    int iterations;

    @Option(
            names = "--block",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "The block of the parameters in whose names this occurs (default: all).")
    String block;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed.")
    long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE.html",
            description =
                    "A page with the eigenvalues by rank; a picture if its name ends in .png, .svg or .pdf (default: none).")
    Path out;

    @Override
    protected void run() {
        Destination.checkFigure("--out", out);
        ModularRun opened = run.run();
        long last = opened.last();
        List<Long> steps = run.steps(opened, List.of(opened.steps().get(0), last));
        List<HessianSpectrum> spectra = Curvature.withDefaults()
                .withEigenvalues(eigenvalues)
                .withIterations(iterations)
                .withBlock(block)
                .withSeed(seed)
                .along(
                        opened.run(),
                        opened.objective(opened.split().train()),
                        steps.stream().distinct().mapToLong(s -> s).toArray());
        print(
                "%-12s %8s %12s %12s %12s %10s  %s",
                "weights", "size", "largest", "smallest", "trace", "se", "converged");
        for (HessianSpectrum s : spectra) {
            print(
                    "%-12s %8d %12.5g %12.5g %12.5g %10.2g  %d of %d",
                    s.name(),
                    s.size(),
                    s.largest()[0],
                    s.smallest()[0],
                    s.trace(),
                    s.traceError(),
                    s.converged(),
                    s.largest().length + s.smallest().length);
        }
        if (out != null) {
            CurvaturePlots.eigenvalues(spectra).save(out);
            print("wrote " + out);
        }
    }
}
