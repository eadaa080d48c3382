package org.kymograph.notebook;

import java.util.Locale;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;

/**
 * How much a notebook computes: tests run it in its smallest size, readers in one that takes some minutes, and the paper's size takes
 * as long as it takes.
 *
 * <p>The environment variable {@code KYMOGRAPH_SIZE} names it: {@code SMOKE}, {@code QUICK} or {@code FULL};
 * {@code KYMOGRAPH_FULL=1} is another way to say {@code FULL}. Without both it is {@link #QUICK}. {@code KYMOGRAPH_SEED}, 0 without it, is added
 * to the seeds that {@link #seeds} gives: no sentence of a notebook may depend on which seeds were drawn.
 */
public enum Size {
    /** At most half a minute; the numbers mean little. */
    SMOKE,
    /** At most five minutes on two cores. */
    QUICK,
    /** The size of the paper. */
    FULL;

    /**
     * Returns the size that the environment asks for.
     *
     * @return the size of this process
     * @throws IllegalArgumentException if {@code KYMOGRAPH_SIZE} is none of the three
     */
    public static Size current() {
        return of(System.getenv("KYMOGRAPH_SIZE"), System.getenv("KYMOGRAPH_FULL"));
    }

    static Size of(String size, String full) {
        if (size != null && !size.isBlank()) {
            for (Size one : values()) {
                if (one.name().equals(size.strip().toUpperCase(Locale.ROOT))) {
                    return one;
                }
            }
            throw new IllegalArgumentException("KYMOGRAPH_SIZE is " + size + "; expected SMOKE, QUICK or FULL");
        }
        return full != null && !full.isBlank() && !full.equals("0") ? FULL : QUICK;
    }

    /**
     * Picks a value for this size: {@code int seeds = Size.current().pick(2, 12, 40)}.
     *
     * @param smoke the value for {@link #SMOKE}
     * @param quick the value for {@link #QUICK}
     * @param full the value for {@link #FULL}
     * @param <T> the values' type
     * @return the one for this size
     */
    public <T> T pick(T smoke, T quick, T full) {
        return switch (this) {
            case SMOKE -> smoke;
            case QUICK -> quick;
            case FULL -> full;
        };
    }

    /**
     * Returns the seeds of this size: {@code Size.current().seeds(2, 12, 40)}.
     *
     * @param smoke how many for {@link #SMOKE}, at least 1
     * @param quick how many for {@link #QUICK}, at least 1
     * @param full how many for {@link #FULL}, at least 1
     * @return as many seeds that follow each other, from {@link #firstSeed} on
     * @throws IllegalArgumentException if {@code KYMOGRAPH_SEED} isn't a whole number of at least 0
     */
    public long[] seeds(int smoke, int quick, int full) {
        long first = firstSeed();
        return LongStream.range(first, first + Arguments.atLeast("seeds", pick(smoke, quick, full), 1))
                .toArray();
    }

    /**
     * Returns the first seed: the number in the environment variable {@code KYMOGRAPH_SEED}, or 0.
     *
     * @return at least 0
     * @throws IllegalArgumentException if it isn't a whole number of at least 0
     */
    public static long firstSeed() {
        return firstSeed(System.getenv("KYMOGRAPH_SEED"));
    }

    static long firstSeed(String seed) {
        if (seed == null || seed.isBlank()) {
            return 0;
        }
        String digits = seed.strip();
        Arguments.check(digits.matches("\\d{1,9}"), "KYMOGRAPH_SEED", seed, "a whole number from 0 to 999999999");
        return Long.parseLong(digits);
    }
}
