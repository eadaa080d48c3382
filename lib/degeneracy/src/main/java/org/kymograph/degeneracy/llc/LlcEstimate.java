package org.kymograph.degeneracy.llc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * An estimate of the local learning coefficient, with its error and what tells whether it can be trusted. Chains that diverged are reported and not
 * averaged. Arrays are not copied.
 *
 * @param step the training step of the point; 0 where there is none
 * @param settings how it was made
 * @param samples n
 * @param inverseTemperature nβ
 * @param directions the number of directions that chains could move in
 * @param trainLoss L(w₀), the mean loss over all samples at the point
 * @param testLoss the mean loss over test samples; NaN if there are none
 * @param llc λ̂; NaN if all chains diverged
 * @param standardError of λ̂, by the effective draws
 * @param lower where the 95 % interval begins
 * @param upper where it ends
 * @param rhat split R̂
 * @param effectiveDraws how many independent draws the chains are worth
 * @param chains λ̂ of each chain; NaN where it diverged
 * @param divergedAt the draw at which each chain diverged, −1 where it did not
 * @param acceptance the mean acceptance; NaN if it was not measured
 * @param drift the difference between the last quarter and the one before it, in its standard errors
 * @param pull the share γ·E‖w − w₀‖²/d of the prior's energy that chains without a loss would have: near 1 they feel the prior alone
 * @param curvature the largest eigenvalue of nβ times the Hessian plus γ; NaN if it was not measured
 * @param halved λ̂ with ε/2; NaN if it was not asked for
 * @param halvedError its standard error
 * @param traces the losses of each chain's draws
 */
public record LlcEstimate(
        long step,
        LearningCoefficient settings,
        int samples,
        double inverseTemperature,
        int directions,
        double trainLoss,
        double testLoss,
        double llc,
        double standardError,
        double lower,
        double upper,
        double rhat,
        double effectiveDraws,
        double[] chains,
        int[] divergedAt,
        double acceptance,
        double drift,
        double pull,
        double curvature,
        double halved,
        double halvedError,
        double[][] traces) {

    /**
     * Returns what is wrong with the estimate, a sentence each.
     *
     * @return the sentences; none if all is well
     */
    public List<String> health() {
        return Health.of(this);
    }

    /** Returns whether there is nothing wrong with the estimate that the rules know of. */
    public boolean isHealthy() {
        return health().isEmpty();
    }

    /**
     * Returns the estimate without the bias of its step size, extrapolated from ε and ε/2 to 0 (Richardson): 2·λ̂(ε/2) − λ̂(ε).
     *
     * @return the extrapolation; NaN if there is no estimate with ε/2
     */
    public double corrected() {
        return 2 * halved - llc;
    }

    /** Returns the standard error of {@link #corrected}. */
    public double correctedError() {
        return Math.sqrt(4 * halvedError * halvedError + standardError * standardError);
    }

    /**
     * Returns the widely applicable Bayesian information criterion n·E[L], if nβ is n / ln n.
     *
     * @return the criterion
     * @throws IllegalStateException if the estimate has another temperature
     */
    public double wbic() {
        double own = samples / Math.log(samples);
        if (Math.abs(inverseTemperature / own - 1) > 1e-9) {
            throw new IllegalStateException(
                    "inverseTemperature is " + inverseTemperature + "; expected n / ln n = " + own + ", as WBIC needs");
        }
        return samples * (trainLoss + llc / inverseTemperature);
    }

    /** Returns λ of each draw, nβ·(loss − L(w₀)), chain by chain. */
    public double[][] draws() {
        return Arrays.stream(traces)
                .map(t -> Arrays.stream(t)
                        .map(loss -> inverseTemperature * (loss - trainLoss))
                        .toArray())
                .toArray(double[][]::new);
    }

    /**
     * Returns the estimate as it would have been after each draw, without burn-in: the mean over the chains of their running means.
     *
     * @return columns draw, llc, sd (between the chains; missing for one chain)
     */
    public Table online() {
        double[][] running = draws();
        for (double[] chain : running) {
            double sum = 0;
            for (int t = 0; t < chain.length; t++) {
                sum += chain[t];
                chain[t] = sum / (t + 1);
            }
        }
        double[][] good = IntStream.range(0, running.length)
                .filter(c -> divergedAt[c] < 0)
                .mapToObj(c -> running[c])
                .toArray(double[][]::new);
        List<double[]> rows = new ArrayList<>();
        for (int t = 0; t < running[0].length; t++) {
            int at = t;
            double[] now = Arrays.stream(good).mapToDouble(c -> c[at]).toArray();
            double mean = Arrays.stream(now).average().orElse(Double.NaN);
            double square = Arrays.stream(now).map(x -> (x - mean) * (x - mean)).sum();
            rows.add(new double[] {t, mean, now.length < 2 ? Double.NaN : Math.sqrt(square / (now.length - 1))});
        }
        return Columns.of("online", rows)
                .ints("draw", r -> (int) r[0])
                .doubles("llc", r -> r[1])
                .doubles("sd", r -> r[2])
                .table();
    }

    /** Returns the estimate as a table of one row. */
    public Table table() {
        return LlcCurve.table("learning coefficient", List.of(this));
    }
}
