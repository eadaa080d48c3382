package org.kymograph.cartography;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** Sums losses and right predictions by epoch. */
final class EpochPass {
    private EpochPass() {
    }

    static List<EpochTable.Row> rows(Dynamics d) {
        List<EpochTable.Row> rows = new ArrayList<>();
        for (int e = 0; e < d.epochs(); e++) {
            SampleMetrics m = SampleMetrics.of(d.only(e), MetricOptions.defaults()
                    .withMetrics(EnumSet.of(Metric.LOSS_MEAN, Metric.CORRECTNESS)));
            double loss = m.has(Metric.LOSS_MEAN) ? Trend.mean(m.values(Metric.LOSS_MEAN)) : Double.NaN;
            rows.add(new EpochTable.Row(e, loss, loss / d.samples(), Trend.mean(m.values(Metric.CORRECTNESS))));
        }
        return rows;
    }
}
