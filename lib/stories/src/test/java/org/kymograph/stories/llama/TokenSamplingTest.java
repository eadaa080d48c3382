package org.kymograph.stories.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TokenSamplingTest {
    private final LlamaGenerator generator = LlamaGenerator.of(GoldenLlama.model());

    @Test
    void seedsDrawLlama2csNumbers() {
        double[][] golden = {
            {1, .28083503, .67113721, .72584611, .30352926},
            {42, .33908522, .78225583, .79013699, .94404262},
            {133742, .70629901, .62267709, .53850573, .53258044}
        };
        for (double[] row : golden) {
            XorShift random = new XorShift((long) row[0]);
            for (int i = 1; i < row.length; i++) {
                assertThat((double) random.next()).isCloseTo(row[i], within(1e-8));
            }
        }
    }

    @Test
    void frequenciesAreTheProbabilities() {
        float[] p = {.1f, .2f, .3f, .4f};
        assertFrequencies(TokenSampling.withDefaults(), p);
        assertFrequencies(TokenSampling.withDefaults().withTopP(0.65), new float[] {0, 0, 3 / 7f, 4 / 7f});
        assertFrequencies(TokenSampling.withDefaults().withTopK(3), new float[] {0, 2 / 9f, 3 / 9f, 4 / 9f});
        assertFrequencies(
                TokenSampling.withDefaults().withTemperature(.5), new float[] {1 / 30f, 4 / 30f, 9 / 30f, 16 / 30f});
    }

    private static void assertFrequencies(TokenSampling sampling, float[] expected) {
        XorShift random = new XorShift(7);
        int[] counts = new int[4];
        for (int i = 0; i < 20_000; i++) {
            counts[
                    sampling.choose(
                            new float[] {
                                (float) Math.log(.1), (float) Math.log(.2), (float) Math.log(.3), (float) Math.log(.4)
                            },
                            random)]++;
        }
        for (int k = 0; k < 4; k++) {
            assertThat(counts[k] / 20_000f).as(sampling + " " + k).isCloseTo(expected[k], within(.015f));
        }
    }

    @Test
    @Tag("slow")
    void aTextIsTheSameAloneAndInABatch() {
        TokenSampling sampling = TokenSampling.withDefaults().withSeed(99);
        List<int[]> prompts = List.of(new int[] {1}, new int[] {1, 4, 6, 8, 10}, new int[] {1, 2});
        List<int[]> texts = generator.withThreads(1).generate(prompts, sampling, 9);
        for (int b = 0; b < 3; b++) {
            assertThat(texts.get(b)).isEqualTo(generator.generate(prompts.get(b), sampling.withSeed(99 + b), 9));
        }
        assertThat(texts.get(1)).startsWith(1, 4, 6, 8, 10);
        assertThat(generator.withThreads(2).generate(prompts, sampling, 9))
                .usingRecursiveComparison()
                .isEqualTo(texts);
    }

    @Test
    void textsEndWhereAnotherBeginsAndNeverBeyondT() {
        int stopped = 0;
        for (int seed = 1; seed <= 60; seed++) {
            TokenSampling sampling = TokenSampling.withDefaults().withSeed(seed);
            int[] text = generator.generate(new int[] {1}, sampling, 100);
            int[] on = generator.generate(new int[] {1}, sampling.withStopAtBos(false), 100);
            assertThat(on).hasSize(16).startsWith(text);
            stopped += text.length < 16 ? 1 : 0;
            assertThat(text.length == 16 || on[text.length] == 1).isTrue();
        }
        assertThat(stopped).isPositive();
    }

    @Test
    void refusesWhatTheModelCantRead() {
        assertThatThrownBy(() -> generator.logits(1, 32))
                .hasMessage("token is 32; expected 0 to 31, the model's vocabulary");
        assertThatThrownBy(() -> generator.generate(new int[17], TokenSampling.greedy(), 1))
                .hasMessage("number of tokens of a text is 17; expected at most the 16 that the model was trained on");
        assertThatThrownBy(() -> generator.generate(new int[0], TokenSampling.greedy(), 1))
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> TokenSampling.withDefaults().withTopP(1.5)).hasMessageContaining("topP is 1.5");
    }
}
