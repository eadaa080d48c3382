package org.kymograph.states.hmm;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.record.files.RecordException;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.ExpectationMaximization.Fit;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;

/**
 * A fitted Gaussian hidden Markov model: its parameters, how EM got there, and what it says about runs. States are
 * numbered from 0; all logarithms are natural.
 */
public final class HmmModel {
    private final HmmParameters parameters;
    private final List<String> features;
    private final Training training;

    HmmModel(HmmParameters parameters, List<String> features, Training training) {
        this.parameters = parameters;
        this.features = List.copyOf(features);
        this.training = training;
    }

    /**
     * The history of a model.
     *
     * @param history the log-likelihood before each update of EM
     * @param logLikelihood the log-likelihood of the fitted parameters
     * @param freeParameters how many numbers EM chose
     * @param rows the number of rows it was fitted on
     * @param standardized whether these had been standardized
     * @param paths their most probable states
     * @param prior the covariance prior
     * @param iterations the largest number of updates
     * @param seed the random seed
     * @param remarks repairs, failed starts and singular covariances, a sentence each
     */
    record Training(
            double[] history,
            double logLikelihood,
            int freeParameters,
            int rows,
            boolean standardized,
            HmmParameters.Decoding paths,
            Covariance.Prior prior,
            int iterations,
            long seed,
            List<String> remarks) {}

    /** Returns the model of a fit; states are numbered by first visit where nothing else numbers them. */
    static HmmModel fitted(Hmm settings, Fit fit, Observations runs, List<Fit> fits) {
        List<String> remarks = new ArrayList<>(fit.remarks());
        remarks.addAll(Fit.failures(fits));
        if (fit.isSingular()) {
            remarks.addAll(runs.dependence());
        }
        HmmModel model = new HmmModel(
                fit.parameters(),
                runs.features(),
                new Training(
                        fit.history(),
                        fit.logLikelihood(),
                        fit.freeParameters(),
                        runs.rows(),
                        runs.isStandardized(),
                        fit.parameters().decode(runs),
                        settings.prior(),
                        settings.iterations(),
                        settings.seed(),
                        List.copyOf(remarks)));
        return settings.start() == null && !settings.leftToRight() ? model.renumbered() : model;
    }

    /** Returns the model's numbers. */
    public HmmParameters parameters() {
        return parameters;
    }

    /** Returns the number of states K. */
    public int states() {
        return parameters.states();
    }

    /** Returns the features' names, d of them. */
    public List<String> features() {
        return features;
    }

    /** Returns the covariances' form. */
    public Covariance covariance() {
        return parameters.covariance();
    }

    /** Returns the probability of each state at a run's first row. */
    public double[] startProbabilities() {
        return parameters.startProbabilities();
    }

    /** Returns K·K: element [i][j] is the probability that state j follows state i. */
    public double[][] transitionMatrix() {
        return parameters.transitionMatrix();
    }

    /** Returns K·d: each state's mean. */
    public double[][] means() {
        return parameters.means();
    }

    /** Returns K·d·d: each state's covariance matrix, written out whatever its form. */
    public double[][][] covariances() {
        return parameters.covariances();
    }

    /** Returns the log-likelihood of the training rows before each update of EM. */
    public double[] history() {
        return training.history.clone();
    }

    /** Returns the log-likelihood of the training rows. */
    public double logLikelihood() {
        return training.logLikelihood;
    }

    /** Returns how many numbers EM chose; probabilities that had to stay 0 aren't counted. */
    public int freeParameters() {
        return training.freeParameters;
    }

    /** Returns Akaike's criterion on the training rows: −2 log L + 2k. */
    public double aic() {
        return aic(training.logLikelihood, freeParameters());
    }

    /** Returns the Bayesian criterion on the training rows: −2 log L + k log n. */
    public double bic() {
        return bic(training.logLikelihood, freeParameters(), training.rows);
    }

    static double aic(double logLikelihood, int freeParameters) {
        return -2 * logLikelihood + 2 * freeParameters;
    }

    static double bic(double logLikelihood, int freeParameters, int rows) {
        return -2 * logLikelihood + freeParameters * Math.log(rows);
    }

    /** Returns the number of rows the model was fitted on. */
    public int trainingRows() {
        return training.rows;
    }

    /** Returns whether each run had been standardized before; runs to decode should be then, too. */
    public boolean isStandardized() {
        return training.standardized;
    }

    /** Returns the most probable states of the runs that the model was fitted on. */
    public HmmParameters.Decoding paths() {
        return training.paths;
    }

    /** Returns the covariance prior. */
    public Covariance.Prior prior() {
        return training.prior;
    }

    /** Returns the largest number of updates that EM was allowed. */
    public int iterations() {
        return training.iterations;
    }

