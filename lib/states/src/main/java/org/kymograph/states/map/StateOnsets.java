package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** When each run first enters each state, in checkpoints or, {@link #scaled}, in steps or epochs. */
public final class StateOnsets {
    private final List<String> runs;
    private final double[][] onsets;

    private StateOnsets(List<String> runs, double[][] onsets) {
        this.runs = runs;
        this.onsets = onsets;
    }

    /**
     * @param paths the runs' states
     * @return the first checkpoint of each run in each state, counted from 0
     */
    public static StateOnsets of(StatePaths paths) {
        List<double[]> all = new ArrayList<>();
        for (int run = 0; run < paths.runs().size(); run++) {
            double[] own = new double[paths.states()];
            Arrays.fill(own, Double.NaN);
            for (StatePaths.Visit visit : paths.visits(run)) {
                own[visit.state()] = Double.isNaN(own[visit.state()]) ? visit.start() : own[visit.state()];
            }
            all.add(own);
        }
        return new StateOnsets(paths.runs(), all.toArray(double[][]::new));
    }

    /**
     * @param unit what a checkpoint is worth, such as 10 epochs; above 0
     * @return the onsets times the unit
     * @throws IllegalArgumentException if the unit is out of range
     */
    public StateOnsets scaled(double unit) {
        if (!(unit > 0) || Double.isInfinite(unit)) {
            throw new IllegalArgumentException("unit " + unit + ": must be finite and above 0");
        }
        return new StateOnsets(
                runs,
                Arrays.stream(onsets)
                        .map(row -> Arrays.stream(row).map(v -> v * unit).toArray())
                        .toArray(double[][]::new));
    }

    /** @return the runs' names */
    public List<String> runs() {
        return runs;
    }

    /** @return [run][state]: when the run first enters the state; NaN if it never does */
    public double[][] onsets() {
        return Arrays.stream(onsets).map(double[]::clone).toArray(double[][]::new);
    }

    /**
     * @param state a state
     * @return the mean and spread over the runs that enter it
     */
    public MeanSd summary(int state) {
        return MeanSd.of(Arrays.stream(onsets)
                .mapToDouble(row -> row[state])
                .filter(v -> !Double.isNaN(v))
                .toArray());
    }

    /** @return one row per run: {@code run, state 0, state 1, …}; missing where the run never enters a state */
    public Table table() {
        Table table = Table.create("onsets", StringColumn.create("run", runs));
        for (int k = 0; k < onsets[0].length; k++) {
            int state = k;
            table.addColumns(DoubleColumn.create(
                    "state " + k,
                    Arrays.stream(onsets).mapToDouble(row -> row[state]).toArray()));
        }
        return table;
    }
}
