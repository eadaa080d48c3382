package org.kymograph.degeneracy.influence;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Resampling.Interval;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * How well influences say what training on a subset does, the linear datamodeling score: over random subsets, the rank correlation
 * between the sum of the influences of a subset's samples on a sample and the negative loss that this sample really had after
 * training on the subset; the mean over the samples asked about. 1 is perfect, 0 is nothing.
 *
 * <p>Intervals are of the bootstrap over subsets. {@code retrained} is the same score for a second training on each subset in the
 * place of influences: what a perfect method would reach against a single training.
 *
 * <p>Source: Park, Georgiev, Ilyas, Leclerc and Madry, TRAK: attributing model behavior at scale (2023), section 2.
 *
 * @param scores a score per method, in the order given
 * @param methods their names
 * @param differences the differences of all methods to the first, in pairs over the same subsets; the first is NaN
 * @param retrained the score of retraining; null if each subset was trained on once
 */
public record DatamodelingScore(
        List<String> methods, List<Interval> scores, List<Interval> differences, Interval retrained) {
    private static final double LEVEL = 0.95;

    /**
     * Scores methods.
     *
     * @param matrices what each method says of the same rows and columns, at least one
     * @param outcome what retraining says of these columns
     * @param resamples the draws of the bootstrap, at least 1
     * @param seed the random seed of the bootstrap
     * @return the scores
     */
    public static DatamodelingScore of(
            List<InfluenceMatrix> matrices, SubsetRetraining.Outcome outcome, int resamples, long seed) {
        Arguments.notEmpty("matrices", matrices);
        int columns = outcome.losses()[0][0].length;
        int repeats = outcome.losses()[0].length;
        int subsets = outcome.subsets().length;
        // column × subset, so that a resample is a gather.
        double[][] truth = new double[columns][subsets];
        double[][] first = new double[columns][subsets];
        double[][] second = new double[columns][subsets];
        for (int j = 0; j < columns; j++) {
            for (int s = 0; s < subsets; s++) {
                double[][] all = outcome.losses()[s];
                for (double[] losses : all) {
                    truth[j][s] -= losses[j] / repeats;
                }
                first[j][s] = -all[0][j];
                second[j][s] = -all[repeats - 1][j];
            }
        }
        List<double[][]> predictions = new ArrayList<>();
        for (InfluenceMatrix m : matrices) {
            Arguments.sameLength("columns of " + m.method(), m.columns().length, "the retraining", columns);
            double[][] predicted = new double[columns][subsets];
            for (int s = 0; s < subsets; s++) {
                double[] p = m.predict(outcome.subsets()[s]);
                for (int j = 0; j < columns; j++) {
                    predicted[j][s] = p[j];
                }
            }
            predictions.add(predicted);
        }
        int k = matrices.size();
        Interval[] found = Resampling.bootstrap(
                subsets,
                units -> {
                    double[] out = new double[2 * k + 1];
                    for (int m = 0; m < k; m++) {
                        out[m] = score(predictions.get(m), truth, units);
                        out[k + m] = out[m] - out[0];
                    }
                    out[2 * k] = repeats < 2 ? 0 : score(first, second, units);
                    return out;
                },
                resamples,
                LEVEL,
                seed);
        return new DatamodelingScore(
                matrices.stream().map(InfluenceMatrix::method).toList(),
                List.of(found).subList(0, k),
                List.of(found).subList(k, 2 * k),
                repeats < 2 ? null : found[2 * k]);
    }

    // A column that does not change, or for which nothing is predicted, has no ranks; it counts 0.
    private static double score(double[][] predicted, double[][] truth, int[] units) {
        double sum = 0;
        for (int j = 0; j < truth.length; j++) {
            double r = Statistics.spearman(Columns.pick(predicted[j], units), Columns.pick(truth[j], units));
            sum += Double.isNaN(r) ? 0 : r;
        }
        return sum / truth.length;
    }

    /** Returns a row per method, and one for retraining: method, score, lower, upper, and the difference to the first method. */
    public Table table() {
        List<Integer> rows =
                new ArrayList<>(IntStream.range(0, methods.size()).boxed().toList());
        if (retrained != null) {
            rows.add(methods.size());
        }
        return Columns.of("linear datamodeling score", rows)
                .texts("method", i -> i < methods.size() ? methods.get(i) : "a second training")
                .doubles("score", i -> of(i).estimate())
                .doubles("lower", i -> of(i).lower())
                .doubles("upper", i -> of(i).upper())
                .doubles(
                        "less the first",
                        i -> i < methods.size() ? differences.get(i).estimate() : Double.NaN)
                .doubles(
                        "its lower",
                        i -> i < methods.size() ? differences.get(i).lower() : Double.NaN)
                .doubles(
                        "its upper",
                        i -> i < methods.size() ? differences.get(i).upper() : Double.NaN)
                .table();
    }

    private Interval of(int i) {
        return i < methods.size() ? scores.get(i) : retrained;
    }
}
