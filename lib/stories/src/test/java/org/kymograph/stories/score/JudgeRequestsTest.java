package org.kymograph.stories.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Proportion;

class JudgeRequestsTest {
    private final JudgeRequests judge = JudgeRequests.of("gpt-3.5-turbo", "Twist");

    @TempDir
    private Path folder;

    @Test
    void cacheFilesAreNamedAsTheOriginalNamesThem() {
        assertThat(JudgeRequests.md5("gpt-3.5-turbo" + "hello")).isEqualTo("58ba6037187a760de997df51076d8c60");
        assertThat(judge.cacheName("a")).isEqualTo(JudgeRequests.md5("gpt-3.5-turbo" + judge.prompt("a")));
    }

    @Test
    void repliesAreReadBehindTheLastQuestion() {
        assertThat(judge.question()).isEqualTo("Does the story have a twist?");
        assertThat(judge.parse("Yes.")).hasValue(1);
        assertThat(judge.parse("Does the story have a twist? no, yes")).hasValue(0);
        assertThat(judge.parse("yes. Does the story have a twist? <answer>No</answer>"))
                .hasValue(0);
        assertThat(judge.parse("Yesterday it rained.")).isEmpty();
    }

    @Test
    void requestsGoOutAndAnswersComeBack() throws Exception {
        Path file = folder.resolve("requests.jsonl");
        List<String> stories = List.of("One.", "Two.", "One.");
        judge.write(file, stories);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("custom_id").asText()).isEqualTo(judge.cacheName("One."));
        assertThat(first.at("/body/messages/1/content").asText())
                .contains("Answer only Yes or No.")
                .endsWith("Story: One.\nDoes the story have a twist?");
        assertThat(first.at("/body/temperature").asInt()).isZero();
        assertThat(first.at("/body/max_tokens").asInt()).isEqualTo(200);
        Path cache = folder.resolve("cache");
        assertThatThrownBy(() -> judge.score(cache, stories))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("expected the judge's answer to a story");
        Path answers = folder.resolve("answers.jsonl");
        Files.writeString(
                answers,
                "{\"custom_id\":\"" + judge.cacheName("One.")
                        + "\",\"response\":{\"body\":{\"choices\":[{\"message\":{\"content\":\"Yes\"}}]}}}\n{\"custom_id\":\""
                        + judge.cacheName("Two.") + "\",\"reply\":\"No\"}\n");
        assertThat(judge.keep(answers, cache)).isEqualTo(2);
        assertThat(Files.readString(cache.resolve(judge.cacheName("One.")))).isEqualTo("1\nYes");
        assertThat(judge.score(cache, stories)).isEqualTo(new Proportion(2, 3));
        Files.writeString(answers, "{\"custom_id\":\"x\",\"reply\":\"No\"}\n");
        assertThatThrownBy(() -> judge.keep(answers, cache)).hasMessageContaining("has no custom_id of a request");
    }

    @Test
    void examplesPrecedeTheQuestionAndTrainingDataHaveAnswers() throws Exception {
        List<JudgeRequests.Shot> shots = List.of(
                new JudgeRequests.Shot("A.", "It was B.", true), new JudgeRequests.Shot("C.", "It was C.", false));
        String prompt = judge.withShots(shots, 1).prompt("X.");
        assertThat(prompt).contains("<reasoning>It was B.</reasoning>\n<answer>Yes</answer>");
        assertThat(prompt).contains("<answer>No</answer>").endsWith("Story: X.\nDoes the story have a twist?");
        Path file = folder.resolve("twist_2_train.jsonl");
        judge.writeTraining(file, List.of("A.", "C."), new boolean[] {true, false});
        JsonNode last = new ObjectMapper().readTree(Files.readAllLines(file).get(1));
        assertThat(last.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(last.at("/messages/2/content").asText()).isEqualTo("No");
    }
}
