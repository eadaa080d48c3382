package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Population;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import org.kymograph.stories.score.StoryPrompt;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import org.kymograph.train.TrainingMemory;
import org.kymograph.train.loss.Loss;

/**
 * A training or fine-tuning on stories by the original's settings, in the common loop. A step takes
 * {@code batch_size × gradient_accumulation_steps} texts; matrices decay, norms don't; the rate warms up from 0. Where
 * {@code init_from} is {@code resume_model} the shape and the weights are those of {@code model_dir}. A training that was broken off
 * goes on by the same call, whatever {@code init_from} is.
 */
public final class StoriesTraining {
    private final StoriesConfig config;

    private StoriesTraining(StoriesConfig config) {
        this.config = config;
    }

    /**
     * Makes a training.
     *
     * @param config its settings
     * @return the training
     * @throws IllegalArgumentException if it asks for what there is not
     */
    public static StoriesTraining of(StoriesConfig config) {
        Arguments.check(
                config.number("dropout") == 0, "dropout", config.number("dropout"), "0, since this network has none");
        boolean heads = config.is("probes") || config.is("lenses");
        Arguments.check(!config.is("probes") || !config.is("lenses"), "lenses", "True", "False with probes");
        Arguments.check(
                !heads || config.text("init_from").equals("resume_model"),
                "init_from",
                config.text("init_from"),
                "resume_model, the model that probes or lenses read");
        Arguments.check(
                !heads || !config.is("save_best_model"),
                "save_best_model",
                "True",
                "False with probes or lenses, all of whose checkpoints stay");
        Arguments.check(
                config.text("vocab_source").equals("custom") || config.count("vocab_size") == 32_000,
                "vocab_source",
                config.text("vocab_source"),
                "custom, unless vocab_size is the 32000 of Llama-2's tokenizer");
        String from = config.text("init_from");
        Arguments.check(
                from.matches("scratch|resume_train|resume_model"),
                "init_from",
                from,
                "scratch, resume_train or resume_model");
        Arguments.check(
                from.equals("resume_model") != config.text("model_dir").isEmpty(),
                "model_dir",
                config.text("model_dir"),
                from.equals("resume_model") ? "the model to start from" : "empty unless init_from is resume_model");
        return new StoriesTraining(config);
    }

    /**
     * Returns a copy with some settings changed.
     *
     * @param overrides each {@code --name=value}, or the path of a configuration file
     * @return the copy
     */
    public StoriesTraining with(String... overrides) {
        return of(config.with(overrides));
    }

    boolean fineTunes() {
        return config.text("init_from").equals("resume_model");
    }

    /** Returns the network: that of the model to start from, if it fits the settings, or one from scratch where there is no model. */
    Llama network(LlamaModel base) {
        if (base != null) {
            Llama net = base.network();
            Arguments.check(
                    net.vocabulary() == config.count("vocab_size"),
                    "vocab_size",
                    config.count("vocab_size"),
                    net.vocabulary() + ", that of the model to start from");
            Arguments.check(
                    config.count("max_seq_len") <= base.length(),
                    "max_seq_len",
                    config.count("max_seq_len"),
                    "at most the " + base.length() + " of the model to start from");
            return checkedMemory(net);
        }
        int d = config.count("dim");
        return checkedMemory(Llama.of(config.count("vocab_size"))
                .withSizes(
                        d,
                        config.count("n_layers"),
                        config.count("n_heads"),
                        config.count("n_kv_heads"),
                        Llama.mlpWidth(d, config.count("multiple_of")))
                .withScaledW2(config.text("scaled_init").equals("w2")));
    }

    /**
     * Returns the experiment: its data, network, optimiser and schedule.
     *
     * @return the experiment
     */
    public Experiment experiment() {
        LlamaModel base = fineTunes() ? LlamaModel.read(config.text("model_dir")) : null;
        // Whether settings and model fit is told before any data are read.
        Llama net = network(base);
        String name = config.text("dataset_name");
        Split split = new Split(texts(name, false), evaluated(name, true));
        return experiment(base, net, split, Loss.CROSS_ENTROPY);
    }

