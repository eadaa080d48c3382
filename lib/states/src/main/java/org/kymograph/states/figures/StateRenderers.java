package org.kymograph.states.figures;

import java.util.List;
import java.util.Locale;
import org.kymograph.base.Columns;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;
import org.kymograph.states.em.ExtendedHmm;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmComparison;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.Selection;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.map.CrossingPlacebo;
import org.kymograph.states.map.Detours;
import org.kymograph.states.map.Dissimilarity;
import org.kymograph.states.map.EarlyPrediction;
import org.kymograph.states.map.FeatureSubsets;
import org.kymograph.states.map.Forecast;
import org.kymograph.states.map.ForkTest;
import org.kymograph.states.map.Occupancies;
import org.kymograph.states.map.OccupancyRegression;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.OutlierRuns;
import org.kymograph.states.map.PathTable;
import org.kymograph.states.map.PopulationReport;
import org.kymograph.states.map.StateCorrelations;
import org.kymograph.states.map.TrainingMap;
import org.kymograph.states.map.TransitionFeatures;
import org.kymograph.states.map.VerdictStability;
import org.kymograph.stats.TobitFit;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** How the results of the lab of latent states are shown: by their figure, with a table where that says more. */
public final class StateRenderers implements ResultRenderers {
    private static final String CHECKPOINT = "checkpoint";

    @Override
    public void addTo(Renderers renderers) {
        renderers.show(TrainingMapPlot.class, TrainingMapPlot::plot);
        renderers.show(TrainingMap.class, TrainingMapPlot::sketch);
        renderers.show(StatePaths.class, paths -> StatePlots.timeline(paths, null, CHECKPOINT, 1));
        renderers.show(DecodedRuns.class, decoded -> TrainingMapPlot.of(decoded).plot());
        renderers.show(OccupancyRegression.class, regression -> EvidencePlots.coefficients(regression, null, null));
        renderers.show(EarlyPrediction.class, EvidencePlots::earlyPrediction);
        renderers.show(FeatureSubsets.class, EvidencePlots::featureSubsets);
        renderers.show(Dissimilarity.class, EvidencePlots::dissimilarity);
        renderers.show(StateCorrelations.class, EvidencePlots::correlations);
        renderers.show(Outcome.Histogram.class, histogram -> StatePlots.convergence(histogram, CHECKPOINT));
        renderers.show(StatePaths.Onsets.class, onsets -> StatePlots.onsets(onsets, null, CHECKPOINT));
        renderers.show(Selection.class, selection -> List.of(StatePlots.selection(selection), selection.table()));
        renderers.show(
                HmmComparison.class, comparison -> List.of(StatePlots.comparison(comparison), comparison.table()));
        renderers.show(HmmModel.class, model -> List.of(TrainingMapPlot.sketch(model), summary(model)));
        renderers.show(PathTable.class, PathTable::table);
        renderers.show(PathTable.Dwells.class, PathTable.Dwells::table);
        renderers.show(TransitionFeatures.class, TransitionFeatures::table);
        renderers.show(Detours.class, Detours::table);
        renderers.show(VerdictStability.class, again -> List.of(EvidencePlots.coefficients(again), again.table()));
        renderers.show(CrossingPlacebo.class, CrossingPlacebo::table);
        renderers.show(Forecast.class, Forecast::table);
        renderers.show(OutlierRuns.class, OutlierRuns::table);
        renderers.show(ForkTest.class, ForkTest::table);
        renderers.show(OccupancyRegression.Intervals.class, OccupancyRegression.Intervals::table);
        renderers.show(Outcome.class, Outcome::table);
        renderers.show(Occupancies.class, Occupancies::table);
        renderers.show(DecodedRuns.Transfer.class, DecodedRuns.Transfer::table);
        renderers.show(
                PopulationReport.class,
                report -> List.of(
                        report.map(),
                        EvidencePlots.coefficients(report.regression(), report.intervals(), report.detours()),
                        report.forks()));
        renderers.show(
                TobitFit.class,
                fit -> Table.create(
                        "Tobit regression",
                        DoubleColumn.create("coefficient", fit.coefficients()),
                        DoubleColumn.create("standard error", fit.standardErrors())));
        renderers.show(HmmParameters.class, StateRenderers::parameters);
        renderers.show(ExtendedHmm.class, StateRenderers::extended);
    }

    private static Table extended(ExtendedHmm model) {
        double[][] transitions = model.transitionMatrix();
        return Columns.of(
                        String.format(
                                Locale.ROOT,
                                "%s HMM, log-likelihood %.1f, %d free parameters",
                                model.form(),
                                model.logLikelihood(),
                                model.freeParameters()),
                        transitions.length)
                .ints("state", k -> k)
                .doubles("stay probability", k -> transitions[k][k])
                .doubles("mean stay", k -> model.form().stages() / (1 - transitions[k][k]))
                .table();
    }

    private static Table parameters(HmmParameters parameters) {
        Columns<Integer> columns = Columns.of(
                        "Gaussian HMM, " + parameters.covariance().label() + " covariance", parameters.states())
                .ints("state", k -> k)
                .doubles("start probability", k -> parameters.startProbabilities()[k])
                .doubles("stay probability", k -> parameters.transitionMatrix()[k][k]);
        for (int f = 0; f < parameters.features(); f++) {
            int feature = f;
            columns.doubles("mean of feature " + f, k -> parameters.means()[k][feature]);
        }
        return columns.table();
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
