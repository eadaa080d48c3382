package org.kymograph.degeneracy.llc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.degeneracy.sampling.GradientEstimate;
import org.kymograph.degeneracy.sampling.LocalPosterior;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.sampling.Sampling;
import org.kymograph.degeneracy.sampling.StepSchedule;
import org.kymograph.degeneracy.sampling.Subspace;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * How the local learning coefficient is estimated, λ̂ = nβ·(E[L(w)] − L(w₀)): the mean is over chains that sample the tempered density
 * around w₀, and L(w₀) is the mean loss over all samples. λ counts the directions that the loss depends on, half each, less where it depends on them
 * to a higher order.
 *
 * <p>The number hangs on ε, γ, nβ and the length of the chains: quote it with them only. At points that are no minima it measures how far chains
 * run downhill as well.
 *
 * <p>Source: Lau, Furman, Wang, Murfet and Wei, The local learning coefficient (2023).
 *
 * @param sampler the dynamics of the chains
 * @param epsilon ε, the step size, above 0
 * @param gamma γ, the strength of the Gaussian prior around the point, at least 0; 0 for a flat one
 * @param inverseTemperature nβ, above 0; 0 for n / ln n, divided by the temperature
 * @param nMultiplier what n is multiplied by in n / ln n, above 0
 * @param temperature what n / ln n is divided by, above 0
 * @param steps T, the steps of a chain
 * @param batch the samples of a minibatch, drawn with replacement; 0 for full gradients, which MALA and HMC need
 * @param sharedBatches whether all chains see the same batches; otherwise only the chains of one number at all points do, so that the chains
 *     of a point err independently
 * @param burnIn the share of draws at the start that is left out, 0 to below 1
 * @param thinning a draw is kept every so many steps
 * @param chains the chains of a point, at least 1
 * @param seed what noise and batches follow from
 * @param orthogonal whether chains move only orthogonally to the loss's gradient at the point, as at points that are no minima
 * @param mask a regular expression that occurs in the names of the parameters that move; empty for all
 * @param subspace a subspace that the chains move in, such as a {@link org.kymograph.degeneracy.modular.FourierBlock}; null for none
 * @param weightDecay ω of the term nβ·ω/2·‖w‖², at least 0
 * @param box half the width of a box around the point that chains keep to; 0 for none
 * @param edge what becomes of a step out of the box
 * @param clamp what is added to probabilities in the cross-entropy, such as 1e-7; 0 for the exact one
 * @param logitScaling what outputs are multiplied by in the cross-entropy, above 0
 * @param schedule how the step size falls; averages are weighted by it
 * @param probes at how many draws the acceptance of a Langevin step is measured, 0 for none; each takes two full gradients a chain
 * @param curvature the iterations of Lanczos that the largest eigenvalue of the Hessian is measured with, 0 for none
 * @param biasCheck whether the estimate is made again with ε/2 and twice the steps
 */