    /** Returns the random seed of the starts. */
    public long seed() {
        return training.seed;
    }

    /** Returns the repairs, failed starts and singular covariances of the fit, a sentence each. */
    public List<String> remarks() {
        return training.remarks;
    }

    /**
     * Returns the log-likelihood of runs.
     *
     * @param runs runs with the model's features
     * @return their log-likelihood, summed over the runs
     * @throws IllegalArgumentException if the features are others
     */
    public double score(Observations runs) {
        double sum = 0;
        for (double score : scores(runs)) {
            sum += score;
        }
        return sum;
    }

    /**
     * Returns the log-likelihood of each run.
     *
     * @param runs runs with the model's features
     * @return the log-likelihood of each run
     * @throws IllegalArgumentException if the features are others
     */
    public double[] scores(Observations runs) {
        return parameters.scores(checked(runs));
    }

    /**
     * Finds the most probable sequence of states of each run (Viterbi).
     *
     * @param runs runs with the model's features
     * @return the sequences and their log probability
     * @throws IllegalArgumentException if the features are others
     */
    public HmmParameters.Decoding decode(Observations runs) {
        return parameters.decode(checked(runs));
    }

    /**
     * Computes p(state at a row | the whole run) (smoothing).
     *
     * @param runs runs with the model's features
     * @return per run [row][state]
     * @throws IllegalArgumentException if the features are others, or a run has probability zero
     */
    public List<double[][]> posterior(Observations runs) {
        return parameters.posterior(checked(runs));
    }

    /**
     * Computes p(state at a row | the run up to that row) (filtering).
     *
     * @param runs runs with the model's features
     * @return per run [row][state]
     * @throws IllegalArgumentException if the features are others, or a run has probability zero
     */
    public List<double[][]> filter(Observations runs) {
        return parameters.filter(checked(runs));
    }

    private Observations checked(Observations runs) {
        Arguments.check(
                runs.features().equals(features),
                "the features of the runs",
                runs.features(),
                features + ", the model's");
        return runs;
    }

    /**
     * Draws runs from the model.
     *
     * @param seed the random seed
     * @param lengths the number of rows of each run, each at least 1
     * @return the runs, named run-0, run-1, …, and their states
     */
    public HmmParameters.Sample sample(long seed, int... lengths) {
        return parameters.sample(features, Streams.of(seed, "hmm sample"), lengths);
    }

    /**
     * Renumbers the states in the order in which the training runs first visit them: by row, then by how many runs are
     * there at that row. States that no run visits come last.
     *
     * @return the same model with other numbers
     */
    public HmmModel renumbered() {
        return permuted(new StatePaths(training.paths.runs(), states(), training.paths.paths()).orderOfFirstVisit());
    }

    /**
     * Renumbers the states.
     *
     * @param order the old number of each new state
     * @return the same model with other numbers
     */
    public HmmModel permuted(int[] order) {
        HmmParameters.Decoding old = training.paths;
        HmmParameters.Decoding paths = new HmmParameters.Decoding(
                old.runs(),
                new StatePaths(old.runs(), states(), old.paths())
                        .permuted(order)
                        .allPaths(),
                old.logProbability());
        return new HmmModel(parameters.permuted(order), features, Copies.with(training, "paths", paths));
    }

    /**
     * Writes the model as JSON: {@code states, covariance, features, startprob, transmat, means, covars, history,
     * logLikelihood, aic, bic, freeParameters, paths, prior, iterations, seed} and a little more.
     *
     * @param file the file to write or replace
     * @throws RecordException if it can't be written
     */
    public void write(Path file) {
        HmmFile.write(file, this);
    }

    /**
     * Reads a model.
     *
     * @param file a file that {@link #write} wrote
     * @return the model
     * @throws RecordException if the file isn't such a model; the message names the field
     */
    public static HmmModel read(Path file) {
        return HmmFile.read(file);
    }

    /**
     * Reads the parameters that EM should start from: {@code startprob, transmat, means, covars}, and {@code covariance} if the file has it.
     *
     * @param file a model, or an object with these fields only
     * @param covariance the covariances' form
     * @return the parameters
     * @throws RecordException if a field is missing or doesn't fit; the message names it
     */
    public static HmmParameters readStart(Path file, Covariance covariance) {
        return HmmFile.readStart(file, covariance);
    }

    /**
     * Reads the features of a start.
     *
     * @param file a file that {@link #readStart} can read
     * @return the features' names in it; none if it doesn't have them
     * @throws RecordException if the file isn't JSON or they aren't names
     */
    public static List<String> readFeatures(Path file) {
        return HmmFile.readFeatures(file);
    }
}
