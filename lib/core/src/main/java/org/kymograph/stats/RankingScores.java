package org.kymograph.stats;

import java.util.Arrays;
import org.kymograph.base.Arguments;
import smile.validation.metric.AUC;

/**
 * Scores of a ranking: how well suspicion puts wrong labels in front of right ones, whatever the threshold.
 *
 * @param auroc the probability that a wrong label is more suspect than a right one, ties counted half
 * @param averagePrecision the mean precision over the wrong labels, equal suspicions taken at once
 * @param precisionAtN the precision of the n most suspect samples with n the number of wrong labels, which is also their
 *     recall and F1; ties by index
 */
public record RankingScores(double auroc, double averagePrecision, double precisionAtN) {
    /**
     * Scores a ranking.
     *
     * @param truth which labels are wrong: at least one, and at least one not
     * @param suspicion a number for each, larger for more suspect; may be infinite
     * @return the scores
     * @throws IllegalArgumentException if lengths differ, a suspicion is NaN, or all labels are right or all wrong
     */
    public static RankingScores of(boolean[] truth, double[] suspicion) {
        Arguments.sameLength("suspicion", suspicion.length, "truth", truth.length);
        int[] wrong = new int[truth.length];
        Arrays.setAll(wrong, i -> truth[i] ? 1 : 0);
        int n = Arrays.stream(wrong).sum();
        Arguments.check(
                n > 0 && n < truth.length,
                "the number of wrong labels",
                n,
                "1 to " + (truth.length - 1) + ", some and not all");
        for (int i = 0; i < suspicion.length; i++) {
            Arguments.check(!Double.isNaN(suspicion[i]), "the suspicion of sample " + i, suspicion[i], "a number");
        }
        int[] order = Statistics.order(truth.length, (a, b) -> Double.compare(suspicion[b], suspicion[a]));
        int found = 0;
        int foundInN = 0;
        double sum = 0;
        for (int k = 0; k < order.length; ) {
            int before = found;
            int end = k;
            while (end < order.length && suspicion[order[end]] == suspicion[order[k]]) {
                found += wrong[order[end]];
                foundInN += end < n ? wrong[order[end]] : 0;
                end++;
            }
            // AP = Σ_k (R_k − R_{k−1}) P_k over the distinct thresholds
            sum += (found - before) * ((double) found / end);
            k = end;
        }
        return new RankingScores(AUC.of(wrong, suspicion), sum / n, (double) foundInN / n);
    }
}