public record LearningCoefficient(
        Sampler sampler,
        double epsilon,
        double gamma,
        double inverseTemperature,
        double nMultiplier,
        double temperature,
        int steps,
        int batch,
        boolean sharedBatches,
        double burnIn,
        int thinning,
        int chains,
        long seed,
        boolean orthogonal,
        String mask,
        Subspace subspace,
        double weightDecay,
        double box,
        LocalPosterior.Edge edge,
        double clamp,
        double logitScaling,
        StepSchedule schedule,
        int probes,
        int curvature,
        boolean biasCheck) {
    /** Checks the ranges. */
    public LearningCoefficient {
        Arguments.positive("epsilon", epsilon);
        Arguments.atLeast("gamma", gamma, 0.0);
        Arguments.atLeast("inverseTemperature", inverseTemperature, 0.0);
        Arguments.positive("nMultiplier", nMultiplier);
        Arguments.positive("temperature", temperature);
        Arguments.atLeast("steps", steps, 1);
        Arguments.atLeast("batch", batch, 0);
        Arguments.check(burnIn >= 0 && burnIn < 1, "burnIn", burnIn, "0 to below 1");
        Arguments.within("thinning", thinning, 1, steps);
        Arguments.atLeast("chains", chains, 1);
        Arguments.pattern("mask", mask);
        Arguments.atLeast("weightDecay", weightDecay, 0.0);
        Arguments.atLeast("box", box, 0.0);
        Arguments.check(clamp >= 0 && clamp < 1, "clamp", clamp, "0 to below 1");
        Arguments.positive("logitScaling", logitScaling);
        Arguments.atLeast("probes", probes, 0);
        Arguments.atLeast("curvature", curvature, 0);
        int kept = (steps + thinning - 1) / thinning;
        Arguments.check(
                kept - (int) (kept * burnIn) >= 8,
                "steps",
                steps,
                "so many that at least 8 draws are left after burn-in and thinning");
        Arguments.check(
                batch == 0 || !sampler.exact(),
                "batch",
                batch,
                "0 for the full gradient, which " + sampler.name() + " needs to accept or refuse its steps");
        Arguments.check(
                mask.isEmpty() || subspace == null, "mask", mask, "empty, since a subspace says which parameters move");
        Arguments.check(
                subspace == null || !sampler.name().equals("rmsprop"),
                "sampler",
                sampler.name(),
                "another one for a subspace, which a preconditioner by parameter would leave");
        Arguments.check(
                box == 0 || !orthogonal, "box", box, "0 for none, since orthogonal chains cannot keep to a box");
    }

    /**
     * Returns SGLD with ε = 1e-3, γ = 1, nβ = n / ln n, 3000 steps with minibatches of 64, a quarter of them burn-in, 4 chains, seed 0, all
     * parameters, the exact loss.
     *
     * @return the defaults
     */
    public static LearningCoefficient withDefaults() {
        return new LearningCoefficient(
                Sampler.sgld(),
                1e-3,
                1,
                0,
                1,
                1,
                3000,
                64,
                false,
                0.25,
                1,
                4,
                0,
                false,
                "",
                null,
                0,
                0,
                LocalPosterior.Edge.REFLECT,
                0,
                1,
                StepSchedule.constant(),
                0,
                0,
                false);
    }

    /** Returns a copy with another sampler; MALA and HMC get full gradients, too. */
    public LearningCoefficient withSampler(Sampler sampler) {
        LearningCoefficient full = sampler.exact() ? withBatch(0) : this;
        return Copies.with(full, "sampler", sampler);
    }

    /** Returns a copy with another {@code epsilon}; see there. */
    public LearningCoefficient withEpsilon(double epsilon) {
        return Copies.with(this, "epsilon", epsilon);
    }

    /** Returns a copy with another {@code gamma}; see there. */
    public LearningCoefficient withGamma(double gamma) {
        return Copies.with(this, "gamma", gamma);
    }

    /** Returns a copy with another {@code inverseTemperature}; see there. */
    public LearningCoefficient withInverseTemperature(double inverseTemperature) {
        return Copies.with(this, "inverseTemperature", inverseTemperature);
    }

    /** Returns a copy with another {@code nMultiplier}; see there. */
    public LearningCoefficient withNMultiplier(double nMultiplier) {
        return Copies.with(this, "nMultiplier", nMultiplier);
    }

    /** Returns a copy with another {@code temperature}; see there. */
    public LearningCoefficient withTemperature(double temperature) {
        return Copies.with(this, "temperature", temperature);
    }

    /** Returns a copy with another {@code steps}; see there. */
    public LearningCoefficient withSteps(int steps) {
        return Copies.with(this, "steps", steps);
    }

    /** Returns a copy with another {@code batch}; see there. */
    public LearningCoefficient withBatch(int batch) {
        return Copies.with(this, "batch", batch);
    }

    /** Returns a copy with another {@code sharedBatches}; see there. */
    public LearningCoefficient withSharedBatches(boolean sharedBatches) {
        return Copies.with(this, "sharedBatches", sharedBatches);
    }

    /** Returns a copy with another {@code burnIn}; see there. */
    public LearningCoefficient withBurnIn(double burnIn) {
        return Copies.with(this, "burnIn", burnIn);
    }

    /** Returns a copy with another {@code thinning}; see there. */
    public LearningCoefficient withThinning(int thinning) {
        return Copies.with(this, "thinning", thinning);
    }

    /** Returns a copy with another {@code chains}; see there. */
    public LearningCoefficient withChains(int chains) {
        return Copies.with(this, "chains", chains);
    }

    /** Returns a copy with another {@code seed}; see there. */
    public LearningCoefficient withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /** Returns a copy with another {@code orthogonal}; see there. */
    public LearningCoefficient withOrthogonal(boolean orthogonal) {
        return Copies.with(this, "orthogonal", orthogonal);
    }

    /** Returns a copy with another {@code mask}; see there. */
    public LearningCoefficient withMask(String mask) {
        return Copies.with(this, "mask", mask);
    }

    /** Returns a copy with another {@code subspace}; see there. */
    public LearningCoefficient withSubspace(Subspace subspace) {
        return Copies.with(this, "subspace", subspace);
    }

    /** Returns a copy with another {@code weightDecay}; see there. */
    public LearningCoefficient withWeightDecay(double weightDecay) {
        return Copies.with(this, "weightDecay", weightDecay);
    }

    /** Returns a copy with another {@code box}; see there. */
    public LearningCoefficient withBox(double box) {
        return Copies.with(this, "box", box);
    }

    /** Returns a copy with another {@code edge}; see there. */
    public LearningCoefficient withEdge(LocalPosterior.Edge edge) {
        return Copies.with(this, "edge", edge);
    }

    /** Returns a copy with another {@code clamp}; see there. */
    public LearningCoefficient withClamp(double clamp) {
        return Copies.with(this, "clamp", clamp);
    }

    /** Returns a copy with another {@code logitScaling}; see there. */
    public LearningCoefficient withLogitScaling(double logitScaling) {
        return Copies.with(this, "logitScaling", logitScaling);
    }

    /** Returns a copy with another {@code schedule}; see there. */
    public LearningCoefficient withSchedule(StepSchedule schedule) {
        return Copies.with(this, "schedule", schedule);
    }

    /** Returns a copy with another {@code probes}; see there. */
    public LearningCoefficient withProbes(int probes) {
        return Copies.with(this, "probes", probes);
    }

    /** Returns a copy with another {@code curvature}; see there. */
    public LearningCoefficient withCurvature(int curvature) {
        return Copies.with(this, "curvature", curvature);
    }

    /** Returns a copy with another {@code biasCheck}; see there. */
    public LearningCoefficient withBiasCheck(boolean biasCheck) {
        return Copies.with(this, "biasCheck", biasCheck);
    }

    /**
     * Returns nβ for so many samples.
     *
     * @param n the samples, at least 2
     * @return the inverse temperature, or n·k / ln(n·k) / temperature with the multiplier k if none is set
     */
    public double inverseTemperature(int n) {
        double many = n * nMultiplier;
        Arguments.check(inverseTemperature > 0 || many > 1, "n", many, "above 1, as n / ln n needs");
        return inverseTemperature > 0 ? inverseTemperature : many / Math.log(many) / temperature;
    }

    /**
     * Estimates the learning coefficient of a network.
     *
     * @param objective the network, the loss and the data
     * @param at the parameters w₀
     * @param observers what looks at the draws, such as {@link SampleLosses}
     * @return the estimate
     */
    public LlcEstimate estimate(Objective objective, ParameterVector at, DrawObserver... observers) {
        return estimates(objective, List.of(at), observers).get(0);
    }

    /**
     * Estimates the learning coefficients of a network at several points, all of whose chains run together.
     *
     * @param objective the network, the loss and the data
     * @param at the points
     * @param observers what looks at the draws; chain c of point k of K has the number c·K + k
     * @return an estimate for each point
     */
    public List<LlcEstimate> estimates(Objective objective, List<ParameterVector> at, DrawObserver... observers) {
        return Estimation.of(this, objective).run(Estimation.points(at), observers);
    }

    /**
     * Estimates the learning coefficient of a loss in closed form.
     *
     * @param surface the loss
     * @param at the point w₀
     * @return the estimate
     */
    public LlcEstimate estimate(LossSurface surface, double[] at) {
        return new Estimation(this, surface, null, null, Runtime.getRuntime().availableProcessors(), 1L << 30)
                .run(List.of(new Estimation.Point(0, at)))
                .get(0);
    }

    /**
     * Estimates the learning coefficient where the loss that chains move on and the loss that is averaged differ in their data: the data-refined
     * coefficient.
     *
     * @param objective what chains move on
     * @param on the data that the averaged loss is of
     * @param at the parameters w₀
     * @return the estimate
     */
    public LlcEstimate estimate(Objective objective, Dataset on, ParameterVector at) {
        return Estimation.of(this, objective)
                .averaging(on)
                .run(Estimation.points(List.of(at)))
                .get(0);
    }

    /**
     * Plans a study along a training.
     *
     * @param objective the network, the loss and the training data
     * @param test the samples of the test loss; null for none
     * @return the study
     */
    public LlcStudy study(Objective objective, Dataset test) {
        return new LlcStudy(this, objective, test, null, null, 0, "llc");
    }

    /**
     * Estimates the learning coefficient at every checkpoint of a run, as {@link LlcStudy#run} does.
     *
     * @param run the run
     * @param objective the network, the loss and the training data
     * @param test the samples of the test loss; null for none
     * @return the estimates by step
     */
    public LlcCurve along(RunFolder run, Objective objective, Dataset test) {
        return study(objective, test).run(run);
    }

    /**
     * Estimates the learning coefficient at every checkpoint of a run of an experiment, as {@link LlcStudy#run} does.
     *
     * @param run a run of the experiment
     * @param experiment what was trained
     * @return the estimates by step
     */
    public LlcCurve along(RunFolder run, Experiment experiment) {
        Split split = experiment.task().sample(run.seed());
        return along(run, Objective.of(experiment, split.train()), split.test());
    }

    /**
     * Estimates the learning coefficient at one point with all combinations of some settings; all chains run together.
     *
     * @param objective the network, the loss and the data
     * @param at the parameters w₀
     * @param epsilons step sizes; empty for this one
     * @param gammas localisations; empty for this one
     * @param temperatures what n / ln n is divided by; empty for this one
     * @return the sweep
     */
    public LlcSweep sweep(
            Objective objective, ParameterVector at, double[] epsilons, double[] gammas, double[] temperatures) {
        return LlcSweep.run(this, Estimation.of(this, objective), at.toArray(), epsilons, gammas, temperatures);
    }

    /**
     * Chooses ε by the health rules: of a ladder from 10 times this ε down to a hundredth of it in steps of √10, the largest that none of
     * the rules complains of that ε or the number of steps could mend, and whose estimate agrees with that of the next smaller within 5 % or two
     * standard errors. The ladder's chains run together.
     *
     * @param objective the network, the loss and the data
     * @param at the parameters w₀
     * @return these settings with that ε
     * @throws IllegalStateException if no ε of the ladder is healthy; the message says what each was ill with
     */
    public LearningCoefficient tuned(Objective objective, ParameterVector at) {
        return LlcSweep.tuned(this, Estimation.of(this, objective), at.toArray());
    }

    Sampling sampling() {
        return new Sampling(sampler, new GradientEstimate(batch), schedule, steps, thinning, probes, 1, 1L << 30);
    }

    LocalPosterior posterior(double beta, double gamma) {
        return new LocalPosterior(beta, gamma, weightDecay, box == 0 ? Double.POSITIVE_INFINITY : box, edge);
    }

    Loss loss(Loss loss) {
        if (clamp == 0 && logitScaling == 1) {
            return loss;
        }
        Arguments.check(
                loss == Loss.CROSS_ENTROPY,
                "clamp, logitScaling",
                clamp + ", " + logitScaling,
                "0, 1 for a loss that is not the cross-entropy");
        return Loss.clamped(logitScaling, clamp);
    }

    /** Returns the settings as a JSON object, the sampler with its name. */
    public ObjectNode json() {
        ObjectNode all = (ObjectNode) Json.tree(this);
        ObjectNode dynamics = Json.object().put("name", sampler.name());
        dynamics.setAll((ObjectNode) Json.tree(sampler));
        all.set("sampler", dynamics);
        if (subspace == null) {
            all.remove("subspace");
        }
        return all;
    }
}
