package org.kymograph.train;

/**
 * How the learning rate moves: a linear warm-up from 0, then constant, linear or along half a cosine down to a final
 * fraction of the full rate.
 *
 * @param decay the shape after the warm-up
 * @param warmup the steps of the warm-up, at least 0; step s of it (from 0) uses the fraction (s + 1) / warmup
 * @param finalFraction where the decay ends, as a fraction of the full rate, 0 to 1
 */
public record Schedule(Decay decay, long warmup, double finalFraction) {
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
        if (warmup < 0) {
            throw new IllegalArgumentException("warmup " + warmup + ": must be at least 0");
        }
        if (!(finalFraction >= 0 && finalFraction <= 1)) {
            throw new IllegalArgumentException("finalFraction " + finalFraction + ": must be from 0 to 1");
        }
    }

    /**
     * @param steps the steps of the warm-up
     * @return a copy with that warm-up
     */
    public Schedule withWarmup(long steps) {
        return new Schedule(decay, steps, finalFraction);
    }

    /**
     * @param fraction where the decay ends, 0 to 1
     * @return a copy with that end
     */
    public Schedule withFinalFraction(double fraction) {
        return new Schedule(decay, warmup, fraction);
    }

    /**
     * @param step the step about to be taken, from 0
     * @param total the steps of the whole training
     * @return the fraction of the full learning rate for that step, 0 to 1
     */
    public double fraction(long step, long total) {
        if (step < warmup) {
            return (step + 1.0) / warmup;
        }
        double t = total <= warmup ? 0 : Math.min(1, (double) (step - warmup) / (total - warmup));
        double left = switch (decay) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - t;
            case COSINE -> (1 + Math.cos(Math.PI * t)) / 2;
        };
        return decay == Decay.CONSTANT ? 1 : finalFraction + (1 - finalFraction) * left;
    }
}
