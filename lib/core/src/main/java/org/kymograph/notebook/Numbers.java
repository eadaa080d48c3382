package org.kymograph.notebook;

import java.util.Arrays;
import java.util.Locale;

/** Numbers as people read them: one alone with six digits, a column with as many decimals as its numbers need to be told apart. */
final class Numbers {
    private static final int DIGITS = 6;
    /** Digits of a column's largest number, and of each other. */
    private static final int LARGEST = 5;

    private static final int EACH = 3;
    private static final int MOST_DECIMALS = 4;
    /** What is smaller than the column's largest number by this factor is the rest of a sum that gives 0. */
    private static final double ROUNDING = 1e-14;

    private Numbers() {}

    /** Formats a column; NaN stands for a missing value and gives an empty text. */
    static String[] column(double[] values) {
        double[] plain = Arrays.stream(values).filter(Numbers::isPlain).toArray();
        double largest = Arrays.stream(plain).map(Math::abs).max().orElse(0);
        int most = 0;
        for (double v : plain) {
            int digits = Math.abs(v) == largest ? LARGEST : EACH;
            most = Math.max(most, Math.min(MOST_DECIMALS, digits - digitsBefore(v)));
        }
        int decimals = 0;
        for (double v : plain) {
            decimals = Math.max(decimals, withoutZeros(v, most));
        }
        int shown = decimals;
        return Arrays.stream(values)
                .mapToObj(v -> text(Math.abs(v) < ROUNDING * largest ? 0 : v, shown))
                .toArray(String[]::new);
    }

    /** Formats p-values: three decimals, and a star below .05, two below .01, three below .001. */
    static String[] pValues(double[] values) {
        return Arrays.stream(values)
                .mapToObj(p -> {
                    if (!(p >= 0 && p <= 1)) {
                        return text(p);
                    }
                    String stars = p < 0.001 ? "***" : p < 0.01 ? "**" : p < 0.05 ? "*" : "";
                    return (p < 0.001 ? "< 0.001 " : String.format(Locale.ROOT, "%.3f ", p))
                            + stars
                            + "\u2007".repeat(3 - stars.length());
                })
                .toArray(String[]::new);
    }

    static String text(double v) {
        return text(v, isPlain(v) ? decimals(v) : 0);
    }

    private static String text(double v, int decimals) {
        if (Double.isNaN(v)) {
            return "NaN";
        }
        if (Double.isInfinite(v)) {
            return v > 0 ? "∞" : "−∞";
        }
        return isPlain(v)
                ? String.format(Locale.ROOT, "%." + decimals + "f", v)
                : String.format(Locale.ROOT, "%.2e", v);
    }

    private static boolean isPlain(double v) {
        double size = Math.abs(v);
        return v == 0 || size >= 1e-4 && size < 1e9 || v == Math.rint(v) && size < 1e15;
    }

    private static int decimals(double v) {
        return withoutZeros(v, Math.max(0, Math.min(DIGITS, DIGITS - digitsBefore(v))));
    }

    private static int digitsBefore(double v) {
        return v == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(v))) + 1;
    }

    /** Returns how many of so many decimals are left when trailing zeros are dropped. */
    private static int withoutZeros(double v, int decimals) {
        String text = String.format(Locale.ROOT, "%." + decimals + "f", v);
        int left = decimals;
        while (left > 0 && text.charAt(text.length() - 1 - (decimals - left)) == '0') {
            left--;
        }
        return left;
    }
}
