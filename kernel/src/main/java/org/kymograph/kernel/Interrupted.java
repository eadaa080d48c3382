package org.kymograph.kernel;

/** Ends an interrupted cell; an error, so that a cell's own {@code catch (Exception e)} lets it pass. */
public final class Interrupted extends Error {
    private static final long serialVersionUID = 1L;

    Interrupted() {
        super("The cell was interrupted.", null, false, false);
    }
}
