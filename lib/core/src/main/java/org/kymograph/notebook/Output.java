package org.kymograph.notebook;

import java.util.Map;

/** A kernel's own display call: what a start-up script below {@code kernel} connects to {@link Notebook}. */
@FunctionalInterface
public interface Output {
    /**
     * Shows a MIME bundle in the running cell, or replaces one that was shown before.
     *
     * @param id names the display, so that it can be replaced
     * @param bundle content by MIME type, such as {@code text/html}; text, or base64 for images
     * @param update true to replace the display of that id, false to show a new one
     */
    void show(String id, Map<String, String> bundle, boolean update);
}
