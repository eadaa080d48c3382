package org.kymograph.stats;

import java.util.Arrays;
import org.kymograph.base.Streams;

/**
 * R² on runs that the regression hasn't seen: 1 − Σ(y − ŷ)²/Σ(y − ȳ)², where ŷ and the mean ȳ come from the other folds. 0 is
 * no better than the others' mean; it may be below.
 */
public final class HeldOut {
    private HeldOut() {}

    /** @return the fold of each of n runs; with n folds each run is its own */
    public static int[] folds(int n, int folds, long seed) {
        if (folds < 2 || folds > n) {
            throw new IllegalArgumentException("folds " + folds + ": must be 2 to the number of runs, " + n);
        }
        int[] order = Streams.permutation(Streams.of(seed, "held-out folds"), n);
        int[] fold = new int[n];
        for (int i = 0; i < n; i++) {
            fold[order[i]] = i % folds;
        }
        return fold;
    }

    public static double rSquared(double[][] x, double[] y, int[] fold) {
        int folds = Arrays.stream(fold).max().orElseThrow() + 1;
        double residual = 0;
        double total = 0;
        for (int f = 0; f < folds; f++) {
            int held = f;
            int n = (int) Arrays.stream(fold).filter(g -> g != held).count();
            double[][] trainX = new double[n][];
            double[] trainY = new double[n];
            int at = 0;
            for (int i = 0; i < y.length; i++) {
                if (fold[i] != f) {
                    trainX[at] = x[i];
                    trainY[at++] = y[i];
                }
            }
            double[] beta = Pseudoinverse.of(trainX).times(trainY);
            double mean = Arrays.stream(trainY).average().orElseThrow();
            for (int i = 0; i < y.length; i++) {
                if (fold[i] == f) {
                    double error = y[i] - Pseudoinverse.dot(x[i], beta);
                    residual += error * error;
                    total += (y[i] - mean) * (y[i] - mean);
                }
            }
        }
        return total == 0 ? Double.NaN : 1 - residual / total;
    }
}
