package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.plot.Band;
import org.kymograph.plot.Palette;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;
import org.kymograph.states.collate.RunTables;
import org.kymograph.states.hmm.StatePaths;
import tech.tablesaw.api.Table;

/** Curves of losses and other columns of a run, coloured by its latent states (figures 3, 4 and 11 of Hu et al. 2023). */
public final class LossPlots {
    private static final double BAND = 0.28;
    private static final int MARKED = 60;
    private static final List<String> TIMES = List.of("step", "epoch");

    private LossPlots() {}

    /**
     * Draws training and validation loss of one run: dashed and solid, with points in the colour of the state and bands of it behind.
     *
     * @param tables the runs' tables, with {@code train_loss} and {@code eval_loss}, or one of them
     * @param paths the runs' states
     * @param run a run's name
     * @return the figure, linear; {@link Plot#withLogY()} makes it logarithmic
     * @throws IllegalArgumentException if there is no such run, it has none of these columns, or it has more states than rows
     */
    public static Plot losses(RunTables tables, StatePaths paths, String run) {
        Table table = tables.table(run);
        List<String> columns = table.columnNames().stream()
                .filter(List.of("train_loss", "eval_loss")::contains)
                .toList();
        Arguments.require(
                !columns.isEmpty(),
                "run '" + run + "' has neither train_loss nor eval_loss; it has " + table.columnNames());
        return curves(table, paths.path(paths.index(run)), columns.toArray(String[]::new))
                .withY("loss")
                .withTitle("Run " + Plots.escape(Symbols.shortened(run, 40)));
    }

    /**
     * Draws columns of one run: the first dashed, the others solid, with points in the colour of the state and bands of it behind.
     *
     * @param table the run's table; its column {@code step}, or else {@code epoch}, or else the number of the row is the time
     * @param states the state of each row; rows beyond have none
     * @param columns the columns to draw, at least one
     * @return the figure, linear
     * @throws IllegalArgumentException if a column is missing or not numeric, or there are more states than rows
     */
    public static Plot curves(Table table, int[] states, String... columns) {
        Arguments.within("the number of states", states.length, 0, table.rowCount());
        String time = time(table);
        double[] x = times(table, time);
        Plot plot = Plots.empty(time.isEmpty() ? "checkpoint" : time, columns.length == 1 ? columns[0] : "value");
        List<Object> bands = new ArrayList<>();
        for (int[] stay : MapRuns.stays(states)) {
            bands.add(Plots.attributes(
                    "type: rect, xref: x, yref: 'y domain', y0: 0, y1: 1, x0: ?, x1: ?, fillcolor: ?, "
                            + "line: {width: 0}, layer: below",
                    x[stay[1]],
                    x[Math.min(stay[2], x.length - 1)],
                    StateColours.translucent(stay[0], BAND)));
        }
        for (int c = 0; c < columns.length; c++) {
            double[] y = Columns.numbers(table, columns[c]);
            boolean dashed = c == 0 && columns.length > 1;
            plot = plot.and(Series.of("type: scatter, name: ?, x: ?, y: ?, mode: lines", label(columns[c]), x, y)
                    .withAll("line: {color: ?, width: 1.6, dash: ?}", Palette.TEXT, dashed ? "dash" : "solid")
                    .with("hoverinfo", "skip"));
        }
        for (String column : columns) {
            double[] y = Columns.numbers(table, column);
            int[] marked = marked(states.length);
            plot = plot.and(
                    Series.of("type: scatter, name: ?, mode: markers, showlegend: false", label(column))
                            .withAll("x: ?, y: ?", Columns.pick(x, marked), Columns.pick(y, marked))
                            .withAll(
                                    "marker: {size: 6, color: ?, line: {width: 0.5, color: ?}}",
                                    IntStream.of(marked)
                                            .mapToObj(i -> StateColours.of(states[i]))
                                            .toList(),
                                    Palette.TEXT)
                            .with(
                                    "customdata",
                                    IntStream.of(marked).map(i -> states[i]).toArray())
                            .with(
                                    "hovertemplate",
                                    "%{fullData.name} %{y:.4~g}<br>%{xaxis.title.text} %{x}, state %{customdata}<extra></extra>"));
        }
        return StatePlots.legend(plot, IntStream.of(states).distinct().sorted().toArray())
                .withAll("shapes: ?, xaxis.showgrid: false", bands);
    }

    /** As many points as leave the line to be seen. */
    private static int[] marked(int n) {
        int every = (n + MARKED - 1) / MARKED;
        return IntStream.range(0, n).filter(i -> i % Math.max(1, every) == 0).toArray();
    }

