package org.kymograph.stories.corpus;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;

/**
 * How a record becomes a text: the lines of its instruction in random order, then the story. Labels are written as Python's
 * {@code capitalize} writes them: {@code BadEnding} becomes {@code Badending}.
 *
 * @param lines the lines to keep
 */
public record StoryLayout(Set<Line> lines) {
    /** The lines of an instruction. */
    public enum Line {
        /** The words that the story must use. */
        WORDS,
        /** The labels. */
        FEATURES,
        /** The summary. */
        SUMMARY,
        /** A sentence of the story. */
        SENTENCE;

        String title() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /** Copies the lines. */
    public StoryLayout {
        lines = Set.copyOf(lines);
    }

    /**
     * Returns the layout with all four lines.
     *
     * @return that layout
     */
    public static StoryLayout all() {
        return new StoryLayout(EnumSet.allOf(Line.class));
    }

    /**
     * Returns a layout with other lines.
     *
     * @param lines the lines to keep
     * @return the copy
     */
    public StoryLayout withLines(Set<Line> lines) {
        return Copies.with(this, "lines", lines);
    }

    /**
     * Returns the layout of a list of names.
     *
     * @param subset names such as {@code Words,Summary}; null or empty for all four
     * @return that layout
     * @throws IllegalArgumentException if there is no such line
     */
    public static StoryLayout of(String subset) {
        if (subset == null || subset.isBlank()) {
            return all();
        }
        Set<Line> lines = EnumSet.noneOf(Line.class);
        for (String name : subset.split(",", -1)) {
            Line found = null;
            for (Line line : Line.values()) {
                found = line.title().equals(name.strip()) ? line : found;
            }
            if (found == null) {
                throw Arguments.unknown("instructionSubset", name, List.of("Words", "Features", "Summary", "Sentence"));
            }
            lines.add(found);
        }
        return new StoryLayout(lines);
    }

    /**
     * Returns a record's text.
     *
     * @param record the record
     * @param random draws the sentence and the order of the lines
     * @return the text, stripped
     */
    public String text(StoryRecord record, RandomGenerator random) {
        return (prompt(record, random) + record.story().strip()).strip();
    }

    /**
     * Returns what a model gets to write the story to.
     *
     * @param record the record
     * @param random draws the sentence and the order of the lines
     * @return the text up to and with {@code "Story: "}
     */
    public String prompt(StoryRecord record, RandomGenerator random) {
        List<String> all = new ArrayList<>(4);
        for (Line line : Line.values()) {
            if (lines.contains(line)) {
                all.add(line.title() + ": " + content(line, record, random));
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i : Streams.permutation(random, all.size())) {
            text.append(all.get(i)).append('\n');
        }
        return text.append("Story: ").toString();
    }

    private static String content(Line line, StoryRecord record, RandomGenerator random) {
        return switch (line) {
            case WORDS -> String.join(", ", record.words());
            case FEATURES ->
                String.join(
                        ", ",
                        record.features().stream().map(StoryLayout::capitalized).toList());
            case SUMMARY -> record.summary().strip().replace("\n", "");
            case SENTENCE -> record.sentence() != null ? record.sentence() : sentence(record.story(), random);
        };
    }

    private static String capitalized(String word) {
        return word.isEmpty()
                ? word
                : word.substring(0, 1).toUpperCase(Locale.ROOT)
                        + word.substring(1).toLowerCase(Locale.ROOT);
    }

    // A random part between full stops without a quote, and no blank one.
    static String sentence(String story, RandomGenerator random) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        boolean quoted = false;
        for (int i = 0; i <= story.length(); i++) {
            char c = i < story.length() ? story.charAt(i) : '.';
            if (c == '.' || c == '!' || c == '?') {
                String part = quoted ? "" : story.substring(start, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
                quoted = false;
            }
            quoted |= c == '"';
        }
        return parts.isEmpty()
                ? ""
                : parts.get(Streams.below(random, parts.size())).replace("\n", "");
    }
}
