package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.Statistics;

/**
 * The log-probabilities of a classifier or a language model, a row for each position of each sample, or for each sample.
 *
 * @param rows the log-probabilities
 * @param targets each row's class; {@link Dataset#IGNORED} where none counts
 * @param positions the rows of a sample
 */
record Predictions(double[][] rows, int[] targets, int positions) {
    static Predictions of(Tensor outputs, Dataset data) {
        Target kind = data.target();
        if (kind != Target.CLASS && kind != Target.TOKENS) {
            throw new IllegalArgumentException(
                    "the targets are " + kind + "; expected classes or tokens, whose probabilities can be compared");
        }
        double[] all = outputs.toDoubles();
        int classes = (int) outputs.shape()[outputs.shape().length - 1];
        double[][] rows = new double[all.length / classes][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
            double most = Arrays.stream(rows[i]).max().orElseThrow();
            double sum = 0;
            for (double x : rows[i]) {
                sum += Math.exp(x - most);
            }
            double shift = most + Math.log(sum);
            for (int k = 0; k < classes; k++) {
                rows[i][k] -= shift;
            }
        }
        int[] targets = Arrays.stream(data.targets().toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
        return new Predictions(rows, targets, rows.length / data.size());
    }

    /** Returns the rows whose target counts. */
    int[] counted() {
        return IntStream.range(0, rows.length)
                .filter(i -> targets[i] != Dataset.IGNORED)
                .toArray();
    }

    double accuracy() {
        return Arrays.stream(counted())
                .mapToDouble(i -> Statistics.argmax(rows[i]) == targets[i] ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    double meanLoss() {
        return Arrays.stream(counted())
                .mapToDouble(i -> -rows[i][targets[i]])
                .average()
                .orElse(Double.NaN);
    }

    /** Returns KL(this ‖ other) = Σ p (log p − log q) of a row. */
    double divergence(Predictions other, int row) {
        double sum = 0;
        for (int k = 0; k < rows[row].length; k++) {
            double p = rows[row][k];
            sum += Math.exp(p) == 0 ? 0 : Math.exp(p) * (p - other.rows[row][k]);
        }
        return Math.max(0, sum);
    }
}
