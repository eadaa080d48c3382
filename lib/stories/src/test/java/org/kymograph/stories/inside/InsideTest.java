package org.kymograph.stories.inside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.evaluate.ActivationDifference;
import org.kymograph.evaluate.ActivationPatching;
import org.kymograph.evaluate.AttentionPatterns;
import org.kymograph.evaluate.LogitLens;
import org.kymograph.evaluate.OutputDivergence;
import org.kymograph.evaluate.WeightAmplification;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.tracr.CompiledProgram;
import org.kymograph.stories.tracr.LetterCounting;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/** What is found inside a compiled counter, of which every number is known, and inside networks that differ in a known way. */
class InsideTest {
    private static final CompiledProgram COUNTER =
            CompiledProgram.counter().withSizes(4, 6).withSlope(100);

    private static Dataset counting(CompiledProgram network, int counted, int n) {
        return LetterCounting.of(network)
                .withCounted(counted)
                .withSizes(1, n)
                .sample(7)
                .test();
    }

    private static ParameterVector weights(CompiledProgram network) {
        return Objective.of(network, Loss.CROSS_ENTROPY, counting(network, 0, 4))
                .initial(0);
    }

    private static ParameterVector changed(ParameterVector v, String name, int i, double value) {
        double[] all = v.toArray();
        all[
                v.segments().stream()
                                .filter(s -> s.name().equals(name))
                                .findFirst()
                                .orElseThrow()
                                .offset()
                        + i] += value;
        return v.withValues(all);
    }

    @Test
    void aCounterAnswersOnlyBehindItsLastBlock() {
        Dataset data = counting(COUNTER, 0, 60);
        LogitLens lens = LogitLens.of(COUNTER, weights(COUNTER), data);
        assertThat(lens.rows())
                .extracting(LogitLens.Row::point)
                .containsExactly("resid_pre.0", "resid_post.0", "resid_post.1", "resid_post.2");
        // Nothing is written to the answer before: each of the 7 answers is as likely.
        for (LogitLens.Row row : lens.rows().subList(0, 3)) {
            assertThat(row.loss()).isCloseTo(Math.log(7), within(1e-3));
        }
        assertThat(lens.rows().get(3).accuracy()).isEqualTo(1);
        assertThat(lens.rows().get(3).divergence()).isCloseTo(0, within(1e-6));
        assertThat(lens.table().rowCount()).isEqualTo(4);
    }

    @Test
    @Tag("slow")
    void aTunedLensReadsWhatAnotherBasisHides() {
        Dataset data = counting(COUNTER, 0, 200);
        LogitLens raw = LogitLens.of(COUNTER, weights(COUNTER), data);
        LogitLens tuned = LogitLens.tuned(COUNTER, weights(COUNTER), counting(COUNTER, 0, 200), data, 150, 0.1);
        // One-hot counts lie in the stream behind the second block: a linear map to the answer is there.
        assertThat(raw.rows().get(2).accuracy()).isLessThan(0.5);
        assertThat(tuned.rows().get(2).accuracy()).isGreaterThan(0.95);
        assertThat(tuned.rows().get(2).divergence())
                .isLessThan(raw.rows().get(2).divergence());
        assertThat(tuned.rows().get(3)).isEqualTo(raw.rows().get(3));
    }

    @Test
    void theSecondLetterAttendsToTheCountedLetterAndTheBeginning() {
        Dataset data = counting(COUNTER, 0, 100);
        AttentionPatterns patterns = AttentionPatterns.of(COUNTER, weights(COUNTER), data, 2);
        assertThat(patterns.heads()).hasSize(3);
        double[] tokens = patterns.heads().get(1).tokens();
        // 1/(1 + w) to the beginning, w/(1 + w) to w a's, nothing to others.
        double beginning = Arrays.stream(data.targets().toLongs())
                .mapToDouble(w -> 1.0 / (1 + w))
                .average()
                .orElseThrow();
        assertThat(tokens[COUNTER.bos()]).isCloseTo(beginning, within(1e-5));
        assertThat(tokens[0]).isCloseTo(1 - beginning, within(1e-5));
        assertThat(tokens[1] + tokens[2] + tokens[3]).isCloseTo(0, within(1e-5));
        double[][] map = patterns.heads().get(1).positions();
        assertThat(Arrays.stream(map[2]).sum()).isCloseTo(1, within(1e-5));
        assertThat(patterns.tokens(t -> "abcd^".substring(t, t + 1)).rowCount()).isEqualTo(3 * 5);
    }

    @Test
    void patchingFindsTheOnlyPlaceThatDiffers() {
        int n = 5;
        long[] clean = new long[n * 7];
        long[] corrupted = new long[n * 7];
        long[] targets = new long[n];
        for (int i = 0; i < n; i++) {
            long[] text = {4, 1, 1, 2, 3, 1, 2};
            text[1] = i % 2;
            System.arraycopy(text, 0, corrupted, i * 7, 7);
            text[5] = 0;
            System.arraycopy(text, 0, clean, i * 7, 7);
            targets[i] = Arrays.stream(text).filter(x -> x == 0).count();
        }
        Dataset good = data(clean, targets, n, 7);
        Dataset bad = data(corrupted, targets, n, 7);
        ActivationPatching patching = ActivationPatching.ofStream(COUNTER, weights(COUNTER), good, bad);
        double[][] restored = patching.restored();
        // The fifth letter differs until the second block counts it at the second letter's position.
        for (int layer = 0; layer < 2; layer++) {
            for (int t = 0; t < 7; t++) {
                assertThat(restored[layer][t]).isCloseTo(t == 5 ? 1 : 0, within(1e-3));
            }
        }
        for (int layer = 2; layer < 4; layer++) {
            for (int t = 0; t < 7; t++) {
                assertThat(restored[layer][t]).isCloseTo(t == 2 ? 1 : 0, within(1e-3));
            }
        }
        assertThat(patching.table().rowCount()).isEqualTo(28);
        assertThatThrownBy(() -> ActivationPatching.ofStream(COUNTER, weights(COUNTER), good, good))
                .hasMessageContaining("expected inputs with other answers");
    }

