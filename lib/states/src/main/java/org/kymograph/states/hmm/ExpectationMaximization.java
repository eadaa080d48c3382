package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;

/** EM for one start: Baum–Welch with Gaussian emissions, in arrays that are made once. */
final class ExpectationMaximization {
    // A state that needs a new start more often than this isn't wanted by the data.
    private static final int MOST_RESEEDS = 5;

    private final Rows rows;
    private final Hmm settings;
    private final double[] logDensity;
    private final double[] posterior;
    private final double[] forward;
    private final double[] forwardShare;
    private final Moments moments;

    ExpectationMaximization(Rows rows, Hmm settings) {
        this.rows = rows;
        this.settings = settings;
        int k = settings.states();
        int longest = longest(rows);
        logDensity = new double[rows.count * k];
        posterior = new double[rows.count * k];
        forward = new double[longest * k];
        forwardShare = new double[longest * k];
        moments = new Moments(rows, k, settings.covariance());
    }

    static int longest(Rows rows) {
        int longest = 0;
        for (int run = 0; run < rows.runs(); run++) {
            longest = Math.max(longest, rows.offsets[run + 1] - rows.offsets[run]);
        }
        return longest;
    }

    /**
     * Runs EM.
     *
     * @param start where to start
     * @param random what new starts of empty states draw from
     * @throws FailedFitException if no proper parameters come out
     * @throws CancellationException if the thread is interrupted
     */
    Fit run(HmmParameters start, RandomGenerator random) throws FailedFitException {
        HmmParameters p = start;
        List<String> repairs = new ArrayList<>();
        double[] history = new double[settings.iterations()];
        int done = 0;
        boolean reseeded = true;
        while (done < settings.iterations()) {
            if (Thread.interrupted()) {
                throw new CancellationException("the fit of " + settings.states() + " states was interrupted");
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
                p = moments.maximise(p, settings.prior(), settings.stickiness());
                if (settled) {
                    break;
                }
            } catch (DegenerateStateException e) {
                p = reseeded(p, e, done, repairs, random);
                reseeded = true;
            }
        }
        return finished(p, Arrays.copyOf(history, done), repairs, random);
    }

    private Fit finished(HmmParameters p, double[] history, List<String> repairs, RandomGenerator random)
            throws FailedFitException {
        HmmParameters last = p;
        while (true) {
            try {
                double logLikelihood = score(last);
                if (!Double.isFinite(logLikelihood)) {
                    throw new FailedFitException("the log-likelihood became " + logLikelihood + " at the end");
                }
                return new Fit(last, history, logLikelihood, List.copyOf(repairs));
            } catch (DegenerateStateException e) {
                last = reseeded(last, e, history.length, repairs, random);
            }
        }
    }

    private double score(HmmParameters p) throws DegenerateStateException {
        GaussianDensity.of(p, rows.centre).logDensities(rows, logDensity);
        Lattice lattice = new Lattice(p, forward, forwardShare);
        double sum = 0;
        for (int run = 0; run < rows.runs(); run++) {
            sum += lattice.forward(logDensity, rows.offsets[run], rows.offsets[run + 1]);
        }
        return sum;
    }

    private double expect(HmmParameters p) throws DegenerateStateException {
        GaussianDensity.of(p, rows.centre).logDensities(rows, logDensity);
        ScaledLattice scaled = new ScaledLattice(p, forward, forwardShare);
        Lattice exact = new Lattice(p, forward, forwardShare);
        moments.clear();
        double sum = 0;
        for (int run = 0; run < rows.runs(); run++) {
            int from = rows.offsets[run];
            int to = rows.offsets[run + 1];
            double logLikelihood = scaled.expect(logDensity, from, to, posterior, moments.transitions);
            if (Double.isNaN(logLikelihood)) {
                logLikelihood = exact.forward(logDensity, from, to);
                exact.backward(logDensity, from, to, posterior, moments.transitions);
            }
            sum += logLikelihood;
        }
        moments.add(posterior);
        return sum;
    }

    /** Gives a dead state the place of a random row, the covariance of all rows, and a way in and out. */
    private HmmParameters reseeded(
            HmmParameters p, DegenerateStateException dead, int iteration, List<String> repairs, RandomGenerator random)
            throws FailedFitException {
        if (repairs.size() == MOST_RESEEDS) {
            throw new FailedFitException(dead.getMessage() + " after " + MOST_RESEEDS + " new starts of such states");
        }
        int k = dead.state();
        int states = p.states;
        int d = rows.features;
        repairs.add(dead.getMessage() + " after " + iteration + " iterations; it was started again from a random row");
        double[] means = p.means.clone();
        int row = Streams.below(random, rows.count);
        for (int j = 0; j < d; j++) {
            means[k * d + j] = rows.x[j * rows.count + row] + rows.centre[j];
        }
        double[] fresh = Starts.covariances(rows, states, p.covariance);
        double[] covariances = p.covariances.clone();
        int from = p.covariance == Covariance.TIED ? 0 : k * (covariances.length / states);
        int n = p.covariance == Covariance.TIED ? covariances.length : covariances.length / states;
        System.arraycopy(fresh, from, covariances, from, n);
        double[] transitions = p.transitions.clone();
        for (int i = 0; i < states; i++) {
            boolean all = i == k;
            for (int j = 0; j < states; j++) {
                if ((all || j == k) && !(settings.leftToRight() && j < i)) {
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
