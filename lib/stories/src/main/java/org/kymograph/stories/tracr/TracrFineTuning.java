package org.kymograph.stories.tracr;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.data.Task;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
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
        rates.forEach(rate -> Arguments.positive("rates", rate));
        correlated = List.copyOf(Arguments.notEmpty("correlated", correlated));
        correlated.forEach(share -> Arguments.within("correlated", share, 0, 1));
        Arguments.atLeast("steps", steps, 1);
        Arguments.check(clip > 0, "clip", clip, "above 0");
        LetterSamples.checkSize("train", train, network.positions());
        LetterSamples.checkSize("test", test, network.positions());
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
        List<Objective> free = List.of(asking(0, 0), asking(1, 0));
        List<Objective> tied = List.of(asking(0, 1), asking(1, 1));
        for (double rate : rates) {
            for (double share : correlated) {
                for (RunFolder run : train(root, rate, share, seeds).runs()) {
                    List<ParameterVector> tuned =
                            run.isComplete() ? List.of(free.get(0).parameters(run)) : List.of();
                    cells.add(new Cell(
                            network.program(),
                            rate,
                            share,
                            run.seed(),
                            accuracies(tied, tuned),
                            accuracies(free, tuned)));
                }
            }
        }
        return cells;
    }

    private static List<Double> accuracies(List<Objective> tasks, List<ParameterVector> tuned) {
        return tasks.stream()
                .map(task -> tuned.isEmpty() ? Double.NaN : task.accuracies(tuned)[0])
                .toList();
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
            List<Long> steps = run.checkpointSteps();
            double[] all = asking.accuracies(
                    steps.stream().map(step -> asking.parameters(run, step)).toList());
            for (int i = 0; i < all.length; i++) {
                rows.add(new Row(run.seed(), steps.get(i), all[i]));
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
     * deviation, rounded to one decimal; the paper has 10,000 steps.
     *
     * @param cells the cells of grids
     * @return a row for each program, rate, share, test set and task; what the paper has not is missing
     */
    public static Table table(List<Cell> cells) {
        return PublishedTracr.table(cells);
    }

    /** Returns the program, rates and shares. */
    @Override
    public String toString() {
        return network.program() + ", rates " + rates + ", correlated " + correlated + ", " + steps + " steps";
    }
}
