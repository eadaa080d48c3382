package org.kymograph.kernel;

/** Ends a cell with a sentence that says all there is to say: no trace, no cause. */
public final class CellError extends Error {
    private static final long serialVersionUID = 1L;

    CellError(String message) {
        super(message, null, false, false);
    }
}
