package org.kymograph.states.figures;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.kymograph.base.Wording;
import org.kymograph.plot.Plots;

/** Words and numbers as the figures of latent states write them. */
final class Symbols {
    private static final Map<String, Object> FEATURES =
            Plots.attributes("l1: L1, l2: L2, trace: trace, spectral: λmax, code_sparsity: L1/L2,"
                    + " computational_sparsity: trace/λmax, mean_lambda: μ(λ), variance_lambda: σ(λ), mean_singular_value:"
                    + " μ(λ), var_singular_value: σ(λ), mean_w: μ(w), median_w: median(w), var_w: σ(w), mean_b: μ(b),"
                    + " median_b: median(b), var_b: σ(b)");

    private static final Pattern FOLDER = Pattern.compile("^[0-9a-f]{8}-seed(\\d+)$");

    private Symbols() {}

    /** Returns the symbol that Hu et al. (2023) write for a statistic of the weights, or else its name. */
    static String feature(String name) {
        return String.valueOf(FEATURES.getOrDefault(name, name));
    }

    /** Two decimals, the rest cut off as in the paper's figures, with a sign where it is not zero. */
    static String truncated(double value) {
        if (!Double.isFinite(value)) {
            return "n/a";
        }
        // From the shortest decimal that means this double: 0.29 has no exact binary form and would be cut to 0.28.
        BigDecimal cut = BigDecimal.valueOf(value).setScale(2, RoundingMode.DOWN);
        return (cut.signum() < 0 ? "−" : cut.signum() > 0 ? "+" : "")
                + cut.abs().toPlainString();
    }

    /** A number with three significant digits, or without decimals from 100 on. */
    static String number(double value) {
        return fixed(value, value == Math.rint(value) ? 0 : decimals(value));
    }

    /** A number with three significant digits, however small. */
    static String significant(double value) {
        double size = Math.abs(value);
        return size == 0 || size >= 0.01 && size < 1e5
                ? number(value)
                : Double.isFinite(value)
                        ? String.format(Locale.ROOT, "%.1e", value).replace("-", "−")
                        : "n/a";
    }

    /** A mean and a deviation, with as many decimals as the mean needs. */
    static String spread(double mean, double deviation) {
        return fixed(mean, decimals(mean)) + " ± " + fixed(deviation, decimals(mean));
    }

    private static int decimals(double value) {
        return Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
    }

    private static String fixed(double value, int decimals) {
        return Double.isFinite(value)
                ? Wording.unsignedZeros(String.format(Locale.ROOT, "%." + decimals + "f", value))
                        .replace("-", "−")
                : "n/a";
    }

    /** A p-value with two significant digits. */
    static String p(double value) {
        return value < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.2g", value);
    }

    /** A share of the whole in per cent. */
    static String percent(double share) {
        double percent = 100 * share;
        return (percent > 0 && percent < 1 ? "&lt;1" : String.valueOf(Math.round(percent))) + " %";
    }

    /** Runs' names without the part of a folder's name that they have in common: 0cc7be17-seed24 is seed 24 among its like. */
    static List<String> runs(List<String> names, int most) {
        List<String> seeds = names.stream()
                .map(name -> FOLDER.matcher(name).replaceFirst("seed $1"))
                .toList();
        List<String> told = new HashSet<>(seeds).size() == names.size() ? seeds : names;
        return told.stream().map(name -> shortened(name, most)).toList();
    }

    /** At most so many characters, with the middle left out: the ends of runs' names tell them apart. */
    static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int head = (most - 1) / 3;
        return text.substring(0, head) + "…" + text.substring(text.length() - (most - 1 - head));
    }
}
