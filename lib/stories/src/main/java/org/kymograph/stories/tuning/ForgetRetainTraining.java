package org.kymograph.stories.tuning;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Experiment;

/** A training that starts from a model and has texts to forget and texts to retain; the losses on both are measured meanwhile. */
final class ForgetRetainTraining {
    private final StoriesConfig config;
    private final StoriesTraining training;
    private final String forget;
    private final String retain;
    private final LlamaModel base;

    ForgetRetainTraining(StoriesConfig config, String forget, String retain) {
        this.config = config;
        this.forget = forget;
        this.retain = retain;
        training = StoriesTraining.of(config);
        Arguments.check(
                config.text("init_from").equals("resume_model"),
                "init_from",
                config.text("init_from"),
                "resume_model, since unlearning starts from a model");
        base = LlamaModel.read(config.text("model_dir"));
        // Whether settings and model fit is told before any data are read.
        training.network(base);
    }

    StoriesTraining training() {
        return training;
    }

    LlamaModel base() {
        return base;
    }

    long seed() {
        return config.count("seed");
    }

    /** Returns the texts to forget. */
    Dataset forget() {
        return training.texts(forget, false);
    }

    /** Returns the texts to retain. */
    Dataset retain() {
        return training.texts(retain, false);
    }

    /** Returns equally many texts of both kinds. */
    Dataset both() {
        Dataset forget = forget();
        Dataset retain = retain();
        int n = Math.min(forget.size(), retain.size());
        Dataset a = some(forget, n, seed());
        Dataset b = some(retain, n, seed());
        return new Dataset(
                "both",
                "train",
                seed(),
                joined(a.inputs(), b.inputs()),
                joined(a.targets(), b.targets()),
                forget.classes(),
                Scaling.NONE);
    }

    /** Trains on some texts; the test set is that of the texts to retain. */
    Population run(String name, Dataset train, Function<Split, Experiment> experiment) {
        Map<String, Dataset> losses = new LinkedHashMap<>();
        losses.put("loss/forget", training.evaluated(forget, true));
        losses.put("loss/retain", training.evaluated(retain, true));
        Map<String, String> prompts = new LinkedHashMap<>();
        prompts.put("forget", forget);
        prompts.put("retain", retain);
        config.list("eval_dataset_names").forEach(set -> prompts.put(set, set));
        return training.train(
                experiment.apply(new Split(train, losses.get("loss/retain"))).withName(name),
                base.network(),
                losses,
                training.promptSets(prompts));
    }

    static Dataset some(Dataset all, int n, long seed) {
        return all.subset(IntStream.of(Streams.permutation(Streams.of(seed, "retained texts"), all.size()))
                .limit(n)
                .toArray());
    }

    static Tensor joined(Tensor a, Tensor b) {
        long[] all = LongStream.concat(Arrays.stream(a.toLongs()), Arrays.stream(b.toLongs()))
                .toArray();
        return Tensor.of(all, a.shape()[0] + b.shape()[0], a.shape()[1]);
    }
}
