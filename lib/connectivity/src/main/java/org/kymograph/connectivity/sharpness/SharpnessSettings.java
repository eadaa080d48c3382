package org.kymograph.connectivity.sharpness;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * In which box around a model the largest loss is looked for, and how.
 *
 * @param epsilon ε, how large the box is, above 0
 * @param box the box's half-widths
 * @param subspace which of the parameters move
 * @param directions p, how many directions there are, at least 1; ignored where all parameters move
 * @param steps the steps of ascent, at least 1; fewer than 10 find too little
 * @param seed the random seed of the directions
 */
public record SharpnessSettings(double epsilon, Box box, Subspace subspace, int directions, int steps, long seed) {
    /** The half-width of the box at a parameter w. */
    public enum Box {
        /** ε(|w| + 1), of Keskar et al. (2017). */
        KESKAR {
            @Override
            double width(double w) {
                return Math.abs(w) + 1;
            }
        },
        /** ε|w + 1|, as the program of Juneja et al. (2023) has it. */
        PUBLISHED {
            @Override
            double width(double w) {
                return Math.abs(w + 1);
            }
        },
        /** ε|w|, the adaptive sharpness of Kwon et al. (2021), which scaling a layer up and the next down leaves as it is. */
        ADAPTIVE {
            @Override
            double width(double w) {
                return Math.abs(w);
            }
        };

        abstract double width(double w);
    }

    /** Which parameters move. */
    public enum Subspace {
        /** All. */
        ALL,
        /** Randomly chosen coordinates. */
        COORDINATES,
        /** Random directions A of norm 1: the model moves by A·z, |z| ≤ ε·width(A⁺w). */
        RANDOM
    }

    /** Checks the ranges. */
    public SharpnessSettings {
        Arguments.positive("epsilon", epsilon);
        Arguments.atLeast("directions", directions, 1);
        Arguments.atLeast("steps", steps, 1);
    }

    /** Returns Keskar's box of ε = 1e-3 in all parameters with 20 steps. */
    public static SharpnessSettings defaults() {
        return new SharpnessSettings(1e-3, Box.KESKAR, Subspace.ALL, 100, 20, 42);
    }

    /** Returns a copy with another size of the box. */
    public SharpnessSettings withEpsilon(double epsilon) {
        return Copies.with(this, "epsilon", epsilon);
    }

    /** Returns a copy with another box. */
    public SharpnessSettings withBox(Box box) {
        return Copies.with(this, "box", box);
    }

    /** Returns a copy that moves in some directions only. */
    public SharpnessSettings withSubspace(Subspace subspace, int directions) {
        return new SharpnessSettings(epsilon, box, subspace, directions, steps, seed);
    }

    /** Returns a copy with another number of steps. */
    public SharpnessSettings withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }
}
