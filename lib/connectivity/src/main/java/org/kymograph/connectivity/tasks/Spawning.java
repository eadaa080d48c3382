package org.kymograph.connectivity.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.data.Dataset;
import org.kymograph.data.Task;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.Table;

/**
 * How early in training the basin is chosen: two copies of a run as it was at some step are trained to the end with different
 * orders of the data, and the barrier between them is measured. Training is stable from the step on at which none is left.
 * Immutable.
 *
 * <p>Source: Frankle et al., Linear Mode Connectivity and the Lottery Ticket Hypothesis (ICML 2020), algorithm 1; the bar there
 * for stability is an error barrier below 0.02.
 *
 * @param pairs the pairs of runs, in order of the step at which they parted
 */
public record Spawning(List<Pair> pairs) {
    private static final int POINTS = 11;
    private static final double STABLE = 0.02;

    /** Copies the list. */
    public Spawning {
        pairs = List.copyOf(Arguments.notEmpty("pairs", pairs));
    }

    /**
     * Two runs that parted at some step.
     *
     * @param parent the seed of the run they are copies of; of independent runs the seed of the first
     * @param step the step at which they parted; −1 for runs that were independent from their initialisation on
     * @param curve the segment between them on test samples
     */
    public record Pair(long parent, long step, PairCurve curve) {
        /** Returns the barrier height of the loss. */
        public double lossBarrier() {
            return curve.curve().barrierHeight();
        }

        /** Returns the barrier height of the error, 1 − accuracy, the instability. */
        public double errorBarrier() {
            return curve.errors("accuracy").curve().barrierHeight();
        }
    }

    /**
     * Trains parents and their copies, or those that are missing, and evaluates the segments on the test samples.
     *
     * @param experiment the experiment, whose length is given in steps
     * @param root where the runs go
     * @param steps the steps at which copies part, from 0 to below the length
     * @param seeds the seeds of the parents, at least two: neighbouring ones also make the independent pairs
     * @return the barriers
     */
    public static Spawning of(Experiment experiment, Path root, List<Long> steps, long... seeds) {
        long length = experiment.length().inSteps(1);
        Arguments.check(seeds.length >= 2, "the number of seeds", seeds.length, "at least 2");
        Arguments.notEmpty("steps", steps);
        long every = length;
        for (long step : steps) {
            Arguments.check(step >= 0 && step < length, "step", step, "0 to " + (length - 1));
            every = gcd(every, step);
        }
        Population parents =
                Trainer.of(experiment.withCheckpoints(Span.steps(every))).train(root, seeds);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i + 1 < seeds.length; i++) {
            pairs.add(pair(experiment, -1, parents.runs().get(i), parents.runs().get(i + 1)));
        }
        for (long step : steps) {
            for (RunFolder parent : parents.runs()) {
                long seed = parent.seed();
                Population copies =
                        Trainer.of(copy(experiment, parent, step, "spawned")).train(root, 2 * seed + 1, 2 * seed + 2);
                pairs.add(pair(
                        experiment, step, copies.runs().get(0), copies.runs().get(1)));
            }
        }
        return new Spawning(pairs);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static Experiment copy(Experiment experiment, RunFolder parent, long step, String name) {
        // A network at its initialisation has no optimiser state yet.
        StartingPoint start = StartingPoint.of(parent, step);
        return experiment
                .withName(experiment.name() + "-" + name + "-" + parent.seed() + "-" + step)
                .withStart(step == 0 ? start : start.withOptimizerState(true))
                .withLength(Span.steps(experiment.length().inSteps(1) - step))
                .withCheckpoints(experiment.length());
    }

    private static Pair pair(Experiment experiment, long step, RunFolder a, RunFolder b) {
        Objective objective =
                Objective.of(experiment, experiment.task().sample(a.seed()).test());
        return new Pair(step < 0 ? a.seed() : Math.floorDiv(a.seed() - 1, 2), step, curve(objective, List.of(a, b)));
    }

