package org.kymograph.states.em;

/** A state that no longer stands for any rows, or whose covariance has no Cholesky factor. */
final class DegenerateStateException extends Exception {
    private static final long serialVersionUID = 1;

    private final int state;

    DegenerateStateException(int state, String why) {
        super("state " + state + " " + why);
        this.state = state;
    }

    int state() {
        return state;
    }
}
