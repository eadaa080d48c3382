package org.kymograph.connectivity.path;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * How a path is trained.
 *
 * @param kind the form of the path
 * @param bends the number of trained vertices between the two models, at least 1
 * @param steps the number of steps of Adam, at least 1
 * @param learningRate its learning rate, above 0
 * @param batch the samples of a step, at least 1
 * @param draws the points of the path in a step, at least 1
 * @param seed the random seed of samples and points
 */
public record PathSettings(Kind kind, int bends, int steps, double learningRate, int batch, int draws, long seed) {
    /** The form of a path. */
    public enum Kind {
        /** Straight from vertex to vertex. */
        CHAIN {
            @Override
            double weight(int k, int n, double t) {
                return Math.max(0, 1 - Math.abs(t * n - k));
            }
        },
        /** A Bézier curve, which touches only its ends. */
        BEZIER {
            @Override
            double weight(int k, int n, double t) {
                double binomial = 1;
                for (int i = 0; i < k; i++) {
                    binomial *= (double) (n - i) / (i + 1);
                }
                return binomial * Math.pow(t, k) * Math.pow(1 - t, n - k);
            }
        };

        /** The weight of vertex k of 0 … n at t. */
        abstract double weight(int k, int n, double t);
    }

    /** Checks the ranges. */
    public PathSettings {
        Arguments.atLeast("bends", bends, 1);
        Arguments.atLeast("steps", steps, 1);
        Arguments.positive("learningRate", learningRate);
        Arguments.atLeast("batch", batch, 1);
        Arguments.atLeast("draws", draws, 1);
    }

    /** Returns a chain with one bend, trained by 600 steps of Adam at 0.01 with 64 samples and 4 points a step. */
    public static PathSettings defaults() {
        return new PathSettings(Kind.CHAIN, 1, 600, 0.01, 64, 4, 42);
    }

    /** Returns a copy of another form. */
    public PathSettings withKind(Kind kind) {
        return Copies.with(this, "kind", kind);
    }

    /** Returns a copy with another number of trained vertices. */
    public PathSettings withBends(int bends) {
        return Copies.with(this, "bends", bends);
    }

    /** Returns a copy with another number of steps. */
    public PathSettings withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }

    /** Returns a copy with another learning rate. */
    public PathSettings withLearningRate(double learningRate) {
        return Copies.with(this, "learningRate", learningRate);
    }
}
