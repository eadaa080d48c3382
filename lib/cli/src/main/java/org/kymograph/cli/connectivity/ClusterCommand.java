package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.cluster.BasinSettings;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.gap.GapMatrix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity cluster}. */
@Command(
        name = "cluster",
        description = {
            "Clusters the models of a matrix of gaps and says what speaks for there being clusters.",
            "Writes JSON: models, labels (0 the largest cluster), embedding, fiedler, coordinate (the paper's) and evidence."
        })
final class ClusterCommand extends ConsoleCommand {
    @Parameters(paramLabel = "GAP", description = "A matrix as gap writes it.")
    Path gap;

    @Option(
            names = {"--clusters", "--n-clusters"},
            paramLabel = "K",
            defaultValue = "2",
            description = "The number of clusters.")
    int clusters;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The random seed.")
    long seed;

    @Option(
            names = "--delta",
            paramLabel = "GAP",
            defaultValue = "1",
            description = "The gap at which similarity has fallen to exp(-1/2), or median, 1 in the paper.")
    String delta;

    @Option(names = "--draws", defaultValue = "199", description = "Matrices drawn from each null model.")
    int draws;

    @Option(names = "--out", required = true, description = "The JSON file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        GapMatrix matrix = GapMatrix.read(gap);
        Basins basins = Basins.of(
                matrix, new BasinSettings(clusters, delta.equals("median") ? matrix.median() : number(), draws, seed));
        basins.write(out);
        List<List<String>> members = basins.members();
        for (int c = 0; c < members.size(); c++) {
            print("cluster " + c + " (" + members.get(c).size() + "): " + String.join(" ", members.get(c)));
        }
        print(basins.evidence().sentence());
    }

    private double number() {
        try {
            return Double.parseDouble(delta);
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--delta", delta, "a number above 0 or median");
        }
    }
}
