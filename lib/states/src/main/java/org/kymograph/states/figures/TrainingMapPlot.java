package org.kymograph.states.figures;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.plot.Animation;
import org.kymograph.plot.Plot;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.TrainingMap;
import org.kymograph.states.map.TransitionFeatures;

/**
 * The training map as a figure: {@code TrainingMapPlot.of(decoded, convergence).withUnit("epoch", 10).plot()}.
 *
 * <p>States are discs, larger the more checkpoints are in them, in layers from left to right by when runs first visit them. Arrows are the changes of
 * state that runs really make, thicker the more runs make them, with the share of runs, the features that decide the change and the shift of their means
 * (two decimals, cut off), and the convergence of those runs (section 2 and figures 2 to 10 of Hu et al. 2023). Below it is the share of runs in each
 * state over time. Pointing at an arrow or its label lists all features, pointing at a disc tells its occupancy and regression coefficient, and a menu
 * shows one run's way.
 *
 * @param decoded the runs
 * @param convergence their convergence, in checkpoints, or null
 * @param features the features of their changes of state, or null for those of {@link TransitionFeatures.Rule#PAPER}
 * @param shown how many features a label names, 0 to 5
 * @param unit what time is counted in
 * @param perCheckpoint how many of these a checkpoint is, above 0
 */
public record TrainingMapPlot(
        DecodedRuns decoded,
        Outcome convergence,
        TransitionFeatures features,
        int shown,
        String unit,
        double perCheckpoint) {
    private static final int FEATURES = 3;

    /** Checks the numbers. */
    public TrainingMapPlot {
        Arguments.within("shown", shown, 0, 5);
        Arguments.positive("perCheckpoint", perCheckpoint);
    }

    /**
     * Returns a map that says when runs converge.
     *
     * @param decoded the runs
     * @param convergence the runs' convergence, in checkpoints; it may lack runs
     * @return the map with 3 features an arrow, in checkpoints
     */
    public static TrainingMapPlot of(DecodedRuns decoded, Outcome convergence) {
        return new TrainingMapPlot(decoded, convergence, null, FEATURES, "checkpoint", 1);
    }

    /**
     * Returns a map of runs whose convergence isn't known.
     *
     * @param decoded the runs
     * @return the map with 3 features an arrow, in checkpoints
     */
    public static TrainingMapPlot of(DecodedRuns decoded) {
        return of(decoded, null);
    }

    /**
     * Returns a copy whose labels name another number of features; pointing at it lists all.
     *
     * @param shown the number of features, 0 to 5
     * @return the copy
     * @throws IllegalArgumentException if it is out of range
     */
    public TrainingMapPlot withFeatures(int shown) {
        return Copies.with(this, "shown", shown);
    }

    /**
     * Returns a copy with features by another rule than {@link TransitionFeatures.Rule#PAPER}.
     *
     * @param features the features of these runs' changes of state
     * @return the copy
     */
    public TrainingMapPlot with(TransitionFeatures features) {
        return Copies.with(this, "features", features);
    }

    /**
     * Returns a copy that counts time in something else than checkpoints.
     *
     * @param unit the thing that is counted, such as {@code "epoch"}
     * @param perCheckpoint how many of them a checkpoint is, above 0
     * @return the copy
     * @throws IllegalArgumentException if it is not above 0
     */
    public TrainingMapPlot withUnit(String unit, double perCheckpoint) {
        return Copies.with(Copies.with(this, "unit", unit), "perCheckpoint", perCheckpoint);
    }

    /**
     * Draws a map without its runs, features and convergence, states in the order of their numbers.
     *
     * @param map the map
     * @return the figure
     */
    public static Plot sketch(TrainingMap map) {
        return MapDrawing.of(MapContents.of(map), 0);
    }

    /**
     * Draws the map of the runs that a model was fitted on, without features and convergence.
     *
     * @param model the model
     * @return the figure
     */
    public static Plot sketch(HmmModel model) {
        StatePaths paths = StatePaths.of(
                model.paths().runs(), model.states(), model.paths().paths());
        return MapDrawing.of(MapContents.of(TrainingMap.of(paths, model.transitionMatrix(), null), paths), 0);
    }

    /**
     * Draws the runs moving over the map: each is a point in the state that it is in, in the colour that it has everywhere. Below it are the states of all
     * runs, a row a run, and a line over them tells the time. A run chosen in the menu stands out in both.
     *
     * @param steps about how many moments the slider has, at least 2; they are at round times
     * @return the figure, the last moment shown first
     */
    public Animation movie(int steps) {
        Arguments.atLeast("steps", steps, 2);
        TransitionFeatures used = features == null ? TransitionFeatures.of(decoded) : features;
        MapContent content = MapContents.of(decoded, convergence, used, unit, perCheckpoint);
        return MapDrawing.movie(content, shown, Math.min(steps, decoded.longest()));
    }

    /**
     * Draws the map.
     *
     * @return the figure
     */
    public Plot plot() {
        TransitionFeatures used = features == null ? TransitionFeatures.of(decoded) : features;
        return MapDrawing.of(MapContents.of(decoded, convergence, used, unit, perCheckpoint), shown);
    }
}
