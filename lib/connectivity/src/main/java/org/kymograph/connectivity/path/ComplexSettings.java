package org.kymograph.connectivity.path;

import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * How a simplicial complex is trained.
 *
 * @param connectors the number of trained vertices that all models share, at least 1
 * @param steps the steps of Adam for each of them, at least 1
 * @param learningRate the learning rate that each starts with; it falls to 0 along half a cosine, above 0
 * @param batch the samples of a step, at least 1
 * @param draws the points of the complex in a step, at least 1
 * @param volumeWeight the weight λ of −log(volume + 1e-4) in what is minimised, at least 0
 * @param seed the random seed of samples and points
 */
public record ComplexSettings(
        int connectors, int steps, double learningRate, int batch, int draws, double volumeWeight, long seed) {
    /** Checks the ranges. */
    public ComplexSettings {
        Arguments.atLeast("connectors", connectors, 1);
        Arguments.atLeast("steps", steps, 1);
        Arguments.positive("learningRate", learningRate);
        Arguments.atLeast("batch", batch, 1);
        Arguments.atLeast("draws", draws, 1);
        Arguments.atLeast("volumeWeight", volumeWeight, 0);
    }

    /** Returns two connectors, 400 steps each at 0.01 with 64 samples and 5 points a step, and λ = 1e-4. */
    public static ComplexSettings defaults() {
        return new ComplexSettings(2, 400, 0.01, 64, 5, 1e-4, 42);
    }

    /** Returns a copy with another number of connectors. */
    public ComplexSettings withConnectors(int connectors) {
        return Copies.with(this, "connectors", connectors);
    }

    /** Returns a copy with another number of steps for each connector. */
    public ComplexSettings withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }

    /** Returns a copy with another learning rate. */
    public ComplexSettings withLearningRate(double learningRate) {
        return Copies.with(this, "learningRate", learningRate);
    }

    /** Returns a copy with another weight of the volume. */
    public ComplexSettings withVolumeWeight(double volumeWeight) {
        return Copies.with(this, "volumeWeight", volumeWeight);
    }
}
