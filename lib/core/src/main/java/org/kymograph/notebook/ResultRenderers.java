package org.kymograph.notebook;

/**
 * How the results of one lab are shown in a notebook. A lab names its implementation in
 * {@code META-INF/services/org.kymograph.notebook.ResultRenderers}.
 */
public interface ResultRenderers {
    /**
     * Adds a renderer for every class of results.
     *
     * @param renderers where to add them
     */
    void addTo(Renderers renderers);
}
