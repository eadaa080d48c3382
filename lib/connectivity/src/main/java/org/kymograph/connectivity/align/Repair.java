package org.kymograph.connectivity.align;

import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.Activations;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;

/**
 * Renormalises interpolated networks: halfway between two networks the variance of hidden units collapses, even after their units
 * were aligned, and with it the loss rises. Each hidden unit's preactivation is scaled and shifted so that its mean and
 * standard deviation are those of both ends, interpolated; layer by layer, each behind the repaired ones below it.
 *
 * <p>A network with norms has nothing to repair but their statistics. The samples must not be those of the test.
 *
 * <p>Source: Jordan et al., REPAIR: REnormalizing Permuted Activations for Interpolation Repair (ICLR 2023).
 */
public final class Repair {
    private final Mlp network;
    private final Dataset data;

    private Repair(Mlp network, Dataset data) {
        this.network = network;
        this.data = data;
    }

    /**
     * Returns the repaired segment between two networks, whose ends are these exactly.
     *
     * @param network the form of both, without norms and skip connections
     * @param data the samples that give the preactivations, training samples
     * @param from the network at t = 0
     * @param to that at t = 1, aligned with the first
     * @return the path
     */
    public static ParameterPath segment(Mlp network, Dataset data, ParameterVector from, ParameterVector to) {
        Arguments.check(
                network.norm() == Mlp.Norm.NONE && !network.skip(),
                "network",
                network,
                "one without norms and skip connections");
        from.sameSegments(to);
        Repair repair = new Repair(network, data);
        int layers = network.hidden().size();
        double[][][] first = new double[layers][][];
        double[][][] second = new double[layers][][];
        for (int l = 0; l < layers; l++) {
            first[l] = repair.statistics(from, l);
            second[l] = repair.statistics(to, l);
        }
        return t -> t == 0 ? from : t == 1 ? to : repair.repaired(from.lerp(to, t), t, first, second);
    }

    private ParameterVector repaired(ParameterVector mixed, double t, double[][][] from, double[][][] to) {
        ParameterVector out = mixed;
        for (int l = 0; l < from.length; l++) {
            double[][] now = statistics(out, l);
            double[] values = out.toArray();
            for (Segment s : out.segments()) {
                boolean weight = s.name().equals(2 * l + ".weight");
                if (!weight && !s.name().equals(2 * l + ".bias")) {
                    continue;
                }
                int each = s.length() / now[0].length;
                for (int u = 0; u < now[0].length; u++) {
                    double scale = now[1][u] == 0 ? 1 : ((1 - t) * from[l][1][u] + t * to[l][1][u]) / now[1][u];
                    double shift = (1 - t) * from[l][0][u] + t * to[l][0][u] - scale * now[0][u];
                    for (int i = 0; i < each; i++) {
                        int at = s.offset() + u * each + i;
                        values[at] = scale * values[at] + (weight ? 0 : shift);
                    }
                }
            }
            out = out.withValues(values);
        }
        return out;
    }

    // Mean and standard deviation of each unit's preactivation.
    private double[][] statistics(ParameterVector parameters, int layer) {
        String point = "mlp_pre." + layer;
        double[][] rows = Activations.of(network, parameters, data, point).rows(point);
        int units = rows[0].length;
        double[][] out = new double[2][units];
        for (int u = 0; u < units; u++) {
            double mean = 0;
            for (double[] row : rows) {
                mean += row[u] / rows.length;
            }
            double squares = 0;
            for (double[] row : rows) {
                squares += (row[u] - mean) * (row[u] - mean) / rows.length;
            }
            out[0][u] = mean;
            out[1][u] = Math.sqrt(squares);
        }
        return out;
    }
}
