package org.kymograph.connectivity.align;

import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.Activations;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.stats.MeanSd;

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
        MeanSd[][] first = new MeanSd[layers][];
        MeanSd[][] second = new MeanSd[layers][];
        for (int l = 0; l < layers; l++) {
            first[l] = repair.statistics(from, l);
            second[l] = repair.statistics(to, l);
        }
        return t -> t == 0 ? from : t == 1 ? to : repair.repaired(from.lerp(to, t), t, first, second);
    }

    private ParameterVector repaired(ParameterVector mixed, double t, MeanSd[][] from, MeanSd[][] to) {
        ParameterVector out = mixed;
        for (int l = 0; l < from.length; l++) {
            MeanSd[] now = statistics(out, l);
            double[] values = out.toArray();
            for (Segment s : out.segments()) {
                boolean weight = s.name().equals(2 * l + ".weight");
                if (!weight && !s.name().equals(2 * l + ".bias")) {
                    continue;
                }
                int each = s.length() / now.length;
                for (int u = 0; u < now.length; u++) {
                    double scale = now[u].sd() == 0 ? 1 : ((1 - t) * from[l][u].sd() + t * to[l][u].sd()) / now[u].sd();
                    double shift = (1 - t) * from[l][u].mean() + t * to[l][u].mean() - scale * now[u].mean();
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

    // Of each unit's preactivation.
    private MeanSd[] statistics(ParameterVector parameters, int layer) {
        String point = "mlp_pre." + layer;
        double[][] rows = Activations.of(network, parameters, data, point).rows(point);
        return IntStream.range(0, rows[0].length)
                .mapToObj(u -> MeanSd.of(Columns.numbers(rows.length, i -> rows[i][u])))
                .toArray(MeanSd[]::new);
    }
}
