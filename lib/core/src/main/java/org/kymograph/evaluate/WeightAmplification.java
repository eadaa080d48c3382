package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * What a network does with more or less of what fine-tuning changed: the weights base + α (tuned − base). α = 0 is the base and
 * α = 1 the tuned network; above 1 the change is amplified, which may show what it is about, and below 0 undone beyond the base.
 *
 * <p>Source: Ilharco et al., Editing Models with Task Arithmetic (ICLR 2023).
 *
 * @param factors the factors α
 * @param accuracies for each measured task, by name, the accuracy at each factor
 * @param losses for each measured task, by name, the loss at each factor
 */
public record WeightAmplification(
        List<Double> factors, Map<String, List<Double>> accuracies, Map<String, List<Double>> losses) {
    /** Copies the lists. */
    public WeightAmplification {
        factors = List.copyOf(factors);
        accuracies = copied(accuracies);
        losses = copied(losses);
    }

    private static Map<String, List<Double>> copied(Map<String, List<Double>> all) {
        Map<String, List<Double>> copies = new LinkedHashMap<>();
        all.forEach((name, values) -> copies.put(name, List.copyOf(values)));
        return Collections.unmodifiableMap(copies);
    }

    /**
     * Measures networks on the line through two.
     *
     * @param base the parameters before
     * @param tuned the parameters after
     * @param measured the tasks to measure, by name, at least one
     * @param factors the factors α, at least one
     * @return the measured networks
     */
    public static WeightAmplification of(
            ParameterVector base, ParameterVector tuned, Map<String, Objective> measured, double... factors) {
        Arguments.atLeast("number of factors", factors.length, 1);
        Arguments.atLeast("number of tasks", measured.size(), 1);
        List<ParameterVector> line =
                Arrays.stream(factors).mapToObj(a -> base.lerp(tuned, a)).toList();
        Map<String, List<Double>> accuracies = new LinkedHashMap<>();
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        measured.forEach((name, objective) -> {
            accuracies.put(
                    name, Arrays.stream(objective.accuracies(line)).boxed().toList());
            losses.put(name, Arrays.stream(objective.meanLosses(line)).boxed().toList());
        });
        return new WeightAmplification(Arrays.stream(factors).boxed().toList(), accuracies, losses);
    }

    /**
     * Returns the accuracies and losses as a table.
     *
     * @return a row for each factor, two columns for each task
     */
    public Table table() {
        Columns<Integer> columns =
                Columns.of("weight amplification", factors.size()).doubles("factor", factors::get);
        accuracies.forEach((name, values) -> columns.doubles(name, values::get));
        losses.forEach((name, values) -> columns.doubles(name + " loss", values::get));
        return columns.table();
    }
}
