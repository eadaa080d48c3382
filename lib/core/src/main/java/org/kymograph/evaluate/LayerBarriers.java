package org.kymograph.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * Which layers carry the barrier between two models: each layer is moved alone from one model to the other while the others stay,
 * in both models, and then all but this one. Immutable.
 *
 * <p>A layer that is harmless alone may carry a barrier with others: rows need not add up. The far end of such a segment is no trained model, so
 * that its loss is told beside the barrier above the chord.
 *
 * @param layers the layers, and last all of them together as {@code all}
 */
public record LayerBarriers(List<Layer> layers) {
    /** Copies the list. */
    public LayerBarriers {
        layers = List.copyOf(Arguments.notEmpty("layers", layers));
    }

    /**
     * A layer.
     *
     * @param name the part of its parameters' names before the last dot
     * @param parameters the number of its parameters
     * @param inFirst the loss while the layer goes to the second model, all others staying in the first
     * @param inSecond the loss while it goes to the first model, all others staying in the second
     * @param without the loss while all other layers go from the first to the second model, and it stays
     */
    public record Layer(String name, int parameters, LossCurve inFirst, LossCurve inSecond, LossCurve without) {}

    /**
     * Evaluates every layer.
     *
     * @param objective the network, the loss and the samples
     * @param from the first model
     * @param to the second
     * @param points the number of points of a segment, both ends included, at least 3
     * @return the curves
     */
    public static LayerBarriers of(Objective objective, ParameterVector from, ParameterVector to, int points) {
        Arguments.atLeast("points", points, 3);
        from.sameSegments(to);
        List<String> names =
                from.segments().stream().map(s -> layer(s.name())).distinct().toList();
        List<ParameterPath> paths = new ArrayList<>();
        for (String name : names) {
            ParameterVector inside = from.mask(n -> layer(n).equals(name));
            paths.add(ParameterPath.segment(from, to, inside));
            paths.add(ParameterPath.segment(to, from, inside));
            paths.add(
                    names.size() == 1
                            ? t -> from
                            : ParameterPath.segment(from, to, from.mask(n -> !layer(n).equals(name))));
        }
        paths.add(ParameterPath.segment(from, to));
        try (ObjectiveSession session = objective.open()) {
            List<LossCurve> curves = LossCurve.along(session, paths, points);
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                String name = names.get(i);
                int size = from.segments().stream()
                        .filter(s -> layer(s.name()).equals(name))
                        .mapToInt(Segment::length)
                        .sum();
                layers.add(new Layer(name, size, curves.get(3 * i), curves.get(3 * i + 1), curves.get(3 * i + 2)));
            }
            LossCurve all = curves.get(curves.size() - 1);
            layers.add(new Layer("all", from.size(), all, all, all));
            return new LayerBarriers(layers);
        }
    }

    private static String layer(String parameter) {
        int dot = parameter.lastIndexOf('.');
        return dot < 0 ? parameter : parameter.substring(0, dot);
    }

    private static double last(LossCurve curve) {
        double[] means = curve.means();
        return means[means.length - 1];
    }

    /**
     * Returns the barriers as a table.
     *
     * @return a row a layer: barrier heights and the losses at the far ends
     */
    public Table table() {
        return Columns.of("layers", layers)
                .texts("layer", Layer::name)
                .ints("parameters", Layer::parameters)
                .doubles("barrier, alone in the first", l -> l.inFirst.barrierHeight())
                .doubles("loss at its end", l -> last(l.inFirst))
                .doubles("barrier, alone in the second", l -> l.inSecond.barrierHeight())
                .doubles("loss at its other end", l -> last(l.inSecond))
                .doubles("barrier of all others", l -> l.without.barrierHeight())
                .table();
    }
}
