package org.kymograph.degeneracy.figures;

import java.util.List;
import org.kymograph.base.Columns;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.influence.DatamodelingScore;
import org.kymograph.degeneracy.influence.InfluenceMatrix;
import org.kymograph.degeneracy.influence.LossDraws;
import org.kymograph.degeneracy.influence.Patterning;
import org.kymograph.degeneracy.influence.Susceptibility;
import org.kymograph.degeneracy.llc.LlcCurve;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.llc.LlcSweep;
import org.kymograph.degeneracy.theory.ExactCoefficient;
import org.kymograph.evaluate.HessianSpectrum;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;
import org.kymograph.plot.Plots;

/** How the results of the lab of degeneracy are shown: what moves over training as figures, reports as tables. */
public final class DegeneracyRenderers implements ResultRenderers {
    @Override
    public void addTo(Renderers renderers) {
        renderers.show(LlcCurve.class, curve -> List.of(LlcPlots.curve(curve), curve.table()));
        renderers.show(LlcEstimate.class, estimate -> List.of(estimate.table(), LlcPlots.traces(estimate)));
        renderers.show(LlcSweep.class, sweep -> List.of(LlcPlots.sweep(sweep), sweep.table()));
        renderers.show(
                FourierHistory.class,
                history -> List.of(ModeFigures.losses(history), ModeFigures.magnitudes(history.table())));
        renderers.show(
                CircuitReport.class,
                report -> List.of(ModeFigures.circuits(report), CircuitReport.compared(List.of(report))));
        renderers.show(ModeMovie.class, movie -> movie.frame(movie.steps().size() - 1));
        renderers.show(HessianSpectrum.class, spectrum -> CurvaturePlots.eigenvalues(List.of(spectrum)));
        renderers.show(InfluenceMatrix.class, matrix -> InfluencePlots.matrix(matrix));
        renderers.show(DatamodelingScore.class, DatamodelingScore::table);
        renderers.show(Patterning.Trial.class, Patterning.Trial::table);
        renderers.show(LossDraws.class, draws -> InfluencePlots.draws(draws));
        renderers.show(ExactCoefficient.class, exact -> Columns.of("learning coefficient", List.of(exact))
                .doubles("value", ExactCoefficient::value)
                .ints("multiplicity", ExactCoefficient::multiplicity)
                .table());
        renderers.show(Susceptibility.class, part -> Plots.histogram(part.perSample())
                .withTitle("Susceptibilities: " + part.part()));
    }
}
