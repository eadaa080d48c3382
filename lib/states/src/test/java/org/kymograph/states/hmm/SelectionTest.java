package org.kymograph.states.hmm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import org.kymograph.states.em.KMeansBaseline;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.Selection.Rule;

class SelectionTest {
    private static final Hmm FAST = Hmm.gaussian(1).withRestarts(3).withIterations(12);

    /** The numbers that the original study's notebooks show. */
    @Test
    void criteriaAreThoseOfTheOriginal() {
        assertThat(IntStream.of(1, 2, 6).map(k -> Hmm.gaussian(k).em().freeParameters(14)))
                .containsExactly(119, 241, 749);
        assertThat(HmmModel.aic(94057.99021, 119)).isCloseTo(-187877.98043, within(2e-5));
        assertThat(HmmModel.bic(94057.99021, 119, 7504)).isCloseTo(-187054.12064, within(2e-5));
        assertThat(HmmModel.aic(116781.01146, 241)).isCloseTo(-233080.02292, within(2e-5));
        assertThat(HmmModel.bic(0, 749, 8000) - HmmModel.aic(0, 749)).isCloseTo(5233.4, within(0.05));
    }

    @Test
    void choosesTheNumberOfStatesThatDrewTheRuns() {
        Observations runs = HmmTest.sample(15, 80).observations();
        Selection selection =
                ModelSelection.upTo(5).with(FAST).withCrossValidation(3).select(runs);
        for (Rule rule : Rule.values()) {
            assertThat(selection.chosen(rule).states()).as(rule.name()).isEqualTo(3);
        }
        assertThat(selection.testRuns()).hasSize(3);
        assertThat(selection.testRows()).isEqualTo(240);
        Selection.Candidate one = selection.candidates().get(0);
        assertThat(one.scores()).hasSize(3).containsOnly(one.bestScore());
        assertThat(one.bic()).isCloseTo(-2 * one.meanScore() + one.freeParameters() * Math.log(240), within(1e-9));
        Selection.Candidate three = selection.chosen();
        assertThat(three.best().score(runs.subset(selection.split().test())))
                .isCloseTo(three.bestScore(), within(1e-9));
        assertThat(three.best().paths().runs()).isEqualTo(selection.trainRuns());
        assertThat(three.heldOut()).hasSize(3);
    }

    @Test
    void resultsDontDependOnThreads() {
        Observations runs = HmmTest.sample(6, 40).observations();
        Selection one = ModelSelection.upTo(3).with(FAST.withThreads(1)).select(runs);
        Selection three = ModelSelection.upTo(3).with(FAST.withThreads(3)).select(runs);
        for (int k = 0; k < 3; k++) {
            assertThat(three.candidates().get(k).scores())
                    .containsExactly(one.candidates().get(k).scores());
        }
    }

    private static Selection.Candidate candidate(int states, double bic, double... scores) {
        return new Selection.Candidate(states, states, scores, 0, bic, new double[0], null, List.of());
    }

    private static Selection selection(Selection.Candidate... candidates) {
        Observations runs = HmmTest.sample(2, 5).observations();
        return new Selection(List.of(candidates), runs, ModelSelection.Split.original(2), 5, FAST, 0);
    }

    @Test
    void reportsTiesAndPrefersFewerStatesWithinAnError() {
        // Scores with standard deviation 2: that of the BIC is 4, its error over five starts 2.
        double[] scores = {-2, -2, 0, 2, 2};
        double deviation = Math.sqrt(16.0 / 5);
        Selection selection = selection(
                candidate(1, 200, scores),
                candidate(2, 100 + 1.5, scores),
                candidate(3, 100, scores),
                candidate(4, 100 + 2 * deviation - 0.1, scores),
                candidate(5, 100 + 2 * deviation + 0.1, scores),
                candidate(6, Double.NaN));
        assertThat(selection.chosen().states()).isEqualTo(3);
        assertThat(selection.ties()).containsExactly(2, 4);
        assertThat(selection.chosen(Rule.ONE_STANDARD_ERROR).states()).isEqualTo(2);
        assertThatThrownBy(() -> selection.chosen(Rule.CROSS_VALIDATION)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesItsResults(@TempDir Path folder) {
        Selection selection =
                ModelSelection.upTo(2).with(FAST).select(HmmTest.sample(5, 30).observations());
        selection.write(folder);
        assertThat(Tables.readCsv(folder.resolve("selection.csv")).columnNames())
                .containsExactly(
                        "states", "free_parameters", "starts", "mean_score", "score_sd", "best_score", "aic", "bic");
        assertThat(Json.read(folder.resolve("selection.json"))
                        .get("testRuns")
                        .get(0)
                        .asText())
                .isEqualTo("run-2");
        assertThat(HmmModel.read(folder.resolve("model-2.json")).states()).isEqualTo(2);
    }

    @Test
    void saysWhatItCantDo() {
        Observations runs = HmmTest.sample(2, 5).observations();
        assertThatThrownBy(() -> ModelSelection.upTo(2).select(runs.subset(0)))
                .hasMessage("there is only one run, 'run-0'; selection needs at least two, one to fit and one to test");
        assertThatThrownBy(() -> ModelSelection.upTo(6).select(runs))
                .hasMessageContaining("the number of training rows is 5; expected at least 12");
        assertThatThrownBy(() -> ModelSelection.upTo(2).withCrossValidation(3).select(runs))
                .hasMessage("folds is 3; expected 2 to the number of runs, 2");
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ModelSelection.upTo(1).select(runs)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void clustersThreeClouds() {
        List<KMeansBaseline> results = KMeansBaseline.upTo(HmmTest.sample(6, 60).observations(), 6, 3, 0);
        assertThat(results).hasSize(6).isSortedAccordingTo((a, b) -> Double.compare(b.inertia(), a.inertia()));
        assertThat(results.stream()
                        .min((a, b) -> Double.compare(a.bic(), b.bic()))
                        .orElseThrow()
                        .clusters())
                .isEqualTo(3);
        double inertia = results.get(0).inertia();
        double variance = inertia / (2 * 359.0);
        assertThat(results.get(0).logLikelihood())
                .isCloseTo(-360 * Math.log(2 * Math.PI * variance) - 359, within(1e-8));
    }
}