    private static PairCurve curve(Objective objective, List<RunFolder> two) {
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        for (RunFolder run : two) {
            vectors.put(
                    run.experiment() + "/" + run.seed(),
                    objective.parameters(run, run.lastGoodCheckpoint().orElseThrow()));
        }
        return Interpolation.of(objective)
                .withPoints(POINTS)
                .withKeepLosses(false)
                .run(Models.of(vectors))
                .curves()
                .get(0);
    }

    /**
     * The negative control: two copies of one run, one of which goes on with a cue in its training images, behave differently
     * without a barrier between them. Different behaviour need not mean a barrier.
     *
     * @param experiment the training of the glyphs without a cue, whose length is given in steps
     * @param root where the runs go
     * @param step the step at which they part
     * @param seed the seed of the run they are copies of
     * @return a row a test: that without cues, with the class's and with random ones; both accuracies, and the barriers of loss
     *     and error between the networks
     */
    public static Table control(Experiment experiment, Path root, long step, long seed) {
        Task task = experiment.task();
        if (!(task instanceof Glyphs glyphs) || glyphs.cue()) {
            throw Arguments.unexpected("task", task, "glyphs without a cue");
        }
        RunFolder parent = Trainer.of(experiment.withCheckpoints(Span.steps(step)))
                .train(root, seed)
                .runs()
                .get(0);
        List<RunFolder> two = List.of(
                Trainer.of(copy(experiment.withTask(glyphs.withCue(true)), parent, step, "cued"))
                        .train(root, 1)
                        .runs()
                        .get(0),
                Trainer.of(copy(experiment, parent, step, "plain"))
                        .train(root, 2)
                        .runs()
                        .get(0));
        List<Glyphs.Cue> tests = List.of(Glyphs.Cue.values());
        List<PairCurve> curves = Columns.each(tests, cue -> {
            Dataset data = glyphs.test(cue);
            return curve(Objective.of(experiment, data), two);
        });
        return Columns.of("cue or not", tests.size())
                .texts("cue of the test", i -> tests.get(i).name().toLowerCase(Locale.ROOT))
                .doubles(
                        "accuracy, trained with the cue",
                        i -> curves.get(i).scores().get("accuracy")[0])
                .doubles(
                        "accuracy, trained without", i -> curves.get(i).scores().get("accuracy")[POINTS - 1])
                .doubles("loss barrier", i -> curves.get(i).curve().barrierHeight())
                .doubles(
                        "error barrier",
                        i -> curves.get(i).errors("accuracy").curve().barrierHeight())
                .table();
    }

    /**
     * Returns the barriers in one sentence.
     *
     * @return from which step on all pairs are stable, and what independent ones have
     */
    public String sentence() {
        double apart = pairs.stream()
                .filter(p -> p.step < 0)
                .mapToDouble(Pair::errorBarrier)
                .max()
                .orElse(Double.NaN);
        long last = pairs.stream()
                .filter(p -> p.step >= 0 && p.errorBarrier() >= STABLE)
                .mapToLong(Pair::step)
                .max()
                .orElse(-1);
        String stable = pairs.stream()
                .mapToLong(Pair::step)
                .filter(s -> s > last)
                .mapToObj(s -> "copies from step " + s + " on have error barriers below " + STABLE)
                .findFirst()
                .orElse("at no step did all copies stay together");
        return stable + String.format("; the largest between independent runs is %.3f", apart);
    }

    /**
     * Returns the barriers as a table.
     *
     * @return a row a pair
     */
    public Table table() {
        return Columns.of("spawning", pairs)
                .longs("parent", Pair::parent)
                .texts("parted at", p -> p.step < 0 ? "never together" : "step " + p.step)
                .doubles("loss barrier", Pair::lossBarrier)
                .doubles("error barrier", Pair::errorBarrier)
                .doubles("distance", p -> p.curve.distance())
                .table();
    }
}
