package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.connectivity.cluster.Association;
import org.kymograph.connectivity.cluster.Basins;
import org.kymograph.connectivity.cluster.ClusterEffect;
import org.kymograph.connectivity.cluster.ClusterEffect.Group;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity summary}. */
@Command(
        name = "summary",
        description = "Tells what the clusters say of a score, such as the accuracy out of distribution.")
final class SummaryCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CLUSTERS", description = "Clusters as cluster writes them.")
    Path clusters;

    @Option(
            names = {"--scores", "--eval-mods-prefix"},
            required = true,
            description = ScoreFile.DESCRIPTION)
    Path scores;

    @Mixin
    ScoreColumn score;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The seed of the bootstrap.")
    long seed;

    @Override
    protected void run() {
        Basins basins = Basins.read(clusters);
        double[] values = score.read(scores, basins.models());
        tell("all", Group.of(values));
        for (int c = 0; c < basins.clusters(); c++) {
            int cluster = c;
            tell(
                    "cluster " + c,
                    Group.of(IntStream.range(0, values.length)
                            .filter(i -> basins.labels()[i] == cluster)
                            .mapToDouble(i -> values[i])
                            .toArray()));
        }
        if (basins.clusters() == 2 && Arrays.stream(basins.labels()).distinct().count() == 2) {
            print(ClusterEffect.of(basins, values, seed).sentence());
        }
        Association.of(basins, values, seed)
                .rows()
                .forEach(row -> print(
                        "%s: r = %.3f, 95 %% interval %.3f to %.3f",
                        row.coordinate().toLowerCase(Locale.ROOT),
                        row.pearson().estimate(),
                        row.pearson().lower(),
                        row.pearson().upper()));
    }

    private void tell(String name, Group of) {
        print(
                "%s: %d models, mean %.4f, sd %.4f, %.4f to %.4f",
                name, of.models(), of.mean(), of.sd(), of.min(), of.max());
    }
}