    private static Dataset data(long[] inputs, long[] targets, int n, int length) {
        return new Dataset("letters", "test", 0, Tensor.of(inputs, n, length), Tensor.of(targets, n), 7, Scaling.NONE);
    }

    @Test
    void divergenceIsZeroWhereNothingChangedAndKnownWhereItDid() {
        Llama llama = new Llama(8, 8, 1, 2, 2, 8, false, 10_000, 1e-5);
        long[] tokens = new long[41];
        Arrays.setAll(tokens, i -> i * 5 % 8);
        Dataset text = Dataset.nextTokens("text", "test", 0, tokens, 5, 8);
        ParameterVector base = Objective.of(llama, Loss.CROSS_ENTROPY, text).initial(1);
        assertThat(OutputDivergence.of(llama, base, base, text).mean()).isZero();
        // An embedding that only token 3 reads, and a causal model: nothing in front of the first 3 changes.
        ParameterVector tuned = changed(base, "tok_embeddings.weight", 3 * 8 + 1, 5);
        OutputDivergence divergence = OutputDivergence.of(llama, base, tuned, text);
        int[] inputs = divergence.inputs();
        double[] values = divergence.values();
        for (int sample = 0; sample < 8; sample++) {
            boolean seen = false;
            for (int t = 0; t < 5; t++) {
                seen |= inputs[sample * 5 + t] == 3;
                if (!seen) {
                    assertThat(values[sample * 5 + t]).isCloseTo(0, within(1e-12));
                } else if (inputs[sample * 5 + t] == 3) {
                    assertThat(values[sample * 5 + t]).isGreaterThan(1e-6);
                }
            }
        }
        Table top = divergence.top(3, t -> "token " + t);
        assertThat(top.stringColumn("token").get(0)).isEqualTo("token 3");
        assertThat(divergence.table().rowCount()).isEqualTo(5);
        assertThat(divergence.mean())
                .isCloseTo(Arrays.stream(divergence.byPosition()).average().orElseThrow(), within(1e-12));
    }

    @Test
    void aChangedEmbeddingIsOneDirectionOfAllDifferences() {
        Dataset data = counting(COUNTER, 0, 40);
        ParameterVector base = weights(COUNTER);
        int d = base.segment("embed.W_E").length / 5;
        int answer = d - 8;
        // The stream is filled up to a multiple of 4; the answers are its last 7 before that.
        int written = -1;
        for (int j = 0; j < d; j++) {
            ParameterVector tried = changed(base, "embed.W_E", j, 50);
            ActivationDifference at = ActivationDifference.of(COUNTER, base, tried, data, "resid_pre.0", 100);
            if (at.logits().get(3) > 1) {
                written = j;
                break;
            }
        }
        assertThat(written).isBetween(answer - 8, d - 1);
        ParameterVector tuned = changed(base, "embed.W_E", written, 2);
        ActivationDifference difference = ActivationDifference.of(COUNTER, base, tuned, data, "resid_pre.0", 100);
        assertThat(difference.shares().get(0)).isCloseTo(1, within(1e-9));
        assertThat(Math.abs(difference.directions()[0][written])).isCloseTo(1, within(1e-9));
        // Where an a stands, the answer 3 is written: the lens reads 3.
        assertThat(difference.lens(1, k -> "" + k).stringColumn("token").get(0)).isEqualTo("3");
        double a = Arrays.stream(data.inputs().toLongs()).filter(x -> x == 0).count() / (40.0 * 7);
        assertThat(difference.mean().get(written)).isCloseTo(2 * a, within(1e-6));
        assertThat(difference.table().rowCount()).isEqualTo(d);
    }

    @Test
    void amplificationPassesThroughBothNetworks() {
        Dataset old = counting(COUNTER, 0, 50);
        ParameterVector base = weights(COUNTER);
        ParameterVector zero = base.scale(0);
        Objective task = Objective.of(COUNTER, Loss.CROSS_ENTROPY, old);
        WeightAmplification line = WeightAmplification.of(zero, base, Map.of("a", task), 0, 1);
        assertThat(line.accuracies().get("a").get(1)).isEqualTo(1);
        assertThat(line.losses().get("a").get(0)).isCloseTo(Math.log(7), within(1e-5));
        assertThat(line.table().columnNames()).containsExactly("factor", "a", "a loss");
    }

    @Test
    void aNetworkWithoutAStreamIsRefused() {
        Dataset data = new Dataset(
                "numbers",
                "test",
                0,
                Tensor.of(new float[8], 4, 2),
                Tensor.of(new long[] {0, 1, 0, 1}, 4),
                2,
                Scaling.NONE);
        Mlp mlp = Mlp.of(2, 4, 2);
        ParameterVector p = Objective.of(mlp, Loss.CROSS_ENTROPY, data).initial(0);
        assertThatThrownBy(() -> LogitLens.of(mlp, p, data))
                .hasMessageContaining("residual stream of mlp is ")
                .hasMessageContaining("expected resid_pre.0 and a resid_post");
        assertThatThrownBy(() -> AttentionPatterns.of(mlp, p, data, 0))
                .hasMessageContaining("inputs is F32; expected tokens");
    }
}