    // The accumulated batches are computed one after the other, and evaluations have no backward pass.
    private Llama checkedMemory(Llama net) {
        int length = Arguments.atLeast("max_seq_len", config.count("max_seq_len"), 1);
        int batch = Arguments.atLeast("batch_size", config.count("batch_size"), 1);
        TrainingMemory memory = TrainingMemory.of(net.parameters(), net.numbersPerText(length));
        String or = "max_seq_len below " + length + ", or a smaller dim or n_layers";
        memory.checkBatch("batch_size", batch, or);
        return net;
    }

    /** Returns the experiment on some data, from a model or, without one, from scratch. */
    Experiment experiment(LlamaModel base, Split split, Loss loss) {
        return experiment(base, network(base), split, loss);
    }

    /** Returns the experiment with a network that has the model's parameters and may put out more. */
    Experiment experiment(LlamaModel base, Network net, Split split, Loss loss) {
        int accumulation =
                Arguments.atLeast("gradient_accumulation_steps", config.count("gradient_accumulation_steps"), 1);
        Optimizer adam = Optimizer.adamW(config.number("learning_rate"))
                .withBetas(config.number("beta1"), config.number("beta2"))
                .withWeightDecay(config.number("weight_decay"))
                .withGroup(new Optimizer.Group("norm\\.weight$", 1, 0));
        boolean decays = config.is("decay_lr") && config.is("lr_scheduling");
        Schedule schedule = decays
                ? Schedule.COSINE.withWarmup(config.count("warmup_iters")).withFromZero(true)
                : Schedule.CONSTANT;
        double clip = config.number("grad_clip");
        Experiment e = Experiment.of("stories", Task.byContent("stories", split), net, loss, adam)
                .withSchedule(schedule)
                .withBatchSize(Math.multiplyExact(config.count("batch_size"), accumulation))
                .withGradientAccumulation(accumulation)
                .withLength(Span.steps(config.count("max_iters")))
                .withClipNorm(clip == 0 ? Double.POSITIVE_INFINITY : clip)
                .withEvaluation(Span.steps(config.count("eval_interval")))
                .withEvaluationBatch(config.orBatchSize("eval_batch_size"))
                .withCheckpoints(Span.steps(checkpoints()));
        return base == null ? e : e.withStart(start(base));
    }

    // Not always: every checkpoint_interval steps, and at the end.
    private int checkpoints() {
        return config.count(config.is("always_save_checkpoint") ? "eval_interval" : "checkpoint_interval");
    }

    private StartingPoint start(LlamaModel base) {
        Path file = Path.of(config.text("out_dir"), "start.safetensors");
        file.toAbsolutePath().getParent().toFile().mkdirs();
        Safetensors.write(file, base.weights(), Map.of());
        return StartingPoint.of(file);
    }

    /** Returns all texts of one part of a data set. */
    Dataset texts(String name, boolean test) {
        return TokenDatasets.read(config, name, test, config.count("max_seq_len"));
    }

    /** Returns the texts of one part of a data set that losses are measured on. */
    Dataset evaluated(String name, boolean test) {
        return evaluated(texts(name, test));
    }

    /** Returns the texts that losses are measured on, the same ones each time: eval_iters batches of them. */
    Dataset evaluated(Dataset all) {
        long most = (long) config.count("eval_iters") * config.orBatchSize("eval_batch_size");
        if (all.size() <= most) {
            return all;
        }
        int[] order = Streams.permutation(Streams.of(config.count("seed"), "evaluation"), all.size());
        return all.subset(Arrays.copyOf(order, (int) most));
    }

    EvaluationSchedule schedule() {
        return new EvaluationSchedule(
                Arguments.atLeast("eval_interval", config.count("eval_interval"), 1),
                Arguments.atLeast(
                        "generation_eval_interval_multiplier", config.count("generation_eval_interval_multiplier"), 1),
                Arguments.atLeast("finegrained_log_iters", config.count("finegrained_log_iters"), 0),
                Arguments.atLeast("max_iters", config.count("max_iters"), 1));
    }

