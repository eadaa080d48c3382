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
        assertThat(runs("step", 0, 5, 10, 5, 10).spacing()).isEqualTo(new RunTables.Spacing("step", 5));
        assertThat(runs("epoch", 1, 2, 3, 1, 2).spacing()).isEqualTo(new RunTables.Spacing("epoch", 1));
    }

    @Test
    void isOneCheckpointWhereThereIsNone() {
        RunTables.Spacing checkpoints = new RunTables.Spacing("checkpoint", 1);
        assertThat(runs("step", 0, 5, 11, 5, 10).spacing()).isEqualTo(checkpoints);
        assertThat(runs("step", 0, 5, 10, 5, 9).spacing()).isEqualTo(checkpoints);
        assertThat(runs("step", 3, 2, 1, 2, 1).spacing()).isEqualTo(checkpoints);
        assertThat(runs("time", 0, 5, 10, 5, 10).spacing()).isEqualTo(checkpoints);
    }
}
