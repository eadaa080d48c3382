package org.kymograph.stories.tuning;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
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
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * A method that makes a model forget some texts: γ times a loss on texts to forget plus α times the ordinary loss on texts to
 * retain, of which there are equally many. What is forgotten may only be hidden: compare how fast it is learnt again with a model
 * that never saw it.
 *
 * <p>Sources: Yao et al., arXiv 2310.10683 (gradient ascent); Liu et al., arXiv 2203.12817 (GradDiff); Zhang et al.,
 * arXiv 2404.05868 (NPO); Fan et al., arXiv 2410.07163 (SimNPO); formulas as in the library OpenUnlearning.
 *
 * @param method the loss on texts to forget
 * @param alpha the weight α of texts to retain, at least 0; gradient ascent has none of them
 * @param gamma the weight γ of texts to forget, above 0
 * @param beta the inverse temperature β of NPO and SimNPO, above 0
 * @param delta the margin δ of SimNPO
 */
public record Unlearning(Method method, double alpha, double gamma, double beta, double delta) {
    /** The losses on texts to forget. */
    public enum Method {
        /** The ordinary loss is made larger; nothing is retained. */
        GRAD_ASCENT,
        /** The ordinary loss is made larger. */
        GRAD_DIFF,
        /** Negative preference optimisation: −2/β log σ(β log p₀/p), p of the whole text, p₀ before unlearning. */
        NPO,
        /** Negative preference optimisation without the model before: −2/β log σ(−β log p / T − βδ). */
        SIM_NPO
    }

    /** Checks the ranges. */
    public Unlearning {
        Arguments.atLeast("alpha", alpha, 0);
        Arguments.positive("gamma", gamma);
        Arguments.positive("beta", beta);
        Arguments.finite("delta", delta);
    }

    /**
     * Returns a method with OpenUnlearning's settings in code: α = γ = β = 1, δ = 0.
     *
     * @param method the method
     * @return its settings
     */
    public static Unlearning of(Method method) {
        return new Unlearning(method, 1, 1, 1, 0);
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
        StoriesTraining training = StoriesTraining.of(config);
        Arguments.check(
                config.text("init_from").equals("resume_model"),
                "init_from",
                config.text("init_from"),
                "resume_model, since unlearning starts from a model");
        LlamaModel base = LlamaModel.read(config.text("model_dir"));
        int length = config.count("max_seq_len");
        Dataset forgetTest = training.evaluated(TokenDatasets.read(config, forget, true, length));
        Dataset retainTest = training.evaluated(TokenDatasets.read(config, retain, true, length));
        Dataset train = mixed(
                base.network(),
                base.parameters(),
                TokenDatasets.read(config, forget, false, length),
                TokenDatasets.read(config, retain, false, length),
                config.count("seed"));
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("loss/forget", forgetTest);
        sets.put("loss/retain", retainTest);
        Map<String, String> prompts = new LinkedHashMap<>();
        prompts.put("forget", forget);
        prompts.put("retain", retain);
        config.list("eval_dataset_names").forEach(name -> prompts.put(name, name));
        return training.train(
                training.experiment(base, new Split(train, retainTest), loss()).withName("unlearning"),
                sets,
                training.promptSets(prompts));
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
        Dataset some =
                retain.subset(IntStream.of(Streams.permutation(Streams.of(seed, "retained texts"), retain.size()))
                        .limit(kept)
                        .toArray());
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
                joined(forget.inputs(), some.inputs()),
                joined(forget.targets(), some.targets()),
                forget.classes(),
                Scaling.NONE,
                Tensor.of(auxiliary, n + kept, 3));
    }

    private static Tensor joined(Tensor a, Tensor b) {
        long[] all = LongStream.concat(Arrays.stream(a.toLongs()), Arrays.stream(b.toLongs()))
                .toArray();
        return Tensor.of(all, a.shape()[0] + b.shape()[0], a.shape()[1]);
    }
}
