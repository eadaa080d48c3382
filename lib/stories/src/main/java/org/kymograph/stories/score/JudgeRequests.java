package org.kymograph.stories.score;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Proportion;

/**
 * Questions about stories for a language model that judges elsewhere, and its answers. Nothing is sent from here: the requests are
 * written to a file in the form of OpenAI's batches, which other servers read too, and answers are read from such a batch's output or from
 * a folder with a file for each.
 *
 * @param model the judge's name
 * @param feature what is asked for, such as {@code twist}
 * @param shots examples that precede each question; none for the story alone
 */
public record JudgeRequests(String model, String feature, List<Shot> shots) {
    private static final String SYSTEM =
            "You are a helpful assistant that answers questions about stories for children.";
    private static final Pattern ANSWER = Pattern.compile("\\b(yes|no)\\b");

    /**
     * An example with its answer.
     *
     * @param story the story
     * @param reasoning why; a summary of the story serves
     * @param positive whether it has the feature
     */
    public record Shot(String story, String reasoning, boolean positive) {}

    /** Copies the examples. */
    public JudgeRequests {
        Arguments.check(!model.isBlank(), "model", model, "the judge's name");
        Arguments.check(!feature.isBlank(), "feature", feature, "what is asked for, such as twist");
        shots = List.copyOf(shots);
    }

    /**
     * Returns questions without examples.
     *
     * @param model the judge's name, such as {@code gpt-3.5-turbo}
     * @param feature what is asked for, such as {@code twist}
     * @return the questions
     */
    public static JudgeRequests of(String model, String feature) {
        return new JudgeRequests(model, feature.toLowerCase(Locale.ROOT), List.of());
    }

    /**
     * Returns a copy with examples, in random order.
     *
     * @param shots the examples
     * @param seed the seed of their order
     * @return the copy
     */
    public JudgeRequests withShots(List<Shot> shots, long seed) {
        RandomGenerator random = Streams.of(seed, "shots");
        List<Shot> shuffled = new ArrayList<>();
        for (int i : Streams.permutation(random, shots.size())) {
            shuffled.add(shots.get(i));
        }
        return Copies.with(this, "shots", shuffled);
    }

    /**
     * Returns the question.
     *
     * @return such as {@code Does the story have a twist?}
     */
    public String question() {
        return "Does the story have a " + feature + "?";
    }

    /**
     * Returns what the judge reads.
     *
     * @param story the story
     * @return the prompt
     */
    public String prompt(String story) {
        StringBuilder all = new StringBuilder("Read the story and answer the question about it.\n")
                .append(question())
                .append(shots.isEmpty() ? "\nAnswer only Yes or No.\n" : "\nReason first, then answer Yes or No.\n");
        for (Shot shot : shots) {
            all.append("\nStory: ").append(shot.story).append('\n').append(question());
            all.append("\n<reasoning>").append(shot.reasoning).append("</reasoning>\n<answer>");
            all.append(shot.positive ? "Yes" : "No").append("</answer>\n");
        }
        return all.append("\nStory: ")
                .append(story)
                .append('\n')
                .append(question())
                .toString();
    }

    /**
     * Reads a reply: the first word yes or no behind the last copy of the question. The original looks for the letters, so that yesterday is a
     * yes.
     *
     * @param reply the reply
     * @return 1 for yes, 0 for no, empty for neither
     */
    public OptionalInt parse(String reply) {
        int at = reply.lastIndexOf(question());
        String end = at < 0 ? reply : reply.substring(at + question().length());
        Matcher answer = ANSWER.matcher(end.toLowerCase(Locale.ROOT));
        return answer.find() ? OptionalInt.of(answer.group(1).equals("yes") ? 1 : 0) : OptionalInt.empty();
    }

    /**
     * Returns the name of the file that keeps the answer to a story: the MD5 of the judge's name and the prompt.
     *
     * @param story the story
     * @return 32 hexadecimal digits
     */
    public String cacheName(String story) {
        return md5(model + prompt(story));
    }

    static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private ObjectNode messages(String story, String answer) {
        ObjectNode body = Json.object();
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", SYSTEM);
        messages.addObject().put("role", "user").put("content", prompt(story));
        if (answer != null) {
            messages.addObject().put("role", "assistant").put("content", answer);
        }
        return body;
    }

