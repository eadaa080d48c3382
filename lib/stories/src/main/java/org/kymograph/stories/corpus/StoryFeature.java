package org.kymograph.stories.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;

/** The labels of stories, in the order in which probes number them, with detectors that are exact for {@link MicroStories}. */
public enum StoryFeature {
    /** What seemed to be one thing was another one. */
    TWIST("Twist"),
    /** A clue in the first four sentences, and its own event later. */
    FORESHADOWING("Foreshadowing"),
    /** Somebody speaks. */
    DIALOGUE("Dialogue"),
    /** The story ends badly. */
    BAD_ENDING("BadEnding"),
    /** Somebody learns something. */
    MORAL_VALUE("MoralValue"),
    /** Two want the same thing. */
    CONFLICT("Conflict");

    private static final Pattern REVEALED = Pattern.compile("But it was not an? (\\w+)\\. It was an? (\\w+)!");
    private static final Pattern SEEN = Pattern.compile("saw an? (\\w+) in the");
    private static final Pattern WANTED = Pattern.compile("wanted the (\\w+) too");

    private final String label;

    StoryFeature(String label) {
        this.label = label;
    }

    /**
     * Returns the label as records have it.
     *
     * @return the label, such as {@code BadEnding}
     */
    public String label() {
        return label;
    }

    /**
     * Returns the feature of a label.
     *
     * @param label a label as records or instructions have it, in any case
     * @return the feature
     * @throws IllegalArgumentException if there is none
     */
    public static StoryFeature of(String label) {
        for (StoryFeature feature : values()) {
            if (feature.label.equalsIgnoreCase(label)) {
                return feature;
            }
        }
        throw Arguments.unknown(
                "feature",
                label,
                Arrays.stream(values()).map(StoryFeature::label).toList());
    }

    /**
     * Returns whether a story has this feature. A twist must be about the thing that was seen, and reveal another one.
     *
     * @param story a story of {@link MicroStories}' kind, generated or written by a model
     * @return whether it has the feature
     */
    public boolean in(String story) {
        return switch (this) {
            case TWIST -> {
                Matcher revealed = REVEALED.matcher(story);
                yield revealed.find()
                        && revealed.group(1).equals(seen(story))
                        && !revealed.group(2).equals(revealed.group(1));
            }
            case FORESHADOWING -> foreshadows(sentences(story));
            case DIALOGUE -> {
                long quotes = story.chars().filter(c -> c == '"').count();
                yield quotes > 0 && quotes % 2 == 0;
            }
            case BAD_ENDING -> {
                List<String> all = sentences(story);
                yield !all.isEmpty() && MicroWords.BAD_ENDINGS.stream().anyMatch(all.get(all.size() - 1)::endsWith);
            }
            case MORAL_VALUE -> story.contains("learned to");
            case CONFLICT -> {
                Matcher wanted = WANTED.matcher(story);
                yield wanted.find() && wanted.group(1).equals(seen(story));
            }
        };
    }

    /**
     * Returns whether a story has the words of a twist, whatever they are about.
     *
     * @param story the story
     * @return whether the words are there
     */
    public static boolean twistAtSurface(String story) {
        return REVEALED.matcher(story).find();
    }

    /**
     * Returns the labels of all features that a story has.
     *
     * @param story the story
     * @return the labels in the order of this type
     */
    public static List<String> labels(String story) {
        List<String> labels = new ArrayList<>();
        for (StoryFeature feature : values()) {
            if (feature.in(story)) {
                labels.add(feature.label);
            }
        }
        return labels;
    }

    private static String seen(String story) {
        Matcher seen = SEEN.matcher(story);
        return seen.find() ? seen.group(1) : null;
    }

    private static boolean foreshadows(List<String> sentences) {
        for (int i = 0; i < Math.min(4, sentences.size()); i++) {
            String event = MicroWords.EVENTS.get(sentences.get(i));
            if (event != null && sentences.subList(i + 1, sentences.size()).contains(event)) {
                return true;
            }
        }
        return false;
    }

    // A mark before a quote ends no sentence: the speaker follows.
    static List<String> sentences(String story) {
        String stripped = story.strip();
        return stripped.isEmpty() ? List.of() : List.of(stripped.split("(?<=[.!?])\\s+"));
    }
}
