package org.kymograph.cartography.metrics;

import java.util.List;
import org.kymograph.record.dynamics.Dynamics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * How well the epochs of a log did.
 *
 * @param rows a row for each epoch
 */
public record EpochTable(List<Row> rows) {
    /**
     * One epoch.
     *
     * @param epoch counted from 0
     * @param loss the samples' mean loss, -ln p in nats; NaN if the log gives none
     * @param lossDivN the loss divided by the number of samples, as the original has it
     * @param accuracy the part of the samples that is predicted right
     */
    public record Row(int epoch, double loss, double lossDivN, double accuracy) {}

    /** Copies the rows. */
    public EpochTable {
        rows = List.copyOf(rows);
    }

    /**
     * Computes the mean loss and the accuracy of each epoch of a log.
     *
     * @param d a log
     */
    public static EpochTable of(Dynamics d) {
        return new EpochTable(MetricsPass.epochs(d));
    }

    /** Returns a row for each epoch: epoch, loss, loss_div_n and train_acc. */
    public Table table() {
        return Table.create(
                "epochs",
                IntColumn.create("epoch", rows.stream().mapToInt(Row::epoch).toArray()),
                DoubleColumn.create("loss", rows.stream().mapToDouble(Row::loss).toArray()),
                DoubleColumn.create(
                        "loss_div_n", rows.stream().mapToDouble(Row::lossDivN).toArray()),
                DoubleColumn.create(
                        "train_acc", rows.stream().mapToDouble(Row::accuracy).toArray()));
    }
}