    /**
     * Trains, or goes on with what was broken off, and keeps the run below {@code out_dir}. Losses on the training set, the test set and
     * each of {@code eval_dataset_names} are the reading "stories": columns loss/train, loss/test and loss/NAME. Where the data are
     * pretokenized and {@code generation_eval_iters} is above 0, stories are written to prompts of the test shards of the data set,
     * called id, and of the others; the shares that have the feature, with Wilson intervals, are the reading "generations", and the
     * stories lie in its folder.
     *
     * <p>With save_best_model the model of the lowest loss/test is also kept as {@code best.bin} in the run's folder. With probes or
     * lenses the model of model_dir stays as it is, and only the maps are trained: six features from the mean of the last 10 positions
     * of a story, or the next token from every position, behind each block but the last; the reading "stories" then has
     * loss/SET/probe_i, acc/SET/probe_i and acc/SET/feat_j/probe_i, or loss/SET/lens_i and loss/SET/output.
     *
     * @return the run, one for the seed
     * @throws IllegalArgumentException if eval_only is set; see {@link StoryEvaluation}
     */
    public Population train() {
        Arguments.check(
                !config.is("eval_only"),
                "eval_only",
                "True",
                "False: StoryEvaluation.of(config) measures without training");
        if (config.is("probes") || config.is("lenses")) {
            return new HeadTraining(config, this).train();
        }
        Experiment e = experiment();
        Split split = e.task().sample(config.count("seed"));
        Map<String, Dataset> sets = new LinkedHashMap<>();
        sets.put("loss/train", evaluated(split.train()));
        sets.put("loss/test", split.test());
        for (String name : config.list("eval_dataset_names")) {
            sets.put("loss/" + name, evaluated(name, true));
        }
        Map<String, String> prompts = new LinkedHashMap<>();
        prompts.put("id", config.text("dataset_name"));
        config.list("eval_dataset_names").forEach(name -> prompts.put(name, name));
        return train(e, (Llama) e.network(), sets, promptSets(prompts));
    }

    /** Trains and meanwhile measures the loss on some data sets and writes stories to the prompts of some. */
    Population train(Experiment e, Llama net, Map<String, Dataset> sets, Map<String, String> prompts) {
        Map<String, Objective> objectives = new LinkedHashMap<>();
        sets.forEach((name, data) -> objectives.put(
                name, Objective.of(net, Loss.CROSS_ENTROPY, data).withBatchSize(config.count("batch_size"))));
        Trainer trainer = Trainer.of(e).withListener(new EvaluationSets(schedule(), objectives));
        if (config.is("save_best_model")) {
            Objective test = Objective.of(net, Loss.CROSS_ENTROPY, sets.get("loss/test"))
                    .withBatchSize(config.count("batch_size"));
            trainer = trainer.withListener(new BestModel(schedule(), checkpoints(), test, config.count("max_seq_len")));
        }
        StoryGenerations generations = generations(net, prompts);
        return train(generations == null ? trainer : trainer.withListener(generations));
    }

    /** Trains below the folder of the settings. */
    Population train(Trainer trainer) {
        return trainer.train(Path.of(config.text("out_dir")), config.count("seed"));
    }

    /** Returns the data sets with prompts, by name. */
    Map<String, String> promptSets(Map<String, String> unlessSaid) {
        Map<String, String> said = new LinkedHashMap<>();
        config.list("generation_dataset_names").forEach(name -> said.put(name, name));
        return said.isEmpty() ? unlessSaid : said;
    }

    // Texts of one's own have no prompts.
    StoryGenerations generations(Llama net, Map<String, String> names) {
        int n = Math.multiplyExact(
                Arguments.atLeast("generation_eval_iters", config.count("generation_eval_iters"), 0),
                config.orBatchSize("generation_eval_batch_size"));
        Map<String, List<StoryPrompt>> sets = new LinkedHashMap<>();
        BpeTokenizer tokenizer = null;
        for (Map.Entry<String, String> set : names.entrySet()) {
            if (n > 0 && !set.getValue().endsWith(".txt")) {
                tokenizer = tokenizer == null ? TokenDatasets.tokenizer(config) : tokenizer;
                sets.put(
                        set.getKey(),
                        StoryPrompt.read(
                                TokenDatasets.folder(config, set.getValue()), tokenizer, n, config.count("seed")));
            }
        }
        if (sets.isEmpty()) {
            return null;
        }
        TokenSampling sampling = TokenSampling.withDefaults()
                .withTemperature(config.number("temperature"))
                .withTopK(config.countOrNone("top_k"));
        StoryGenerations.Settings settings = new StoryGenerations.Settings(
                StoryFeature.of(config.text("feature")),
                sampling,
                Arguments.atLeast("generation_tokens", config.count("generation_tokens"), 1));
        return new StoryGenerations(schedule(), net, config.count("max_seq_len"), tokenizer, settings, sets);
    }
}
