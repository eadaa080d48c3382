package org.kymograph.degeneracy.figures;

import java.util.List;
import org.kymograph.degeneracy.curvature.HessianSpectrum;
import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;

/** How the results of the lab of degeneracy are shown: what moves over training as figures, reports as tables. */
public final class DegeneracyRenderers implements ResultRenderers {
    @Override
    public void addTo(Renderers renderers) {
        renderers.show(HessianSpectrum.class, spectrum -> CurvaturePlots.eigenvalues(List.of(spectrum)));
    }
}
