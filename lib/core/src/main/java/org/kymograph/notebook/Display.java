package org.kymograph.notebook;

/** One place in a cell's output, whose content each call replaces. */
public final class Display {
    private final String id;
    private final Output output;
    private boolean placed;

    Display(String id, Output output) {
        this.id = id;
        this.output = output;
    }

    /**
     * Shows an object here, in place of the one before.
     *
     * @param value a figure, a table, an array, or anything else
     */
    public synchronized void show(Object value) {
        output.show(id, Notebook.bundle(value), placed);
        placed = true;
    }
}
