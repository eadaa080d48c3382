package org.kymograph.stories.tracr;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.data.Task;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * Fine-tuning of a compiled program: the counter from counting a to counting b, the selector from the fifth to the seventh smallest
 * letter; and back. Momentum SGD with clipped gradients, a warm-up over a fifth of the steps, then half a
 * cosine down to a hundredth of the rate. Runs of one rate and share of correlated samples differ in their seed and train as a stack.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024), whose
 * batches are drawn anew at every step; here they are drawn from a fixed set. Without clipping a rate of 0.1 diverges: the compiled
 * weights are up to 100, and the first gradients as steep.
 *
 * @param network the program, with the noise that tells seeds apart
 * @param rates the learning rates, each above 0
 * @param correlated the shares of correlated training samples, each 0 to 1
 * @param steps the steps of a run, at least 1
 * @param clip the largest norm of a gradient, above 0; infinite for no clipping
 * @param train the number of samples to learn from, at least 1
 * @param test the number of samples in each measured set, at least 1
 */
public record TracrFineTuning(
        CompiledProgram network,
        List<Double> rates,
        List<Double> correlated,
        int steps,
        double clip,
        int train,
        int test) {
    private static final int BATCH = 96;

    // Accuracy in % by rate and share: (C_Te 1: old, new; C_Te 0: old, new), the paper's tables.
    private static final Map<String, double[]> COUNTER = Map.of(
            "0.1/0", new double[] {0, 100, 0, 100},
            "0.1/1", new double[] {0, 100, 35.8, 0.7},
            "0.01/0", new double[] {1.1, 96.3, 0, 98.8},
            "0.01/1", new double[] {0.3, 98.3, 4.2, 0.2},
            "0.001/0", new double[] {54.6, 1.2, 25.7, 27.2},
            "0.001/1", new double[] {4.0, 94.3, 10.3, 2.2},
            "0.0001/0", new double[] {32.6, 0, 10.6, 28.7},
            "0.0001/1", new double[] {1.6, 98.3, 10.6, 0.2});
    private static final Map<String, double[]> SELECTOR = Map.of(
            "0.1/0", new double[] {20.3, 34.5, 0, 99.3},
            "0.1/1", new double[] {0.3, 99.6, 16.8, 37.8},
            "0.01/0", new double[] {29.7, 0.2, 16.3, 52.6},
            "0.01/1", new double[] {11.1, 78.5, 23.8, 14.4},
            "0.001/0", new double[] {6.4, 20.2, 4.5, 28.5},
            "0.001/1", new double[] {16.0, 33.2, 12.8, 14.0},
            "0.0001/0", new double[] {0.5, 82.6, 0.5, 91.1},
            "0.0001/1", new double[] {0, 90.2, 0.7, 88.6});

    /**
     * The accuracies of one run after fine-tuning; they are NaN where the run diverged.
     *
     * @param program the program
     * @param rate the learning rate
     * @param correlated the share of correlated training samples
     * @param seed the run's seed
     * @param tied the accuracies on correlated samples at the old and the new task
     * @param free those on uncorrelated samples
     */
    public record Cell(
            CompiledProgram.Program program,
            double rate,
            double correlated,
            long seed,
            List<Double> tied,
            List<Double> free) {
        /** Copies the accuracies. */
        public Cell {
            tied = List.copyOf(tied);
            free = List.copyOf(free);
        }
    }

    /** Checks the ranges. */
    public TracrFineTuning {
        rates = List.copyOf(Arguments.notEmpty("rates", rates));
        rates.forEach(rate -> Arguments.positive("rate", rate));
        correlated = List.copyOf(Arguments.notEmpty("correlated", correlated));
        correlated.forEach(share -> Arguments.within("correlated", share, 0, 1));
        Arguments.atLeast("steps", steps, 1);
        Arguments.check(clip > 0, "clip", clip, "above 0");
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
    }

    /**
     * Returns the small grid of the counter: 6 letters, 16 positions, noise of 1e-4, rates 1e-1 to 1e-4, no or all samples correlated,
     * 2000 steps, gradients clipped at 1. The paper's noise of 1e-3 leaves little of this counter, whose steep layers carry large
     * numbers.
     *
     * @return the grid
     */
    public static TracrFineTuning withDefaults() {
        return of(CompiledProgram.counter().withSizes(6, 16).withNoise(1e-4));
    }

    /**
     * Returns the grid of the selector, with 26 letters, 10 positions and else as the counter's.
     *
     * @return the grid
     */
    public static TracrFineTuning selector() {
        return of(CompiledProgram.selector().withNoise(1e-4));
    }

    private static TracrFineTuning of(CompiledProgram network) {
        return new TracrFineTuning(network, List.of(1e-1, 1e-2, 1e-3, 1e-4), List.of(0.0, 1.0), 2000, 1, 8192, 500);
    }

    /** Returns a copy with other rates. */
    public TracrFineTuning withRates(List<Double> rates) {
        return Copies.with(this, "rates", rates);
    }

    /** Returns a copy with other shares of correlated training samples. */
    public TracrFineTuning withCorrelated(List<Double> correlated) {
        return Copies.with(this, "correlated", correlated);
    }

    /** Returns a copy of another number of steps. */
    public TracrFineTuning withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }

    /** Returns a copy that clips gradients at another norm; infinite for no clipping. */
    public TracrFineTuning withClip(double clip) {
        return Copies.with(this, "clip", clip);
    }

    /** Returns a copy with another program. */
    public TracrFineTuning withNetwork(CompiledProgram network) {
        return Copies.with(this, "network", network);
    }

    /** Returns a copy with other numbers of samples. */
    public TracrFineTuning withSizes(int train, int test) {
        return new TracrFineTuning(network, rates, correlated, steps, clip, train, test);
    }

    /**
     * Returns a task of the program.
     *
     * @param task 0 for the old one, what was compiled, 1 for the new one
     * @param share the share of correlated samples, in training and test
     * @return the task
     */
    public Task task(int task, double share) {
        return network.program() == CompiledProgram.Program.COUNTER
                ? LetterCounting.of(network)
                        .withCounted(task)
                        .withCorrelated(share)
                        .withTestCorrelated(share)
                        .withSizes(train, test)
                : LetterSelection.of(network)
                        .withRanked(task)
                        .withCorrelated(share, share)
                        .withSizes(train, test);
    }

    /**
     * Returns the experiment of one cell of the grid.
     *
     * @param rate the learning rate
     * @param share the share of correlated samples, in training and test
     * @return the experiment
     */
    public Experiment experiment(double rate, double share) {
        return experiment("", task(1, share), rate);
    }

    private Experiment experiment(String suffix, Task task, double rate) {
        int epoch = (train + BATCH - 1) / BATCH;
        return Experiment.of(
                        "tracr-" + network.program().name().toLowerCase(Locale.ROOT) + suffix,
                        task,
                        network,
                        Loss.CROSS_ENTROPY,
                        Optimizer.sgd(rate).withMomentum(0.9))
                .withSchedule(Schedule.COSINE.withWarmupFraction(0.2).withFinalFraction(0.01))
                .withClipNorm(clip)
                .withBatchSize(BATCH)
                .withLength(Span.steps(steps))
                .withEvaluation(Span.steps(Math.max(1, Math.min(epoch, steps / 20))))
                .withCheckpoints(Span.steps(Math.max(1, steps / 10)));
    }

    /**
     * Trains what is missing of a cell's runs.
     *
     * @param root the folder of all experiments
     * @param rate the learning rate
     * @param share the share of correlated samples
     * @param seeds the seeds
     * @return the runs
     */
    public Population train(Path root, double rate, double share, long... seeds) {
        return Trainer.of(experiment(rate, share)).train(root, seeds);
    }

    /**
     * Fine-tunes runs back to the old task, as much of it as is missing.
     *
     * @param root the folder of all experiments
     * @param tuned the runs of a cell, none of them diverged
     * @param rate the learning rate
     * @return a run for each
     */
    public Population recover(Path root, Population tuned, double rate) {
        Experiment back = experiment("-recovery", task(0, 0), rate).withStart(StartingPoint.ofEach(tuned));
        return Trainer.of(back).train(root, tuned.seeds());
    }

    /**
     * Returns the loss of a task, on samples that training did not draw.
     *
     * @param task 0 for the old one, 1 for the new one
     * @param share the share of correlated samples
     * @return the objective
     */
    public Objective asking(int task, double share) {
        return Objective.of(
                network,
                Loss.CROSS_ENTROPY,
                withSizes(1, test).task(task, share).sample(-1).test());
    }

    /**
     * Trains what is missing of the grid, and measures it.
     *
     * @param root the folder of all experiments
     * @param seeds the seeds, at least one
     * @return a cell for each rate, share and seed
     */
    public List<Cell> run(Path root, long... seeds) {
        List<Cell> cells = new ArrayList<>();
        for (double rate : rates) {
            for (double share : correlated) {
                train(root, rate, share, seeds).runs().forEach(run -> cells.add(cell(run, rate, share)));
            }
        }
        return cells;
    }

    private Cell cell(RunFolder run, double rate, double share) {
        List<List<Double>> all = new ArrayList<>();
        for (int test = 1; test >= 0; test--) {
            double[] both = {Double.NaN, Double.NaN};
            if (run.isComplete()) {
                List<ParameterVector> tuned = List.of(tuned(run));
                both = new double[] {
                    asking(0, test).accuracies(tuned)[0], asking(1, test).accuracies(tuned)[0]
                };
            }
            all.add(List.of(both[0], both[1]));
        }
        return new Cell(network.program(), rate, share, run.seed(), all.get(0), all.get(1));
    }

    /**
     * Reads a run's parameters after its last step.
     *
     * @param run a run of this grid
     * @return the parameters
     * @throws IllegalArgumentException if the run is not done, as one that diverged, whose checkpoints are from before
     */
    public ParameterVector tuned(RunFolder run) {
        Arguments.require(
                run.isComplete(), run + " is not done: it diverged or was interrupted, and has no tuned parameters");
        return asking(0, 0).parameters(run);
    }

    /**
     * Measures runs at all their checkpoints.
     *
     * @param runs the runs
     * @param task 0 for the old task, 1 for the new one
     * @param share the share of correlated test samples
     * @return a row for each run and checkpoint: seed, step, accuracy
     */
    public Table accuracies(Population runs, int task, double share) {
        record Row(long seed, long step, double accuracy) {}
        Objective asking = asking(task, share);
        List<Row> rows = new ArrayList<>();
        for (RunFolder run : runs.runs()) {
            for (long step : run.checkpointSteps()) {
                rows.add(new Row(run.seed(), step, asking.accuracies(List.of(asking.parameters(run, step)))[0]));
            }
        }
        return Columns.of("accuracies", rows)
                .longs("seed", Row::seed)
                .longs("step", Row::step)
                .doubles("accuracy", Row::accuracy)
                .table();
    }

    /**
     * Returns the accuracies beside the published ones, in percent, the mean over the seeds that did not diverge with its standard
     * deviation; the paper has 10,000 steps.
     *
     * @param cells the cells of grids
     * @return a row for each program, rate, share, test set and task; what the paper has not is missing
     */
    public static Table table(List<Cell> cells) {
        record Key(CompiledProgram.Program program, double rate, double share) {}
        record Row(Key key, int test, int task, double[] ours) {}
        List<Row> rows = new ArrayList<>();
        cells.stream()
                .map(c -> new Key(c.program(), c.rate(), c.correlated()))
                .distinct()
                .forEach(key -> {
                    for (int column = 0; column < 4; column++) {
                        int task = column % 2;
                        int test = 1 - column / 2;
                        double[] ours = cells.stream()
                                .filter(c -> new Key(c.program(), c.rate(), c.correlated()).equals(key))
                                .mapToDouble(c -> 100 * (test == 1 ? c.tied() : c.free()).get(task))
                                .filter(x -> !Double.isNaN(x))
                                .toArray();
                        rows.add(new Row(key, test, task, ours));
                    }
                });
        return Columns.of("compiled programs", rows)
                .texts("program", row -> row.key().program().name().toLowerCase(Locale.ROOT))
                .doubles("rate", row -> row.key().rate())
                .doubles("correlated in training", row -> row.key().share())
                .ints("correlated in test", Row::test)
                .texts("task", row -> row.task() == 0 ? "old" : "new")
                .doubles("accuracy", row -> row.ours().length == 0 ? Double.NaN : Statistics.mean(row.ours()))
                .doubles("sd", row -> row.ours().length < 2 ? Double.NaN : Statistics.sampleSd(row.ours()))
                .ints("seeds", row -> row.ours().length)
                .doubles(
                        "published",
                        row -> published(
                                row.key().program(),
                                row.key().rate(),
                                row.key().share(),
                                2 * (1 - row.test()) + row.task()))
                .table();
    }

    private static double published(CompiledProgram.Program program, double rate, double share, int column) {
        String key = new BigDecimal(Double.toString(rate)).stripTrailingZeros().toPlainString()
                + (share % 1 == 0 ? "/" + (long) share : "/" + share);
        double[] row = (program == CompiledProgram.Program.COUNTER ? COUNTER : SELECTOR).get(key);
        return row == null ? Double.NaN : row[column];
    }

    /** Returns the program, rates and shares. */
    @Override
    public String toString() {
        return network.program() + ", rates " + rates + ", correlated " + correlated + ", " + steps + " steps";
    }
}
