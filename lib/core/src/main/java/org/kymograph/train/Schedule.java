package org.kymograph.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import org.kymograph.base.Arguments;

/**
 * How the learning rate moves: a linear warm-up from 0, then constant, linear or along half a cosine down to a final
 * fraction of the full rate.
 *
 * @param decay the shape after the warm-up
 * @param warmup the steps of the warm-up, at least 0; step s of it (from 0) uses the fraction (s + 1) / warmup
 * @param finalFraction where the decay ends, as a fraction of the full rate, 0 to 1
 * @param warmupFraction the steps of the warm-up as a fraction of all steps, 0 to 1, rounded down; 0 where warmup says it
 * @param fromZero whether step s of the warm-up uses the fraction s / warmup, so that the first step changes nothing, as in nanoGPT
 */
public record Schedule(
        Decay decay,
        long warmup,
        double finalFraction,
        @JsonInclude(Include.NON_DEFAULT) double warmupFraction,
        @JsonInclude(Include.NON_DEFAULT) boolean fromZero) {
    /** The shape of a schedule after the warm-up. */
    public enum Decay {
        /** The full rate throughout. */
        CONSTANT,
        /** Straight down. */
        LINEAR,
        /** Along half a cosine. */
        COSINE
    }

    /** The full rate from the first step on. */
    public static final Schedule CONSTANT = new Schedule(Decay.CONSTANT, 0, 0);

    /** Straight down to 0. */
    public static final Schedule LINEAR = new Schedule(Decay.LINEAR, 0, 0);

    /** Along half a cosine down to 0. */
    public static final Schedule COSINE = new Schedule(Decay.COSINE, 0, 0);

    /** Checks the ranges. */
    public Schedule {
        Arguments.atLeast("warmup", warmup, 0);
        Arguments.within("finalFraction", finalFraction, 0, 1);
        Arguments.within("warmupFraction", warmupFraction, 0, 1);
        Arguments.check(
                warmupFraction == 0 || warmup == 0,
                "warmupFraction",
                warmupFraction,
                "0 beside a warm-up of " + warmup + " steps");
    }

    /**
     * A schedule whose first step is taken with a rate above 0.
     *
     * @param decay the shape after the warm-up
     * @param warmup the steps of the warm-up
     * @param finalFraction where the decay ends, as a fraction of the full rate
     * @param warmupFraction the steps of the warm-up as a fraction of all steps
     */
    public Schedule(Decay decay, long warmup, double finalFraction, double warmupFraction) {
        this(decay, warmup, finalFraction, warmupFraction, false);
    }

    /**
     * A schedule whose warm-up is counted in steps.
     *
     * @param decay the shape after the warm-up
     * @param warmup the steps of the warm-up
     * @param finalFraction where the decay ends, as a fraction of the full rate
     */
    public Schedule(Decay decay, long warmup, double finalFraction) {
        this(decay, warmup, finalFraction, 0, false);
    }

    /**
     * Returns a copy with that warm-up.
     *
     * @param steps the steps of the warm-up
     * @return a copy with that warm-up
     */
    public Schedule withWarmup(long steps) {
        return new Schedule(decay, steps, finalFraction, 0, fromZero);
    }

    /**
     * Returns a copy with that warm-up.
     *
     * @param fraction the steps of the warm-up as a fraction of all steps, 0 to 1, in place of a number of steps
     * @return a copy with that warm-up
     */
    public Schedule withWarmupFraction(double fraction) {
        return new Schedule(decay, 0, finalFraction, fraction, fromZero);
    }

    /**
     * Returns a copy with that end.
     *
     * @param fraction where the decay ends, 0 to 1
     * @return a copy with that end
     */
    public Schedule withFinalFraction(double fraction) {
        return new Schedule(decay, warmup, fraction, warmupFraction, fromZero);
    }

    /**
     * Returns a copy whose warm-up begins at 0, or one step above.
     *
     * @param fromZero whether step s of it uses the fraction s / warmup
     * @return a copy with that
     */
    public Schedule withFromZero(boolean fromZero) {
        return new Schedule(decay, warmup, finalFraction, warmupFraction, fromZero);
    }

    /**
     * Returns the fraction of the full learning rate for that step, 0 to 1.
     *
     * @param step the step about to be taken, from 0
     * @param total the steps of the whole training
     * @return the fraction of the full learning rate for that step, 0 to 1
     */
    public double fraction(long step, long total) {
        long rising = warmupFraction > 0 ? (long) (warmupFraction * total) : warmup;
        if (step < rising) {
            return (step + (fromZero ? 0.0 : 1.0)) / rising;
        }
        double t = total <= rising ? 0 : Math.min(1, (double) (step - rising) / (total - rising));
        double left =
                switch (decay) {
                    case CONSTANT -> 1;
                    case LINEAR -> 1 - t;
                    case COSINE -> (1 + Math.cos(Math.PI * t)) / 2;
                };
        return decay == Decay.CONSTANT ? 1 : finalFraction + (1 - finalFraction) * left;
    }
}
