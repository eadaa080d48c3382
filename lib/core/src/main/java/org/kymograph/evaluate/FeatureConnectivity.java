package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import tech.tablesaw.api.Table;

/**
 * Layerwise linear feature connectivity: whether the features of an interpolated network point in the direction of the interpolated
 * features of both ends, layer by layer. Where they do, the network between two models is the mean of what both compute.
 * Immutable.
 *
 * <p>Two trained networks have alike features anyway, so that the cosine of the ends' features stands beside it: only what lies above
 * it is connectivity.
 *
 * <p>Source: Zhou et al., Going Beyond Linear Mode Connectivity: The Layerwise Linear Feature Connectivity (NeurIPS 2023).
 *
 * @param t where the network is interpolated
 * @param layers the layers, in the network's order, and last its outputs
 */
public record FeatureConnectivity(double t, List<Layer> layers) {
    private static final String OUTPUTS = "outputs";

    /** Copies the list. */
    public FeatureConnectivity {
        layers = List.copyOf(Arguments.notEmpty("layers", layers));
    }

    /**
     * A layer.
     *
     * @param point the hook point, or {@code outputs}
     * @param cosine the mean cosine of a sample's features in the interpolated network and its interpolated features
     * @param ends the mean cosine of its features in both ends
     * @param cka the alignment of both ends' features
     */
    public record Layer(String point, double cosine, double ends, double cka) {}

    /**
     * Compares features.
     *
     * @param network the network
     * @param data the samples, at least four
     * @param from the parameters at t = 0
     * @param to those at t = 1
     * @param t where the network is interpolated, 0 to 1
     * @return the cosines of each hook point of the network, and of its outputs
     */
    public static FeatureConnectivity of(
            Network network, Dataset data, ParameterVector from, ParameterVector to, double t) {
        Arguments.within("t", t, 0.0, 1.0);
        Arguments.atLeast("the number of samples", data.size(), 4);
        from.sameSegments(to);
        String[] points = Activations.points(network, data).toArray(String[]::new);
        Activations a = Activations.of(network, from, data, points);
        Activations b = Activations.of(network, to, data, points);
        Activations mixed = Activations.of(network, from.lerp(to, t), data, points);
        List<Layer> layers = new ArrayList<>();
        for (String point : points) {
            layers.add(layer(point, a.rows(point), b.rows(point), mixed.rows(point), t));
        }
        layers.add(layer(
                OUTPUTS,
                Activations.rows(a.outputs()),
                Activations.rows(b.outputs()),
                Activations.rows(mixed.outputs()),
                t));
        return new FeatureConnectivity(t, layers);
    }

    private static Layer layer(String point, double[][] a, double[][] b, double[][] mixed, double t) {
        double cosine = 0;
        double ends = 0;
        for (int i = 0; i < a.length; i++) {
            double[] between = new double[a[i].length];
            for (int u = 0; u < between.length; u++) {
                between[u] = (1 - t) * a[i][u] + t * b[i][u];
            }
            cosine += cosine(between, mixed[i]) / a.length;
            ends += cosine(a[i], b[i]) / a.length;
        }
        return new Layer(point, cosine, ends, Cka.of(a, b));
    }

    // 1 for two vectors of zeros, such as a ReLU layer that is silent in both.
    private static double cosine(double[] x, double[] y) {
        double dot = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            // Attention scores that are masked are −∞ in all networks.
            if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
                dot += x[i] * y[i];
                xx += x[i] * x[i];
                yy += y[i] * y[i];
            }
        }
        return xx == 0 && yy == 0 ? 1 : xx == 0 || yy == 0 ? 0 : dot / Math.sqrt(xx * yy);
    }

    /**
     * Returns the layers as a table.
     *
     * @return a row a layer
     */
    public Table table() {
        return Columns.of("feature connectivity at t = " + t, layers)
                .texts("layer", Layer::point)
                .doubles("cosine, mixed network and mixed features", Layer::cosine)
                .doubles("cosine, both ends", Layer::ends)
                .doubles("CKA, both ends", Layer::cka)
                .table();
    }
}
