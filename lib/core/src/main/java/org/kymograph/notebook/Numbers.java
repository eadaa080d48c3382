package org.kymograph.notebook;

import java.util.Arrays;
import java.util.Locale;

/** Numbers as people read them: six digits, the same number of decimals all down a column. */
final class Numbers {
    private static final int DIGITS = 6;

    private Numbers() {}

    /** Formats a column; NaN stands for a missing value and gives an empty text. */
    static String[] column(double[] values) {
        int decimals = Arrays.stream(values)
                .filter(Numbers::isPlain)
                .mapToInt(Numbers::decimals)
                .max()
                .orElse(0);
        return Arrays.stream(values).mapToObj(v -> text(v, decimals)).toArray(String[]::new);
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
                : String.format(Locale.ROOT, "%.4e", v);
    }

    private static boolean isPlain(double v) {
        double size = Math.abs(v);
        return v == 0 || size >= 1e-4 && size < 1e9 || v == Math.rint(v) && size < 1e15;
    }

    /** The decimals that are left of six digits when trailing zeros are dropped. */
    private static int decimals(double v) {
        int before = v == 0 ? 1 : (int) Math.floor(Math.log10(Math.abs(v))) + 1;
        int decimals = Math.max(0, Math.min(DIGITS, DIGITS - before));
        String text = String.format(Locale.ROOT, "%." + decimals + "f", v);
        int end = text.length();
        while (decimals > 0 && text.charAt(end - 1) == '0') {
            end--;
            decimals--;
        }
        return decimals;
    }
}
