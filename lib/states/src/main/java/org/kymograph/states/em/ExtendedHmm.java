package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;

/**
 * A fitted hidden Markov model whose rows also depend on the row before them, or whose states last for other than geometric times.
 *
 * <ul>
 *   <li><b>Autoregressive</b> (Hamilton, 1989): in state k a row is A_k·(the row before) + b_k + noise of covariance Σ_k. Each run's first row is
 *       given. EM keeps the joint Gaussian of a row and the one before it, of which A_k, b_k and Σ_k are the conditional: its M-step is the weighted
 *       regression. It is useless where rows are far apart in time, since then nothing is left of the row before.
 *   <li><b>Stages</b> (Russell and Cook, 1987): a state is a chain of m stages with one Gaussian and one probability to stay in the stage, so that its
 *       duration is negative-binomial: a sum of m geometric times, with fewer very short stays than the plain model's. A run may end in any stage.
 * </ul>
 *
 * <p>With one stage and without autoregression it is the plain model.
 */
public final class ExtendedHmm {
    private final Form form;
    /** Of K states; a transition to itself is one to the same stage. Over 2d features, a row and the one before it, if autoregressive. */
    final HmmParameters parameters;

    private final double logLikelihood;

    private ExtendedHmm(Form form, HmmParameters parameters, double logLikelihood) {
        this.form = form;
        this.parameters = parameters;
        this.logLikelihood = logLikelihood;
    }

    /**
     * What is added to the plain model.
     *
     * @param autoregressive whether rows depend on the row before
     * @param stages the number of stages of each state, at least 1
     */
    public record Form(boolean autoregressive, int stages) {
        /** Adds nothing. */
        public static final Form PLAIN = new Form(false, 1);

        /** Checks the number of stages. */
        public Form {
            Arguments.atLeast("stages", stages, 1);
        }

        /** Returns the form in words. */
        @Override
        public String toString() {
            String stay = stages == 1 ? "" : stages + " stages";
            String rows = autoregressive ? "autoregressive" : "";
            return stay.isEmpty() && rows.isEmpty()
                    ? "plain"
                    : rows + (stay.isEmpty() || rows.isEmpty() ? "" : ", ") + stay;
        }
    }

    /**
     * Fits a model by EM from random starts and keeps the most likely one.
     *
     * @param runs the observations; at least 2 rows a run if the form is autoregressive
     * @param form what is added to the plain model
     * @param settings the settings of EM, without stickiness, order of states and given start; full covariances if the form is autoregressive
     * @param restarts the number of random starts, at least 1
     * @param seed the random seed
     * @return the fitted model
     * @throws IllegalArgumentException if the settings or the runs don't fit the form
     * @throws IllegalStateException if every start failed; the message says why
     * @throws CancellationException if the thread is interrupted
     */
    public static ExtendedHmm fit(
            Observations runs, Form form, ExpectationMaximization settings, int restarts, long seed) {
        Arguments.atLeast("restarts", restarts, 1);
        Arguments.check(
                settings.stickiness() == 0 && !settings.leftToRight() && settings.start() == null,
                "settings",
                settings,
                "ones without stickiness, left-to-right order and given start");
        Arguments.check(
                !form.autoregressive || settings.covariance() == Covariance.FULL,
                "covariance",
                settings.covariance().label(),
                "full, for an autoregressive model");
        Steps rows = Steps.of(runs, form);
        ExtendedHmm best = null;
        List<String> failures = new ArrayList<>();
        for (int number = 0; number < restarts; number++) {
            RandomGenerator random = Streams.of(seed, "hmm", settings.states(), number);
            try {
                ExtendedHmm one = climb(rows, form, settings, Initialization.draw(rows.rows, settings, random));
                best = best == null || one.logLikelihood > best.logLikelihood ? one : best;
            } catch (DegenerateStateException e) {
                failures.add("start " + number + ": " + e.getMessage());
            }
        }
        if (best == null) {
            throw new IllegalStateException("all " + restarts + " starts of the " + form + " model with "
                    + settings.states() + " states failed: " + String.join("; ", failures));
        }
        return best;
    }

