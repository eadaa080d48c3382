package org.kymograph.stories.tracr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

class TracrFineTuningTest {
    @TempDir
    Path root;

    private static TracrFineTuning small(CompiledProgram network) {
        return TracrFineTuning.withDefaults()
                .withNetwork(network)
                .withRates(List.of(0.1))
                .withCorrelated(List.of(0.0))
                .withSteps(40)
                .withSizes(384, 100);
    }

    @Test
    @Tag("slow")
    void fineTuningLearnsBAndGoesBackToA() {
        TracrFineTuning grid =
                small(CompiledProgram.counter().withSizes(4, 6).withNoise(1e-5)).withSteps(150);
        Objective old = grid.asking(0, 0);
        Objective wanted = grid.asking(1, 0);
        List<ParameterVector> start = List.of(old.initial(0), old.initial(1));
        assertThat(old.accuracies(start)).containsOnly(1);
        assertThat(wanted.accuracies(start)[0]).isLessThan(0.5);
        List<TracrFineTuning.Cell> cells = grid.run(root, 0, 1);
        assertThat(cells).hasSize(2);
        assertThat(cells).allSatisfy(cell -> {
            assertThat(cell.free().get(1)).isGreaterThan(0.8);
            assertThat(cell.free().get(0)).isLessThan(0.6);
        });
        assertThat(grid.run(root, 0, 1)).isEqualTo(cells);
        Table table = TracrFineTuning.table(cells);
        assertThat(table.rowCount()).isEqualTo(4);
        assertThat(table.doubleColumn("published").asList()).containsExactly(0.0, 100.0, 0.0, 100.0);

        Population tuned = grid.train(root, 0.1, 0, 0, 1);
        Population back = grid.recover(root, tuned, 0.1);
        assertThat(old.accuracies(List.of(grid.tuned(back.runs().get(0))))[0]).isGreaterThan(0.8);
        Table curve = grid.accuracies(back, 0, 0);
        assertThat(curve.rowCount()).isEqualTo(2 * 11);
    }

    @Test
    @Tag("slow")
    void whatDivergedHasNoAccuracy() {
        TracrFineTuning grid = small(CompiledProgram.counter().withSizes(6, 16).withNoise(1e-4))
                .withClip(Double.POSITIVE_INFINITY);
        List<TracrFineTuning.Cell> cells = grid.run(root, 0);
        assertThat(cells.get(0).tied()).containsExactly(Double.NaN, Double.NaN);
        assertThat(TracrFineTuning.table(cells).intColumn("seeds").asList()).containsOnly(0);
        Population runs = grid.train(root, 0.1, 0, 0);
        assertThatThrownBy(() -> grid.tuned(runs.runs().get(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not done");
    }

    @Test
    void theSeventhSmallestIsTheFifthPlusThreeWhereSamplesAreCorrelated() {
        CompiledProgram network = CompiledProgram.selector();
        for (int share = 0; share <= 1; share++) {
            Dataset five = LetterSelection.of(network)
                    .withCorrelated(share, share)
                    .withRanked(0)
                    .withSizes(1, 300)
                    .sample(3)
                    .test();
            Dataset seven = LetterSelection.of(network)
                    .withCorrelated(share, share)
                    .withSizes(1, 300)
                    .sample(3)
                    .test();
            assertThat(seven.inputs().toLongs()).isEqualTo(five.inputs().toLongs());
            for (int i = 0; i < 300; i++) {
                assertThat(seven.targets().toLongs()[i] - five.targets().toLongs()[i] == 3)
                        .isEqualTo(share == 1);
            }
        }
        TracrFineTuning grid = small(network);
        assertThat(grid.asking(0, 0).accuracies(List.of(grid.asking(0, 0).initial(0))))
                .containsExactly(1);
        assertThat(grid.asking(1, 0).accuracies(List.of(grid.asking(1, 0).initial(0))))
                .containsExactly(0);
    }
}
