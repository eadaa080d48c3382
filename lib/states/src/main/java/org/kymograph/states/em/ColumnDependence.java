package org.kymograph.states.em;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Finds columns that say nothing of their own: constants, and linear combinations of the columns before them. The likelihood
 * of full and tied covariances has no maximum with such columns, and a number of states chosen by it is chosen by rounding.
 *
 * <p>Columns are taken one after the other into the Cholesky factor of the correlation matrix; a pivot is the share of a
 * column's variance that the columns before it leave unexplained.
 */
final class ColumnDependence {
    /** A column whose remainder is below 1e-4 of its standard deviation is a copy but for printing and rounding. */
    private static final double LEAST_SHARE = 1e-8;
    /** Coefficients below this share of the largest don't count. */
    private static final double NEGLIGIBLE = 1e-3;

    private ColumnDependence() {}

    /** Returns the names of the columns that follow from those before them. */
    static List<String> combined(Rows rows, List<String> names) {
        List<String> found = new ArrayList<>();
        sentences(rows, names, found);
        return found;
    }

    /** Returns a sentence for each such column. */
    static List<String> sentences(Rows rows, List<String> names) {
        return sentences(rows, names, new ArrayList<>());
    }

    private static List<String> sentences(Rows rows, List<String> names, List<String> combined) {
        int d = rows.features;
        double[] covariance = rows.covariance();
        List<String> sentences = new ArrayList<>();
        if (rows.count < 2) {
            return sentences;
        }
        List<Integer> kept = new ArrayList<>();
        // Row a of the factor belongs to the a-th column that was kept.
        double[][] factor = new double[d][d];
        for (int j = 0; j < d; j++) {
            double variance = covariance[j * d + j];
            double rounding = 1e-15 * rows.count * Math.abs(rows.centre[j]);
            if (!(variance > rounding * rounding)) {
                sentences.add(
                        "column '" + names.get(j) + "' is constant in every run: it tells no states apart and favours "
                                + "states of unequal size; leave it out");
                continue;
            }
            if (kept.size() + 1 >= rows.count) {
                sentences.add(
                        "there are " + rows.count + " rows for " + d
                                + " features: full and tied covariances are singular; take fewer features, or diagonal covariances");
                break;
            }
            double[] l = factor[kept.size()];
            double left = 1;
            for (int a = 0; a < kept.size(); a++) {
                int i = kept.get(a);
                double sum = covariance[i * d + j] / Math.sqrt(covariance[i * d + i] * variance);
                for (int b = 0; b < a; b++) {
                    sum -= factor[a][b] * l[b];
                }
                l[a] = sum / factor[a][a];
                left -= l[a] * l[a];
            }
            if (left >= LEAST_SHARE) {
                l[kept.size()] = Math.sqrt(left);
                kept.add(j);
            } else {
                sentences.add(sentence(names, kept, factor, l, j));
                combined.add(names.get(j));
                Arrays.fill(l, 0);
            }
        }
        return sentences;
    }

    private static String sentence(List<String> names, List<Integer> kept, double[][] factor, double[] l, int j) {
        // The coefficients on the kept columns, by back substitution in Lᵀ c = l.
        double[] c = new double[kept.size()];
        double largest = 0;
        for (int a = c.length - 1; a >= 0; a--) {
            double sum = l[a];
            for (int b = a + 1; b < c.length; b++) {
                sum -= factor[b][a] * c[b];
            }
            c[a] = sum / factor[a][a];
            largest = Math.max(largest, Math.abs(c[a]));
        }
        List<String> sources = new ArrayList<>();
        for (int a = 0; a < c.length; a++) {
            if (Math.abs(c[a]) > NEGLIGIBLE * largest) {
                sources.add("'" + names.get(kept.get(a)) + "'");
            }
        }
        String said = sources.size() > 6
                ? String.join(", ", sources.subList(0, 5)) + " and " + (sources.size() - 5) + " others"
                : sources.stream().collect(Collectors.joining(", "));
        return "column '" + names.get(j) + "' follows from " + (sources.size() == 1 ? "column " : "columns ") + said
                + (sources.size() == 1 ? " (a copy but for shift and scale)" : " (a linear combination)")
                + ": full and tied covariances become singular; leave one of them out, or take the prior ridge";
    }
}
