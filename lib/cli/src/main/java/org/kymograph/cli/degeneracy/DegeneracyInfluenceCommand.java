package org.kymograph.cli.degeneracy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Words;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.figures.InfluencePlots;
import org.kymograph.degeneracy.influence.InfluenceMatrix;
import org.kymograph.degeneracy.influence.InfluenceStudy;
import org.kymograph.degeneracy.influence.LossDraws;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kymograph degeneracy influence}. */
@Command(
        name = "influence",
        description = {
            "Tells which pairs help a network with which others, from how their losses move together along chains.",
            "What was sampled is kept in the run's readings, and not sampled again."
        })
final class DegeneracyInfluenceCommand implements Callable<Integer> {
    private static final int STRONGEST = 10;

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(names = "--step", paramLabel = "STEP", description = "The checkpoint's step (default: the last).")
    Long step;

    @Option(
            names = "--gamma",
            paramLabel = "X",
            defaultValue = "1000",
            description = "Localisation (default ${DEFAULT-VALUE}).")
    double gamma;

    @Option(
            names = "--epsilon",
            paramLabel = "X",
            defaultValue = "0.0003",
            description = "Step size (default ${DEFAULT-VALUE}).")
    double epsilon;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Steps of a chain (default ${DEFAULT-VALUE}).")
    int steps;

    @Option(
            names = "--chains",
            paramLabel = "N",
            defaultValue = "4",
            description = "Chains (default ${DEFAULT-VALUE}).")
    int chains;

    @Option(
            names = "--every",
            paramLabel = "N",
            defaultValue = "10",
            description = "Losses are kept at every so many steps (default ${DEFAULT-VALUE}).")
    int every;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Random seed (default ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--covariance", description = "Covariances of losses instead of correlations.")
    boolean covariance;

    @Option(names = "--out", paramLabel = "FILE", description = "An HTML file for the matrix (default: none).")
    Path out;

    @Override
    public Integer call() {
        if (out != null) {
            Words.checkWritable(out);
        }
        RunFolder run = RunFolder.open(folder);
        ModularRun opened = ModularRun.of(run);
        Dataset all = opened.all();
        int[] train = opened.rows(opened.split().train());
        int[] test = opened.rows(opened.split().test());
        Arguments.check(test.length > 0, "RUN", folder, "a run with pairs that it was not trained on");
        InfluenceStudy study = InfluenceStudy.of(opened.objective(all), train);
        study = study.withEvery(every)
                .withSettings(study.settings()
                        .withGamma(gamma)
                        .withEpsilon(epsilon)
                        .withSteps(steps)
                        .withChains(chains)
                        .withSeed(seed));
        LossDraws draws = study.draws(run, step == null ? opened.last() : step);
        InfluenceMatrix matrix = covariance ? draws.covariance(train, test) : draws.correlation(train, test);
        print(matrix, all);
        if (out != null) {
            InfluencePlots.matrix(matrix).save(out);
            spec.commandLine().getOut().println("wrote " + out);
        }
        return 0;
    }

    private record Entry(int i, int j, float value) {}

    private void print(InfluenceMatrix matrix, Dataset all) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < matrix.rows().length; i++) {
            for (int j = 0; j < matrix.columns().length; j++) {
                entries.add(new Entry(matrix.rows()[i], matrix.columns()[j], matrix.values()[i][j]));
            }
        }
        entries.sort((a, b) -> Float.compare(b.value(), a.value()));
        long[] pairs = all.inputs().toLongs();
        int width = all.inputSize();
        PrintWriter print = spec.commandLine().getOut();
        print.println(matrix.method() + ": the strongest, and the most opposed");
        print.printf("%-14s %-14s %12s%n", "trained pair", "held-out pair", "influence");
        int n = entries.size();
        for (int k = 0; k < n; k++) {
            if (k < STRONGEST || k >= n - STRONGEST) {
                Entry e = entries.get(k);
                print.printf(
                        Locale.ROOT,
                        "%-14s %-14s %12.4g%n",
                        Arrays.toString(Arrays.copyOfRange(pairs, e.i() * width, e.i() * width + width)),
                        Arrays.toString(Arrays.copyOfRange(pairs, e.j() * width, e.j() * width + width)),
                        e.value());
            }
        }
    }
}
