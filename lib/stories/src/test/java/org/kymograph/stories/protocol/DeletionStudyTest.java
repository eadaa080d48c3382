package org.kymograph.stories.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.figures.DeletionPlots;
import tech.tablesaw.api.Table;

class DeletionStudyTest {
    private static final DeletionStudy STUDY = DeletionStudy.of(MicroStoriesProfile.ci()
                    .withCorpus(MicroStories.demo().withShards(2).withRecords(200))
                    .withLayers(1)
                    .withBatch(4)
                    .withSteps(4, 5))
            .withDeletions(Deletion.ADVERSARIAL, Deletion.REFUSAL)
            .withRates(1e-3)
            .withPrompts(4);

    @Test
    @Tag("slow")
    void trainsEverythingOnceAndMeasuresIt(@TempDir Path folder) throws Exception {
        DeletionResults results = STUDY.run(folder, 1, 2);
        assertThat(results.variants(DeletionStudy.RECOVERY))
                .extracting(DeletionResults.Variant::model)
                .containsExactly(DeletionStudy.ABSENT, "F+AT", "F+RF");
        assertThat(results.of(DeletionStudy.DELETION, new DeletionResults.Variant("F+AT", 1e-3), 2))
                .extracting(StudyPoint::step)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        for (StudyPoint p : results.points()) {
            assertThat(p.testLoss()).isBetween(0.0, 10.0);
        }
        // Deletion begins where pretraining ends: on the same texts the loss is the same.
        double before = results.of(
                        DeletionStudy.PRETRAINING, new DeletionResults.Variant(DeletionStudy.PRESENT, Double.NaN), 1)
                .get(4)
                .featureLoss();
        double after = results.of(DeletionStudy.DELETION, new DeletionResults.Variant("F+RF", 1e-3), 1)
                .get(0)
                .featureLoss();
        assertThat(after).isCloseTo(before, within(1e-4));
        long[] changed = new long[2];
        Path run;
        try (Stream<Path> files = Files.walk(folder)) {
            run = files.filter(p -> p.endsWith("metrics.jsonl")).findFirst().orElseThrow();
        }
        changed[0] = Files.getLastModifiedTime(run).toMillis();
        assertThat(STUDY.run(folder, 1, 2)).isEqualTo(results);
        changed[1] = Files.getLastModifiedTime(run).toMillis();
        assertThat(changed[1]).isEqualTo(changed[0]);
        Table table = results.recoveryTable();
        assertThat(table.columnNames()).contains("step 0", "step 4", "steps to 0.8");
        assertThat(results.deletionTable().rowCount()).isEqualTo(4);
        assertThat(results.gates().gates()).hasSize(5).allMatch(g -> g.seeds() == 2);
        Path csv = folder.resolve("results.csv");
        results.save(csv);
        assertThat(DeletionResults.read(csv, "Twist", results.tableSteps())).isEqualTo(results);
        assertThat(DeletionPlots.recovery(results, "score").traces()).isNotEmpty();
        ProbeResults probes = STUDY.probe(folder, 60, 4, 1, 2);
        assertThat(probes.feature("Twist").rows()).hasSize(2 * 4 * 2);
        assertThat(STUDY.probe(folder, 60, 4, 1, 2)).isEqualTo(probes);
        assertThat(results.gates(probes).gates()).hasSize(7);
        assertThat(DeletionPlots.probes(probes, "Twist").traces()).isNotEmpty();
        assertThatThrownBy(() -> STUDY.withProfile(STUDY.profile()
                                .withCorpus(MicroStories.demo().withShards(2).withRecords(100)))
                        .run(folder, 1))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is of another corpus");
    }

    private static StudyPoint point(String model, double rate, long step, double score) {
        return new StudyPoint(DeletionStudy.RECOVERY, model, rate, 1, step, 1, 1, 1, score, score, 0, 0, 16);
    }

