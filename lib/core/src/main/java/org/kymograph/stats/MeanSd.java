package org.kymograph.stats;

import java.util.Locale;

/**
 * The mean and spread of some numbers.
 *
 * @param count how many there are
 * @param mean their mean; NaN if there are none
 * @param sd their population standard deviation, √(Σ(x − x̄)²/n), as in the paper's ±; NaN if there are none
 */
public record MeanSd(int count, double mean, double sd) {
    /**
     * Summarizes numbers.
     *
     * @param values numbers
     * @return their mean and population standard deviation
     */
    public static MeanSd of(double... values) {
        return new MeanSd(values.length, Statistics.mean(values), Statistics.populationSd(values));
    }

    /** Returns the standard error of the mean, sd/√(n − 1), since the deviation is that of the population; NaN for fewer than two. */
    public double standardError() {
        return sd / Math.sqrt(count - 1);
    }

    /** Returns a text such as {@code 1815.0 ± 715.0}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f ± %.1f", mean, sd);
    }
}
