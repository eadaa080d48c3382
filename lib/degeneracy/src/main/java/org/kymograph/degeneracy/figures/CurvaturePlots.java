package org.kymograph.degeneracy.figures;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.evaluate.HessianSpectrum;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Figures of the curvature at several weights, such as a run's checkpoints. */
public final class CurvaturePlots {
    private CurvaturePlots() {}

    /**
     * Draws the largest eigenvalues by rank.
     *
     * @param spectra the curvature at each of the weights, at least one
     * @return a figure with a colour for each
     */
    public static Plot eigenvalues(List<HessianSpectrum> spectra) {
        Arguments.notEmpty("spectra", spectra);
        Table all = null;
        for (HessianSpectrum s : spectra) {
            Table one = s.table();
            StringColumn weights = StringColumn.create("weights", one.rowCount());
            one.forEach(row -> weights.set(row.getRowNumber(), s.name()));
            one.addColumns(weights);
            all = all == null ? one : all.append(one);
        }
        return Plots.scatter(all, "rank", "eigenvalue", "weights")
                .withX("rank")
                .withY("eigenvalue")
                .withTitle("Largest eigenvalues of the Hessian");
    }

    /**
     * Draws the densities of all eigenvalues, smoothed over a hundredth of their range.
     *
     * @param spectra the curvature at each of the weights, at least one
     * @return a figure with a line for each and a logarithmic axis
     */
    public static Plot densities(List<HessianSpectrum> spectra) {
        Arguments.notEmpty("spectra", spectra);
        Plot plot = null;
        for (HessianSpectrum s : spectra) {
            double[] above = s.density().clone();
            for (int i = 0; i < above.length; i++) {
                // A logarithmic axis has no place for what is nothing.
                above[i] =
                        above[i] < 1e-6 / (s.places()[s.places().length - 1] - s.places()[0]) ? Double.NaN : above[i];
            }
            Plot one = Plots.lines(s.places(), new LinkedHashMap<>(Map.of(s.name(), above)));
            plot = plot == null ? one : plot.and(one);
        }
        return plot.withLogY().withX("eigenvalue").withY("density").withTitle("Density of the Hessian's eigenvalues");
    }
}
