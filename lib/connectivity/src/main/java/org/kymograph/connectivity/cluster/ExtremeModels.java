package org.kymograph.connectivity.cluster;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * The models of a population with the lowest, the highest and the middle score: the paper's "heuristic", "generalising" and
 * "middle" models, where the score is the accuracy out of distribution. Of a loss, the lowest are the best.
 *
 * @param lowest the models of the lowest scores, rising
 * @param highest those of the highest, rising
 * @param middle those around place n/2 of the order, rising
 */
public record ExtremeModels(List<String> lowest, List<String> highest, List<String> middle) {
    /** Copies the lists. */
    public ExtremeModels {
        lowest = List.copyOf(lowest);
        highest = List.copyOf(highest);
        middle = List.copyOf(middle);
    }

    /**
     * Selects models.
     *
     * @param models the models' names
     * @param scores the score of each
     * @param each how many of each kind, at least 1 and at most all
     * @return the selection; the kinds overlap where there are few models
     */
    public static ExtremeModels of(List<String> models, double[] scores, int each) {
        int n = models.size();
        Arguments.sameLength("scores", scores.length, "models", n);
        Arguments.within("each", each, 1, n);
        List<String> order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .map(models::get)
                .toList();
        int from = Math.min(n - each, n / 2 - each / 2);
        return new ExtremeModels(order.subList(0, each), order.subList(n - each, n), order.subList(from, from + each));
    }

    /**
     * Returns the selection as a table.
     *
     * @return columns {@code lowest}, {@code middle} and {@code highest}
     */
    public Table table() {
        return Columns.of(
                        "extreme models",
                        IntStream.range(0, lowest.size()).boxed().toList())
                .texts("lowest", lowest::get)
                .texts("middle", middle::get)
                .texts("highest", highest::get)
                .table();
    }
}
