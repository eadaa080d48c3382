package org.kymograph.stories.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.figures.DeletionPlots;
import org.kymograph.stories.tuning.Unlearning;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

class UnlearningStudyTest {
    private static StudyPoint point(String stage, long step, double score) {
        return point(stage, "NPO", 1, step, score);
    }

    private static StudyPoint point(String stage, String model, long seed, long step, double score) {
        return new StudyPoint(stage, model, Double.NaN, seed, step, 1, 1, 1, score, score, Double.NaN, 0, 16);
    }

    private static String relearning(StudyPoint... points) {
        UnlearningResults results = new UnlearningResults(
                new DeletionResults("Twist", List.of(0), List.of(points)),
                List.of(new UnlearningResults.Measure("NPO", 1, "distance", 2)));
        Row row = results.table().row(0);
        return row.getString("relearning") + ", " + row.getString("at the end") + "; "
                + row.getString("relearning from others") + ", " + row.getString("at the end, from others");
    }

    @Test
    void relearningIsTheAreaWhereverTheScoresLie() {
        String again = UnlearningStudy.RELEARNING;
        String others = UnlearningStudy.OTHERS;
        // A ramp from 0 to 1 over 100 steps, and one that stays at 0 for half of them.
        String even = relearning(
                point(again, 0, 0),
                point(again, 50, 0.5),
                point(again, 100, 1),
                point(others, 0, 0),
                point(others, 50, 0),
                point(others, 100, 1));
        assertThat(even).isEqualTo("0.50, 1.00; 0.25, 1.00");
        assertThat(relearning(
                        point(again, 0, 0),
                        point(again, 2, 0.02),
                        point(again, 4, 0.04),
                        point(again, 6, Double.NaN),
                        point(again, 10, 0.1),
                        point(again, 100, 1),
                        point(others, 0, 0),
                        point(others, 10, 0),
                        point(others, 50, 0),
                        point(others, 100, 1)))
                .isEqualTo(even);
        assertThat(relearning(point(again, 0, 0.25))).isEqualTo("0.25, 0.25; –, –");
    }

    private static UnlearningResults methods(int seeds) {
        double[] scores = {0.9, 0.6, 0.7, 0.1, 0};
        List<StudyPoint> points = new ArrayList<>();
        List<UnlearningResults.Measure> measures = new ArrayList<>();
        for (int m = 0; m < scores.length; m++) {
            for (int seed = 1; seed <= seeds; seed++) {
                points.add(point(UnlearningStudy.RELEARNING, "method " + m, seed, 10, scores[m]));
                measures.add(new UnlearningResults.Measure("method " + m, seed, "distance", m));
                measures.add(new UnlearningResults.Measure("method " + m, seed, "barrier", -m));
            }
        }
        return new UnlearningResults(new DeletionResults("Twist", List.of(0), points), measures);
    }

    @Test
    void moreSeedsOfTheSameMethodsTellNoMoreOfMethods() {
        Table one = methods(1).predictors();
        Table three = methods(3).predictors();
        assertThat(three.doubleColumn("spearman").get(0)).isCloseTo(-0.9, within(1e-12));
        assertThat(three.doubleColumn("spearman").get(1)).isCloseTo(0.9, within(1e-12));
        for (String end : List.of("spearman", "lower", "upper")) {
            assertThat(three.doubleColumn(end).get(0))
                    .as(end)
                    .isCloseTo(one.doubleColumn(end).get(0), within(1e-12));
        }
        assertThat(three.doubleColumn("upper").get(0)).isGreaterThan(-0.9);
        assertThat(three.intColumn("methods").get(0)).isEqualTo(5);
        assertThat(three.intColumn("models").get(0)).isEqualTo(15);
    }

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
