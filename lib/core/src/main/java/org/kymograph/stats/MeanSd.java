package org.kymograph.stats;

import java.util.Arrays;
import java.util.Locale;

/**
 * The mean and spread of some numbers.
 *
 * @param count how many there are
 * @param mean their mean; NaN if there are none
 * @param sd their population standard deviation, as in the paper's ±: divided by n; NaN if there are none
 */
public record MeanSd(int count, double mean, double sd) {
    /**
     * @param values numbers
     * @return their mean and spread
     */
    public static MeanSd of(double... values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double square = Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElse(Double.NaN);
        return new MeanSd(values.length, mean, Math.sqrt(square));
    }

    /** @return such as {@code 1815.0 ± 715.0} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.1f ± %.1f", mean, sd);
    }
}
