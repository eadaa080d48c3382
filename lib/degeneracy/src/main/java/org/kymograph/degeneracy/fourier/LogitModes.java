package org.kymograph.degeneracy.fourier;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;

/**
 * The part of a network's logits that follows the sum of its two inputs at some frequencies, cos(2πk(a+b)/p) and sin(2πk(a+b)/p). The
 * loss with that part alone and without it, restricted and excluded loss, are the progress measures of Nanda et al., Progress measures
 * for grokking via mechanistic interpretability (2023): a network that generalises by these frequencies has a small restricted loss
 * before its test loss falls, and the excluded loss of one that memorises is small.
 *
 * <p>Logits are those of the pairs (a, b) in the order a·p + b, p² × C.
 */
public final class LogitModes {
    private LogitModes() {}

    /**
     * Returns the part at some frequencies, fitted to all pairs; the mean over all sums does not belong to it.
     *
     * <p>The pairs learned from are among them: a table learned by heart has their labels, and the part knows them too.
     *
     * @param logits p² × C
     * @param modes the frequencies k, each 1 to p − 1, at least one
     * @return p² × C
     */
    public static double[][] restricted(double[][] logits, int... modes) {
        return restricted(logits, IntStream.range(0, logits.length).toArray(), modes);
    }

    /**
     * Returns the part at some frequencies, fitted to some pairs alone, such as those that were not learned from.
     *
     * @param logits p² × C
     * @param pairs the rows of the pairs, at least one; a sum that none of them has counts as the mean
     * @param modes the frequencies k, each 1 to p − 1, at least one
     * @return p² × C
     */
    public static double[][] restricted(double[][] logits, int[] pairs, int... modes) {
        int p = (int) Math.round(Math.sqrt(logits.length));
        Arguments.check(p >= 2 && p * p == logits.length, "the number of pairs", logits.length, "the square of p");
        Arguments.check(pairs.length > 0, "pairs", "[]", "at least one");
        Arguments.check(modes.length > 0, "modes", "[]", "at least one");
        int classes = logits[0].length;
        // All that a function of a + b can explain is the mean over the pairs of each sum.
        double[][] bySum = new double[p][classes];
        int[] counts = new int[p];
        for (int i : pairs) {
            counts[(i / p + i % p) % p]++;
        }
        int there = (int) Arrays.stream(counts).filter(n -> n > 0).count();
        double[] mean = new double[classes];
        for (int i : pairs) {
            int sum = (i / p + i % p) % p;
            for (int c = 0; c < classes; c++) {
                double share = logits[i][c] / counts[sum];
                bySum[sum][c] += share;
                mean[c] += share / there;
            }
        }
        for (int s = 0; s < p; s++) {
            for (int c = 0; c < classes; c++) {
                bySum[s][c] = counts[s] == 0 ? 0 : bySum[s][c] - mean[c];
            }
        }
        double[][] kept = FourierModes.keepOnly(bySum, modes);
        double[][] out = new double[logits.length][];
        Arrays.setAll(out, i -> kept[(i / p + i % p) % p].clone());
        return out;
    }

    /**
     * Returns the logits without the part at some frequencies.
     *
     * @param logits p² × C
     * @param modes the frequencies k, each 1 to p − 1, at least one
     * @return p² × C
     */
    public static double[][] excluded(double[][] logits, int... modes) {
        double[][] out = restricted(logits, modes);
        for (int i = 0; i < out.length; i++) {
            for (int c = 0; c < out[i].length; c++) {
                out[i][c] = logits[i][c] - out[i][c];
            }
        }
        return out;
    }

    /**
     * Returns the mean cross-entropy of some pairs.
     *
     * @param logits p² × C
     * @param pairs the rows of the pairs; NaN is returned for none
     * @param labels each pair's class
     * @return the mean of −log softmax(logits)[label]
     */
    public static double crossEntropy(double[][] logits, int[] pairs, int[] labels) {
        Arguments.sameLength("labels", labels.length, "pairs", pairs.length);
        double sum = 0;
        for (int i = 0; i < pairs.length; i++) {
            double[] z = logits[pairs[i]];
            double most = Double.NEGATIVE_INFINITY;
            for (double x : z) {
                most = Math.max(most, x);
            }
            double exponentials = 0;
            for (double x : z) {
                exponentials += Math.exp(x - most);
            }
            sum += Math.log(exponentials) + most - z[labels[i]];
        }
        return sum / pairs.length;
    }
}
