package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.Tables;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.Toy;

class PopulationReportTest {
    private static final int[] DETOUR = {0, 0, 4, 6, 8, 10, 12, 3};

    private static PopulationReport report(int first) {
        int[][] paths = IntStream.range(0, DETOUR.length)
                .mapToObj(run -> Toy.stays(0, 5 + run % 2, 1, DETOUR[run], 2, 25 - DETOUR[run] - run % 2))
                .toArray(int[][]::new);
        double[] values = IntStream.range(0, DETOUR.length)
                .mapToDouble(run -> 10 + 1.5 * DETOUR[run] + 0.1 * (run * 5 % 3))
                .toArray();
        boolean[] censored = new boolean[DETOUR.length];
        censored[6] = true;
        values[6] = 28;
        return PopulationReport.of(
                Toy.decoded(3, paths), Outcome.of("convergence", Toy.names(8), values, censored), first, 0);
    }

    @Test
    void tellsTheWholeStory(@TempDir Path folder) {
        PopulationReport report = report(Integer.MAX_VALUE);
        assertThat(report.detours().detours()).containsExactly(1);
        assertThat(report.toString())
                .startsWith("8 runs, 1 of them censored: R² 1.000, F(2, 5)")
                .contains("detours: [1]");
        assertThat(report.dissimilarities().keySet())
                .containsExactly("paper", "totalVariation", "euclidean", "mahalanobis");
        assertThat(report.tobit())
                .hasValueSatisfying(tobit -> assertThat(tobit.converged()).isTrue());
        report.write(folder, Json.object().put("threshold", 0.9));
        ObjectNode json = Json.readObject(folder.resolve("regression.json"));
        assertThat(json.get("rSquared").asDouble())
                .isEqualTo(report.regression().rSquared());
        assertThat(json.at("/settings/threshold").asDouble()).isEqualTo(0.9);
        assertThat(json.get("detours")).hasSize(1);
        assertThat(json.get("intervals")).hasSize(3);
        assertThat(json.at("/censoredRuns/0").asText()).isEqualTo("seed6");
        for (String name : report.tables().keySet()) {
            assertThat(Tables.readCsv(folder.resolve(name + ".csv")).columnNames())
                    .as(name)
                    .isEqualTo(report.tables().get(name).columnNames());
        }
        assertThat(Tables.readCsv(folder.resolve("coefficients.csv")).columnNames())
                .contains("contrast", "lower", "upper");
        assertThat(Tables.readCsv(folder.resolve("coefficients.csv")).rowCount())
                .isEqualTo(3);
    }

    @Test
    void countsTheFirstCheckpointsOnly() {
        PopulationReport early = report(4);
        assertThat(early.regression().fit().rank())
                .as("all runs are still in state 0")
                .isEqualTo(1);
        assertThat(early.regression().pValue()).isNaN();
        assertThat(early.detours().detours()).isEmpty();
        assertThat(Arrays.stream(early.occupancies().counts()[7]).sum()).isEqualTo(4);
    }

    @Test
    void needsARunThatConverges() {
        DecodedRuns decoded = Toy.decoded(2, new int[] {0, 1}, new int[] {0, 1});
        Outcome never = Outcome.of("convergence", Toy.names(2), new double[] {2, 2}, new boolean[] {true, true});
        assertThatThrownBy(() -> PopulationReport.of(decoded, never, 2, 0))
                .hasMessageContaining("none of the runs converges");
    }
}
