package org.kymograph.connectivity.curves;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.Statistics;
import smile.math.MathEx;
import tech.tablesaw.api.Table;

/**
 * The scores of a classifier on labelled samples.
 *
 * @param loss the mean cross-entropy, −ln of the label's probability, which counts as at least 1e-12
 * @param accuracy the share of samples whose most probable class is the label; of equal ones the first counts
 * @param f1 F1 with class 1 as positive; NaN unless there are two classes
 * @param matthewsCorrelation Matthews's correlation coefficient, for several classes as generalised by Gorodkin (2004); 0 where
 *     all labels or all predictions are of one class
 * @param calibrationError the expected calibration error in ten equal bins of the confidence, (b/10, (b+1)/10) with the lower
 *     edge in and 1 in the last: Σ n_b |accuracy_b − confidence_b| / N (Guo et al. 2017)
 */
public record ClassificationScores(
        double loss, double accuracy, double f1, double matthewsCorrelation, double calibrationError) {
    /** The names of the scores but the loss, in order, as columns have them. */
    static final List<String> NAMES = List.of("accuracy", "f1", "matthews_correlation", "ece");

    private static final int BINS = 10;
    private static final double LEAST = 1e-12;

    /**
     * Scores logits.
     *
     * @param logits samples × classes
     * @param labels the label of each sample, from 0
     * @return the scores
     */
    public static ClassificationScores ofLogits(double[][] logits, int[] labels) {
        double[][] probabilities = new double[logits.length][];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = logits[i].clone();
            MathEx.softmax(probabilities[i]);
        }
        return of(probabilities, labels);
    }

    /**
     * Scores probabilities.
     *
     * @param probabilities samples × classes
     * @param labels the label of each sample, from 0
     * @return the scores
     */
    public static ClassificationScores of(double[][] probabilities, int[] labels) {
        int n = labels.length;
        Arguments.sameLength("probabilities", probabilities.length, "labels", n);
        Arguments.check(n > 0, "the number of samples", n, "at least 1");
        int classes = probabilities[0].length;
        double loss = 0;
        long[][] counts = new long[classes][classes];
        double[] confidence = new double[BINS];
        double[] right = new double[BINS];
        for (int i = 0; i < n; i++) {
            double[] p = probabilities[i];
            // No sentence is made for each sample: they are many.
            if (p.length != classes || labels[i] < 0 || labels[i] >= classes) {
                Arguments.sameLength("the probabilities of sample " + i, p.length, "those of the first", classes);
                Arguments.within("the label of sample " + i, labels[i], 0, classes - 1);
            }
            int top = 0;
            for (int c = 1; c < classes; c++) {
                top = p[c] > p[top] ? c : top;
            }
            loss -= Math.log(p[labels[i]] < LEAST ? LEAST : p[labels[i]]);
            counts[labels[i]][top]++;
            int bin = Math.min(BINS - 1, (int) (p[top] * BINS));
            confidence[bin] += p[top];
            right[bin] += top == labels[i] ? 1 : 0;
        }
        double calibration = 0;
        double correct = 0;
        for (int b = 0; b < BINS; b++) {
            calibration += Math.abs(right[b] - confidence[b]) / n;
            correct += right[b];
        }
        return new ClassificationScores(loss / n, correct / n, f1(counts), Statistics.matthews(counts), calibration);
    }

    private static double f1(long[][] counts) {
        if (counts.length != 2) {
            return Double.NaN;
        }
        double wrong = counts[0][1] + counts[1][0];
        return counts[1][1] == 0 ? 0 : 2 * counts[1][1] / (2.0 * counts[1][1] + wrong);
    }

    /** Returns a score by its name in files, such as {@code "matthews_correlation"} or {@code "loss"}. */
    public double get(String name) {
        return switch (name) {
            case "loss" -> loss;
            case "accuracy" -> accuracy;
            case "f1" -> f1;
            case "matthews_correlation" -> matthewsCorrelation;
            case "ece" -> calibrationError;
            default ->
                throw Arguments.unknown(
                        "score", name, List.of("loss", "accuracy", "f1", "matthews_correlation", "ece"));
        };
    }

    /**
     * Returns the scores as a table.
     *
     * @return one row
     */
    public Table table() {
        return Columns.of("scores", List.of(this))
                .doubles("loss", ClassificationScores::loss)
                .doubles("accuracy", ClassificationScores::accuracy)
                .doubles("f1", ClassificationScores::f1)
                .doubles("matthews_correlation", ClassificationScores::matthewsCorrelation)
                .doubles("ece", ClassificationScores::calibrationError)
                .table();
    }
}
