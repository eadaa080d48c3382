package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.kymograph.stats.OlsFit;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How well the time spent in each state explains the outcome: least squares of the outcome on n_k, the checkpoints in each
 * state, without an intercept (section 2.3 of the paper; see {@link OlsFit}). A coefficient is the delay per checkpoint.
 *
 * <p>All coefficients move together with the mean outcome, so a coefficient's sign says little by itself; its contrast
 * β_k − Σ_h w_h β_h, with w the share of all checkpoints in each state, compares it with the average checkpoint.
 */
public final class OccupancyRegression {
    private final Occupancies.Joined data;
    private final OlsFit fit;
    private final double[] weights;

    private OccupancyRegression(Occupancies.Joined data) {
        this.data = data;
        fit = OlsFit.of(data.counts(), data.values());
        double[] sums = new double[data.counts()[0].length];
        for (double[] row : data.counts()) {
            Arrays.setAll(sums, k -> sums[k] + row[k]);
        }
        double total = Arrays.stream(sums).sum();
        weights = Arrays.stream(sums).map(s -> s / total).toArray();
    }

    /**
     * @param occupancies the checkpoints in each state
     * @param outcome the outcome; censored numbers are used as they are
     * @return the regression over the runs that have both
     * @throws IllegalArgumentException if fewer than two runs have both
     */
    public static OccupancyRegression of(Occupancies occupancies, Outcome outcome) {
        return new OccupancyRegression(occupancies.join(outcome));
    }

    /** @return the runs that were used */
    public List<String> runs() {
        return data.runs();
    }

    /** @return how many of them are censored */
    public int censored() {
        return (int) IntStream.range(0, data.censored().length)
                .filter(i -> data.censored()[i])
                .count();
    }

    /** @return the outcomes of these runs */
    public double[] outcomes() {
        return data.values().clone();
    }

    /** @return the fit, a coefficient per state */
    public OlsFit fit() {
        return fit;
    }

    /** @return R² of {@link #fit} */
    public double rSquared() {
        return fit.rSquared();
    }

    /** @return the p-value of {@link #fit}'s F test */
    public double pValue() {
        return fit.pValue();
    }

    /** @return a coefficient per state */
    public double[] coefficients() {
        return fit.coefficients();
    }

    /** @return per state β_k − Σ_h w_h β_h; NaN where no run is */
    public double[] contrasts() {
        return perState(k -> fit.combination(direction(k)));
    }

    /** @return the contrasts' standard errors */
    public double[] contrastErrors() {
        return perState(k -> fit.combinationError(direction(k)));
    }

    /** @return the contrasts' two-sided p-values */
    public double[] contrastPValues() {
        double[] errors = contrastErrors();
        double[] contrasts = contrasts();
        return perState(k -> OlsFit.twoSided(contrasts[k] / errors[k], fit.residualDegreesOfFreedom()));
    }

    private double[] perState(IntToDoubleFunction of) {
        return IntStream.range(0, weights.length)
                .mapToDouble(k -> weights[k] > 0 ? of.applyAsDouble(k) : Double.NaN)
                .toArray();
    }

    private double[] direction(int k) {
        return IntStream.range(0, weights.length)
                .mapToDouble(h -> (h == k ? 1 : 0) - weights[h])
                .toArray();
    }

    /** @return one row per state */
    public Table table() {
        return Table.create(
                "outcome on checkpoints per state",
                IntColumn.create("state", IntStream.range(0, weights.length).toArray()),
                DoubleColumn.create("coefficient", fit.coefficients()),
                DoubleColumn.create("standard error", fit.standardErrors()),
                DoubleColumn.create("t", fit.tStatistics()),
                DoubleColumn.create("p", fit.pValues()),
                DoubleColumn.create("contrast", contrasts()),
                DoubleColumn.create("contrast error", contrastErrors()),
                DoubleColumn.create("contrast p", contrastPValues()),
                BooleanColumn.create("estimable", fit.estimable()));
    }
}
