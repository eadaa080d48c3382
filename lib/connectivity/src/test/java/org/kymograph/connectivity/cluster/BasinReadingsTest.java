package org.kymograph.connectivity.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.model.Mlp;
import org.kymograph.record.Population;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import tech.tablesaw.api.Table;

class BasinReadingsTest {
    @Test
    void everyCheckpointIsComparedWithTheEndsOfAllRuns(@TempDir Path folder) throws Exception {
        Glyphs task = Glyphs.withDefaults().withSizes(256, 64);
        Experiment experiment = task.experiment()
                .withNetwork(Mlp.of(10, 16))
                .withLength(Span.steps(40))
                .withEvaluation(Span.steps(40))
                .withCheckpoints(Span.steps(20));
        Population runs = Trainer.of(experiment).train(folder, 1, 2, 3);
        Objective objective = Objective.of(experiment, task.sample(0).test()).withThreads(1);
        GapMatrix gap =
                Interpolation.of(objective).withPoints(5).run(Models.of(runs)).gap();
        Basins basins = Basins.of(
                new GapMatrix(List.of("1", "2", "3"), new double[][] {{0, 0, 1}, {0, 0, 1}, {1, 1, 0}}),
                BasinSettings.defaults().withDraws(1));
        Table all = BasinReadings.write(runs, objective, basins, 5);
        assertThat(all.rowCount()).isEqualTo(9);
        assertThat(all.columnNames())
                .contains("barrier", "gap", "distance", "gap_0", "distance_0", "gap_1", "distance_1");
        for (int row = 0; row < 9; row++) {
            double step = all.numberColumn("step").getDouble(row);
            double distance = all.doubleColumn("distance").get(row);
            if (step == 40) {
                assertThat(distance).isZero();
                assertThat(all.doubleColumn("gap").get(row)).isZero();
            } else {
                assertThat(distance).isPositive();
            }
        }
        // At the end of run 1, cluster 0 is run 2 alone and cluster 1 is run 3.
        assertThat(all.doubleColumn("gap_0").get(2)).isCloseTo(gap.get(0, 1), within(1e-6));
        assertThat(all.doubleColumn("gap_1").get(2)).isCloseTo(gap.get(0, 2), within(1e-6));
        assertThat(BasinReadings.write(runs, objective, basins, 5).rowCount()).isEqualTo(9);
        // As if the work had been killed within its last line.
        Path lines = runs.runs().get(2).path().resolve("readings").resolve("basin.jsonl");
        String whole = Files.readString(lines);
        Files.writeString(lines, whole.substring(0, whole.length() - 20));
        Table again = BasinReadings.write(runs, objective, basins, 5);
        assertThat(Files.readString(lines)).isEqualTo(whole);
        assertThat(again.doubleColumn("gap_0").asDoubleArray())
                .isEqualTo(all.doubleColumn("gap_0").asDoubleArray());
        Basins others = Basins.of(
                new GapMatrix(List.of("1", "2", "4"), new double[][] {{0, 0, 1}, {0, 0, 1}, {1, 1, 0}}),
                BasinSettings.defaults().withDraws(1));
        assertThatThrownBy(() -> BasinReadings.write(runs, objective, others, 5))
                .hasMessageContaining("the runs' seeds, 3 too");
    }
}
