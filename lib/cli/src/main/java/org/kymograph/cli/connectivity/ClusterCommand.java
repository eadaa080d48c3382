package org.kymograph.cli.connectivity;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kymograph connectivity cluster}. */
@Command(
        name = "cluster",
        description = {
            "Clusters the models of a matrix of gaps and says what speaks for there being clusters.",
            "Writes JSON: models, labels (0 the largest cluster), embedding, fiedler, coordinate (the paper's), gapCoordinate and evidence."
        })
final class ClusterCommand implements Callable<Integer> {
    @Spec
    CommandSpec command;

    @Parameters(paramLabel = "GAP", description = "A matrix as gap writes it.")
    Path gap;

    @Option(
            names = {"--clusters", "--n-clusters", "--n_clusters"},
            paramLabel = "K",
            defaultValue = "2",
            description = "The number of clusters (default ${DEFAULT-VALUE}).")
    int clusters;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "42",
            description = "The random seed (default ${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--delta",
            paramLabel = "GAP",
            defaultValue = "1",
            description =
                    "The gap at which similarity has fallen to exp(-1/2), or median (default ${DEFAULT-VALUE}, as the paper).")
    String delta;

    @Option(
            names = "--draws",
            paramLabel = "N",
            defaultValue = "199",
            description = "Matrices drawn from each null model (default ${DEFAULT-VALUE}).")
    int draws;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The JSON file to write.")
    Path out;

    @Override
    public Integer call() {
        Destination.checkFile(out);
        GapMatrix matrix = GapMatrix.read(gap);
        Basins basins = Basins.of(
                matrix, new BasinSettings(clusters, delta.equals("median") ? matrix.median() : number(), draws, seed));
        basins.write(out);
        PrintWriter print = command.commandLine().getOut();
        List<List<String>> members = basins.members();
        for (int c = 0; c < members.size(); c++) {
            print.println("cluster " + c + " (" + members.get(c).size() + "): " + String.join(" ", members.get(c)));
        }
        print.println(basins.evidence().sentence());
        return 0;
    }

    private double number() {
        try {
            return Double.parseDouble(delta);
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--delta", delta, "a number above 0 or median");
        }
    }
}
