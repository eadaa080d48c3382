package org.kymograph.stories.tuning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * UNDO, Unlearn–Noise–Distill on Outputs: a model in which something was suppressed teaches a noised copy of itself, on texts of both
 * kinds. What the teacher only hides the student has to learn anew, and the noise has removed. Noise is
 * (1 − α)θ + αβN with N from Glorot's uniform distribution for matrices and 0 for norms.
 *
 * <p>Distillation ends at the first evaluation at which the loss on texts to retain is within 5 % of the teacher's, as in the
 * original, or after the given number of steps.
 *
 * <p>Source: Lee et al., Distillation robustifies unlearning (arXiv 2506.06278), and its code for the noise of vectors.
 *
 * @param alpha α, 0 to 1: 0 leaves the copy as it is, 1 leaves nothing of it
 * @param beta β, the scale of the noise, at least 0
 */
public record Undo(double alpha, double beta) {
    private static final double LOSS = 1.05;

    /** Checks the ranges. */
    public Undo {
        Arguments.within("alpha", alpha, 0, 1);
        Arguments.atLeast("beta", beta, 0);
    }

    /**
     * Returns α = 0.6 and β = 0.1, within the values that the paper sweeps.
     *
     * @return the settings
     */
    public static Undo withDefaults() {
        return new Undo(0.6, 0.1);
    }

    /**
     * Returns a copy with another share of noise.
     *
     * @param alpha α
     * @return the copy
     */
    public Undo withAlpha(double alpha) {
        return Copies.with(this, "alpha", alpha);
    }

    /**
     * Returns a copy with another scale of noise.
     *
     * @param beta β
     * @return the copy
     */
    public Undo withBeta(double beta) {
        return Copies.with(this, "beta", beta);
    }

    /**
     * Noises a model.
     *
     * @param model the model
     * @param seed the seed of the noise
     * @return the noised copy
     */
    public LlamaModel noised(LlamaModel model, long seed) {
        Map<String, Tensor> weights = new LinkedHashMap<>();
        RandomGenerator random = Streams.of(seed, "noise");
        model.weights().forEach((name, t) -> {
            float[] values = t.toFloats();
            long[] shape = t.shape();
            double bound = shape.length == 2 ? beta * Math.sqrt(6.0 / (shape[0] + shape[1])) : 0;
            for (int i = 0; i < values.length; i++) {
                double noise = bound == 0 ? 0 : bound * (2 * random.nextDouble() - 1);
                values[i] = (float) ((1 - alpha) * values[i] + alpha * noise);
            }
            weights.put(name, Tensor.of(values, shape));
        });
        return new LlamaModel(model.network(), model.length(), weights);
    }

    /**
     * Noises and distils in the common loop, or goes on with what was broken off. The reading "stories" has the losses loss/forget and
     * loss/retain on test texts; the run's last checkpoint is the student.
     *
     * @param config the training's settings; init_from is resume_model, model_dir the model with the suppression, and max_iters the
     *     most steps
     * @param forget the data that were suppressed, named as dataset_name is
     * @param retain the data to retain
     * @return the run
     */
    public Population run(StoriesConfig config, String forget, String retain) {
        ForgetRetainTraining both = new ForgetRetainTraining(config, forget, retain);
        LlamaModel teacher = both.base();
        double goal = LOSS
                * Objective.of(
                                teacher.network(),
                                Loss.CROSS_ENTROPY,
                                both.training().evaluated(retain, true))
                        .meanLosses(List.of(teacher.parameters()))[0];
        return both.run("undo", both.both(), split -> both.training()
                .experiment(
                        noised(teacher, both.seed()),
                        new BesideFrozen(teacher.network(), teacher, null),
                        split,
                        new CompanionLoss.Distillation(teacher.network().vocabulary()))
                .withGoal(goal));
    }
}
