package org.kymograph.stats;

import java.util.Arrays;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.kymograph.base.Arguments;
import smile.classification.LogisticRegression;

/**
 * Logistic regression with an L2 penalty, on features that are standardised with the means and standard deviations of the samples it
 * is fitted on; binomial for two classes, multinomial for more. Fitted by L-BFGS. Immutable.
 *
 * <p>A feature that does not vary counts for nothing. Without a penalty separable classes have no finite fit.
 */
public final class LogisticFit {
    private static final double TOLERANCE = 1e-8;
    private static final int ITERATIONS = 1000;

    private final double[] means;
    private final double[] deviations;
    private final int classes;
    private final LogisticRegression model;

    private LogisticFit(double[] means, double[] deviations, int classes, LogisticRegression model) {
        this.means = means;
        this.deviations = deviations;
        this.classes = classes;
        this.model = model;
    }

    /**
     * Fits samples.
     *
     * @param x the features, samples × features, finite
     * @param y each sample's class, 0 to the number of classes - 1, each class at least once and at least two of them
     * @param penalty the factor λ on half the sum of squared weights, at least 0
     * @return the fit
     * @throws IllegalArgumentException if a range is violated or the sizes differ
     */
    public static LogisticFit of(double[][] x, int[] y, double penalty) {
        Arguments.sameLength("y", y.length, "x", x.length);
        Arguments.atLeast("number of samples", x.length, 2);
        Arguments.atLeast("number of features", x[0].length, 1);
        Arguments.atLeast("penalty", penalty, 0.0);
        for (int i = 0; i < x.length; i++) {
            Arguments.sameLength("row " + i, x[i].length, "row 0", x[0].length);
            for (double v : x[i]) {
                Arguments.finite("feature of sample " + i, v);
            }
        }
        int[] labels = Arrays.stream(y).distinct().sorted().toArray();
        Arguments.atLeast("number of classes", labels.length, 2);
        Arguments.check(
                labels[0] == 0 && labels[labels.length - 1] == labels.length - 1,
                "y",
                Arrays.toString(labels),
                "the classes 0 to " + (labels.length - 1) + ", each at least once");
        double[] means = new double[x[0].length];
        double[] deviations = new double[means.length];
        for (int k = 0; k < means.length; k++) {
            int feature = k;
            double[] column = Arrays.stream(x).mapToDouble(row -> row[feature]).toArray();
            means[k] = new Mean().evaluate(column);
            double deviation = new StandardDeviation().evaluate(column);
            deviations[k] = deviation > 0 ? deviation : 1;
        }
        double[][] z = Arrays.stream(x)
                .map(row -> standardized(row, means, deviations))
                .toArray(double[][]::new);
        return new LogisticFit(
                means, deviations, labels.length, LogisticRegression.fit(z, y, penalty, TOLERANCE, ITERATIONS));
    }

    private static double[] standardized(double[] row, double[] means, double[] deviations) {
        double[] z = new double[means.length];
        for (int k = 0; k < z.length; k++) {
            z[k] = (row[k] - means[k]) / deviations[k];
        }
        return z;
    }

    /**
     * Returns the probability of each class.
     *
     * @param x the features of a sample
     * @return a probability for each class
     */
    public double[] probabilities(double[] x) {
        Arguments.sameLength("x", x.length, "the features", means.length);
        double[] posterior = new double[classes];
        model.predict(standardized(x, means, deviations), posterior);
        return posterior;
    }

    /**
     * Returns the likeliest class.
     *
     * @param x the features of a sample
     * @return the class
     */
    public int predict(double[] x) {
        Arguments.sameLength("x", x.length, "the features", means.length);
        return model.predict(standardized(x, means, deviations));
    }

    /**
     * Returns the weights of two classes: the change of the log odds of class 1.
     *
     * @return a weight for each feature, per standard deviation, then the intercept
     * @throws IllegalStateException if there are more than two classes
     */
    public double[] coefficients() {
        if (model instanceof LogisticRegression.Binomial binomial) {
            return binomial.coefficients().clone();
        }
        throw new IllegalStateException("a fit of " + classes + " classes has several weights for each feature");
    }
}
