package org.kymograph.train;

import org.kymograph.base.Arguments;

/**
 * A length of training or the distance between two things that are done during it, in optimiser steps or in epochs.
 *
 * @param count how many, at least 1
 * @param unit of what
 */
public record Span(long count, Unit unit) {
    /** What a span is counted in. */
    public enum Unit {
        /** Optimiser steps. */
        STEPS,
        /** Passes over the training set. */
        EPOCHS
    }

    /** Checks the count. */
    public Span {
        Arguments.atLeast("count", count, 1);
    }

    /**
     * Returns that many optimiser steps.
     *
     * @param count how many, at least 1
     * @return that many optimiser steps
     */
    public static Span steps(long count) {
        return new Span(count, Unit.STEPS);
    }

    /**
     * Returns that many epochs.
     *
     * @param count how many, at least 1
     * @return that many epochs
     */
    public static Span epochs(long count) {
        return new Span(count, Unit.EPOCHS);
    }

    /**
     * Returns this span in steps.
     *
     * @param stepsPerEpoch the optimiser steps in an epoch
     * @return this span in steps
     */
    public long inSteps(long stepsPerEpoch) {
        return unit == Unit.STEPS ? count : Math.multiplyExact(count, stepsPerEpoch);
    }

    /** Returns the count and the unit, such as "1 epoch" or "300 steps". */
    @Override
    public String toString() {
        String name = unit == Unit.STEPS ? "step" : "epoch";
        return count + " " + (count == 1 ? name : name + "s");
    }
}