    /**
     * Draws two columns of one run against an axis each, such as a loss, dotted, and the mean weight (figure 8 of Hu et al. 2023).
     *
     * @param table the run's table
     * @param states the state of each row; rows beyond have none
     * @param left the column of the left axis
     * @param right the column of the right axis
     * @return the figure
     * @throws IllegalArgumentException as {@link #curves}
     */
    public static Plot twin(Table table, int[] states, String left, String right) {
        Plot plot = curves(table, states, left).withY(label(left) + " (dotted)");
        List<Series> traces = new ArrayList<>();
        plot.traces()
                .forEach(trace -> traces.add(trace.get("line.dash") == null ? trace : trace.with("line.dash", "dot")));
        curves(table, states, right).traces().stream()
                .filter(trace -> label(right).equals(trace.get("name")))
                .forEach(trace -> traces.add(trace.with("yaxis", "y2")));
        return new Plot(traces, plot.layout())
                .withAll(
                        "yaxis2: {overlaying: y, side: right, showgrid: false, zeroline: false, exponentformat: power,"
                                + " title: {text: ?}}",
                        label(right))
                .with("legend.x", 1.12);
    }

    /**
     * Draws a column of all runs, each stretch in the colour of its state, and the mean of the runs.
     *
     * @param tables the runs' tables
     * @param paths the runs' states
     * @param column the column to draw, such as {@code eval_loss}
     * @return the figure, linear
     * @throws IllegalArgumentException if a run lacks the column or has more states than rows
     */
    public static Plot overlay(RunTables tables, StatePaths paths, String column) {
        Map<Integer, List<double[]>> stretches = new TreeMap<>();
        DoubleStream.Builder allX = DoubleStream.builder();
        DoubleStream.Builder allY = DoubleStream.builder();
        String time = "";
        for (int i = 0; i < paths.runs().size(); i++) {
            Table table = tables.table(paths.runs().get(i));
            int[] states = paths.path(i);
            Arguments.within(
                    "the number of states of run '" + paths.runs().get(i) + "'", states.length, 0, table.rowCount());
            time = time(table);
            double[] x = times(table, time);
            double[] y = Columns.numbers(table, column);
            Arrays.stream(x, 0, states.length).forEach(allX);
            Arrays.stream(y, 0, states.length).forEach(allY);
            for (int[] stay : MapRuns.stays(states)) {
                List<double[]> points = stretches.computeIfAbsent(stay[0], s -> new ArrayList<>());
                // One point further, so that stretches meet.
                for (int t = stay[1]; t <= Math.min(stay[2], states.length - 1); t++) {
                    points.add(new double[] {x[t], y[t]});
                }
                points.add(new double[] {x[stay[1]], Double.NaN});
            }
        }
        Plot plot = Plots.empty(time.isEmpty() ? "checkpoint" : time, label(column));
        int points = stretches.values().stream().mapToInt(List::size).sum();
        for (Map.Entry<Integer, List<double[]>> state : stretches.entrySet()) {
            plot = plot.and(Series.of(points > Plots.WEBGL ? "scattergl" : "scatter")
                    .withAll("name: ?, mode: lines", "state " + state.getKey())
                    .with("x", Columns.numbers(state.getValue(), p -> p[0]))
                    .with("y", Columns.numbers(state.getValue(), p -> p[1]))
                    .withAll("line: {color: ?, width: 1.3}, opacity: 0.75", StateColours.of(state.getKey()))
                    .with(
                            "hovertemplate",
                            "state " + state.getKey() + "<br>%{xaxis.title.text} %{x}: %{y:.4~g}<extra></extra>"));
        }
        Band.Edges mean = Band.range().of(allX.build().toArray(), allY.build().toArray());
        return plot.and(Series.of(
                                "type: scatter, name: ?, mode: lines",
                                "mean of " + paths.runs().size() + " runs")
                        .withAll("x: ?, y: ?, line: {color: ?, width: 3}", mean.x(), mean.mean(), Palette.TEXT)
                        .with("hovertemplate", "mean at %{x}: %{y:.4~g}<extra></extra>"))
                .withLegend("")
                .withTitle(paths.runs().size() + " runs");
    }

    private static String label(String column) {
        return switch (column) {
            case "train_loss" -> "training loss";
            case "eval_loss" -> "validation loss";
            case "train_accuracy" -> "training accuracy";
            case "eval_accuracy" -> "validation accuracy";
            default -> Plots.escape(column);
        };
    }

    private static String time(Table table) {
        return TIMES.stream().filter(table::containsColumn).findFirst().orElse("");
    }

    private static double[] times(Table table, String time) {
        return time.isEmpty()
                ? IntStream.range(0, table.rowCount()).asDoubleStream().toArray()
                : Columns.numbers(table, time);
    }
}
