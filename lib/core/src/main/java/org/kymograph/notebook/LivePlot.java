package org.kymograph.notebook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.kymograph.base.Arguments;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Experiment;
import org.kymograph.train.TrainingListener;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A line plot that grows in place while a cell runs, one line per run, drawn again at most once a second; safe to call from several threads.
 *
 * <pre>{@code
 * try (LivePlot losses = LivePlot.of("epoch", "loss").styled(Plot::withLogY)) {
 *     losses.add("seed0", 1, 0.69);
 * }
 * }</pre>
 */
public final class LivePlot implements TrainingListener, AutoCloseable {
    private static final long INTERVAL = 1_000_000_000L;
    private final String x;
    private final String y;
    private final UnaryOperator<Plot> style;
    private final Notebook.Display display;
    private final LongSupplier clock;
    // Runs report in any order; seed 10 belongs behind seed 9.
    private final Map<String, Growing> lines =
            new TreeMap<>(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    private long drawn;
    private boolean fresh = true;
    private boolean changed;

    LivePlot(String x, String y, UnaryOperator<Plot> style, Notebook.Display display, LongSupplier clock) {
        this.x = x;
        this.y = y;
        this.style = style;
        this.display = display;
        this.clock = clock;
    }

    /**
     * Starts an empty plot; it appears with its first point.
     *
     * @param x the label of the horizontal axis
     * @param y the label of the vertical axis
     * @return the plot
     */
    public static LivePlot of(String x, String y) {
        return new LivePlot(x, y, plot -> plot, Notebook.display(), System::nanoTime);
    }

    /**
     * Starts an empty plot like this one.
     *
     * @param with what to set on the figure each time it is drawn, such as a title or a log axis
     * @return the plot
     */
    public LivePlot styled(UnaryOperator<Plot> with) {
        return new LivePlot(x, y, plot -> with.apply(style.apply(plot)), Notebook.display(), clock);
    }

    /**
     * Adds a point.
     *
     * @param run whose line it belongs to
     * @param atX its horizontal place
     * @param atY its vertical place; what is not finite leaves a gap
     */
    public synchronized void add(String run, double atX, double atY) {
        lines.computeIfAbsent(run, name -> new Growing()).add(atX, atY);
        changed = true;
        long now = clock.getAsLong();
        if (fresh || now - drawn >= INTERVAL) {
            draw();
            drawn = clock.getAsLong();
            fresh = false;
        }
    }

    /**
     * Adds an evaluation of a run; the axes' labels are the names of what is plotted.
     *
     * @throws IllegalArgumentException if the evaluation holds no number of those names
     */
    @Override
    public void onEvaluation(long seed, ObjectNode line) {
        add(Long.toString(seed), number(line, x), number(line, y));
    }

    private static double number(ObjectNode line, String name) {
        if (!line.has(name)) {
            throw Arguments.unknown(
                    "the plotted quantity",
                    name,
                    line.properties().stream().map(Map.Entry::getKey).toList());
        }
        return line.get(name).asDouble(Double.NaN);
    }

    /** Draws the record of the runs that are done and are not trained again. */
    @Override
    public void onOpen(Experiment experiment, List<RunFolder> runs) {
        draw(runs.stream().filter(RunFolder::isComplete).toList());
    }

    /** Draws the record of runs that go on, up to where they stand. */
    @Override
    public void onStart(Start start) {
        if (start.step() > 0) {
            draw(start.runs());
        }
    }

    private synchronized void draw(List<RunFolder> runs) {
        for (RunFolder run : runs) {
            String name = Long.toString(run.seed());
            if (lines.containsKey(name)) {
                continue;
            }
            for (ObjectNode line : run.metrics().read()) {
                lines.computeIfAbsent(name, seed -> new Growing()).add(number(line, x), number(line, y));
                changed = true;
            }
        }
        close();
    }

    @Override
    public void onEnd() {
        close();
    }

    /**
     * Returns the figure as it is now.
     *
     * @return the plot of all points so far
     */
    public synchronized Plot plot() {
        DoubleColumn xs = DoubleColumn.create(x);
        DoubleColumn ys = DoubleColumn.create(y);
        StringColumn runs = StringColumn.create(x.equals("seed") || y.equals("seed") ? "run" : "seed");
        lines.forEach((run, line) -> {
            for (int i = 0; i < line.n; i++) {
                xs.append(line.x[i]);
                ys.append(line.y[i]);
                runs.append(run);
            }
        });
        return style.apply(Plots.lines(Table.create(xs, ys, runs), x, y, runs.name()));
    }

    /** Draws the points that came since the last drawing. */
    @Override
    public synchronized void close() {
        if (changed) {
            draw();
        }
    }

    private void draw() {
        display.show(plot());
        changed = false;
    }

    private static final class Growing {
        private double[] x = new double[64];
        private double[] y = new double[64];
        private int n;

        void add(double atX, double atY) {
            if (n == x.length) {
                x = Arrays.copyOf(x, 2 * n);
                y = Arrays.copyOf(y, 2 * n);
            }
            x[n] = atX;
            y[n++] = atY;
        }
    }
}
