package org.kymograph.cli.degeneracy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kymograph.cli.Words;
import org.kymograph.degeneracy.curvature.Curvature;
import org.kymograph.degeneracy.curvature.HessianSpectrum;
import org.kymograph.degeneracy.figures.CurvaturePlots;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kymograph degeneracy hessian}. */
@Command(
        name = "hessian",
        description = {
            "Computes the ends of the Hessian's spectrum, its trace and its density at a run's checkpoints.",
            "What is done is kept in the run's readings, and not done again."
        })
final class DegeneracyHessianCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(
            names = "--checkpoints",
            paramLabel = "STEP,…",
            split = ",",
            description = "The steps of the checkpoints (default: the first and the last).")
    List<Long> checkpoints;

    @Option(
            names = "--eigenvalues",
            paramLabel = "N",
            defaultValue = "70",
            description = "How many of the largest eigenvalues (default ${DEFAULT-VALUE}).")
    int eigenvalues;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "300",
            description = "The most products for each end of the spectrum (default ${DEFAULT-VALUE}).")
    int iterations;

    @Option(
            names = "--block",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "The block of the parameters in whose names this occurs (default: all).")
    String block;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Random seed (default ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "An HTML file for the eigenvalues by rank (default: none).")
    Path out;

    @Override
    public Integer call() {
        if (out != null) {
            Words.checkWritable(out);
        }
        RunFolder run = RunFolder.open(folder);
        ModularRun opened = ModularRun.of(run);
        List<Long> all = run.checkpointSteps();
        List<Long> steps = checkpoints != null ? checkpoints : List.of(all.get(0), all.get(all.size() - 1));
        List<HessianSpectrum> spectra = Curvature.withDefaults()
                .withEigenvalues(eigenvalues)
                .withIterations(iterations)
                .withBlock(block)
                .withSeed(seed)
                .along(
                        run,
                        opened.objective(opened.split().train()),
                        steps.stream().distinct().mapToLong(s -> s).toArray());
        PrintWriter print = spec.commandLine().getOut();
        print.printf(
                "%-12s %8s %12s %12s %12s %10s  %s%n",
                "weights", "size", "largest", "smallest", "trace", "se", "converged");
        for (HessianSpectrum s : spectra) {
            print.printf(
                    Locale.ROOT,
                    "%-12s %8d %12.5g %12.5g %12.5g %10.2g  %d of %d%n",
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
            print.println("wrote " + out);
        }
        return 0;
    }
}
