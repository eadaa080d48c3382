package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Proportion;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * What a model is like without training it: its losses on data sets, and the shares of the stories that it writes which have a feature.
 *
 * @param losses the mean loss a token on the test shard of each data set
 * @param shares for the prompts of each data set the share of stories with the feature
 * @param stories the stories of each
 */
public record StoryEvaluation(
        Map<String, Double> losses, Map<String, Proportion> shares, Map<String, GeneratedStories> stories) {
    /** Copies the maps. */
    public StoryEvaluation {
        losses = Collections.unmodifiableMap(new LinkedHashMap<>(losses));
        shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
        stories = Collections.unmodifiableMap(new LinkedHashMap<>(stories));
    }

    /**
     * Measures the model that a training would start from, and trains nothing, as the original does where eval_only is set.
     *
     * @param config the settings of the training
     * @return the losses on the test texts of dataset_name and of eval_dataset_names, and the shares of stories
     */
    public static StoryEvaluation of(StoriesConfig config) {
        StoriesConfig trains = config.with("--eval_only=False");
        List<String> names = new ArrayList<>(List.of(config.text("dataset_name")));
        names.addAll(config.list("eval_dataset_names"));
        return of(
                trains.with("--eval_dataset_names=" + String.join(",", names)),
                starting(trains, StoriesTraining.of(trains)));
    }

    private static LlamaModel starting(StoriesConfig config, StoriesTraining training) {
        if (training.fineTunes()) {
            return LlamaModel.read(config.text("model_dir"));
        }
        long seed = config.count("seed");
        Path folder = Path.of(config.text("out_dir"));
        if (config.text("init_from").equals("resume_train")) {
            return RunFolder.list(folder).stream()
                    .filter(run ->
                            run.seed() == seed && run.lastGoodCheckpoint().isPresent())
                    .map(run -> run.checkpointFile(run.lastGoodCheckpoint().getAsLong()))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .map(LlamaModel::read)
                    .orElseThrow(() -> new RecordException(folder, "has no run of seed " + seed + " to go on with"));
        }
        Llama net = training.network(null);
        int length = config.count("max_seq_len");
        Dataset any = Dataset.nextTokens("none", "none", 0, new long[length + 1], length, net.vocabulary());
        return LlamaModel.of(
                net, length, Objective.of(net, Loss.CROSS_ENTROPY, any).initial(seed));
    }

    /**
     * Evaluates a model.
     *
     * @param config eval_dataset_names and generation_dataset_names, or dataset_name for both; how many texts and stories, and the feature
     * @param model the model; the vocabulary is its own, and so is the length unless the settings have a smaller one
     * @return what was measured
     */
    public static StoryEvaluation of(StoriesConfig config, LlamaModel model) {
        StoriesConfig own = settings(config, model);
        StoriesTraining training = StoriesTraining.of(own);
        List<String> names = new ArrayList<>(own.list("eval_dataset_names"));
        if (names.isEmpty() && !own.text("dataset_name").isEmpty()) {
            names.add(own.text("dataset_name"));
        }
        Map<String, Double> losses = new LinkedHashMap<>();
        List<ParameterVector> parameters = List.of(model.parameters());
        for (String name : names) {
            losses.put(name, StoriesObjective.of(own, model.network(), name).meanLosses(parameters)[0]);
        }
        Map<String, String> sets = new LinkedHashMap<>();
        names.forEach(name -> sets.put(name, name));
        Map<String, Proportion> shares = new LinkedHashMap<>();
        Map<String, GeneratedStories> stories = new LinkedHashMap<>();
        StoryGenerations writer = training.generations(model.network(), training.promptSets(sets));
        if (writer != null) {
            writer.written(model).forEach((name, written) -> {
                stories.put(name, written);
                shares.put(name, written.score(writer.feature()));
            });
        }
        return new StoryEvaluation(losses, shares, stories);
    }

    /**
     * Returns settings that fit a model: its vocabulary, and at most its length.
     *
     * @param config the settings
     * @param model the model
     * @return the copy, which starts from no model
     */
    public static StoriesConfig settings(StoriesConfig config, LlamaModel model) {
        return config.with(
                "--vocab_size=" + model.network().vocabulary(),
                "--init_from=scratch",
                "--model_dir=",
                "--max_seq_len=" + Math.min(model.length(), config.count("max_seq_len")));
    }

    /**
     * Returns the losses and shares as a table.
     *
     * @return columns data set, loss, share, lower, upper and stories; a row for each data set
     */
    public Table table() {
        Map<String, Object> names = new LinkedHashMap<>();
        losses.forEach(names::put);
        shares.forEach(names::putIfAbsent);
        return Columns.of("evaluation", List.copyOf(names.keySet()))
                .texts("data set", n -> n)
                .doubles("loss", n -> losses.getOrDefault(n, Double.NaN))
                .doubles("share", n -> shares.containsKey(n) ? shares.get(n).value() : Double.NaN)
                .doubles("lower", n -> shares.containsKey(n) ? shares.get(n).lower() : Double.NaN)
                .doubles("upper", n -> shares.containsKey(n) ? shares.get(n).upper() : Double.NaN)
                .ints("stories", n -> shares.containsKey(n) ? shares.get(n).trials() : 0)
                .table();
    }
}
