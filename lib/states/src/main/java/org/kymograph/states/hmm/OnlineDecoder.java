package org.kymograph.states.hmm;

import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.states.em.Observations;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;

/**
 * Follows a run in progress: after every checkpoint the probability of each state given the checkpoints so far (the
 * filter), as {@link HmmModel#filter} has it for a finished run. Not for several threads.
 *
 * <p>A model of standardized runs needs rows on that scale, but the mean and deviation of a run are known only at its end;
 * {@link #scaledLike} takes those of finished runs instead.
 */
public final class OnlineDecoder {
    private final HmmModel model;
    private final double[] centre;
    private final double[] scale;
    private final double[][] logTransitions;
    private double[] logFiltered;
    private double logLikelihood;
    private int rows;

    private OnlineDecoder(HmmModel model, double[] centre, double[] scale) {
        this.model = model;
        this.centre = centre;
        this.scale = scale;
        logTransitions = Arrays.stream(model.transitionMatrix())
                .map(row -> Arrays.stream(row).map(Math::log).toArray())
                .toArray(double[][]::new);
    }

    /**
     * Starts a run whose rows come on the model's scale.
     *
     * @param model a fitted model
     * @return a decoder at the start of a run whose rows come on the model's scale
     */
    public static OnlineDecoder of(HmmModel model) {
        double[] ones = new double[model.features().size()];
        Arrays.fill(ones, 1);
        return new OnlineDecoder(model, new double[ones.length], ones);
    }

    /**
     * Starts a run whose rows come as measured.
     *
     * @param model a model of standardized runs
     * @param finished finished runs of the same setting, not standardized
     * @return a decoder at the start of a run whose rows come as measured; they are scaled by the means over the finished
     *     runs of each feature's mean and standard deviation
     * @throws IllegalArgumentException if the features are others, the runs are standardized, or a feature is constant in
     *     all of them
     */
    public static OnlineDecoder scaledLike(HmmModel model, Observations finished) {
        Arguments.check(
                finished.features().equals(model.features()),
                "the features of finished",
                finished.features(),
                model.features() + ", the model's");
        Arguments.check(
                !finished.isStandardized(), "finished.isStandardized()", true, "false, the runs as they were measured");
        int d = model.features().size();
        double[] centre = new double[d];
        double[] scale = new double[d];
        int n = finished.runs().size();
        for (int run = 0; run < n; run++) {
            double[][] own = finished.run(run);
            for (int j = 0; j < d; j++) {
                int column = j;
                MeanSd summary = MeanSd.of(
                        Arrays.stream(own).mapToDouble(row -> row[column]).toArray());
                centre[j] += summary.mean() / n;
                scale[j] += summary.sd() / n;
            }
        }
        for (int j = 0; j < d; j++) {
            Arguments.require(scale[j] > 0, "finished: '" + model.features().get(j) + "' is constant in every run");
        }
        return new OnlineDecoder(model, centre, scale);
    }

    /**
     * Takes the next checkpoint: log p_t(j) = log b_j(z_t) + log Σ_i p_{t−1}(i) a_ij − log of the sum over j.
     *
     * @param row a finite number per feature
     * @return the probability of each state given the checkpoints so far
     * @throws IllegalArgumentException if the row has another length or can't happen under the model; nothing changes then
     */
    public double[] observe(double... row) {
        int k = model.states();
        Arguments.check(
                row.length == centre.length && Arrays.stream(row).allMatch(Double::isFinite),
                "row",
                Arrays.toString(row),
                centre.length + " finite numbers");
        double[] scaled = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            scaled[j] = (row[j] - centre[j]) / scale[j];
        }
        double[] start = model.startProbabilities();
        double[] next = new double[k];
        double[] density = model.parameters().logDensities(scaled);
        for (int j = 0; j < k; j++) {
            next[j] = (logFiltered == null ? Math.log(start[j]) : logReached(j)) + density[j];
        }
        double total = logSum(next);
        Arguments.require(
                Double.isFinite(total),
                "row " + (rows + 1) + " has probability 0 under the model: its log-likelihood is " + total);
        for (int j = 0; j < k; j++) {
            next[j] -= total;
        }
        logFiltered = next;
        logLikelihood += total;
        rows++;
        return probabilities();
    }

    private double logReached(int j) {
        double[] terms = new double[logFiltered.length];
        for (int i = 0; i < terms.length; i++) {
            terms[i] = logFiltered[i] + logTransitions[i][j];
        }
        return logSum(terms);
    }

    private static double logSum(double[] terms) {
        double max = Arrays.stream(terms).max().orElseThrow();
        return Double.isInfinite(max)
                ? max
                : max
                        + Math.log(
                                Arrays.stream(terms).map(t -> Math.exp(t - max)).sum());
    }

    /** Returns the probability of each state given the checkpoints so far; before the first, the start probabilities. */
    public double[] probabilities() {
        return logFiltered == null
                ? model.startProbabilities()
                : Arrays.stream(logFiltered).map(Math::exp).toArray();
    }

    /** Returns the most probable state now. */
    public int state() {
        return Statistics.argmax(probabilities());
    }

    /** Returns the log-likelihood of the checkpoints so far. */
    public double logLikelihood() {
        return logLikelihood;
    }

    /** Returns the number of checkpoints so far. */
    public int rows() {
        return rows;
    }
}
