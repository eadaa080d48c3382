package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.kymograph.base.Streams;

/** EM for one start, in arrays that are made once. */
final class BaumWelch {
    // A state that needs a new start more often than this isn't wanted by the data.
    private static final int MOST_RESEEDS = 5;

    private final Rows rows;
    private final ExpectationMaximization settings;
    private final HmmParameters first;
    private final RandomGenerator random;
    private final double[] logDensity;
    private final double[] posterior;
    private final double[] forward;
    private final double[] forwardShare;
    private final SufficientStatistics statistics;
    private final List<String> repairs = new ArrayList<>();
    /** Transitions that aren't structural zeros: those of the first parameters, and those that a new start opened. */
    private final boolean[] allowed;
    /** States whose covariance was singular at the last evaluation. */
    private TreeSet<Integer> singular = new TreeSet<>();

    BaumWelch(Rows rows, ExpectationMaximization settings, HmmParameters first, RandomGenerator random) {
        this.rows = rows;
        this.settings = settings;
        this.first = first;
        this.random = random;
        int k = first.states;
        logDensity = new double[rows.count * k];
        posterior = new double[rows.count * k];
        forward = new double[rows.longest() * k];
        forwardShare = new double[rows.longest() * k];
        statistics = new SufficientStatistics(rows, k, first.covariance);
        allowed = new boolean[k * k];
        for (int i = 0; i < k * k; i++) {
            allowed[i] = first.transitions[i] > 0;
        }
    }

    /**
     * Runs EM.
     *
     * @param number the start's number
     * @throws FailedFitException if no proper parameters come out
     * @throws CancellationException if the thread is interrupted
     */
    ExpectationMaximization.Fit run(int number) throws FailedFitException {
        HmmParameters p = first;
        double[] history = new double[settings.iterations()];
        int done = 0;
        boolean reseeded = true;
        while (done < settings.iterations()) {
            if (Thread.interrupted()) {
                throw new CancellationException("the fit of " + first.states + " states was interrupted");
            }
            try {
                double logLikelihood = expect(p);
                if (!Double.isFinite(logLikelihood)) {
                    throw new FailedFitException(
                            "the log-likelihood became " + logLikelihood + " at iteration " + (done + 1));
                }
                boolean settled = !reseeded && done > 0 && logLikelihood - history[done - 1] < settings.tolerance();
                history[done++] = logLikelihood;
                reseeded = false;
                p = statistics.maximise(p, settings.prior(), settings.stickiness());
                if (settled) {
                    break;
                }
            } catch (DegenerateStateException e) {
                p = reseeded(p, e, done);
                reseeded = true;
            }
        }
        return finished(p, Arrays.copyOf(history, done), number);
    }

    private ExpectationMaximization.Fit finished(HmmParameters p, double[] history, int number)
            throws FailedFitException {
        HmmParameters last = p;
        while (true) {
            try {
                double logLikelihood = score(last);
                if (!Double.isFinite(logLikelihood)) {
                    throw new FailedFitException("the log-likelihood became " + logLikelihood + " at the end");
                }
                List<String> remarks = new ArrayList<>(repairs);
                if (!singular.isEmpty()) {
                    remarks.add(singularity(last));
                }
                return new ExpectationMaximization.Fit(
                        number, last, history, logLikelihood, freeParameters(), remarks, !singular.isEmpty(), null);
            } catch (DegenerateStateException e) {
                last = reseeded(last, e, history.length);
            }
        }
    }

    private int freeParameters() {
        if (settings.start() == null) {
            return settings.freeParameters(rows.features);
        }
        int opened = 0;
        for (int i = 0; i < allowed.length; i++) {
            opened += allowed[i] && first.transitions[i] == 0 ? 1 : 0;
        }
        return first.freeParameters() + opened;
    }

    private String singularity(HmmParameters p) {
        String which = p.covariance == Covariance.TIED
                ? "the common covariance is"
                : singular.size() == 1
                        ? "the covariance of state " + singular.first() + " is"
                        : "the covariances of states "
                                + singular.stream().map(String::valueOf).collect(Collectors.joining(", ")) + " are";
        return which + " singular up to rounding, so the likelihood has no maximum and its value is noise; "
                + "leave out columns that follow from others, take fewer states or features, "
                + "or another prior (ridge) or form (diag)";
    }

    private double score(HmmParameters p) throws DegenerateStateException {
        evaluate(p);
        ForwardBackward lattice = new ForwardBackward(p, forward, forwardShare);
        double sum = 0;
        for (int run = 0; run < rows.runs(); run++) {
            sum += lattice.forward(logDensity, rows.offsets[run], rows.offsets[run + 1]);
        }
        return sum;
    }

    private void evaluate(HmmParameters p) throws DegenerateStateException {
        GaussianDensity density = GaussianDensity.of(p, rows.centre);
        singular = new TreeSet<>(density.singular());
        density.logDensities(rows, logDensity);
    }

    private double expect(HmmParameters p) throws DegenerateStateException {
        evaluate(p);
        ScaledForwardBackward scaled = new ScaledForwardBackward(p, forward, forwardShare);
        ForwardBackward exact = new ForwardBackward(p, forward, forwardShare);
        statistics.clear();
        double sum = 0;
        for (int run = 0; run < rows.runs(); run++) {
            int from = rows.offsets[run];
            int to = rows.offsets[run + 1];
            double logLikelihood = scaled.expect(logDensity, from, to, posterior, statistics.transitions);
            if (Double.isNaN(logLikelihood)) {
                logLikelihood = exact.forward(logDensity, from, to);
                exact.backward(logDensity, from, to, posterior, statistics.transitions);
            }
            sum += logLikelihood;
        }
        statistics.add(posterior, p.means);
        return sum;
    }

    /** Gives a dead state the place of a random row, the covariance of all rows, and a way in and out. */
    private HmmParameters reseeded(HmmParameters p, DegenerateStateException dead, int iteration)
            throws FailedFitException {
        if (repairs.size() == MOST_RESEEDS) {
            throw new FailedFitException(dead.getMessage() + " after " + MOST_RESEEDS + " new starts of such states");
        }
        int k = dead.state();
        int states = p.states;
        int d = rows.features;
        repairs.add(dead.getMessage() + " after " + iteration + (iteration == 1 ? " iteration" : " iterations")
                + "; it was started again from a random row");
        double[] means = p.means.clone();
        int row = Streams.below(random, rows.count);
        for (int j = 0; j < d; j++) {
            means[k * d + j] = rows.x[j * rows.count + row] + rows.centre[j];
        }
        double[] fresh = Initialization.covariances(rows, states, p.covariance);
        double[] covariances = p.covariances.clone();
        int from = p.covariance == Covariance.TIED ? 0 : k * (covariances.length / states);
        int n = p.covariance == Covariance.TIED ? covariances.length : covariances.length / states;
        System.arraycopy(fresh, from, covariances, from, n);
        double[] transitions = p.transitions.clone();
        for (int i = 0; i < states; i++) {
            boolean all = i == k;
            for (int j = 0; j < states; j++) {
                if ((all || j == k) && !(settings.leftToRight() && j < i)) {
                    allowed[i * states + j] = true;
                    transitions[i * states + j] = Math.max(transitions[i * states + j], all ? 1 : 1.0 / states);
                }
            }
            scaleToOne(transitions, i * states, states);
        }
        return new HmmParameters(d, p.covariance, p.start, transitions, means, covariances);
    }

    private static void scaleToOne(double[] values, int from, int n) {
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += values[i];
        }
        for (int i = from; i < from + n; i++) {
            values[i] /= sum;
        }
    }
}
