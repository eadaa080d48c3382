package org.kymograph.notebook;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.kymograph.plot.EvidencePlots;
import org.kymograph.plot.PlotlyFigure;
import org.kymograph.plot.StatePlots;
import org.kymograph.plot.TrainingMapPlot;
import org.kymograph.states.BootstrapIntervals;
import org.kymograph.states.DecodedRuns;
import org.kymograph.states.Detours;
import org.kymograph.states.Dissimilarity;
import org.kymograph.states.DwellTable;
import org.kymograph.states.EarlyPrediction;
import org.kymograph.states.FeatureSubsets;
import org.kymograph.states.ForkTest;
import org.kymograph.states.HmmModel;
import org.kymograph.states.Occupancies;
import org.kymograph.states.OccupancyRegression;
import org.kymograph.states.Outcome;
import org.kymograph.states.OutcomeHistogram;
import org.kymograph.states.OutlierRuns;
import org.kymograph.states.PathTable;
import org.kymograph.states.Selection;
import org.kymograph.states.StateCorrelations;
import org.kymograph.states.StateOnsets;
import org.kymograph.states.StatePaths;
import org.kymograph.states.TrainingMap;
import org.kymograph.states.Transfer;
import org.kymograph.states.TransitionFeatures;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How the results of the lab of latent states are shown: by their figure, with a table where that says more. */
final class StateRenderers {
    private static final String CHECKPOINT = "checkpoint";

    private StateRenderers() {}

    static void addTo(Renderers renderers) {
        figure(renderers, TrainingMapPlot.class, TrainingMapPlot::plot);
        figure(renderers, TrainingMap.class, TrainingMapPlot::sketch);
        figure(renderers, StatePaths.class, paths -> StatePlots.timeline(paths, null, CHECKPOINT, 1));
        figure(renderers, DecodedRuns.class, decoded -> TrainingMapPlot.of(decoded)
                .plot());
        figure(renderers, OccupancyRegression.class, regression -> EvidencePlots.coefficients(regression, null, null));
        figure(renderers, EarlyPrediction.class, EvidencePlots::earlyPrediction);
        figure(renderers, FeatureSubsets.class, EvidencePlots::featureSubsets);
        figure(renderers, Dissimilarity.class, EvidencePlots::dissimilarity);
        figure(renderers, StateCorrelations.class, EvidencePlots::correlations);
        figure(renderers, OutcomeHistogram.class, histogram -> StatePlots.convergence(histogram, CHECKPOINT));
        figure(renderers, StateOnsets.class, onsets -> StatePlots.onsets(onsets, null, CHECKPOINT));
        renderers.add(Selection.class, selection -> both(StatePlots.selection(selection), selection.table()));
        renderers.add(HmmModel.class, model -> both(TrainingMapPlot.sketch(model), summary(model)));
        table(renderers, PathTable.class, PathTable::table);
        table(renderers, DwellTable.class, DwellTable::table);
        table(renderers, TransitionFeatures.class, TransitionFeatures::table);
        table(renderers, Detours.class, Detours::table);
        table(renderers, OutlierRuns.class, OutlierRuns::table);
        table(renderers, ForkTest.class, ForkTest::table);
        table(renderers, BootstrapIntervals.class, BootstrapIntervals::table);
        table(renderers, Outcome.class, Outcome::table);
        table(renderers, Occupancies.class, Occupancies::table);
        table(renderers, Transfer.class, Transfer::table);
    }

    private static <T> void figure(Renderers renderers, Class<T> type, Function<T, PlotlyFigure> drawn) {
        renderers.add(type, value -> FigureHtml.bundle(drawn.apply(value)));
    }

    private static <T> void table(Renderers renderers, Class<T> type, Function<T, Table> rows) {
        renderers.add(type, value -> TableHtml.bundle(rows.apply(value)));
    }

    private static Map<String, String> both(PlotlyFigure figure, Table table) {
        Map<String, String> bundle = new LinkedHashMap<>(FigureHtml.bundle(figure));
        TableHtml.bundle(table)
                .forEach((mime, content) -> bundle.merge(mime, content, (above, below) -> above + "\n" + below));
        return bundle;
    }

    private static Table summary(HmmModel model) {
        return Table.create(
                "Gaussian HMM",
                whole("states", model.states()),
                StringColumn.create("covariance", model.covariance().label()),
                whole("features", model.features().size()),
                whole("free parameters", model.freeParameters()),
                whole("rows", model.trainingRows()),
                whole("updates", model.history().length),
                DoubleColumn.create("log-likelihood", model.logLikelihood()),
                DoubleColumn.create("AIC", model.aic()),
                DoubleColumn.create("BIC", model.bic()));
    }

    private static IntColumn whole(String name, int value) {
        return IntColumn.create(name, new int[] {value});
    }
}
