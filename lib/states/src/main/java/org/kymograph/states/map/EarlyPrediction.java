package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.stats.OlsFit;
import tech.tablesaw.api.Table;

/**
 * Prediction from the first checkpoints, how early the states tell when a run will converge: R² of the regression on the first k checkpoints only, for growing k;
 * in sample, as published, and on runs held out.
 *
 * <p>The paths and z-scores come from whole runs, and so does the model; {@link Occupancies.Assignment#FILTERED} at least
 * assigns a checkpoint without looking at later ones.
 *
 * @param points by k
 */
public record EarlyPrediction(List<Point> points) {
    /** Copies its list. */
    public EarlyPrediction {
        points = List.copyOf(points);
    }

    /**
     * The regression on the first checkpoints.
     *
     * @param checkpoints how many of each run's checkpoints, k
     * @param rSquared R² in sample; NaN if all outcomes are the same
     * @param heldOut R² on held-out runs, 1 − Σ(y − ŷ)²/Σ(y − ȳ)² with ŷ and ȳ of the other folds; may be below 0
     */
    public record Point(int checkpoints, double rSquared, double heldOut) {}

    /**
     * Regresses on the runs' most probable paths, for every k, and leaves one run out at a time.
     *
     * @param decoded the runs
     * @param outcome the convergence of the runs
     * @return R² for each k
     * @throws IllegalArgumentException if fewer than three runs have an outcome
     */
    public static EarlyPrediction of(DecodedRuns decoded, Outcome outcome) {
        int n = (int) decoded.runs().stream().filter(outcome::has).count();
        return of(decoded, outcome, Occupancies.Assignment.VITERBI, 1, n, 0);
    }

    /**
     * Regresses on the first checkpoints.
     *
     * @param decoded the runs
     * @param outcome the convergence of the runs
     * @param assignment how checkpoints are assigned to states
     * @param every the steps of k, at least 1; the whole runs are always the last point
     * @param folds 2 to the number of runs, which leaves one run out at a time
     * @param seed the random seed of the folds
     * @return R² for each k
     * @throws IllegalArgumentException if an argument is out of range or fewer than three runs have an outcome
     * @throws CancellationException if the thread is interrupted
     */
    public static EarlyPrediction of(
            DecodedRuns decoded, Outcome outcome, Occupancies.Assignment assignment, int every, int folds, long seed) {
        Arguments.atLeast("every", every, 1);
        int longest = decoded.longest();
        List<double[][]> weights = Occupancies.weights(decoded, assignment);
        int[] fold = null;
        List<Point> points = new ArrayList<>();
        try (Progress progress = Progress.start("early prediction", "checkpoints", longest)) {
            for (int k = Math.min(every, longest); ; k = Math.min(k + every, longest)) {
                Occupancies.Joined data =
                        Occupancies.counted(decoded.runs(), weights, k).join(outcome);
                if (fold == null) {
                    fold = OlsFit.folds(data.values().length, folds, seed);
                }
                points.add(new Point(
                        k,
                        OlsFit.of(data.counts(), data.values()).rSquared(),
                        OlsFit.heldOutRSquared(data.counts(), data.values(), fold)));
                progress.update(k, "");
                if (k == longest) {
                    return new EarlyPrediction(points);
                }
                if (Thread.interrupted()) {
                    throw new CancellationException(
                            "early prediction was interrupted after " + k + " of " + longest + " checkpoints");
                }
            }
        }
    }

    /** Returns one row per k. */
    public Table table() {
        return Columns.of("early prediction", points)
                .ints("checkpoints", Point::checkpoints)
                .doubles("R²", Point::rSquared)
                .doubles("held-out R²", Point::heldOut)
                .table();
    }
}
