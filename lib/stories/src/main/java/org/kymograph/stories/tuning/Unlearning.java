package org.kymograph.stories.tuning;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.loss.Loss;

/**
 * A method that makes a model forget some texts: γ times a loss on texts to forget plus α times the ordinary loss on texts to
 * retain, of which there are equally many. What is forgotten may only be hidden: compare how fast it is learned again with a model
 * that never saw it.
 *
 * <p>RMU compares no losses, but the residual stream behind one block: on texts to forget it is drawn to a random direction of length c, on
 * those to retain to where it was. Only the matrices w2 of that block and the two before are trained.
 *
 * <p>Sources: Yao et al., arXiv 2310.10683 (gradient ascent); Liu et al., arXiv 2203.12817 (GradDiff); Zhang et al.,
 * arXiv 2404.05868 (NPO); Fan et al., arXiv 2410.07163 (SimNPO); Li et al., arXiv 2403.03218 (RMU);
 * formulas as in the library OpenUnlearning.
 *
 * @param method the loss on texts to forget
 * @param alpha the weight α of texts to retain, at least 0; gradient ascent has none of them
 * @param gamma the weight γ of texts to forget, above 0
 * @param beta the inverse temperature β of NPO and SimNPO, above 0
 * @param delta the margin δ of SimNPO
 * @param steering the length c of RMU's direction, above 0
 * @param block the block behind which RMU reads the stream, from 0; -1 for the middle one
 */
public record Unlearning(
        Method method, double alpha, double gamma, double beta, double delta, double steering, int block) {
    /** The losses on texts to forget. */
    public enum Method {
        /** The ordinary loss is made larger; nothing is retained. */
        GRAD_ASCENT,
        /** The ordinary loss is made larger. */
        GRAD_DIFF,
        /** Negative preference optimisation: −2/β log σ(β log p₀/p), p of the whole text, p₀ before unlearning. */
        NPO,
        /** Negative preference optimisation without the model before: −2/β log σ(−β log p / T − βδ). */
        SIM_NPO,
        /** Representation misdirection: the stream is drawn to a random direction. */
        RMU
    }

    /** Checks the ranges. */
    public Unlearning {
        Arguments.atLeast("alpha", alpha, 0);
        Arguments.positive("gamma", gamma);
        Arguments.positive("beta", beta);
        Arguments.finite("delta", delta);
        Arguments.positive("steering", steering);
        Arguments.atLeast("block", block, -1);
    }

    /**
     * Returns a method with OpenUnlearning's settings in code: α = γ = β = 1, δ = 0, c = 20.
     *
     * @param method the method
     * @return its settings
     */
    public static Unlearning of(Method method) {
        return new Unlearning(method, 1, 1, 1, 0, 20, -1);
    }

    /** Returns a copy with another weight of texts to retain. */
    public Unlearning withAlpha(double alpha) {
        return Copies.with(this, "alpha", alpha);
    }

    /** Returns a copy with another weight of texts to forget. */
    public Unlearning withGamma(double gamma) {
        return Copies.with(this, "gamma", gamma);
    }

    /** Returns a copy with another inverse temperature. */
    public Unlearning withBeta(double beta) {
        return Copies.with(this, "beta", beta);
    }

    /** Returns a copy with another margin. */
    public Unlearning withDelta(double delta) {
        return Copies.with(this, "delta", delta);
    }

    /** Returns a copy with another length of RMU's direction. */
    public Unlearning withSteering(double steering) {
        return Copies.with(this, "steering", steering);
    }

    /** Returns a copy in which RMU reads the stream behind another block. */
    public Unlearning withBlock(int block) {
        return Copies.with(this, "block", block);
    }

    /**
     * Unlearns in the common loop, or goes on with what was broken off. The reading "stories" has the losses loss/forget and
     * loss/retain on test texts.
     *
     * @param config the training's settings; init_from is resume_model and dataset_name is not read
     * @param forget the data to forget, named as dataset_name is
     * @param retain the data to retain
     * @return the run
     */
    public Population run(StoriesConfig config, String forget, String retain) {
        ForgetRetainTraining both = new ForgetRetainTraining(config, forget, retain);
        LlamaModel base = both.base();
        Dataset train = mixed(base.network(), base.parameters(), both.forget(), both.retain(), both.seed());
        return both.run("unlearning", train, split -> experiment(both.training(), base, split, both.seed()));
    }

    private Experiment experiment(StoriesTraining training, LlamaModel base, Split split, long seed) {
        Llama net = base.network();
        if (method != Method.RMU) {
            return training.experiment(base, split, loss());
        }
        int at = block < 0 ? net.layers() / 2 : Arguments.within("block", block, 0, net.layers() - 1);
        RandomGenerator random = Streams.of(seed, "control");
        double[] u = new double[net.dModel()];
        Arrays.setAll(u, i -> random.nextDouble());
        double norm = Math.sqrt(Arrays.stream(u).map(x -> x * x).sum());
        float[] control = new float[u.length];
        for (int i = 0; i < u.length; i++) {
            control[i] = (float) (steering * u[i] / norm);
        }
        Experiment e = training.experiment(
                base,
                new BesideFrozen(net, base, "resid_post." + at),
                split,
                new CompanionLoss.Misdirection(net.vocabulary(), this, control));
        String trained = "layers\\.[" + Math.max(0, at - 2) + "-" + at + "]\\.feed_forward\\.w2";
        List<Optimizer.Group> others = List.of(new Optimizer.Group("^(?!" + trained + ")", 0, 0));
        return e.withOptimizer(Copies.with(e.optimizer(), "groups", others));
    }

    Loss loss() {
        return new UnlearningLoss(this);
    }

    /** Returns texts to forget and as many to retain, with what the loss reads of them. */
    Dataset mixed(Llama net, ParameterVector base, Dataset forget, Dataset retain, long seed) {
        int length = forget.targetSize();
        int n = forget.size();
        boolean ascent = method == Method.GRAD_ASCENT;
        int kept = ascent ? 0 : Math.min(n, retain.size());
        Dataset some = ForgetRetainTraining.some(retain, kept, seed);
        double[] reference =
                Objective.of(net, Loss.CROSS_ENTROPY, forget).withBatchSize(64).losses(List.of(base))[0];
        float[] auxiliary = new float[3 * (n + kept)];
        for (int i = 0; i < n + kept; i++) {
            // Weighted so that a batch's mean is the sum of both parts' means.
            auxiliary[3 * i] = i < n ? (float) (gamma * (n + kept) / n) : 0;
            auxiliary[3 * i + 1] = i < n ? 0 : (float) (alpha * (n + kept) / kept);
            auxiliary[3 * i + 2] = i < n ? (float) (reference[i] * length) : 0;
        }
        return new Dataset(
                "unlearning",
                "train",
                seed,
                ForgetRetainTraining.joined(forget.inputs(), some.inputs()),
                ForgetRetainTraining.joined(forget.targets(), some.targets()),
                forget.classes(),
                Scaling.NONE,
                Tensor.of(auxiliary, n + kept, 3));
    }
}
