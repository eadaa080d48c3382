package org.kymograph.stories.protocol;

import java.util.Locale;
import org.kymograph.stats.Proportion;
import org.kymograph.stats.Statistics;

/** A share over several seeds: the mean with Student's 95 % interval, or, of one seed, the share with Wilson's; NaN of none. */
record SeedInterval(double mean, double lower, double upper) {
    static SeedInterval of(double[] shares, int trials) {
        if (shares.length == 1) {
            Proportion one = new Proportion((int) Math.round(shares[0] * trials), trials);
            return new SeedInterval(shares[0], one.lower(), one.upper());
        }
        return shares(shares);
    }

    /** The interval of shares, which ends at 0 and 1; none where there is one. */
    static SeedInterval shares(double... shares) {
        SeedInterval any = of(shares);
        return new SeedInterval(any.mean, Math.max(0, any.lower), Math.min(1, any.upper));
    }

    /** The interval of any numbers; none where there is one. */
    static SeedInterval of(double... values) {
        double mean = Statistics.mean(values);
        double half = Statistics.studentHalfWidth(values);
        return new SeedInterval(mean, mean - half, mean + half);
    }

    @Override
    public String toString() {
        return Double.isNaN(mean)
                ? "–"
                : Double.isNaN(lower)
                        ? String.format(Locale.ROOT, "%.2f", mean)
                        : String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", mean, lower, upper);
    }
}
