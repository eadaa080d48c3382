package org.kymograph.stories.figures;

import org.kymograph.notebook.Renderers;
import org.kymograph.notebook.ResultRenderers;

/** How the results of the lab of fine-tuning are shown. */
public final class StoriesRenderers implements ResultRenderers {
    @Override
    public void addTo(Renderers renderers) {}
}
