package org.kymograph.connectivity.align;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.data.MarkovText;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

class RotationMatchingTest {
    @Test
    @Tag("slow")
    void aRotatedAndPermutedCopyIsRecoveredExactlyAndItsBarrierIsGone(@TempDir Path folder) {
        MarkovText task = MarkovText.withDefaults().withSizes(16, 512, 128);
        for (boolean tied : new boolean[] {true, false}) {
            Llama network = Llama.of(task.symbols()).withSizes(16, 2, 4, 2, 24).withTied(tied);
            Experiment experiment = Experiment.of(
                            "llama-" + tied, task, network, Loss.CROSS_ENTROPY, Optimizer.adam(1e-2))
                    .withLength(Span.steps(150))
                    .withEvaluation(Span.steps(150))
                    .withCheckpoints(Span.steps(150));
            Objective objective =
                    Objective.of(experiment, task.sample(0).test()).withThreads(1);
            Models models = Models.of(Trainer.of(experiment).train(folder, 1, 2));
            ParameterVector fixed = models.load("1", objective.initial(0));
            Objective untied = Objective.of(network.withTied(false), objective.loss(), objective.data())
                    .withThreads(1);
            ParameterVector moved = RotationMatching.scrambled(network, fixed, 5);
            double loss = objective.meanLosses(List.of(fixed))[0];
            assertThat(untied.meanLosses(List.of(moved))[0]).isCloseTo(loss, within(1e-4));
            RotationMatching matching =
                    RotationMatching.of(network.withTied(false), LlamaSymmetry.folded(network, fixed), moved);
            assertThat(matching.before()).isGreaterThan(1);
            assertThat(matching.after()).isLessThan(1e-9);
            assertThat(matching.units()).isGreaterThan(20);
            List<LossCurve> curves = matching.curves(objective, 5);
            assertThat(curves.get(0).barrierHeight()).isGreaterThan(0.1);
            assertThat(curves.get(1).barrierHeight()).isLessThan(1e-5);
            RotationMatching apart = RotationMatching.of(network, fixed, models.load("2", fixed));
            List<LossCurve> between = apart.curves(objective, 5);
            assertThat(apart.after()).isLessThan(apart.before());
            assertThat(between.get(1).means()[4]).isCloseTo(between.get(0).means()[4], within(1e-4));
            assertThat(between.get(1).barrierHeight())
                    .isLessThan(0.5 * between.get(0).barrierHeight());
        }
    }

    @Test
    void parametersOfAnotherNetworkAreRefused() {
        Llama network = Llama.of(5);
        ParameterVector small = ParameterVector.of(Map.of("w", Tensor.of(new double[] {1}, 1)));
        assertThatThrownBy(() -> RotationMatching.of(network, small, small)).hasMessageContaining("numbers of a llama");
    }
}
