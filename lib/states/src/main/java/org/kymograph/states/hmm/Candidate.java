package org.kymograph.states.hmm;

import java.util.Arrays;
import java.util.List;

/**
 * One number of states: how well its fits did on runs they hadn't seen.
 *
 * @param states the number of states K
 * @param freeParameters the numbers that EM chooses
 * @param scores the test runs' log-likelihood for each start that didn't fail
 * @param aic the mean over the starts of −2 log L + 2k on the test runs
 * @param bic the mean over the starts of −2 log L + k log n on the test runs, n their rows
 * @param heldOut per fold of the cross-validation the held-out log-likelihood per row; empty without
 * @param best the model with the largest score; null if all starts failed
 * @param failures why starts failed, a sentence each
 */
public record Candidate(
        int states,
        int freeParameters,
        double[] scores,
        double aic,
        double bic,
        double[] heldOut,
        HmmModel best,
        List<String> failures) {
    /** Copies its arrays. */
    public Candidate {
        scores = scores.clone();
        heldOut = heldOut.clone();
        failures = List.copyOf(failures);
    }

    static Candidate of(
            int states,
            int features,
            Covariance covariance,
            int testRows,
            double[] scores,
            double[] heldOut,
            HmmModel best,
            List<String> failures) {
        int free = HmmParameters.freeParameters(states, features, covariance);
        double mean = Arrays.stream(scores).average().orElse(Double.NaN);
        return new Candidate(
                states,
                free,
                scores,
                HmmModel.aic(mean, free),
                HmmModel.bic(mean, free, testRows),
                heldOut,
                best,
                failures);
    }

    @Override
    public double[] scores() {
        return scores.clone();
    }

    @Override
    public double[] heldOut() {
        return heldOut.clone();
    }

    /** @return the largest score; NaN if all starts failed */
    public double bestScore() {
        return Arrays.stream(scores).max().orElse(Double.NaN);
    }

    /** @return the mean score; NaN if all starts failed */
    public double meanScore() {
        return Arrays.stream(scores).average().orElse(Double.NaN);
    }

    /** @return the population standard deviation of the scores over the starts */
    public double scoreDeviation() {
        double mean = meanScore();
        return Math.sqrt(Arrays.stream(scores)
                .map(s -> (s - mean) * (s - mean))
                .average()
                .orElse(Double.NaN));
    }

    /** @return the standard deviation of the BIC over the starts: twice that of the scores */
    public double bicDeviation() {
        return 2 * scoreDeviation();
    }

    /** @return the mean over the folds of the held-out log-likelihood per row; NaN without cross-validation */
    public double meanHeldOut() {
        return Arrays.stream(heldOut).average().orElse(Double.NaN);
    }

    /** @return the standard error over the folds of {@link #meanHeldOut} */
    public double heldOutError() {
        double mean = meanHeldOut();
        double squares =
                Arrays.stream(heldOut).map(h -> (h - mean) * (h - mean)).sum();
        return Math.sqrt(squares / (heldOut.length - 1) / heldOut.length);
    }
}
