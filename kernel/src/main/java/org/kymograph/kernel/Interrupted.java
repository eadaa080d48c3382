package org.kymograph.kernel;

/** Ends an interrupted cell; an error, so that a cell's own {@code catch (Exception e)} lets it pass. */
public final class Interrupted extends Error {
    private static final long serialVersionUID = 1L;

    Interrupted() {
        this("The cell was interrupted.");
    }

    Interrupted(String message) {
        super(message, null, false, false);
    }
}
