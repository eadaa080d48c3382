package org.kymograph.stories.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.StoryLayout;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;

class StoryProbesTest {
    private final MicroStories corpus = MicroStories.demo().withShards(2).withRecords(600);
    private final List<StoryRecord> train = corpus.shard(1);
    private final BpeTokenizer tokenizer =
            BpeTokenizer.train(train.stream().map(StoryRecord::story).toList(), 420);

    private LlamaModel random(int length) {
        Llama net = Llama.of(420).withSizes(64, 1, 2, 1, 12);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        Random random = new Random(4);
        net.shapes().forEach((name, shape) -> {
            float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = shape.length == 1 ? 1 : (float) random.nextGaussian();
            }
            weights.put(name, Tensor.of(values, shape));
        });
        return new LlamaModel(net, length, weights);
    }

    private static double accuracy(ProbeResults results, String feature) {
        return results.feature(feature).rows().get(0).accuracy();
    }

    @Test
    @Tag("slow")
    void embeddingsTellTheEndingAndNotWhatCameBefore() {
        StoryProbes probes = StoryProbes.of(random(160), tokenizer);
        ProbeResults results = probes.fit(train, corpus.shard(0));
        assertThat(results.rows()).hasSize(6 * 2);
        assertThat(accuracy(results, "BadEnding")).isGreaterThan(0.97);
        // Somebody learned something, or a twist, is told of before the last four tokens.
        ProbeResults.Row moral = results.feature("MoralValue").rows().get(0);
        assertThat(moral.accuracy()).isLessThan(moral.majority() + 0.03);
        // With the label in view, and every position, embeddings are enough.
        ProbeResults labelled = probes.withPositions(160)
                .withInstruction(StoryLayout.all().withLines(EnumSet.of(StoryLayout.Line.FEATURES)))
                .fit(train, corpus.shard(0));
        assertThat(accuracy(labelled, "MoralValue")).isGreaterThan(0.97);
        assertThatThrownBy(() -> StoryProbes.of(random(8), BpeTokenizer.tok8192()))
                .hasMessageContaining("has a vocabulary of 420 pieces; expected 8192");
    }
}
