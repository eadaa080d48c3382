package org.kymograph.notebook;

import java.util.function.Function;
import org.kymograph.cartography.AgreementBins;
import org.kymograph.cartography.Comparison;
import org.kymograph.cartography.ConfidentLearning;
import org.kymograph.cartography.DensityShift;
import org.kymograph.cartography.Detection;
import org.kymograph.cartography.DetectionReport;
import org.kymograph.cartography.EpochTable;
import org.kymograph.cartography.Metric;
import org.kymograph.cartography.Migration;
import org.kymograph.cartography.Regions;
import org.kymograph.cartography.SampleMetrics;
import org.kymograph.plot.ComparisonPlots;
import org.kymograph.plot.DataMapPlot;
import org.kymograph.plot.NoisePlots;
import tech.tablesaw.api.Table;

/** How the results of the lab of cartography are shown: maps as figures, reports as tables. */
final class CartographyRenderers {
    private CartographyRenderers() {}

    static void addTo(Renderers renderers) {
        renderers.add(DataMapPlot.class, map -> FigureHtml.bundle(map.plot()));
        renderers.add(
                SampleMetrics.class,
                metrics -> hasMap(metrics)
                        ? FigureHtml.bundle(DataMapPlot.of(metrics)
                                .withStyle(DataMapPlot.Style.NOTEBOOK)
                                .plot())
                        : TableHtml.bundle(metrics.table()));
        renderers.add(
                Comparison.class,
                both -> hasMap(both.weak()) && hasMap(both.strong())
                        ? FigureHtml.bundle(ComparisonPlots.map(both, "weak", "strong"))
                        : TableHtml.bundle(both.table()));
        renderers.add(Migration.class, migration -> FigureHtml.bundle(ComparisonPlots.migration(migration)));
        renderers.add(SampleGallery.class, SampleGallery::bundle);
        renderers.add(DensityShift.class, shift -> FigureHtml.bundle(NoisePlots.shift(shift)));
        table(renderers, EpochTable.class, EpochTable::table);
        table(renderers, AgreementBins.class, AgreementBins::table);
        table(renderers, Regions.class, Regions::overlaps);
        table(renderers, Detection.class, Detection::table);
        table(renderers, DetectionReport.class, DetectionReport::table);
        table(renderers, ConfidentLearning.class, learning -> learning.detection()
                .table());
    }

    private static <T> void table(Renderers renderers, Class<T> type, Function<T, Table> rows) {
        renderers.add(type, value -> TableHtml.bundle(rows.apply(value)));
    }

    private static boolean hasMap(SampleMetrics metrics) {
        return metrics.size() > 0
                && metrics.has(Metric.CONFIDENCE)
                && metrics.has(Metric.VARIABILITY)
                && metrics.has(Metric.CORRECTNESS);
    }
}
