package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.states.hmm.DecodedRuns;
import tech.tablesaw.api.Table;

/**
 * The number of features that it takes: R² of the regression for models of the first 1, 2, … features of an order.
 *
 * @param points by the number of features
 */
public record FeatureSubsets(List<Point> points) {
    /** The features by importance for modular addition, the most important first, as the original study ordered them. */
    public static final List<String> MODULAR_ORDER = List.of(
            "var_w",
            "l1",
            "l2",
            "mean_lambda",
            "variance_lambda",
            "spectral",
            "code_sparsity",
            "mean_b",
            "computational_sparsity",
            "trace",
            "median_b",
            "var_b",
            "median_w",
            "mean_w");
    /** The features by importance for sparse parity, the most important first, as the original study ordered them. */
    public static final List<String> PARITIES_ORDER = List.of(
            "spectral",
            "variance_lambda",
            "mean_lambda",
            "l2",
            "var_w",
            "l1",
            "code_sparsity",
            "var_b",
            "mean_b",
            "median_b",
            "trace",
            "computational_sparsity",
            "mean_w",
            "median_w");

    /** Copies its list. */
    public FeatureSubsets {
        points = List.copyOf(points);
    }

    /**
     * The part of convergence that a model of some features explains.
     *
     * @param features the features
     * @param states the model's number of states
     * @param rSquared R² of the regression
     * @param p the p-value of its F test
     */
    public record Point(List<String> features, int states, double rSquared, double p) {
        /** Copies its list. */
        public Point {
            features = List.copyOf(features);
        }
    }

    /**
     * Fits models of more and more features.
     *
     * @param order features, the most important first, such as {@link #MODULAR_ORDER}
     * @param refit fits and decodes the runs anew with the features it is given
     * @param outcome when the runs converged
     * @return the first 1, 2, … features' models
     * @throws IllegalArgumentException if the order is empty
     * @throws CancellationException if the thread is interrupted
     */
    public static FeatureSubsets of(List<String> order, Function<List<String>, DecodedRuns> refit, Outcome outcome) {
        Arguments.notEmpty("order", order);
        List<Point> points = new ArrayList<>();
        try (Progress progress = Progress.start("feature subsets", "models", order.size())) {
            for (int n = 1; n <= order.size(); n++) {
                points.add(point(order.subList(0, n), refit, outcome));
                progress.update(n, "");
                if (Thread.interrupted()) {
                    throw new CancellationException(
                            "feature subsets were interrupted after " + n + " of " + order.size());
                }
            }
        }
        return new FeatureSubsets(points);
    }

    /**
     * Fits a model of one set of features, such as those that were best for another setting.
     *
     * @param features the features
     * @param refit fits and decodes the runs anew with the features it is given
     * @param outcome when the runs converged
     * @return what their model explains
     */
    public static Point point(List<String> features, Function<List<String>, DecodedRuns> refit, Outcome outcome) {
        DecodedRuns decoded = refit.apply(List.copyOf(features));
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(decoded), outcome);
        return new Point(features, decoded.states(), regression.rSquared(), regression.pValue());
    }

    /** Returns one row per set of features, which is named by the feature added. */
    public Table table() {
        return Columns.of("features and R²", points)
                .ints("features", p -> p.features.size())
                .texts("added", p -> p.features.get(p.features.size() - 1))
                .ints("states", Point::states)
                .doubles("R²", Point::rSquared)
                .doubles("p", Point::p)
                .table();
    }
}
