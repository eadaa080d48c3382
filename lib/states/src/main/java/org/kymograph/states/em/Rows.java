package org.kymograph.states.em;

import java.util.Arrays;

/**
 * The rows of several runs as the numeric kernels want them: feature by feature, so that loops over rows are loops over
 * neighbours, and moved to mean zero.
 */
final class Rows {
    /** The kernels take features four at a time. */
    static final int LANES = 4;

    final int count;
    final int features;
    /** Features after zeros were put behind them, a multiple of {@link #LANES}. */
    final int padded;
    /** Feature-major: feature j of row t is at j·count + t, minus the centre. */
    final double[] x;

    final double[] centre;
    /** Where each run begins, and the number of all rows. */
    final int[] offsets;

    /**
     * Copies rows.
     *
     * @param rows row-major, n·d
     * @param offsets where each run begins, and n
     */
    Rows(double[] rows, int features, int[] offsets) {
        this.count = offsets[offsets.length - 1];
        this.features = features;
        this.padded = (features + LANES - 1) / LANES * LANES;
        this.offsets = offsets;
        this.x = new double[padded * count];
        this.centre = new double[features];
        for (int j = 0; j < features; j++) {
            double sum = 0;
            for (int t = 0; t < count; t++) {
                sum += rows[t * features + j];
            }
            centre[j] = sum / count;
            for (int t = 0; t < count; t++) {
                x[j * count + t] = rows[t * features + j] - centre[j];
            }
        }
    }

    /** Returns a copy of the features, each an array of its own. */
    double[][] columns() {
        double[][] columns = new double[features][];
        for (int j = 0; j < features; j++) {
            columns[j] = Arrays.copyOfRange(x, j * count, (j + 1) * count);
        }
        return columns;
    }

    int runs() {
        return offsets.length - 1;
    }

    /** Returns the number of rows of the longest run. */
    int longest() {
        int longest = 0;
        for (int run = 0; run < runs(); run++) {
            longest = Math.max(longest, offsets[run + 1] - offsets[run]);
        }
        return longest;
    }

    /** Returns the sample covariance of all rows (divided by n − 1), d·d; zero if there is only one row. */
    double[] covariance() {
        double[] result = new double[features * features];
        if (count < 2) {
            return result;
        }
        for (int i = 0; i < features; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                for (int t = 0; t < count; t++) {
                    sum += x[i * count + t] * x[j * count + t];
                }
                result[i * features + j] = sum / (count - 1);
                result[j * features + i] = result[i * features + j];
            }
        }
        return result;
    }
}
