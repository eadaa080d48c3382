package org.kymograph.stories.score;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.tokens.BpeTokenizer;

/**
 * An instruction that a model writes a story to, and the story that the corpus has for it.
 *
 * @param prefix the text up to and with {@code "Story: "}
 * @param target the corpus' story
 */
public record StoryPrompt(String prefix, String target) {
    /** What stands between an instruction and its story. */
    static final String STORY = "Story: ";

    private static final Pattern NEXT = Pattern.compile("(Sentence|Features|Words|Summary): ");

    /** Checks that both are there. */
    public StoryPrompt {
        Objects.requireNonNull(prefix, "prefix");
        Objects.requireNonNull(target, "target");
    }

    /**
     * Reads prompts from the test shard of a data set, the same ones each time. Records that are cut off, or have no story, are left out.
     *
     * @param folder the data set's folder, such as {@code data/tok512/filter-adv-Twist}
     * @param tokenizer the tokenizer that it was encoded with
     * @param n how many at most, at least 1
     * @param seed draws which
     * @return the prompts
     * @throws RecordException if there is no shard, or no prompt in it
     */
    public static List<StoryPrompt> read(Path folder, BpeTokenizer tokenizer, int n, long seed) {
        Arguments.atLeast("n", n, 1);
        Path file = TokenShards.test(folder, tokenizer.size()).shards().get(0);
        int[] tokens = TokenShards.read(file);
        int[] starts = IntStream.range(0, tokens.length)
                .filter(i -> tokens[i] == BpeTokenizer.BOS)
                .toArray();
        List<StoryPrompt> prompts = new ArrayList<>();
        int[] order = Streams.permutation(Streams.of(seed, "prompts"), Math.max(0, starts.length - 1));
        for (int k = 0; k < order.length && prompts.size() < n; k++) {
            int from = starts[order[k]];
            int[] record = Arrays.copyOfRange(tokens, from, starts[order[k] + 1]);
            StoryPrompt prompt = of(tokenizer.decode(record));
            if (prompt != null) {
                prompts.add(prompt);
            }
        }
        if (prompts.isEmpty()) {
            throw new RecordException(
                    file, "has no record with an instruction and a story; expected '\\nStory: ' in it");
        }
        return prompts;
    }

    /**
     * Reads the prompt of a record's text.
     *
     * @param text the text
     * @return the prompt, or null if there is no story in it
     */
    public static StoryPrompt of(String text) {
        int at = text.indexOf("\n" + STORY);
        int end = at + 1 + STORY.length();
        return at < 0 ? null : new StoryPrompt(text.substring(0, end), story(text.substring(end)));
    }

    /** Returns what belongs to a story: the text up to the next instruction, stripped. */
    static String story(String text) {
        Matcher next = NEXT.matcher(text);
        return (next.find() ? text.substring(0, next.start()) : text).strip();
    }
}
