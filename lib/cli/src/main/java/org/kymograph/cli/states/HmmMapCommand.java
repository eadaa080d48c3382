package org.kymograph.cli.states;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.notebook.Page;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.collate.RunTables.Spacing;
import org.kymograph.states.figures.LossPlots;
import org.kymograph.states.figures.StatePlots;
import org.kymograph.states.figures.TrainingMapPlot;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.PathTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph hmm map}. */
@Command(
        name = "map",
        description = {
            "Draws the training map of runs.",
            "Writes one HTML page that needs no network and no other file: the map, all runs' states, their validation losses "
                    + "if all have the column eval_loss, and the ways they took if all have the metric."
        })
final class HmmMapCommand extends ConsoleCommand {
    private static final String LOSS = "eval_loss";

    @Parameters(index = "0", paramLabel = "MODEL.json", description = "A model that was fitted or selected.")
    Path model;

    @Mixin
    HmmData data;

    @Mixin
    HmmConvergence converged;

    @Option(names = "--labels", defaultValue = "3", description = "How many features a label names, 0 to 5.")
    int labels;

    @Option(
            names = "--renumber",
            description = "Number the states in the order in which runs first visit them, not as the model does.")
    boolean renumber;

    @Option(names = "--out", required = true, description = "The page to write, such as map.html.")
    Path out;

    @Override
    protected void run() {
        Destination.checkPage("--out", out);
        Arguments.within("--labels", labels, 0, 5);
        HmmModel read = HmmModel.read(model);
        HmmModel fitted = renumber ? read.renumbered() : read;
        RunTables tables = data.tables();
        DecodedRuns decoded = data.decoded(fitted, tables);
        Outcome convergence = converged.ifKnown(tables);
        Spacing spacing = tables.spacing();
        List<Object> shown = new ArrayList<>();
        shown.add(TrainingMapPlot.of(decoded, convergence)
                .withFeatures(labels)
                .withUnit(spacing.unit(), spacing.perCheckpoint())
                .plot());
        shown.add(StatePlots.timeline(decoded, convergence, spacing.unit(), spacing.perCheckpoint()));
        if (tables.haveColumn(LOSS)) {
            shown.add(LossPlots.overlay(tables, decoded, LOSS));
        }
        if (convergence != null) {
            shown.add(PathTable.of(decoded, convergence).table());
        }
        if (spacing.unit().equals("step")) {
            shown.add(
                    "Steps are those of the column 'step'. For runs that were evaluated by epoch, kymograph collate writes the "
                            + "epoch there, counted from 0.");
        }
        Page.write(out, "Training map", shown);
        print(out.toAbsolutePath());
    }
}