    private static DeletionGates.Gate recovery(double... scores) {
        List<StudyPoint> points = new ArrayList<>();
        for (int i = 0; i < scores.length; i++) {
            points.add(point("F", 1e-3, 10L * i, scores[i]));
            points.add(point(DeletionStudy.ABSENT, Double.NaN, 10L * i, 0));
        }
        points.add(new StudyPoint(DeletionStudy.DELETION, "F", 1e-3, 1, 0, 1, 1, 1, 0, 0, 0, 0, 16));
        points.add(new StudyPoint(
                DeletionStudy.PRETRAINING, DeletionStudy.PRESENT, Double.NaN, 1, 0, 1, 1, 1, 1, 1, 0, 0, 16));
        DeletionResults results = new DeletionResults("Twist", List.of(0), points);
        return results.gates().gates().stream()
                .filter(g -> g.prediction().contains("reFT"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsNeverReachedTakesMoreThanTheLastStep() {
        DeletionGates.Gate early = recovery(0, 0.9, 1, 1, 1);
        assertThat(early.found()).isEqualTo("10 against never");
        assertThat(early.holds()).isTrue();
        // Whether the control takes three times as many is not known.
        DeletionGates.Gate late = recovery(0, 0, 0.9, 1, 1);
        assertThat(late.found()).isEqualTo("20 against never");
        assertThat(late.holds()).isFalse();
        DeletionGates.Gate never = recovery(0, 0, 0, 0, 0);
        assertThat(never.found()).isEqualTo("never against never");
        assertThat(never.holds()).isFalse();
    }

    @Test
    void shippedProbesAndScoresAreReadAsWritten(@TempDir Path folder) {
        Path shipped = Path.of("../../notebooks/data/stories");
        ProbeResults probes = ProbeResults.read(shipped.resolve("probes.csv"));
        Tables.writeCsv(folder.resolve("probes.csv"), probes.table());
        assertThat(folder.resolve("probes.csv")).hasSameTextualContentAs(shipped.resolve("probes.csv"));
        DeletionGates gates = DeletionResults.read(shipped.resolve("deletion.csv"), "Twist", List.of(0))
                .gates(probes);
        Tables.writeCsv(folder.resolve("gates.csv"), gates.table());
        assertThat(folder.resolve("gates.csv")).hasSameTextualContentAs(shipped.resolve("gates.csv"));
    }

    @Test
    void aTenthOfARateIsADecimal() {
        assertThat(DeletionStudy.demo().rates()).containsExactly(3e-4, 3e-5);
        assertThat(DeletionStudy.demo().withRates(3e-3 / 10).rates()).containsExactly(3e-4);
    }

    @Test
    void dataSetsHaveTheirNames() {
        assertThat(Deletion.MIX_MATCH_SPECIALISE.dataset("Twist", "Foreshadowing"))
                .isEqualTo("filter-mix-specialise-Twist-Foreshadowing");
        for (Deletion deletion : Deletion.values()) {
            assertThat(deletion.pretokenization("Twist", "Foreshadowing").name())
                    .isEqualTo(deletion.dataset("Twist", "Foreshadowing"));
        }
        assertThat(Deletion.LEGACY_MIX_MATCH
                        .pretokenization("Twist", "Conflict")
                        .legacyMixMatch())
                .isTrue();
        assertThat(MicroStoriesProfile.demo().withSteps(1, 4000).tableSteps()).isEqualTo(List.of(0, 30, 270, 3000));
        assertThatThrownBy(() -> STUDY.withFeatures(StoryFeature.TWIST, StoryFeature.TWIST))
                .hasMessage("irrelevant is TWIST; expected another feature than the deleted one");
    }

    @Test
    void intervalsOverSeedsAreStudents() {
        SeedInterval three = SeedInterval.of(new double[] {0.4, 0.5, 0.6}, 16);
        assertThat(three).hasToString("0.50 (0.25–0.75)");
        assertThat(SeedInterval.of(new double[] {0.4375}, 16)).hasToString("0.44 (0.23–0.67)");
    }
}
