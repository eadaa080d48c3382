package org.kymograph.cli.degeneracy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.figures.InfluencePlots;
import org.kymograph.degeneracy.influence.InfluenceMatrix;
import org.kymograph.degeneracy.influence.InfluenceStudy;
import org.kymograph.degeneracy.influence.LossDraws;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph degeneracy influence}. */
@Command(
        name = "influence",
        description = {
            "Tells which pairs help a network with which others, from how their losses move together along chains.",
            "What was sampled is kept in the run's readings, and not sampled again."
        })
final class DegeneracyInfluenceCommand extends ConsoleCommand {
    private static final int STRONGEST = 10;

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(names = "--step", paramLabel = "STEP", description = "The checkpoint's step (default: the last).")
    Long step;

    @Option(names = "--gamma", defaultValue = "1000", description = "Localisation.")
    double gamma;

    @Option(names = "--epsilon", defaultValue = "0.0003", description = "Step size.")
    double epsilon;

    @Option(names = "--steps", defaultValue = "2000", description = "Steps of a chain.")
    int steps;

    @Option(names = "--chains", defaultValue = "4", description = "Chains.")
    int chains;

    @Option(names = "--every", defaultValue = "10", description = "Losses are kept at every so many steps.")
    int every;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed.")
    long seed;

    @Option(names = "--covariance", description = "Covariances of losses instead of correlations.")
    boolean covariance;

    @Option(names = "--out", description = "An HTML file for the matrix (default: none).")
    Path out;

    @Override
    protected void run() {
        if (out != null) {
            Destination.checkFile(out);
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
        tell(matrix, all);
        if (out != null) {
            InfluencePlots.matrix(matrix).save(out);
            print("wrote " + out);
        }
    }

    private record Entry(int i, int j, float value) {}

    private void tell(InfluenceMatrix matrix, Dataset all) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < matrix.rows().length; i++) {
            for (int j = 0; j < matrix.columns().length; j++) {
                entries.add(new Entry(matrix.rows()[i], matrix.columns()[j], matrix.values()[i][j]));
            }
        }
        entries.sort((a, b) -> Float.compare(b.value(), a.value()));
        long[] pairs = all.inputs().toLongs();
        int width = all.inputSize();
        print(matrix.method() + ": the strongest, and the most opposed");
        print("%-14s %-14s %12s", "trained pair", "held-out pair", "influence");
        int n = entries.size();
        for (int k = 0; k < n; k++) {
            if (k < STRONGEST || k >= n - STRONGEST) {
                Entry e = entries.get(k);
                print(
                        "%-14s %-14s %12.4g",
                        Arrays.toString(Arrays.copyOfRange(pairs, e.i() * width, e.i() * width + width)),
                        Arrays.toString(Arrays.copyOfRange(pairs, e.j() * width, e.j() * width + width)),
                        e.value());
            }
        }
    }
}
