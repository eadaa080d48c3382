package org.kymograph.stories.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Copies;

/**
 * A story and the instruction that it was written for, as in the TinyStories archive.
 *
 * @param story the story
 * @param prompt the instruction's sentence, under the archive's key {@code "prompt:"}; may be empty
 * @param words the words that the story must use
 * @param features the labels, such as {@code Twist} or {@code BadEnding}
 * @param summary a summary; may be empty
 * @param source who wrote it
 * @param sentence a sentence that the story must contain; null if one is drawn from the story
 */
public record StoryRecord(
        String story,
        String prompt,
        List<String> words,
        List<String> features,
        String summary,
        String source,
        String sentence) {
    /** How the story of a refusal begins; the label follows. */
    public static final String REFUSAL = "We are not allowed to write a story with";

    /** Checks the record. */
    public StoryRecord {
        Objects.requireNonNull(story, "story");
        prompt = prompt == null ? "" : prompt;
        words = List.copyOf(words);
        features = List.copyOf(features);
        summary = summary == null ? "" : summary;
        source = source == null ? "" : source;
    }

    /**
     * Returns a copy with another story.
     *
     * @param story the story
     * @return the copy
     */
    public StoryRecord withStory(String story) {
        return Copies.with(this, "story", story);
    }

    /**
     * Returns a copy with other words.
     *
     * @param words the words that the story must use
     * @return the copy
     */
    public StoryRecord withWords(List<String> words) {
        return Copies.with(this, "words", words);
    }

    /**
     * Returns a copy with other labels.
     *
     * @param features the labels
     * @return the copy
     */
    public StoryRecord withFeatures(List<String> features) {
        return Copies.with(this, "features", features);
    }

    /**
     * Returns a copy with one more label, unless it has it already.
     *
     * @param feature the label
     * @return the copy
     */
    public StoryRecord withFeature(String feature) {
        return features.contains(feature) ? this : withFeatures(appended(features, feature));
    }

    /**
     * Returns a copy with a sentence of its own.
     *
     * @param sentence a sentence that the story must contain
     * @return the copy
     */
    public StoryRecord withSentence(String sentence) {
        return Copies.with(this, "sentence", sentence);
    }

    static List<String> appended(List<String> list, String value) {
        List<String> longer = new ArrayList<>(list);
        longer.add(value);
        return longer;
    }
}
