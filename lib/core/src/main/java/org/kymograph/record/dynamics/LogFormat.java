package org.kymograph.record.dynamics;

import java.math.BigDecimal;
import java.util.Locale;

/** How a line of a training-dynamics log is written. Both kinds are read alike. */
public enum LogFormat {
    /**
     * Every digit: {@code {"guid": 7, "logits_epoch_0": [2.943110942840576, 1e-05], "gold": 0, "device": "cpu"}}. A
     * number is the shortest decimal that gives the float32, widened to a double, again, as Python prints it. So writes the
     * port to Hugging Face Accelerate.
     */
    FULL {
        @Override
        void number(double x, LogLine line) {
            String exponential = line.shortest(x);
            if (exponential != null) {
                LogFormat.python(exponential, line);
            }
        }
    },

    /**
     * Ten decimals: {@code {"guid":7,"logits_epoch_0":[-0.4754295349,0.5],"gold":0}}. Zeros at the end are left out, but for
     * the first decimal. So writes the code of Swayamdipta et al., Dataset Cartography (EMNLP 2020), through pandas.
     */
    ROUNDED {
        @Override
        void number(double x, LogLine line) {
            LogFormat.rounded(x, line);
        }
    };

    private static final long SCALE = 10_000_000_000L;

    /** Writes a finite number. */
    abstract void number(double x, LogLine line);

    /** Returns the name in records, such as {@code "rounded"}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    // The same digits, laid out by Python's rule: an exponent below -4 and from 16 on, of at least two digits.
    private static void python(String java, LogLine line) {
        // Without an exponent both write the same.
        int e = java.indexOf('E');
        int from = 0;
        if (java.charAt(0) == '-') {
            line.put('-');
            from = 1;
        }
        int point = java.indexOf('.');
        String digits = java.substring(from, point) + java.substring(point + 1, e);
        int first = 0;
        while (first < digits.length() - 1 && digits.charAt(first) == '0') {
            first++;
        }
        int last = digits.length();
        while (last > first + 1 && digits.charAt(last - 1) == '0') {
            last--;
        }
        int exponent = point - from - 1 - first + Integer.parseInt(java.substring(e + 1));
        digits = digits.substring(first, last);
        if (exponent < -4 || exponent >= 16) {
            line.put(digits.charAt(0));
            if (digits.length() > 1) {
                line.put('.').put(digits, 1, digits.length());
            }
            int size = Math.abs(exponent);
            line.put('e')
                    .put(exponent < 0 ? '-' : '+')
                    .put(size < 10 ? "0" : "")
                    .put(size);
        } else if (exponent < 0) {
            line.put("0.").zeros(-exponent - 1).put(digits);
        } else if (digits.length() <= exponent + 1) {
            line.put(digits).zeros(exponent + 1 - digits.length()).put(".0");
        } else {
            line.put(digits, 0, exponent + 1).put('.').put(digits, exponent + 1, digits.length());
        }
    }

    // pandas' rule: the decimals as an integer, rounded half to even.
    private static void rounded(double x, LogLine line) {
        double size = Math.abs(x);
        if (size >= 1e15) {
            line.put(new BigDecimal(x).toBigInteger().toString()).put(".0");
            return;
        }
        long whole = (long) size;
        long decimals = (long) Math.rint((size - whole) * SCALE);
        if (decimals == SCALE) {
            decimals = 0;
            whole++;
        }
        if (x < 0) {
            line.put('-');
        }
        line.fixed(whole, decimals);
    }
}
