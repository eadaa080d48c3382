package org.kymograph.states.hmm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.MathArrays;
import org.kymograph.base.Streams;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.map.Outcome;

/** Small models and runs whose states are known. */
public final class Toy {
    private Toy() {}

    public static List<String> names(int n) {
        return IntStream.range(0, n).mapToObj(i -> "seed" + i).toList();
    }

    public static HmmModel model(HmmParameters p, List<String> features, boolean standardized) {
        return new HmmModel(
                p,
                features,
                new HmmModel.Training(
                        new double[0],
                        -100,
                        p.freeParameters(),
                        50,
                        standardized,
                        new HmmParameters.Decoding(List.of(), List.of(), 0),
                        Covariance.Prior.COMPAT,
                        1,
                        0,
                        List.of()));
    }

    /** A model of one feature whose state k emits about 10k. */
    public static HmmModel ladder(int states) {
        double[] start = new double[states];
        double[] transitions = new double[states * states];
        Arrays.fill(start, 1.0 / states);
        Arrays.fill(transitions, 1.0 / states);
        double[] means = IntStream.range(0, states).mapToDouble(k -> 10 * k).toArray();
        double[] variances = new double[states];
        Arrays.fill(variances, 1);
        return model(HmmParameters.of(Covariance.DIAG, start, transitions, means, variances), List.of("x"), false);
    }

    /** Runs whose rows sit on the means of these states. */
    static Observations rows(int[]... paths) {
        List<double[][]> rows = new ArrayList<>();
        for (int[] path : paths) {
            rows.add(Arrays.stream(path).mapToObj(s -> new double[] {10.0 * s}).toArray(double[][]::new));
        }
        return Observations.of(names(paths.length), List.of("x"), rows);
    }

    public static DecodedRuns decoded(int states, int[]... paths) {
        return DecodedRuns.of(ladder(states), rows(paths));
    }

    public static StatePaths paths(int states, int[]... paths) {
        return StatePaths.of(names(paths.length), states, List.of(paths));
    }

    public static Outcome outcome(double... values) {
        return Outcome.of("convergence", names(values.length), values, new boolean[values.length]);
    }

    /** A path that stays so many checkpoints in each of the states in turn. */
    public static int[] stays(int... stateAndLength) {
        IntStream all = IntStream.empty();
        for (int i = 0; i < stateAndLength.length; i += 2) {
            int state = stateAndLength[i];
            all = IntStream.concat(
                    all, IntStream.range(0, stateAndLength[i + 1]).map(t -> state));
        }
        return all.toArray();
    }

    /** A model of three features and states that overlap, with covariances of any form. */
    public static HmmModel overlapping(Covariance form) {
        int k = 3;
        int d = 3;
        RandomGenerator random = Streams.of(7, "toy", form.ordinal());
        double[] means = new double[k * d];
        Arrays.setAll(means, i -> Streams.gaussian(random));
        double[] covariances = new double[Arrays.stream(form.shape(k, d)).reduce(1, (a, b) -> a * b)];
        if (form == Covariance.FULL || form == Covariance.TIED) {
            for (int at = 0; at < covariances.length; at += d * d) {
                double[][] a = new double[d][d];
                for (double[] row : a) {
                    Arrays.setAll(row, j -> Streams.gaussian(random));
                }
                for (int i = 0; i < d; i++) {
                    for (int j = 0; j < d; j++) {
                        covariances[at + i * d + j] = MathArrays.linearCombination(a[i], a[j]) + (i == j ? 0.5 : 0);
                    }
                }
            }
        } else {
            Arrays.setAll(covariances, i -> 0.5 + random.nextDouble());
        }
        return model(
                HmmParameters.of(
                        form,
                        new double[] {0.5, 0.3, 0.2},
                        new double[] {0.8, 0.15, 0.05, 0.1, 0.7, 0.2, 0.3, 0.1, 0.6},
                        means,
                        covariances),
                List.of("a", "b", "c"),
                false);
    }
}
