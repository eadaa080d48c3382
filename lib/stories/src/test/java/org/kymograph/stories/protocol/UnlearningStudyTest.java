package org.kymograph.stories.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.figures.DeletionPlots;
import org.kymograph.stories.tuning.Unlearning;
import tech.tablesaw.api.Table;

class UnlearningStudyTest {
    @Test
    @Tag("slow")
    void unlearnsAndLearnsAgainBesideTheGoldControl(@TempDir Path folder) {
        UnlearningStudy study = UnlearningStudy.of(MicroStoriesProfile.ci()
                        .withCorpus(MicroStories.demo().withShards(2).withRecords(400))
                        .withLayers(1)
                        .withBatch(4)
                        .withSteps(4, 2))
                .withMethods(Unlearning.of(Unlearning.Method.NPO), Unlearning.of(Unlearning.Method.RMU))
                .withPrompts(4);
        UnlearningResults results = study.run(folder, 1);
        assertThat(results.models()).containsExactly(DeletionStudy.ABSENT, "NPO", "RMU", "UNDO");
        assertThat(results.measures()).hasSize(4 * 7);
        Table table = results.table();
        assertThat(table.columnNames())
                .contains("forget_Prob", "mia_loss", "distance", "barrier", "relearning", "relearning from others");
        assertThat(table.stringColumn("relearning").asList()).doesNotContain("–");
        assertThat(results.predictors().intColumn("models").get(0)).isEqualTo(3);
        assertThat(DeletionPlots.unlearning(results, "feature loss").traces()).isNotEmpty();
        assertThat(DeletionPlots.relearning(results, "score", true).traces()).isNotEmpty();
        results.save(folder);
        assertThat(UnlearningResults.read(folder, "Twist").measures()).isEqualTo(results.measures());
        assertThat(study.run(folder, 1).curves().points())
                .isEqualTo(results.curves().points());
    }
}
