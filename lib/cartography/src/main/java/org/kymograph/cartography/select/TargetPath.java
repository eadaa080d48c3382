package org.kymograph.cartography.select;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;

/**
 * Samples ranked by how far their loss falls while a network trains, shortly, on the target's examples alone: TACS, data
 * selection via target-aligned paths (Yang, He and Cheng, 2026, arXiv 2605.09404). With the parameters θ₁ after the first epoch
 * of that warm-up and θ_T after its last, a candidate z has the score (ℓ(z; θ₁) − ℓ(z; θ_T)) / ℓ(z; θ₁), at most 1, and those of the
 * highest scores are chosen. The target is a small set of the kind that the network is to do well on, never the one that it is
 * tested on; as no candidate is trained on, one warm-up serves for any number of pools.
 *
 * <p>The paper warms up language models by an adapter of rank one, for 2 to 64 epochs that held-out parts of the target choose, and
 * a ResNet for 4 epochs on 100 pictures. Adapters and that choice are left to the caller: the experiment says what is
 * trained, and for how long. The definition is that of the paper's abstract and of its authors' published protocol and programs; the
 * paper's derivations were not at hand.
 *
 * <p>Classes are not balanced: whichever the warm-up comes to prefer is chosen more often.
 */
public final class TargetPath {
    // What the loss that a score is divided by is at least; that of the published programs.
    private static final double LEAST = 1e-12;

    private TargetPath() {}

    /**
     * Scores candidates by a warm-up's first and last checkpoint after the start.
     *
     * @param warmUp the training on the target's examples, with a checkpoint after each epoch
     * @param run one of its runs
     * @param candidates the samples to choose from, at least one
     * @return a score for each
     * @throws IllegalArgumentException if the run has fewer than two checkpoints after the start
     */
    public static double[] scores(Experiment warmUp, RunFolder run, Dataset candidates) {
        long[] steps = run.checkpointSteps().stream()
                .mapToLong(step -> step)
                .filter(step -> step > 0)
                .sorted()
                .toArray();
        Arguments.atLeast("the number of checkpoints after the start", steps.length, 2);
        return scores(
                losses(warmUp, run, steps[0], candidates), losses(warmUp, run, steps[steps.length - 1], candidates));
    }

    private static double[] losses(Experiment warmUp, RunFolder run, long step, Dataset candidates) {
        try (TensorFile checkpoint = run.checkpoint(step)) {
            Objective objective = Objective.of(warmUp, candidates).withRunningStatistics(checkpoint);
            return objective.losses(List.of(objective.parameters(checkpoint)))[0];
        }
    }

    /**
     * Scores candidates by their losses.
     *
     * @param first the loss of each after the first epoch of the warm-up
     * @param last the loss of each after its last epoch
     * @return the fall of each loss as a share of the first
     */
    public static double[] scores(double[] first, double[] last) {
        Arguments.sameLength("last", last.length, "first", first.length);
        double[] scores = new double[first.length];
        Arrays.setAll(scores, i -> (first[i] - last[i]) / Math.max(first[i], LEAST));
        return scores;
    }

    /**
     * Chooses the candidates with the highest scores, ties by index.
     *
     * @param scores a score for each candidate
     * @param fraction the share of them to choose, above 0 to 1; {@code (int) (fraction * n)} of them
     * @return the chosen candidates, that of the highest score first
     */
    public static int[] select(double[] scores, double fraction) {
        SampleSelection.checkFraction("fraction", fraction);
        int[] order = Statistics.order(scores.length, (a, b) -> Double.compare(scores[b], scores[a]));
        return Arrays.copyOf(order, (int) (fraction * scores.length));
    }
}
