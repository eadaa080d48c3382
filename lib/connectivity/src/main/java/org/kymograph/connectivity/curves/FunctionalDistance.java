package org.kymograph.connectivity.curves;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;
import smile.math.MathEx;

/**
 * How differently models answer, wherever their parameters lie: a matrix over all pairs that can be clustered as the gaps are, to
 * see whether clusters of parameters are clusters of functions.
 */
public final class FunctionalDistance {
    private FunctionalDistance() {}

    /**
     * Returns the mean Jensen–Shannon distance of the probabilities, the square root of the divergence in nats.
     *
     * @param objective a network of classes and the samples
     * @param models the models, at least two
     * @return the distances, 0 to √ln 2
     */
    public static GapMatrix jensenShannon(Objective objective, Models models) {
        return matrix(objective, models, FunctionalDistance::jensenShannon);
    }

    /**
     * Returns the share of samples for which two models say different classes.
     *
     * @param objective a network of classes and the samples
     * @param models the models, at least two
     * @return the shares
     */
    public static GapMatrix disagreement(Objective objective, Models models) {
        return matrix(objective, models, (p, q) -> MathEx.whichMax(p) == MathEx.whichMax(q) ? 0 : 1);
    }

    private static GapMatrix matrix(
            Objective objective, Models models, ToDoubleBiFunction<double[], double[]> distance) {
        Arguments.check(models.size() >= 2, "the number of models", models.size(), "at least 2");
        var like = objective.initial(0);
        List<Tensor> outputs = objective.outputs(Columns.each(models.names(), m -> models.load(m, like)));
        List<double[][]> p =
                Columns.each(outputs, o -> probabilities(o, objective.data().size()));
        double[][] values = new double[models.size()][models.size()];
        for (int i = 0; i < values.length; i++) {
            for (int j = 0; j < i; j++) {
                double sum = 0;
                for (int row = 0; row < p.get(i).length; row++) {
                    sum += distance.applyAsDouble(p.get(i)[row], p.get(j)[row]);
                }
                values[i][j] = sum / p.get(i).length;
                values[j][i] = values[i][j];
            }
        }
        return new GapMatrix(models.names(), values);
    }

    private static double[][] probabilities(Tensor outputs, int samples) {
        Arguments.check(
                outputs.shape().length == 2 && outputs.shape()[1] >= 2,
                "outputs",
                Arrays.toString(outputs.shape()),
                "samples × classes");
        double[] all = outputs.toDoubles();
        int classes = all.length / samples;
        double[][] p = new double[samples][];
        for (int i = 0; i < samples; i++) {
            p[i] = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
            MathEx.softmax(p[i]);
        }
        return p;
    }

    static double jensenShannon(double[] p, double[] q) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            double middle = (p[c] + q[c]) / 2;
            sum += p[c] == 0 ? 0 : p[c] / 2 * Math.log(p[c] / middle);
            sum += q[c] == 0 ? 0 : q[c] / 2 * Math.log(q[c] / middle);
        }
        return Math.sqrt(Math.max(0, sum));
    }
}