    private static ExtendedHmm climb(Steps rows, Form form, ExpectationMaximization settings, HmmParameters first)
            throws DegenerateStateException {
        SufficientStatistics statistics = new SufficientStatistics(rows.rows, first.states, first.covariance);
        double[] posterior = new double[rows.rows.count * first.states];
        HmmParameters p = first;
        double before = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < settings.iterations(); i++) {
            if (Thread.interrupted()) {
                throw new CancellationException("the fit of " + first.states + " states was interrupted");
            }
            statistics.clear();
            double now = Arrays.stream(expect(rows, form, p, posterior, statistics.transitions))
                    .sum();
            statistics.add(posterior, p.means);
            p = statistics.maximise(p, settings.prior(), 0);
            if (now - before < settings.tolerance()) {
                break;
            }
            before = now;
        }
        return new ExtendedHmm(
                form, p, Arrays.stream(expect(rows, form, p, posterior, null)).sum());
    }

    /**
     * Does the E-step.
     *
     * @param posterior set to the probability of each state at each row, row-major
     * @param counts K·K, set to the expected transitions that {@link SufficientStatistics#maximise} takes; null if not wanted
     * @return the log-likelihood of each run
     */
    private static double[] expect(Steps rows, Form form, HmmParameters p, double[] posterior, double[] counts)
            throws DegenerateStateException {
        int k = p.states;
        int m = k == 1 ? 1 : form.stages;
        double[] density = rows.logDensities(p);
        double[] staged = new double[density.length * m];
        Arrays.setAll(staged, i -> density[i / m]);
        HmmParameters chain = staged(p, m);
        ForwardBackward lattice = new ForwardBackward(chain, rows.rows.longest());
        double[] all = new double[staged.length];
        double[] moves = new double[k * m * k * m];
        double[] result = new double[rows.rows.runs()];
        for (int run = 0; run < result.length; run++) {
            int from = rows.rows.offsets[run];
            int to = rows.rows.offsets[run + 1];
            result[run] = lattice.forward(staged, from, to);
            if (!Double.isFinite(result[run])) {
                throw new DegenerateStateException(0, "gives a run probability 0");
            }
            lattice.backward(staged, from, to, all, moves);
        }
        Arrays.fill(posterior, 0);
        for (int i = 0; i < all.length; i++) {
            posterior[i / m] += all[i];
        }
        if (counts != null) {
            collapse(moves, k, m, counts);
        }
        return result;
    }

    /** Returns the chain of all stages: state i's are i·m … i·m + m − 1. */
    private static HmmParameters staged(HmmParameters p, int m) {
        int k = p.states;
        int n = k * m;
        double[] start = new double[n];
        double[] transitions = new double[n * n];
        for (int i = 0; i < k; i++) {
            start[i * m] = p.start[i];
            double stay = p.transitions[i * k + i];
            for (int s = i * m; s < (i + 1) * m - 1; s++) {
                transitions[s * n + s] = stay;
                transitions[s * n + s + 1] = 1 - stay;
            }
            int last = (i + 1) * m - 1;
            for (int j = 0; j < k; j++) {
                transitions[last * n + (j == i ? last : j * m)] = p.transitions[i * k + j];
            }
        }
        return new HmmParameters(p.features, p.covariance, start, transitions, p.means, p.covariances);
    }

    /** Sums the stages' transitions to those of states; steps from stage to stage are shared among the ways out, as their probability is. */
    private static void collapse(double[] moves, int k, int m, double[] counts) {
        int n = k * m;
        for (int i = 0; i < k; i++) {
            double stays = 0;
            double steps = 0;
            for (int s = i * m; s < (i + 1) * m; s++) {
                stays += moves[s * n + s];
                steps += s < (i + 1) * m - 1 ? moves[s * n + s + 1] : 0;
            }
            int last = (i + 1) * m - 1;
            double exits = 0;
            for (int j = 0; j < k; j++) {
                exits += j == i ? 0 : moves[last * n + j * m];
            }
            for (int j = 0; j < k; j++) {
                double share = exits > 0 ? moves[last * n + j * m] / exits : 1.0 / (k - 1);
                counts[i * k + j] = j == i ? stays : share * (exits + steps);
            }
        }
    }

    /** Returns what was added to the plain model. */
    public Form form() {
        return form;
    }

    /** Returns the log-likelihood of the runs that it was fitted on, given their first rows if it is autoregressive. */
    public double logLikelihood() {
        return logLikelihood;
    }

    /** Returns how many numbers EM chose; stages add none. */
    public int freeParameters() {
        int k = parameters.states;
        int d = features();
        return HmmParameters.freeParameters(k, d, parameters.covariance) + (form.autoregressive ? k * d * d : 0);
    }

    private int features() {
        return form.autoregressive ? parameters.features / 2 : parameters.features;
    }

    /** Returns K·K: off the diagonal the chance that a state's last stage is followed by that state; on it, to stay in a stage. */
    public double[][] transitionMatrix() {
        return parameters.transitionMatrix();
    }

    /**
     * Returns how a row depends on the one before it: A_k = Σ₁₂Σ₂₂⁻¹ of the joint covariance.
     *
     * @return K·d·d
     * @throws IllegalStateException if the model isn't autoregressive
     */
    public double[][][] coefficients() {
        if (!form.autoregressive) {
            throw new IllegalStateException("the " + form + " model has no coefficients; an autoregressive one has");
        }
        int d = features();
        double[][][] result = new double[parameters.states][d][d];
        for (int k = 0; k < result.length; k++) {
            double[][] joint = parameters.covariances()[k];
            double[] before = new double[d * d];
            for (int i = 0; i < d; i++) {
                System.arraycopy(joint[d + i], d, before, i * d, d);
            }
            double[] w = Cholesky.of(before, 0, d).inverse();
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    // Σ₂₂⁻¹ = WᵀW with W = L⁻¹.
                    for (int a = 0; a < d; a++) {
                        double whitened = 0;
                        for (int b = 0; b <= a; b++) {
                            whitened += joint[i][d + b] * w[a * d + b];
                        }
                        result[k][i][j] += whitened * w[a * d + j];
                    }
                }
            }
        }
        return result;
    }

    /**
     * Returns the log-likelihood of the rows of each run after its first, given the first: what can be compared between all forms.
     *
     * @param runs runs with the features of the fit, at least 2 rows each
     * @return a number per run
     * @throws IllegalArgumentException if the number of features is another, a run has one row, or the model gives a run probability 0
     */
    public double[] scores(Observations runs) {
        Arguments.check(
                runs.features().size() == features(),
                "the runs' number of features",
                runs.features().size(),
                features() + ", as the model has");
        Steps rows = Steps.of(runs, form);
        try {
            double[] result = expect(rows, form, parameters, new double[rows.rows.count * parameters.states], null);
            if (!form.autoregressive) {
                // A run starts in a state's first stage.
                double[] density = rows.logDensities(parameters);
                ForwardBackward first = new ForwardBackward(parameters, 1);
                for (int run = 0; run < result.length; run++) {
                    int row = rows.rows.offsets[run];
                    result[run] -= first.forward(density, row, row + 1);
                }
            }
            return result;
        } catch (DegenerateStateException e) {
            throw new IllegalArgumentException("the model can't be used: " + e.getMessage(), e);
        }
    }

    /** The rows of runs, each with the one before it behind it if rows depend on it. */
    private record Steps(Rows rows, Rows before) {
        static Steps of(Observations runs, Form form) {
            if (!form.autoregressive) {
                return new Steps(runs.toRows(), null);
            }
            int d = runs.features().size();
            int n = runs.runs().size();
            int[] offsets = new int[n + 1];
            for (int run = 0; run < n; run++) {
                offsets[run + 1] = offsets[run]
                        + Arguments.atLeast("the rows of " + runs.runs().get(run), runs.length(run), 2)
                        - 1;
            }
            double[] pairs = new double[offsets[n] * 2 * d];
            double[] before = new double[offsets[n] * d];
            for (int run = 0; run < n; run++) {
                double[][] own = runs.run(run);
                for (int t = 1; t < own.length; t++) {
                    int row = offsets[run] + t - 1;
                    System.arraycopy(own[t], 0, pairs, row * 2 * d, d);
                    System.arraycopy(own[t - 1], 0, pairs, row * 2 * d + d, d);
                    System.arraycopy(own[t - 1], 0, before, row * d, d);
                }
            }
            return new Steps(new Rows(pairs, 2 * d, offsets), new Rows(before, d, offsets));
        }

        /** Returns log b_k of each row, row-major: of an autoregressive one the joint density over that of the row before. */
        double[] logDensities(HmmParameters p) throws DegenerateStateException {
            double[] result = new double[rows.count * p.states];
            density(p, rows).logDensities(rows, result);
            if (before != null) {
                double[] marginal = new double[result.length];
                density(ofTheRowBefore(p), before).logDensities(before, marginal);
                Arrays.setAll(result, i -> result[i] - marginal[i]);
            }
            return result;
        }

        private static GaussianDensity density(HmmParameters p, Rows rows) throws DegenerateStateException {
            GaussianDensity density = GaussianDensity.of(p, rows.centre);
            if (!density.singular().isEmpty()) {
                throw new DegenerateStateException(
                        density.singular().get(0),
                        "has a covariance that is singular up to rounding; the ridge prior keeps it away from that");
            }
            return density;
        }

        private static HmmParameters ofTheRowBefore(HmmParameters p) {
            int d = p.features / 2;
            double[] means = new double[p.states * d];
            double[] covariances = new double[p.states * d * d];
            for (int k = 0; k < p.states; k++) {
                System.arraycopy(p.means, (2 * k + 1) * d, means, k * d, d);
                for (int i = 0; i < d; i++) {
                    System.arraycopy(p.covariances, ((2 * k + 1) * d + i) * 2 * d + d, covariances, (k * d + i) * d, d);
                }
            }
            return new HmmParameters(d, p.covariance, p.start, p.transitions, means, covariances);
        }
    }
}
