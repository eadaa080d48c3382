package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How long runs stay in each state before they leave it or end.
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

        /** @return the mean and spread of the lengths */
        public MeanSd summary() {
            return MeanSd.of(Arrays.stream(lengths).asDoubleStream().toArray());
        }

        /** @return the median length; NaN if there are none */
        public double median() {
            return BootstrapIntervals.quantile(
                    Arrays.stream(lengths).asDoubleStream().toArray(), 0.5);
        }
    }

    /**
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
        return new DwellTable(IntStream.range(0, paths.states())
                .mapToObj(k -> new Dwell(
                        k, lengths.get(k).stream().mapToInt(n -> n).sorted().toArray(), cut[k]))
                .toList());
    }

    /** @return one row per state */
    public Table table() {
        return Table.create(
                "stays",
                IntColumn.create("state", states.stream().mapToInt(Dwell::state).toArray()),
                IntColumn.create(
                        "stays", states.stream().mapToInt(d -> d.lengths.length).toArray()),
                DoubleColumn.create(
                        "mean",
                        states.stream().mapToDouble(d -> d.summary().mean()).toArray()),
                DoubleColumn.create(
                        "sd", states.stream().mapToDouble(d -> d.summary().sd()).toArray()),
                DoubleColumn.create(
                        "median", states.stream().mapToDouble(Dwell::median).toArray()),
                DoubleColumn.create(
                        "least",
                        states.stream()
                                .mapToDouble(d -> Arrays.stream(d.lengths)
                                        .asDoubleStream()
                                        .min()
                                        .orElse(Double.NaN))
                                .toArray()),
                DoubleColumn.create(
                        "most",
                        states.stream()
                                .mapToDouble(d -> Arrays.stream(d.lengths)
                                        .asDoubleStream()
                                        .max()
                                        .orElse(Double.NaN))
                                .toArray()),
                IntColumn.create(
                        "cut by the end", states.stream().mapToInt(Dwell::cut).toArray()));
    }
}
