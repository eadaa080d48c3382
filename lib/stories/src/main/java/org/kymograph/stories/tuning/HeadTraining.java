package org.kymograph.stories.tuning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Population;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

/**
 * A training of probes or lenses of a frozen model, as the original's settings probes and lenses ask for it. The checkpoints hold the
 * maps alone. Lenses read every position, where the original reads the last one only, and compares it with the targets of all.
 */
final class HeadTraining {
    // As in the original.
    private static final int POSITIONS = 10;
    private static final int FEATURES = StoryFeature.values().length;

    private final StoriesConfig config;
    private final StoriesTraining training;
    private final LlamaModel model;
    private final FrozenHeads heads;

    HeadTraining(StoriesConfig config, StoriesTraining training) {
        this.config = config;
        this.training = training;
        model = LlamaModel.read(config.text("model_dir"));
        Llama net = training.network(model);
        Arguments.check(
                net.layers() >= 2,
                "number of the model's blocks",
                net.layers(),
                "at least 2, since the stream is read behind every block but the last");
        heads = config.is("probes")
                ? new FrozenHeads(model, FEATURES, POSITIONS, false)
                : new FrozenHeads(model, net.vocabulary(), 0, config.is("init_lens_with_unembed"));
    }

    /** Trains, and measures meanwhile what each map gets right of the training set, the test set and the data sets of evaluation. */
    Population train() {
        boolean probes = config.is("probes");
        Map<String, Dataset> sets = new LinkedHashMap<>();
        String name = config.text("dataset_name");
        Dataset train = probes ? stories(name, false, trained()) : training.texts(name, false);
        sets.put("train", probes ? train.take((int) Math.min(train.size(), evaluated())) : training.evaluated(train));
        sets.put("test", data(name));
        config.list("eval_dataset_names").forEach(set -> sets.put(set, data(set)));
        Loss loss = probes ? Loss.BINARY_CROSS_ENTROPY : new LensLoss(heads.outputs(), 0, heads.heads());
        Experiment e = training.experiment(null, heads, new Split(train, sets.get("test")), loss)
                .withName(probes ? "probes" : "lenses");
        Map<String, Objective> objectives = new LinkedHashMap<>();
        sets.forEach((set, data) ->
                objectives.put(set, Objective.of(heads, loss, data).withBatchSize(config.count("batch_size"))));
        return training.train(Trainer.of(e)
                .withListener(
                        new EvaluationSets(training.schedule(), objectives, probes ? this::probed : this::lensed)));
    }

    private long evaluated() {
        return (long) config.count("eval_iters") * config.orBatchSize("eval_batch_size");
    }

    // No more than training takes.
    private long trained() {
        return (long) config.count("max_iters")
                * config.count("batch_size")
                * config.count("gradient_accumulation_steps");
    }

    private Dataset data(String name) {
        return config.is("probes") ? stories(name, true, evaluated()) : training.evaluated(name, true);
    }

    private Dataset stories(String name, boolean test, long most) {
        Arguments.check(
                !name.endsWith(".txt"), "dataset_name", name, "pretokenized stories, since probes read their features");
        BpeTokenizer tokenizer = TokenDatasets.tokenizer(config);
        return ProbeTexts.read(
                TokenDatasets.shards(config, name, test),
                tokenizer,
                config.count("max_seq_len"),
                heads.heads(),
                (int) Math.min(Integer.MAX_VALUE, most),
                config.count("seed"));
    }

    // loss/SET/probe_i, acc/SET/probe_i and acc/SET/feat_j/probe_i; a label counts as there where its output is above
    // 0.
    private Map<String, double[]> probed(String set, Objective o, List<ParameterVector> parameters) {
        Map<String, double[]> all = new LinkedHashMap<>();
        float[] labels = o.data().targets().toFloats();
        int n = o.data().size();
        for (int r = 0; r < parameters.size(); r++) {
            float[] outputs = o.outputs(List.of(parameters.get(r))).get(0).toFloats();
            for (int h = 0; h < heads.heads(); h++) {
                double loss = 0;
                double[] right = new double[FEATURES];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < FEATURES; j++) {
                        int at = (i * heads.heads() + h) * FEATURES + j;
                        double z = outputs[at];
                        // log(1 + exp(z)) − z·label
                        loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - z * labels[at];
                        right[j] += z > 0 == labels[at] > 0 ? 1.0 / n : 0;
                    }
                }
                put(all, "loss/" + set + "/probe_" + h, r, parameters, loss / n / FEATURES);
                double sum = 0;
                for (int j = 0; j < FEATURES; j++) {
                    put(all, "acc/" + set + "/feat_" + j + "/probe_" + h, r, parameters, right[j]);
                    sum += right[j];
                }
                put(all, "acc/" + set + "/probe_" + h, r, parameters, sum / FEATURES);
            }
        }
        return all;
    }

    private static void put(
            Map<String, double[]> all, String name, int r, List<ParameterVector> parameters, double value) {
        all.computeIfAbsent(name, k -> new double[parameters.size()])[r] = value;
    }

    // loss/SET/lens_i, and loss/SET/output of the model's own last layer.
    private Map<String, double[]> lensed(String set, Objective o, List<ParameterVector> parameters) {
        Map<String, double[]> all = new LinkedHashMap<>();
        for (int h = 0; h < heads.heads(); h++) {
            all.put(
                    "loss/" + set + "/lens_" + h,
                    o.withLoss(new LensLoss(heads.outputs(), h, 1)).meanLosses(parameters));
        }
        List<ParameterVector> own = new ArrayList<>();
        parameters.forEach(p -> own.add(model.parameters()));
        all.put(
                "loss/" + set + "/output",
                Objective.of(model.network(), Loss.CROSS_ENTROPY, o.data())
                        .withBatchSize(config.count("batch_size"))
                        .meanLosses(own));
        return all;
    }
}
