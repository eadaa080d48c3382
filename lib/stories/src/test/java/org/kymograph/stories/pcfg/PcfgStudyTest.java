package org.kymograph.stories.pcfg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Task;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.stories.inside.OneShotPruning;
import tech.tablesaw.api.Table;

class PcfgStudyTest {
    @TempDir
    Path root;

    @Test
    @Tag("slow")
    void everyStepOfAStudyRunsAndIsReadAgain() {
        PcfgStudy tiny = PcfgStudy.tiny().withSteps(6, 4, 2).withBatch(8);
        PcfgStudy study = tiny.withTask(tiny.task().withSizes(1, 60), tiny.network());
        PcfgGates gates = PcfgGates.of(study, root, 0);
        assertThat(gates.rows()).hasSize(7);
        assertThat(gates.table().rowCount()).isEqualTo(7);
        assertThat(PcfgGates.of(study, root, 0)).isEqualTo(gates);
        Population base = study.pretrain(root, PcfgStudy.WEAK, 0);
        Table accuracies = study.accuracies(base);
        assertThat(accuracies.rowCount())
                .isEqualTo(4 * base.runs().get(0).checkpointSteps().size());
        ParameterVector last = study.last(base.runs().get(0));
        assertThat(study.probes(last)).hasSize(3);
        OneShotPruning pruning = study.pruned(last, 0, 2);
        assertThat(pruning.accuracies()).containsOnlyKeys("a", "b, correlated", "b");
        assertThatThrownBy(() -> PcfgGates.of(study.withRates(1e30, 1e-4), root, 0))
                .hasMessageContaining("is not done: it diverged: the training loss is not finite from step");
    }

    @Test
    void mixedDataHaveTheirShareOfQuestionsAboutA() {
        PcfgStudy study = PcfgStudy.tiny().withSteps(6, 60, 10);
        Task half = study.mixed(study.counting(1, 1), PcfgStudy.WEAK, 0.5);
        long[] inputs = half.sample(3).train().inputs().toLongs();
        int n = half.sample(3).train().size();
        long a = 0;
        for (int i = 0; i < n; i++) {
            a += study.task().text((int) inputs[i * study.task().length() + 2]).equals("a") ? 1 : 0;
        }
        assertThat((double) a / n).as("seed 3").isBetween(0.45, 0.55);
        assertThat(half.setting().toString()).contains("mixed").contains("share");
    }

    @Test
    void theAnswersOfBothKindsOfSamplesAreSpread() {
        PcfgStudy study = PcfgStudy.mini();
        for (double tied : new double[] {0, 1}) {
            int[] answers = PcfgStudy.answers(study.counting(1, tied));
            assertThat(Arrays.stream(answers).sum()).isEqualTo(500);
            assertThat(Arrays.stream(answers).filter(x -> x > 0).count()).isGreaterThanOrEqualTo(10);
            assertThat(PcfgStudy.majority(study.counting(1, tied))).isLessThan(0.2);
        }
    }

    @Test
    @Tag("slow")
    void aWeakCapabilityIsWrappedAndAStrongOneUsed() {
        PcfgStudy study = PcfgStudy.tiny();
        Population weak = study.pretrain(root, PcfgStudy.WEAK, 0);
        Population wrapped = study.tune(root, weak, study.counting(1, 1), study.medium());
        List<ParameterVector> tuned = List.of(study.last(wrapped.runs().get(0)));
        assertThat(study.asking(1, 1).accuracies(tuned)[0]).isGreaterThan(0.95);
        assertThat(study.asking(1, 0).accuracies(tuned)[0]).isLessThan(0.2);
        assertThat(study.asking(0, 0).accuracies(List.of(study.last(weak.runs().get(0))))[0])
                .isGreaterThan(0.95);
    }
}
