package org.kymograph.stories.inside;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * What becomes of a network without the few weights that harm a task most: the weights, or rows of weight matrices, with the
 * largest score w·∂L/∂w are set to 0 at once. To first order a zero weight lowers the loss L by its score. If an old task comes back
 * so, fine-tuning has not deleted it, but put a wrapper around it.
 *
 * <p>The weights are chosen on the samples of the objective that scores them; measure on others.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024), section 5,
 * after Molchanov et al., Importance Estimation for Neural Network Pruning (CVPR 2019).
 *
 * @param unit what is pruned
 * @param counts the numbers of weights or rows that are pruned
 * @param accuracies for each measured task, by name, the accuracy at each count
 * @param pruned the names of what is pruned, worst first, such as {@code "blocks.1.attn.W_K[3, 1]"}
 */
public record OneShotPruning(
        Unit unit, List<Integer> counts, Map<String, List<Double>> accuracies, List<String> pruned) {
    /** What is pruned at a time. */
    public enum Unit {
        /** One weight. */
        WEIGHT,
        /** A row of a weight matrix. */
        ROW
    }

    private record Scored(double score, int from, int to, String name) {}

    /** Copies the lists. */
    public OneShotPruning {
        counts = List.copyOf(counts);
        Map<String, List<Double>> copies = new LinkedHashMap<>();
        accuracies.forEach((name, values) -> copies.put(name, List.copyOf(values)));
        accuracies = Collections.unmodifiableMap(copies);
        pruned = List.copyOf(pruned);
    }

    /**
     * Prunes and measures.
     *
     * @param unit what is pruned
     * @param network the network's parameters
     * @param scoring the loss that pruning shall lower, that of the old task
     * @param counts how many weights or rows to prune, each at least 0
     * @param measured the tasks to measure accuracies of, by name
     * @return the accuracies
     * @throws IllegalArgumentException if a count exceeds the number of weights or rows
     */
    public static OneShotPruning of(
            Unit unit, ParameterVector network, Objective scoring, int[] counts, Map<String, Objective> measured) {
        List<Scored> order = scored(unit, network, scoring);
        List<ParameterVector> vectors = new ArrayList<>();
        for (int count : counts) {
            Arguments.within("count", count, 0, order.size());
            double[] values = network.toArray();
            order.subList(0, count).forEach(s -> Arrays.fill(values, s.from(), s.to(), 0));
            vectors.add(network.withValues(values));
        }
        Map<String, List<Double>> accuracies = new LinkedHashMap<>();
        measured.forEach((name, objective) -> accuracies.put(
                name, Arrays.stream(objective.accuracies(vectors)).boxed().toList()));
        int most = Arrays.stream(counts).max().orElse(0);
        return new OneShotPruning(
                unit,
                Arrays.stream(counts).boxed().toList(),
                accuracies,
                order.subList(0, most).stream().map(Scored::name).toList());
    }

    // Rows are those of matrices; what has one axis is no neuron.
    private static List<Scored> scored(Unit unit, ParameterVector network, Objective scoring) {
        double[] scores =
                network.times(scoring.gradients(List.of(network)).get(0)).toArray();
        List<Scored> all = new ArrayList<>();
        for (Segment s : network.segments()) {
            int columns = s.shape().size() < 2
                    ? s.length()
                    : s.shape().get(s.shape().size() - 1).intValue();
            if (unit == Unit.ROW && s.shape().size() < 2) {
                continue;
            }
            int step = unit == Unit.ROW ? columns : 1;
            for (int i = 0; i < s.length(); i += step) {
                int from = s.offset() + i;
                String place = unit == Unit.ROW ? "" + i / columns : i / columns + ", " + i % columns;
                all.add(new Scored(
                        Arrays.stream(scores, from, from + step).sum(),
                        from,
                        from + step,
                        s.name() + "[" + place + "]"));
            }
        }
        all.sort(Comparator.comparingDouble(Scored::score).reversed());
        return all;
    }

    /**
     * Returns the accuracies as a table.
     *
     * @return a row for each count, a column for each measured task
     */
    public Table table() {
        Columns<Integer> columns = Columns.of("pruning", counts.size()).ints("pruned", counts::get);
        accuracies.forEach((name, values) -> columns.doubles(name, values::get));
        return columns.table();
    }
}
