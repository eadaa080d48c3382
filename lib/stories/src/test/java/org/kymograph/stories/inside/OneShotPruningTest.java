package org.kymograph.stories.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.stories.inside.OneShotPruning.Unit;
import org.kymograph.stories.tracr.CompiledProgram;
import org.kymograph.stories.tracr.LetterCounting;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class OneShotPruningTest {
    private final CompiledProgram net = CompiledProgram.counter().withSizes(6, 16);
    private final Objective counting = Objective.of(
                    net,
                    Loss.CROSS_ENTROPY,
                    LetterCounting.of(net)
                            .withCounted(0)
                            .withSizes(64, 200)
                            .sample(2)
                            .test())
            .withThreads(1);

    // w ∂L/∂w is what the loss changes by per relative change of w.
    @Test
    void theWorstWeightsAreThoseOfTheLargestRelativeSlopes() {
        SparseParity task = SparseParity.withDefaults().withBits(8).withTrain(4).withTest(64);
        Objective parity = Objective.of(
                        Mlp.of(1, 16), Loss.HINGE, task.sample(3).test())
                .withDtype(Dtype.F64)
                .withThreads(1);
        ParameterVector net = parity.initial(3);
        OneShotPruning pruning =
                OneShotPruning.of(Unit.WEIGHT, net, parity, new int[] {0, 3}, Map.of("parity", parity));
        double h = 1e-5;
        Map<String, Double> slopes = new HashMap<>();
        for (ParameterVector.Segment s : net.segments()) {
            int columns = s.shape().size() < 2 ? s.length() : s.shape().get(1).intValue();
            for (int i = 0; i < s.length(); i++) {
                double[] more = net.toArray();
                double[] less = net.toArray();
                more[s.offset() + i] *= 1 + h;
                less[s.offset() + i] *= 1 - h;
                double[] losses = parity.meanLosses(List.of(net.withValues(more), net.withValues(less)));
                slopes.put(s.name() + "[" + i / columns + ", " + i % columns + "]", (losses[0] - losses[1]) / (2 * h));
            }
        }
        List<String> worst = slopes.keySet().stream()
                .sorted(Comparator.comparing(slopes::get).reversed())
                .limit(3)
                .toList();
        assertThat(pruning.pruned()).isEqualTo(worst);
        assertThat(pruning.accuracies().get("parity").get(0)).isEqualTo(parity.accuracies(List.of(net))[0]);
        assertThat(pruning.table().columnNames()).containsExactly("pruned", "parity");
    }

    @Test
    void rowsArePrunedWhole() {
        ParameterVector exact = counting.initial(0);
        OneShotPruning pruning = OneShotPruning.of(Unit.ROW, exact, counting, new int[] {0, 3}, Map.of("a", counting));
        assertThat(pruning.pruned()).hasSize(3).allMatch(name -> name.matches(".+\\[\\d+]"));
    }

    @Test
    void moreThanThereAreCannotBePruned() {
        assertThatThrownBy(() ->
                        OneShotPruning.of(Unit.WEIGHT, counting.initial(0), counting, new int[] {1 << 30}, Map.of()))
                .hasMessageStartingWith("count is 1073741824; expected 0 to ");
    }
}
