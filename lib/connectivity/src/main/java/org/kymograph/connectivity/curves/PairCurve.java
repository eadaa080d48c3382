package org.kymograph.connectivity.curves;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.evaluate.LossCurve;

/**
 * The losses at equally spaced points of the segment between two models, θ(α) = (1 − α)·from + α·to. Immutable.
 *
 * @param from the model at α = 0
 * @param to the model at α = 1
 * @param distance the Euclidean distance of their parameters
 * @param losses the mean loss at each point, at least two; NaN where it is no number
 * @param scores other numbers at each point by their names, such as {@code accuracy}
 * @param sampleLosses the loss of every sample, points × N; null if they were not kept
 */
public record PairCurve(
        String from,
        String to,
        double distance,
        double[] losses,
        Map<String, double[]> scores,
        double[][] sampleLosses) {
    /** Checks lengths and copies. */
    public PairCurve {
        Arguments.check(losses.length >= 2, "the number of points", losses.length, "at least 2");
        losses = losses.clone();
        Map<String, double[]> copy = new LinkedHashMap<>();
        for (Map.Entry<String, double[]> score : scores.entrySet()) {
            Arguments.sameLength(score.getKey(), score.getValue().length, "losses", losses.length);
            copy.put(score.getKey(), score.getValue().clone());
        }
        scores = copy;
        if (sampleLosses != null) {
            Arguments.sameLength("sampleLosses", sampleLosses.length, "losses", losses.length);
            sampleLosses = Arrays.stream(sampleLosses).map(double[]::clone).toArray(double[][]::new);
        }
    }

    /** Returns the mean losses, a copy. */
    @Override
    public double[] losses() {
        return losses.clone();
    }

    /** Returns the other numbers by their names, a copy. */
    @Override
    public Map<String, double[]> scores() {
        Map<String, double[]> copy = new LinkedHashMap<>();
        scores.forEach((name, values) -> copy.put(name, values.clone()));
        return copy;
    }

    /** Returns the losses of samples, a copy; null if they were not kept. */
    @Override
    public double[][] sampleLosses() {
        return sampleLosses == null
                ? null
                : Arrays.stream(sampleLosses).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns the losses as a curve, of which heights, gaps and their intervals are computed. */
    public LossCurve curve() {
        // Between parameters that are no numbers there is no distance, and losses are none either.
        double length = Double.isFinite(distance) ? distance : 0;
        return sampleLosses == null ? LossCurve.of(losses, length) : LossCurve.of(sampleLosses, length);
    }

    /** Returns whether all losses are numbers. */
    public boolean isFinite() {
        return Arrays.stream(losses).allMatch(Double::isFinite);
    }

    /** Returns the same segment in the other direction. */
    public PairCurve reversed() {
        Map<String, double[]> back = new LinkedHashMap<>();
        scores.forEach((name, values) -> back.put(name, reversed(values)));
        double[][] samples = null;
        if (sampleLosses != null) {
            samples = sampleLosses.clone();
            for (int k = 0; k < samples.length; k++) {
                samples[k] = sampleLosses[samples.length - 1 - k];
            }
        }
        return new PairCurve(to, from, distance, reversed(losses), back, samples);
    }

    /**
     * Returns the curve of 1 − a score, such as the error for the accuracy, in place of that of the loss.
     *
     * @param score the score's name
     * @return the curve, without losses of samples
     */
    public PairCurve errors(String score) {
        double[] values = scores.get(score);
        if (values == null) {
            throw Arguments.unknown("score", score, scores.keySet());
        }
        return new PairCurve(
                from, to, distance, Arrays.stream(values).map(v -> 1 - v).toArray(), scores, null);
    }

    private static double[] reversed(double[] values) {
        double[] back = new double[values.length];
        Arrays.setAll(back, k -> values[values.length - 1 - k]);
        return back;
    }
}
