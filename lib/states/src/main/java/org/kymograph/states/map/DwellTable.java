package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * Dwell times: how long runs stay in each state before they leave it or end.
 *
 * @param states one per state
 */
public record DwellTable(List<Dwell> states) {
    /** Copies its list. */
    public DwellTable {
        states = List.copyOf(states);
    }

    /**
     * The stays in one state.
     *
     * @param state the state
     * @param lengths their lengths in checkpoints, ascending
     * @param cut how many of them end only because the run does
     */
    public record Dwell(int state, int[] lengths, int cut) {
        /** Copies its array. */
        public Dwell {
            lengths = lengths.clone();
        }

        @Override
        public int[] lengths() {
            return lengths.clone();
        }

        /** Returns the mean and spread of the lengths. */
        public MeanSd summary() {
            return MeanSd.of(numbers());
        }

        /** Returns the median length; NaN if there are none. */
        public double median() {
            return Statistics.median(numbers());
        }

        private double[] numbers() {
            return Arrays.stream(lengths).asDoubleStream().toArray();
        }
    }

    /**
     * Gathers the stays of runs.
     *
     * @param paths the runs' states
     * @return the stays in each state
     */
    public static DwellTable of(StatePaths paths) {
        List<List<Integer>> lengths = new ArrayList<>();
        IntStream.range(0, paths.states()).forEach(k -> lengths.add(new ArrayList<>()));
        int[] cut = new int[paths.states()];
        for (int run = 0; run < paths.runs().size(); run++) {
            List<StatePaths.Visit> visits = paths.visits(run);
            visits.forEach(v -> lengths.get(v.state()).add(v.length()));
            cut[visits.get(visits.size() - 1).state()]++;
        }
        return new DwellTable(Columns.each(
                paths.states(),
                k -> new Dwell(
                        k, lengths.get(k).stream().mapToInt(n -> n).sorted().toArray(), cut[k])));
    }

    /** Returns one row per state. */
    public Table table() {
        return Columns.of("stays", states)
                .ints("state", Dwell::state)
                .ints("stays", d -> d.lengths.length)
                .doubles("mean", d -> d.summary().mean())
                .doubles("sd", d -> d.summary().sd())
                .doubles("median", Dwell::median)
                .doubles("least", d -> Statistics.quantile(d.numbers(), 0))
                .doubles("most", d -> Statistics.quantile(d.numbers(), 1))
                .ints("cut by the end", Dwell::cut)
                .table();
    }
}
