package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.stats.Proportion;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.stories.score.StoryPrompt;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.train.TrainingListener;

/**
 * Writes stories to the same prompts of several data sets each time, and keeps the shares of them that have a feature as the
 * reading "generations" and the stories in its folder.
 */
final class StoryGenerations implements TrainingListener {
    static final String READING = "generations";

    private final EvaluationSchedule schedule;
    private final Llama net;
    private final int length;
    private final BpeTokenizer tokenizer;
    private final Settings settings;
    private final Map<String, List<StoryPrompt>> sets;
    private final Map<Long, ReadingsWriter> writers = new LinkedHashMap<>();
    private final Map<Long, Path> folders = new LinkedHashMap<>();

    /** What the stories depend on beside the prompts. */
    record Settings(StoryFeature feature, TokenSampling sampling, int maxNewTokens) {}

    StoryGenerations(
            EvaluationSchedule schedule,
            Llama net,
            int length,
            BpeTokenizer tokenizer,
            Settings settings,
            Map<String, List<StoryPrompt>> sets) {
        this.schedule = schedule;
        this.net = net;
        this.length = length;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.sets = sets;
    }

    @Override
    public void onStart(Start start) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("schedule", schedule);
        all.put("settings", settings);
        sets.forEach((name, prompts) -> all.put(name, prompts.size()));
        for (RunFolder run : start.runs()) {
            writers.put(run.seed(), Readings.of(run).writer(READING, all));
            folders.put(run.seed(), run.path().resolve("readings").resolve(READING));
        }
    }

    @Override
    public boolean wantsParameters(long step) {
        return schedule.generates(step);
    }

    @Override
    public void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {
        for (int r = 0; r < seeds.length; r++) {
            if (!writers.get(seeds[r]).has(step)) {
                write(seeds[r], step, LlamaModel.of(net, length, parameters.get(r)));
            }
        }
    }

    private void write(long seed, long step, LlamaModel model) {
        ReadingsWriter.Line line = writers.get(seed).at(step);
        written(model).forEach((name, stories) -> {
            stories.save(folders.get(seed).resolve(String.format(Locale.ROOT, "%s-%08d.jsonl", name, step)));
            put(line, name, stories.score(settings.feature));
            if (settings.feature == StoryFeature.TWIST) {
                put(line, name + "/surface", stories.surfaceTwists());
            }
            put(line, name + "/refused", stories.refusals());
            line.value(name + "/prompts", stories.stories().size());
        });
        line.write();
    }

    /** Returns what a model writes to the prompts of each data set. */
    Map<String, GeneratedStories> written(LlamaModel model) {
        Map<String, GeneratedStories> all = new LinkedHashMap<>();
        sets.forEach((name, prompts) -> all.put(
                name, GeneratedStories.write(model, tokenizer, prompts, settings.sampling, settings.maxNewTokens)));
        return all;
    }

    StoryFeature feature() {
        return settings.feature;
    }

    private static void put(ReadingsWriter.Line line, String name, Proportion share) {
        line.value(name, share.value());
        line.value(name + "/lower", share.lower());
        line.value(name + "/upper", share.upper());
    }

    @Override
    public void onEnd() {
        writers.values().forEach(ReadingsWriter::close);
        writers.clear();
    }
}
