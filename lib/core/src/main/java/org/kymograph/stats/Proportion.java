package org.kymograph.stats;

import java.util.Locale;
import org.kymograph.base.Arguments;

/**
 * A share of independent trials with Wilson's 95 % interval, which keeps to 0 and 1 and holds for few trials too.
 *
 * <p>Source: Wilson, Probable inference, the law of succession, and statistical inference (JASA 22, 1927).
 *
 * @param count how many trials succeeded
 * @param trials how many there were; 0 leaves everything unknown, from 0 to 1
 */
public record Proportion(int count, int trials) {
    private static final double Z = 1.959963984540054;

    /** Checks the range. */
    public Proportion {
        Arguments.atLeast("trials", trials, 0);
        Arguments.within("count", count, 0, trials);
    }

    /**
     * Returns the share of trials that succeeded.
     *
     * @return the share; NaN without trials
     */
    public double value() {
        return (double) count / trials;
    }

    /**
     * Returns the lower end of the interval.
     *
     * @return the lower end
     */
    public double lower() {
        return trials == 0 ? 0 : Math.max(0, middle() - half());
    }

    /**
     * Returns the upper end of the interval.
     *
     * @return the upper end
     */
    public double upper() {
        return trials == 0 ? 1 : Math.min(1, middle() + half());
    }

    // (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
    private double middle() {
        return (value() + Z * Z / (2 * trials)) / (1 + Z * Z / trials);
    }

    private double half() {
        double p = value();
        return Z / (1 + Z * Z / trials) * Math.sqrt(p * (1 - p) / trials + Z * Z / (4.0 * trials * trials));
    }

    /** Returns a text such as {@code 0.62 (0.53–0.70)}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", value(), lower(), upper());
    }
}
