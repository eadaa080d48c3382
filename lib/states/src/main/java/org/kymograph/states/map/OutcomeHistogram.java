package org.kymograph.states.map;

import java.util.Arrays;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How many runs converged when, in bins of equal width as in the paper's appendix I. A bin holds its lower end; the last one
 * its upper end too.
 *
 * @param from where the first bin begins
 * @param to where the last bin ends
 * @param counts runs per bin
 * @param below runs before the first bin
 * @param above runs after the last bin
 */
public record OutcomeHistogram(double from, double to, List<Integer> counts, int below, int above) {
    /** The paper's number of bins. */
    public static final int PAPER_BINS = 9;

    /** Copies its list. */
    public OutcomeHistogram {
        counts = List.copyOf(counts);
    }

    /**
     * @param outcome when runs converged, in the unit of the range
     * @param from where the first bin begins; in the paper 0 epochs for modular addition, 50 epochs for parities, 350 steps
     *     for MNIST, 0 steps for CIFAR-100
     * @param to where the last bin ends, above {@code from}; in the paper 10000, 200, 550 and 12000
     * @param bins how many bins, at least 1; in the paper 9
     * @return the histogram
     * @throws IllegalArgumentException if the range is empty or there are no bins
     */
    public static OutcomeHistogram of(Outcome outcome, double from, double to, int bins) {
        if (!(from < to) || Double.isInfinite(to - from)) {
            throw new IllegalArgumentException("range " + from + " to " + to + ": must be finite and not empty");
        }
        if (bins < 1) {
            throw new IllegalArgumentException("bins " + bins + ": must be at least 1");
        }
        Integer[] counts = new Integer[bins];
        Arrays.fill(counts, 0);
        int below = 0;
        int above = 0;
        for (double value : outcome.values()) {
            if (value < from) {
                below++;
            } else if (value > to) {
                above++;
            } else {
                counts[bin(value, from, to, bins)]++;
            }
        }
        return new OutcomeHistogram(from, to, List.of(counts), below, above);
    }

    private static int bin(double value, double from, double to, int bins) {
        int bin = Math.min(bins - 1, (int) ((value - from) / (to - from) * bins));
        // The quotient may round across an edge.
        if (bin > 0 && value < edge(bin, from, to, bins)) {
            return bin - 1;
        }
        return bin < bins - 1 && value >= edge(bin + 1, from, to, bins) ? bin + 1 : bin;
    }

    private static double edge(int i, double from, double to, int bins) {
        return i == bins ? to : from + (to - from) * i / bins;
    }

    /**
     * @param i 0 to the number of bins
     * @return where bin i begins and the one before ends
     */
    public double edge(int i) {
        return edge(i, from, to, counts.size());
    }

    /** @return one row per bin */
    public Table table() {
        DoubleColumn lower = DoubleColumn.create("from");
        DoubleColumn upper = DoubleColumn.create("to");
        IntColumn runs = IntColumn.create("runs");
        for (int i = 0; i < counts.size(); i++) {
            lower.append(edge(i));
            upper.append(edge(i + 1));
            runs.append(counts.get(i));
        }
        return Table.create("convergence", lower, upper, runs);
    }
}
