package org.kymograph.degeneracy.influence;

import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.stats.Statistics;

/**
 * How a part of a network responds to each sample: the derivative of the part's share of the loss when the data shift from the
 * training set towards the sample. With φ the mean training loss less that at the start, chains in which only the part moves, and chains in which
 * all moves,
 *
 * <p>χᵢ = E_part[φ·(ℓ_train − ℓᵢ)] − E_part[φ]·E_all[ℓ_train − ℓᵢ].
 *
 * <p>A negative value says that the part's loss is high where that of the sample is: the part expresses the sample.
 *
 * <p>Source: Baker, Wang, Hoogland and Murfet, Structural inference: interpreting small language models with susceptibilities (2025).
 *
 * @param part what the part is called
 * @param values chains × samples: χ from each pair of chains
 */
public record Susceptibility(String part, double[][] values) {
    /**
     * A mean over samples.
     *
     * @param value the mean
     * @param standardError its standard error over the chains; NaN for a single chain
     */
    public record Mean(double value, double standardError) {}

    /**
     * Computes the susceptibilities of a part.
     *
     * @param part what the part is called
     * @param restricted chains in which only the part moves
     * @param full chains in which all parameters move, as many, on the same samples
     * @param train the samples of the training set
     * @param startLoss their mean loss where all chains start
     * @return χ of each sample
     */
    public static Susceptibility of(String part, LossDraws restricted, LossDraws full, int[] train, double startLoss) {
        int n = restricted.samples();
        Arguments.sameLength("samples of the full chains", full.samples(), "the restricted ones", n);
        Arguments.sameLength("full chains", full.chains(), "the restricted ones", restricted.chains());
        double[][] values = new double[restricted.chains()][n];
        for (int c = 0; c < values.length; c++) {
            double[][] part1 = moments(restricted, c, train, startLoss);
            double[][] all = moments(full, c, train, startLoss);
            double meanPhi = part1[2][0];
            for (int i = 0; i < n; i++) {
                values[c][i] = part1[0][i] - meanPhi * all[1][i];
            }
        }
        return new Susceptibility(part, values);
    }

    // E[φ·(ℓ_train − ℓᵢ)], E[ℓ_train − ℓᵢ] and E[φ] over a chain.
    private static double[][] moments(LossDraws chain, int number, int[] train, double startLoss) {
        int n = chain.samples();
        int draws = chain.draws();
        float[] all = chain.losses().toFloats();
        double[][] out = {new double[n], new double[n], new double[1]};
        for (int d = 0; d < draws; d++) {
            int at = (number * draws + d) * n;
            double mean = 0;
            for (int i : train) {
                mean += all[at + i] / train.length;
            }
            double phi = mean - startLoss;
            out[2][0] += phi / draws;
            for (int i = 0; i < n; i++) {
                out[0][i] += phi * (mean - all[at + i]) / draws;
                out[1][i] += (mean - all[at + i]) / draws;
            }
        }
        return out;
    }

    /** Returns χ of each sample, the mean over the chains. */
    public double[] perSample() {
        double[] out = new double[values[0].length];
        for (double[] chain : values) {
            for (int i = 0; i < out.length; i++) {
                out[i] += chain[i] / values.length;
            }
        }
        return out;
    }

    /**
     * Returns the mean over a group of samples.
     *
     * @param group the samples, at least one
     * @return the mean with its error over the chains
     */
    public Mean mean(int... group) {
        Arguments.check(group.length > 0, "the number of samples", group.length, "at least 1");
        double[] chains = Arrays.stream(values)
                .mapToDouble(chain -> Arrays.stream(group)
                        .mapToDouble(i -> chain[i])
                        .average()
                        .orElseThrow())
                .toArray();
        return new Mean(
                Statistics.mean(chains),
                chains.length < 2 ? Double.NaN : Statistics.sampleSd(chains) / Math.sqrt(chains.length));
    }
}
