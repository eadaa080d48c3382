package org.kymograph.cartography.figures;

import java.util.Arrays;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.Agreement;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.Triage;
import org.kymograph.cartography.noise.ConfidentLearning;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.NliDiagnostics;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.TrajectoryClusters;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;

/** How the results of the lab of cartography are shown: maps as figures, reports as tables. */
public final class CartographyRenderers implements ResultRenderers {
    private static final double THIRD = 0.33;

    @Override
    public void addTo(Renderers renderers) {
        renderers.show(DataMapPlot.class, map -> map.plot());
        renderers.show(
                SampleMetrics.class,
                metrics -> hasMap(metrics)
                        ? DataMapPlot.of(metrics)
                                .withStyle(DataMapPlot.Style.NOTEBOOK)
                                .plot()
                        : metrics.table());
        renderers.show(
                Comparison.class,
                both -> hasMap(both.weak()) && hasMap(both.strong())
                        ? ComparisonPlots.map(both, "weak", "strong")
                        : both.table());
        renderers.show(Comparison.Migration.class, migration -> ComparisonPlots.migration(migration));
        renderers.add(SampleGallery.class, SampleGallery::bundle);
        renderers.show(DensityShift.class, shift -> NoisePlots.shift(shift));
        renderers.show(
                Agreement.class,
                agreement -> agreement.againstFirst(Columns.each(agreement.runs(), run -> "run " + run), THIRD));
        renderers.show(Agreement.Bins.class, Agreement.Bins::table);
        renderers.show(TrajectoryClusters.class, TrajectoryClusters::table);
        renderers.show(Triage.class, Triage::table);
        renderers.show(NliDiagnostics.class, NliDiagnostics::table);
        renderers.show(Regions.class, Regions::overlaps);
        renderers.show(Detection.class, Detection::table);
        renderers.show(Detection.Report.class, Detection.Report::table);
        renderers.show(ConfidentLearning.class, learning -> learning.detection().table());
    }

    private static boolean hasMap(SampleMetrics metrics) {
        return metrics.size() > 0
                && metrics.has(Metric.CONFIDENCE)
                && metrics.has(Metric.VARIABILITY)
                && Arrays.stream(metrics.values(Metric.VARIABILITY)).anyMatch(Double::isFinite)
                && metrics.has(Metric.CORRECTNESS);
    }
}
