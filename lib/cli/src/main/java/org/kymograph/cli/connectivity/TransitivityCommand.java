package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.figures.BasinPlots;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.gap.Transitivity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph connectivity transitivity}. */
@Command(
        name = "transitivity",
        description =
                "Tells how near the gaps come to being distances: the clustering coefficient and the triangle inequality.")
final class TransitivityCommand extends ConsoleCommand {
    @Parameters(paramLabel = "GAP", description = "A matrix as gap writes it.")
    Path gap;

    @Option(names = "--page", paramLabel = "HTML", description = "Draw the violations on a page, too.")
    Path page;

    @Override
    protected void run() {
        Destination.checkPage("--page", page);
        Transitivity found = Transitivity.of(GapMatrix.read(gap));
        print("clustering coefficient %.4g, weighted %.4g", found.clusteringCoefficient(), found.weightedCoefficient());
        print(
                "%d of %d triples satisfy the triangle inequality; the others violate it by %.4g in total, %.4g and %.4g %% on average",
                found.satisfied(),
                found.triples(),
                found.totalViolation(),
                found.meanViolation(),
                found.meanPercentage());
        if (page != null) {
            printPlace(BasinPlots.violations(found).save(page));
        }
    }
}