    /**
     * Writes the requests for some stories, one a line; each is named by {@link #cacheName}, and stories that come twice are asked once.
     *
     * @param file the file to write or replace
     * @param stories the stories
     */
    public void write(Path file, List<String> stories) {
        Map<String, ObjectNode> lines = new LinkedHashMap<>();
        for (String story : stories) {
            ObjectNode body = messages(story, null)
                    .put("model", model)
                    .put("temperature", 0)
                    .put("max_tokens", 200);
            ObjectNode line = Json.object()
                    .put("custom_id", cacheName(story))
                    .put("method", "POST")
                    .put("url", "/v1/chat/completions");
            lines.put(cacheName(story), line.set("body", body));
        }
        lines(file, List.copyOf(lines.values()));
    }

    /**
     * Writes labelled stories as examples to fine-tune a judge on, one a line: the three messages of a conversation.
     *
     * @param file the file to write or replace
     * @param stories the stories
     * @param positive whether each has the feature
     */
    public void writeTraining(Path file, List<String> stories, boolean[] positive) {
        Arguments.sameLength("positive", positive.length, "stories", stories.size());
        List<ObjectNode> lines = new ArrayList<>();
        for (int i = 0; i < positive.length; i++) {
            lines.add(messages(stories.get(i), positive[i] ? "Yes" : "No"));
        }
        lines(file, lines);
    }

    private static void lines(Path file, List<ObjectNode> lines) {
        StringBuilder all = new StringBuilder();
        lines.forEach(l -> all.append(Json.line(l)).append('\n'));
        AtomicFiles.writeText(file, all);
    }

    /**
     * Keeps the answers of a batch's output, one JSON object a line with {@code custom_id} and the reply, in a folder: a file for each, named as
     * the request, with the score and the reply below it.
     *
     * @param answers the batch's output: the reply is {@code response.body.choices[0].message.content}, or {@code reply}
     * @param folder the folder
     * @return how many answers were kept; those that say neither yes nor no are kept as 0
     * @throws RecordException with file and line, if a line has no reply
     */
    public int keep(Path answers, Path folder) {
        AtomicFiles.checkReadable(answers);
        int n = 0;
        try {
            for (String text : Files.readAllLines(answers, StandardCharsets.UTF_8)) {
                n++;
                ObjectNode line = Json.parseLine(answers, n, text.getBytes(StandardCharsets.UTF_8));
                String id = line.path("custom_id").asText();
                String reply = line.path("reply").isTextual()
                        ? line.path("reply").asText()
                        : line.at("/response/body/choices/0/message/content").asText();
                if (!id.matches("[0-9a-f]{32}") || reply.isEmpty()) {
                    throw new RecordException(
                            answers,
                            n,
                            "has no custom_id of a request and reply; expected those of the output of a batch");
                }
                byte[] kept = (parse(reply).orElse(0) + "\n" + reply).getBytes(StandardCharsets.UTF_8);
                AtomicFiles.write(folder.resolve(id), out -> out.write(kept));
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(answers, "can't be read", e);
        }
        return n;
    }

    /**
     * Returns the share of some stories that the judge found to have the feature.
     *
     * @param folder the folder of {@link #keep}
     * @param stories the stories
     * @return the share with its interval
     * @throws RecordException if a story's answer is missing
     */
    public Proportion score(Path folder, List<String> stories) {
        return new Proportion(
                (int) stories.stream().filter(story -> positive(folder, story)).count(), stories.size());
    }

    /**
     * Returns whether the judge found that a story has the feature.
     *
     * @param folder the folder of {@link #keep}
     * @param story the story
     * @return whether it did
     * @throws RecordException if the answer is missing
     */
    public boolean positive(Path folder, String story) {
        Path file = folder.resolve(cacheName(story));
        if (!Files.exists(file)) {
            throw new RecordException(
                    file, "is missing; expected the judge's answer to a story, which write makes the request for");
        }
        return AtomicFiles.attempt(
                file, "can't be read", () -> Files.readString(file).startsWith("1\n"));
    }
}
