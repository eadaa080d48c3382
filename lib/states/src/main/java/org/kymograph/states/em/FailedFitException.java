package org.kymograph.states.em;

/** A start of EM from which no proper model comes; the others go on. */
final class FailedFitException extends Exception {
    private static final long serialVersionUID = 1;

    FailedFitException(String why) {
        super(why);
    }
}
