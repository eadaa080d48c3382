package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.stats.Pseudoinverse;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * Percentile intervals of the regression's coefficients: runs are drawn with replacement, as many as there are, and the
 * regression is fitted again. A draw that says less about a state's coefficient than all runs do, as when no run of it visits
 * the state, counts for the other states only.
 *
 * @param level the intervals' level, such as 0.95
 * @param resamples the number of draws
 * @param states one per state
 */
public record BootstrapIntervals(double level, int resamples, List<Interval> states) {
    /** Copies its list. */
    public BootstrapIntervals {
        states = List.copyOf(states);
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
     * @param occupancies the checkpoints in each state
     * @param outcome the outcome
     * @param resamples the number of draws, at least 1
     * @param level the intervals' level, between 0 and 1
     * @param seed what the draws follow from
     * @return the intervals
     * @throws IllegalArgumentException if an argument is out of range or fewer than two runs have an outcome
     */
    public static BootstrapIntervals of(
            Occupancies occupancies, Outcome outcome, int resamples, double level, long seed) {
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples " + resamples + ": must be at least 1");
        }
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("level " + level + ": must be between 0 and 1");
        }
        Occupancies.Joined data = occupancies.join(outcome);
        int n = data.values().length;
        int k = data.counts()[0].length;
        Pseudoinverse whole = Pseudoinverse.of(data.counts());
        RandomGenerator random = Streams.of(seed, "bootstrap");
        double[][] drawn = new double[k][resamples];
        for (int b = 0; b < resamples; b++) {
            double[][] x = new double[n][];
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
                int run = Streams.below(random, n);
                x[i] = data.counts()[run];
                y[i] = data.values()[run];
            }
            Pseudoinverse inverse = Pseudoinverse.of(x);
            double[] beta = inverse.times(y);
            for (int j = 0; j < k; j++) {
                boolean same = Pseudoinverse.isSame(inverse.determination(x, j), whole.determination(data.counts(), j));
                drawn[j][b] = same ? beta[j] : Double.NaN;
            }
        }
        Interval[] intervals = new Interval[k];
        for (int j = 0; j < k; j++) {
            double[] sorted = Arrays.stream(drawn[j])
                    .filter(v -> !Double.isNaN(v))
                    .sorted()
                    .toArray();
            intervals[j] = new Interval(
                    j, quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2), sorted.length);
        }
        return new BootstrapIntervals(level, resamples, List.of(intervals));
    }

    /** @return the quantile by linear interpolation between order statistics; NaN if there are none */
    static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = share * (sorted.length - 1);
        int below = (int) Math.floor(place);
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    /** @return one row per state */
    public Table table() {
        return Table.create(
                "bootstrap intervals",
                IntColumn.create(
                        "state", states.stream().mapToInt(Interval::state).toArray()),
                DoubleColumn.create(
                        "lower", states.stream().mapToDouble(Interval::lower).toArray()),
                DoubleColumn.create(
                        "upper", states.stream().mapToDouble(Interval::upper).toArray()),
                IntColumn.create(
                        "draws", states.stream().mapToInt(Interval::used).toArray()));
    }
}
