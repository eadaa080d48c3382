package org.kymograph.states.figures;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Columns;
import org.kymograph.plot.Plots;
import org.kymograph.plot.Series;

/** The states of many runs over time, a row a run, and where they converge. */
final class Timelines {
    private static final int FEW = 60;

    private Timelines() {}

    /**
     * Draws the rows.
     *
     * @param paths the runs' states, the first row first; they may be of different lengths
     * @param states how many states there are
     * @param unit what time is counted in
     * @param perCheckpoint how many of these a checkpoint is
     * @return the trace, whose rows are numbers
     */
    static Series rows(List<int[]> paths, int states, String unit, double perCheckpoint) {
        int length = paths.stream().mapToInt(path -> path.length).max().orElse(0);
        Object[] z = new Object[paths.size()];
        for (int row = 0; row < z.length; row++) {
            int[] path = paths.get(row);
            Integer[] cells = new Integer[length];
            Arrays.setAll(cells, t -> t < path.length ? path[t] : null);
            z[row] = cells;
        }
        return Series.of("type: heatmap, z: ?, x0: 0, dx: ?", z, perCheckpoint)
                .withAll("zmin: -0.5, zmax: ?, colorscale: ?", states - 0.5, colours(states))
                .withAll("showscale: false, ygap: ?", z.length <= FEW ? 1 : 0)
                .with("hovertemplate", "%{y}<br>" + unit + " %{x}<br>state %{z}<extra></extra>");
    }

    /** How the rows are named on their axis, the first on top: by ticks, since names may look like numbers. */
    static Map<String, Object> axis(List<String> names) {
        return Plots.attributes(
                "tickmode: array, tickvals: ?, ticktext: ?, showgrid: false, zeroline: false",
                Columns.numbers(names.size(), row -> row),
                names.stream().map(Plots::escape).toArray(String[]::new));
    }

    /**
     * Marks where runs converge.
     *
     * @param convergence for each row when it does, in the unit; NaN where it doesn't
     * @param unit what time is counted in
     * @return the trace
     */
    static Series converged(double[] convergence, String unit) {
        double[] rows = Columns.numbers(convergence.length, row -> row);
        double[] known = Arrays.stream(rows)
                .filter(row -> Double.isFinite(convergence[(int) row]))
                .toArray();
        double[] at = Arrays.stream(known).map(row -> convergence[(int) row]).toArray();
        return Series.of("type: scatter, mode: markers, name: converged")
                .withAll("x: ?, y: ?", at, known)
                .withAll("marker: {symbol: line-ns, size: 8, line: {width: 2, color: #606060}}")
                .with("hovertemplate", "converged at " + unit + " %{x}<extra></extra>");
    }

    private static Object[][] colours(int states) {
        Object[][] scale = new Object[2 * states][];
        for (int k = 0; k < states; k++) {
            scale[2 * k] = new Object[] {(double) k / states, StateColours.of(k)};
            scale[2 * k + 1] = new Object[] {(k + 1.0) / states, StateColours.of(k)};
        }
        return scale;
    }
}
