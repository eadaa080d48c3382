package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.stats.OlsFit;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.TobitFit;
import tech.tablesaw.api.Table;

/**
 * The regression of the outcome on the time spent in each state: least squares of the outcome on n_k, the checkpoints in each
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
     * Regresses an outcome on occupancies.
     *
     * @param occupancies the checkpoints in each state
     * @param outcome the outcome; censored numbers are used as they are
     * @return the regression over the runs that have both
     * @throws IllegalArgumentException if fewer than two runs have both
     */
    public static OccupancyRegression of(Occupancies occupancies, Outcome outcome) {
        return new OccupancyRegression(occupancies.join(outcome));
    }

    /**
     * Percentile intervals of the coefficients: runs are drawn with replacement, as many as there are, and the regression is
     * fitted again. A draw that says less about a state's coefficient than all runs do, as when no run of it visits the state,
     * counts for the other states only.
     *
     * @param level the intervals' level, such as 0.95
     * @param resamples the number of draws
     * @param states one per state
     */
    public record Intervals(double level, int resamples, List<Interval> states) {
        /** Copies its list. */
        public Intervals {
            states = List.copyOf(states);
        }

        /** Returns one row per state. */
        public Table table() {
            return Columns.of("bootstrap intervals", states)
                    .ints("state", Interval::state)
                    .doubles("lower", Interval::lower)
                    .doubles("upper", Interval::upper)
                    .ints("draws", Interval::used)
                    .table();
        }
    }

    /**
     * A coefficient's interval.
     *
     * @param state the state
     * @param lower its lower end; NaN if no draw counts for it
     * @param upper its upper end
     * @param used how many draws count for it
     */
    public record Interval(int state, double lower, double upper, int used) {}

    /**
     * Computes bootstrap intervals of the coefficients.
     *
     * @param resamples the number of draws, at least 1
     * @param level the intervals' level, between 0 and 1
     * @param seed the random seed
     * @return the intervals
     * @throws IllegalArgumentException if an argument is out of range
     */
    public Intervals intervals(int resamples, double level, long seed) {
        Resampling.Interval[] intervals = Resampling.bootstrap(
                data.values().length,
                runs -> {
                    OlsFit again = OlsFit.of(
                            Arrays.stream(runs).mapToObj(i -> data.counts()[i]).toArray(double[][]::new),
                            Arrays.stream(runs)
                                    .mapToDouble(i -> data.values()[i])
                                    .toArray());
                    double[] beta = again.coefficients();
                    Arrays.setAll(beta, k -> again.determinesAsMuch(fit, k) ? beta[k] : Double.NaN);
                    return beta;
                },
                resamples,
                level,
                seed);
        return new Intervals(
                level,
                resamples,
                Columns.each(
                        intervals.length,
                        k -> new Interval(k, intervals[k].lower(), intervals[k].upper(), intervals[k].draws())));
    }

    /**
     * Fits the regression that takes the outcome of a censored run for a lower bound.
     *
     * @return the fit, a coefficient per state
     * @throws IllegalArgumentException if all runs are censored, or least squares leaves no residual
     */
    public TobitFit tobit() {
        return TobitFit.of(data.counts(), data.values(), data.censored());
    }

    /** Returns the runs that were used. */
    public List<String> runs() {
        return data.runs();
    }

    /** Returns how many of them are censored. */
    public int censored() {
        return (int) IntStream.range(0, data.censored().length)
                .filter(i -> data.censored()[i])
                .count();
    }

    /** Returns the outcomes of these runs. */
    public double[] outcomes() {
        return data.values().clone();
    }

    /** Returns the fit, a coefficient per state. */
    public OlsFit fit() {
        return fit;
    }

    /** Returns R² of {@link #fit}. */
    public double rSquared() {
        return fit.rSquared();
    }

    /** Returns the p-value of {@link #fit}'s F test. */
    public double pValue() {
        return fit.pValue();
    }

    /** Returns a coefficient per state. */
    public double[] coefficients() {
        return fit.coefficients();
    }

    /** Returns per state β_k − Σ_h w_h β_h; NaN where no run is. */
    public double[] contrasts() {
        return perState(k -> fit.combination(direction(k)));
    }

    /** Returns the contrasts' standard errors. */
    public double[] contrastErrors() {
        return perState(k -> fit.combinationError(direction(k)));
    }

    /** Returns the contrasts' two-sided p-values. */
    public double[] contrastPValues() {
        double[] errors = contrastErrors();
        double[] contrasts = contrasts();
        return perState(k -> OlsFit.twoSided(contrasts[k] / errors[k], fit.residualDegreesOfFreedom()));
    }

    private double[] perState(IntToDoubleFunction of) {
        return Columns.numbers(weights.length, k -> weights[k] > 0 ? of.applyAsDouble(k) : Double.NaN);
    }

    private double[] direction(int k) {
        return Columns.numbers(weights.length, h -> (h == k ? 1 : 0) - weights[h]);
    }

    /** Returns one row per state. */
    public Table table() {
        double[] coefficients = fit.coefficients();
        double[] errors = fit.standardErrors();
        double[] t = fit.tStatistics();
        double[] p = fit.pValues();
        double[] contrasts = contrasts();
        double[] contrastErrors = contrastErrors();
        double[] contrastP = contrastPValues();
        boolean[] estimable = fit.estimable();
        return Columns.of("outcome on checkpoints per state", weights.length)
                .ints("state", k -> k)
                .doubles("coefficient", k -> coefficients[k])
                .doubles("standard error", k -> errors[k])
                .doubles("t", k -> t[k])
                .doubles("p", k -> p[k])
                .doubles("contrast", k -> contrasts[k])
                .doubles("contrast error", k -> contrastErrors[k])
                .doubles("contrast p", k -> contrastP[k])
                .flags("estimable", k -> estimable[k])
                .table();
    }
}
