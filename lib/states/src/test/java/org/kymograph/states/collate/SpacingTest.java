package org.kymograph.states.collate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class SpacingTest {
    private static RunTables runs(String column, double... times) {
        return RunTables.of(
                Table.create(StringColumn.create("run", "a", "a", "a", "b", "b"), DoubleColumn.create(column, times)));
    }

    @Test
    void isTheCommonDistanceOfCheckpoints() {
        assertThat(Spacing.of(runs("step", 0, 5, 10, 5, 10))).isEqualTo(new Spacing("step", 5));
        assertThat(Spacing.of(runs("epoch", 1, 2, 3, 1, 2))).isEqualTo(new Spacing("epoch", 1));
    }

    @Test
    void isOneCheckpointWhereThereIsNone() {
        Spacing checkpoints = new Spacing("checkpoint", 1);
        assertThat(Spacing.of(runs("step", 0, 5, 11, 5, 10))).isEqualTo(checkpoints);
        assertThat(Spacing.of(runs("step", 0, 5, 10, 5, 9))).isEqualTo(checkpoints);
        assertThat(Spacing.of(runs("step", 3, 2, 1, 2, 1))).isEqualTo(checkpoints);
        assertThat(Spacing.of(runs("time", 0, 5, 10, 5, 10))).isEqualTo(checkpoints);
    }
}
