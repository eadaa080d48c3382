package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.LogisticFit;
import org.kymograph.stats.Proportion;
import tech.tablesaw.api.Table;

/**
 * How well a linear classifier reads labels from activations: logistic regression, fitted on some samples and measured on others. What
 * is readable need not be used by the network; and the more units and the fewer samples, the more a probe learns by itself, so that
 * its accuracy means something only beside that of the commonest class and of other points.
 *
 * <p>Source: Alain and Bengio, Understanding intermediate layers using linear classifier probes (arXiv 1610.01644).
 *
 * @param point what the activations are of
 * @param units the number of units that the probe reads
 * @param samples the number of samples it is measured on
 * @param accuracy the share of those that it gets right
 * @param lower the lower end of the 95 % interval of the accuracy (Wilson's)
 * @param upper the upper end of the interval
 * @param majority the share of those that always answering the commonest class of the fitted samples gets right
 */
public record LinearProbe(
        String point, int units, int samples, double accuracy, double lower, double upper, double majority) {
    private static final double PENALTY = 1;

    /**
     * Fits a probe and measures it.
     *
     * @param point what the activations are of
     * @param x the activations to fit on, samples × units
     * @param y their labels, 0 to the number of classes - 1, each class at least once
     * @param test the activations to measure on, of other samples
     * @param testLabels their labels
     * @return the measured probe
     * @throws IllegalArgumentException if sizes differ, a label is out of range, or there is nothing to measure on
     */
    public static LinearProbe of(String point, double[][] x, int[] y, double[][] test, int[] testLabels) {
        Arguments.sameLength("testLabels", testLabels.length, "test", test.length);
        Arguments.atLeast("number of test samples", test.length, 1);
        LogisticFit fit = LogisticFit.of(x, y, PENALTY);
        int[] counts = new int[Arrays.stream(y).max().orElse(0) + 1];
        Arrays.stream(y).forEach(c -> counts[c]++);
        int commonest = 0;
        for (int c = 1; c < counts.length; c++) {
            commonest = counts[c] > counts[commonest] ? c : commonest;
        }
        int right = 0;
        int common = 0;
        for (int i = 0; i < test.length; i++) {
            Arguments.within("label of test sample " + i, testLabels[i], 0, counts.length - 1);
            right += fit.predict(test[i]) == testLabels[i] ? 1 : 0;
            common += commonest == testLabels[i] ? 1 : 0;
        }
        Proportion hits = new Proportion(right, test.length);
        return new LinearProbe(
                point,
                x[0].length,
                test.length,
                hits.value(),
                hits.lower(),
                hits.upper(),
                (double) common / test.length);
    }

    /**
     * Fits and measures a probe at every point of some activations, flattened per sample.
     *
     * @param train the activations to fit on
     * @param y their labels
     * @param test the activations of other samples, with the same points
     * @param testLabels their labels
     * @return a probe for each point
     */
    public static List<LinearProbe> each(Activations train, int[] y, Activations test, int[] testLabels) {
        return train.points().stream()
                .map(point -> of(point, train.rows(point), y, test.rows(point), testLabels))
                .toList();
    }

    /**
     * Fits and measures a probe at every point of some activations and one position of each sample.
     *
     * @param train the activations to fit on, with positions at every point
     * @param y their labels
     * @param test the activations of other samples, with the same points
     * @param testLabels their labels
     * @param position the position; from the end if it is negative, -1 the last
     * @return a probe for each point
     */
    public static List<LinearProbe> each(Activations train, int[] y, Activations test, int[] testLabels, int position) {
        return train.points().stream()
                .map(point -> of(point, train.rows(point, position), y, test.rows(point, position), testLabels))
                .toList();
    }

    /**
     * Returns probes as a table.
     *
     * @param probes the probes
     * @return a row for each
     */
    public static Table table(List<LinearProbe> probes) {
        return Columns.of("linear probes", probes)
                .texts("point", LinearProbe::point)
                .ints("units", LinearProbe::units)
                .ints("samples", LinearProbe::samples)
                .doubles("accuracy", LinearProbe::accuracy)
                .doubles("lower", LinearProbe::lower)
                .doubles("upper", LinearProbe::upper)
                .doubles("majority", LinearProbe::majority)
                .table();
    }
}
