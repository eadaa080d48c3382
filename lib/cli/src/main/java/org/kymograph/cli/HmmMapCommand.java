package org.kymograph.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.kymograph.notebook.Page;
import org.kymograph.plot.LossPlots;
import org.kymograph.plot.StatePlots;
import org.kymograph.plot.TrainingMapPlot;
import org.kymograph.states.DecodedRuns;
import org.kymograph.states.HmmModel;
import org.kymograph.states.Observations;
import org.kymograph.states.Outcome;
import org.kymograph.states.PathTable;
import org.kymograph.states.RunTables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/** {@code kymograph hmm map}. */
@Command(name = "map", description = {"Draws the training map of runs.",
    "Writes one HTML page that needs no network and no other file: the map, all runs' states, their validation losses and the ways they took."})
final class HmmMapCommand implements Callable<Integer> {
    private static final String ACCURACY = "eval_accuracy";
    private static final String LOSS = "eval_loss";

    @Spec
    CommandSpec command;

    @Parameters(index = "0", paramLabel = "MODEL.json", description = "A model that was fitted or selected.")
    Path model;

    @Mixin
    HmmData data;

    @Option(names = "--metric", paramLabel = "COLUMN",
            description = "The column that tells when a run has converged; default " + ACCURACY + ", if all runs have it.")
    String metric;

    @Option(names = "--threshold", paramLabel = "X", defaultValue = "0.9",
            description = "A run has converged at the first row strictly above X; default ${DEFAULT-VALUE}.")
    double threshold;

    @Option(names = "--below", description = "Strictly below X instead, for losses.")
    boolean below;

    @Option(names = "--labels", paramLabel = "N", defaultValue = "3",
            description = "How many features a label names, 0 to 5; default ${DEFAULT-VALUE}.")
    int labels;

    @Option(names = "--renumber", description = "Number the states in the order in which runs first visit them, not as the model does.")
    boolean renumber;

    @Option(names = "--no-standardize", description = "Take the numbers as they are; the model must be fitted so.")
    boolean raw;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The page to write, such as map.html.")
    Path out;

    @Override
    public Integer call() {
        HmmModel read = HmmModel.read(model);
        HmmModel fitted = renumber ? read.relabelled() : read;
        RunTables tables = data.tables();
        Observations runs = data.observations(tables, fitted.features(), fitted.isStandardized() && !raw);
        DecodedRuns decoded = DecodedRuns.of(fitted, runs);
        Outcome convergence = convergence(tables);
        Spacing spacing = Spacing.of(tables);
        List<Object> shown = new ArrayList<>();
        shown.add(TrainingMapPlot.of(decoded, convergence).withFeatures(labels).withUnit(spacing.unit, spacing.each).plot());
        shown.add(StatePlots.timeline(decoded, convergence, spacing.unit, spacing.each));
        if (haveAll(tables, LOSS)) {
            shown.add(LossPlots.overlay(tables, decoded, LOSS));
        }
        if (convergence != null) {
            shown.add(PathTable.of(decoded, convergence).table());
        }
        Page.write(out, "Training map", shown);
        command.commandLine().getOut().println(out.toAbsolutePath());
        return 0;
    }

    private Outcome convergence(RunTables tables) {
        if (metric == null && !haveAll(tables, ACCURACY)) {
            return null;
        }
        String column = metric == null ? ACCURACY : metric;
        return below ? Outcome.convergenceBelow(tables.names(), Outcome.metric(tables, column), threshold)
                : Outcome.convergence(tables, column, threshold);
    }

    private static boolean haveAll(RunTables tables, String column) {
        return tables.names().stream().allMatch(run -> tables.table(run).containsColumn(column));
    }

    /** How far apart checkpoints are. */
    private record Spacing(String unit, double each) {
        /** By the column {@code step} or {@code epoch}, if all runs have the same equal steps in it; else in checkpoints. */
        static Spacing of(RunTables tables) {
            for (String unit : List.of("step", "epoch")) {
                double each = haveAll(tables, unit) ? each(tables, unit) : Double.NaN;
                if (each > 0) {
                    return new Spacing(unit, each);
                }
            }
            return new Spacing("checkpoint", 1);
        }

        private static double each(RunTables tables, String unit) {
            double each = Double.NaN;
            for (String run : tables.names()) {
                Table table = tables.table(run);
                if (!(table.column(unit) instanceof NumericColumn<?> times)) {
                    return Double.NaN;
                }
                for (int t = 1; t < times.size(); t++) {
                    double step = times.getDouble(t) - times.getDouble(t - 1);
                    if (!Double.isNaN(each) && step != each) {
                        return Double.NaN;
                    }
                    each = step;
                }
            }
            return each;
        }
    }
}
