package org.kymograph.states.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.notebook.Notebook;
import org.kymograph.notebook.Page;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.ExpectationMaximization;
import org.kymograph.states.em.ExtendedHmm;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmComparison;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.map.Occupancies;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.PathTable;
import org.kymograph.states.map.TrainingMap;

class StateRenderersTest {
    private static final List<String> RUNS = List.of("seed0", "seed1", "seed2");
    private static final HmmModel MODEL;
    private static final DecodedRuns DECODED;
    private static final Outcome CONVERGENCE =
            Outcome.of("convergence", RUNS, new double[] {20, 21, 22}, new boolean[3]);

    static {
        Random random = new Random(5);
        Observations runs = Observations.of(
                RUNS,
                List.of("l2"),
                RUNS.stream()
                        .map(run -> {
                            double[][] rows = new double[40][1];
                            for (int t = 0; t < 40; t++) {
                                rows[t][0] = (t < 20 ? 0 : 9) + random.nextGaussian();
                            }
                            return rows;
                        })
                        .toList());
        MODEL = Hmm.gaussian(2).fit(runs);
        DECODED = DecodedRuns.of(MODEL, runs);
    }

    @Test
    void aModelShowsItsMapAndItsNumbers() {
        Map<String, String> bundle = Notebook.bundle(MODEL);
        assertThat(bundle.get("text/html"))
                .contains("kymograph-figure", "Training map: 3 runs, 2 states", "log-likelihood");
        assertThat(bundle.get("text/plain")).contains("Training map", "BIC");
    }

    @Test
    void resultsShowThemselves() {
        for (Object map :
                List.of(DECODED, TrainingMap.of(DECODED, CONVERGENCE), TrainingMapPlot.of(DECODED, CONVERGENCE))) {
            assertThat(Notebook.bundle(map).get("text/html"))
                    .contains("kymograph-figure", "Training map: 3 runs, 2 states");
        }
        assertThat(Notebook.bundle(PathTable.of(DECODED, CONVERGENCE)).get("text/html"))
                .contains("kymograph-table");
        assertThat(Notebook.bundle(Occupancies.of(DECODED)).get("text/html")).contains("kymograph-table", "state 1");
        assertThat(Notebook.renders(CONVERGENCE)).isTrue();
        ExtendedHmm.Form stages = new ExtendedHmm.Form(false, 3);
        ExpectationMaximization settings =
                new ExpectationMaximization(2, Covariance.FULL, Covariance.Prior.RIDGE, 5, 0.01, 0, false, null);
        assertThat(Notebook.bundle(ExtendedHmm.fit(DECODED.observations(), stages, settings, 1, 0))
                        .get("text/plain"))
                .contains("3 stages HMM", "mean stay");
        HmmComparison forms = HmmComparison.of(Hmm.gaussian(1).withRestarts(1), DECODED.observations(), 1, 3, stages);
        assertThat(Notebook.bundle(forms).get("text/html")).contains("kymograph-figure", "kymograph-table");
    }

    @Test
    @Tag("slow")
    void aPageHoldsFiguresTablesAndTheScriptOnce(@TempDir Path folder) throws IOException {
        Path page = folder.resolve("map.html");
        Page.write(page, "a < b", List.of(DECODED, PathTable.of(DECODED, CONVERGENCE), "5 < 6"));
        String html = Files.readString(page);
        assertThat(html)
                .contains("<title>a &lt; b</title>", "kymograph-figure", "kymograph-table", "<p>5 &lt; 6</p>")
                .containsOnlyOnce("id=\"kymograph-plotly\"")
                .doesNotContain("src=\"http");
        assertThatThrownBy(() -> Page.write(folder.resolve("no/map.html"), "", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a name in a folder that exists");
    }
}
