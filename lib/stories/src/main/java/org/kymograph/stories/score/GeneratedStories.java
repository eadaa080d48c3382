package org.kymograph.stories.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Proportion;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.llama.LlamaGenerator;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.llama.TokenSampling;
import org.kymograph.stories.tokens.BpeTokenizer;
import tech.tablesaw.api.Table;

/**
 * Stories that a model has written to some prompts. The original pads shorter prompts with the ends of other stories, since its
 * network has no padding; here each prompt stands alone, and all are written together.
 *
 * @param stories the stories, at least one
 */
public record GeneratedStories(List<Generated> stories) {
    /**
     * A story.
     *
     * @param prefix the prompt
     * @param story what was written, up to the next instruction
     * @param target the corpus' story for the prompt
     */
    public record Generated(String prefix, String story, String target) {}

    /** Copies the list. */
    public GeneratedStories {
        stories = List.copyOf(Arguments.notEmpty("stories", stories));
    }

    /**
     * Writes stories.
     *
     * @param model the model
     * @param tokenizer its tokenizer
     * @param prompts the prompts; those as long as the model's longest text get an empty story
     * @param sampling how tokens are chosen
     * @param maxNewTokens how many are added at most
     * @return the stories in the order of the prompts
     * @throws IllegalArgumentException if the tokenizer isn't the model's
     */
    public static GeneratedStories write(
            LlamaModel model,
            BpeTokenizer tokenizer,
            List<StoryPrompt> prompts,
            TokenSampling sampling,
            int maxNewTokens) {
        tokenizer.checkSize(model.network().vocabulary());
        List<int[]> ids = prompts.stream()
                .map(p -> tokenizer.encode(p.prefix(), true, false))
                .map(p -> p.length > model.length() ? Arrays.copyOf(p, model.length()) : p)
                .toList();
        List<int[]> texts = LlamaGenerator.of(model).generate(ids, sampling, maxNewTokens);
        List<Generated> all = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            int[] text = texts.get(i);
            String story = tokenizer.decode(Arrays.copyOfRange(text, ids.get(i).length, text.length));
            StoryPrompt prompt = prompts.get(i);
            all.add(new Generated(prompt.prefix(), StoryPrompt.story(story), prompt.target()));
        }
        return new GeneratedStories(all);
    }

    /**
     * Returns how many stories have a feature, by its exact detector.
     *
     * @param feature the feature
     * @return the share with its interval
     */
    public Proportion score(StoryFeature feature) {
        return score(feature::in);
    }

    /**
     * Returns how many stories have the words of a twist, whatever they are about.
     *
     * @return the share with its interval
     */
    public Proportion surfaceTwists() {
        return score(StoryFeature::twistAtSurface);
    }

    /**
     * Returns how many are refusals of the kind that fine-tuning on refusals teaches.
     *
     * @return the share with its interval
     */
    public Proportion refusals() {
        return score(story -> story.startsWith(StoryRecord.REFUSAL));
    }

    /**
     * Returns how many stories a classifier calls positive.
     *
     * @param classifier says whether a story is
     * @return the share with its interval
     */
    public Proportion score(StoryClassifier classifier) {
        return score(classifier::predict);
    }

    /**
     * Returns how many stories have some property.
     *
     * @param has says whether a story has it
     * @return the share with its interval
     */
    public Proportion score(Predicate<String> has) {
        return new Proportion(
                (int) stories.stream().filter(s -> has.test(s.story)).count(), stories.size());
    }

    /**
     * Returns the texts.
     *
     * @return the stories
     */
    public List<String> texts() {
        return stories.stream().map(Generated::story).toList();
    }

    /**
     * Writes the stories, one JSON object a line: prefix, generation and target.
     *
     * @param file the file to write or replace
     */
    public void save(Path file) {
        StringBuilder all = new StringBuilder();
        for (Generated g : stories) {
            ObjectNode line = Json.object().put("prefix", g.prefix).put("generation", g.story);
            all.append(Json.line(line.put("target", g.target))).append('\n');
        }
        AtomicFiles.writeText(file, all);
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param file the file
     * @return the stories
     * @throws RecordException with file and line, if a line is something else
     */
    public static GeneratedStories read(Path file) {
        AtomicFiles.checkReadable(file);
        List<Generated> all = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                ObjectNode node = Json.parseLine(file, all.size() + 1L, line.getBytes(StandardCharsets.UTF_8));
                all.add(new Generated(
                        text(file, all, node, "prefix"),
                        text(file, all, node, "generation"),
                        text(file, all, node, "target")));
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
        if (all.isEmpty()) {
            throw new RecordException(file, "is empty; expected a story a line");
        }
        return new GeneratedStories(all);
    }

    private static String text(Path file, List<Generated> before, ObjectNode node, String field) {
        if (!node.path(field).isTextual()) {
            throw new RecordException(
                    file, before.size() + 1L, "field '" + field + "' is " + node.path(field) + "; expected a text");
        }
        return node.get(field).asText();
    }

    /**
     * Returns the stories as a table.
     *
     * @return columns prefix, generation, target and the labels that the detectors find in the generation
     */
    public Table table() {
        return Columns.of("generated stories", stories)
                .texts("prefix", Generated::prefix)
                .texts("generation", Generated::story)
                .texts("target", Generated::target)
                .texts("features", g -> String.join(", ", StoryFeature.labels(g.story)))
                .table();
    }
}
