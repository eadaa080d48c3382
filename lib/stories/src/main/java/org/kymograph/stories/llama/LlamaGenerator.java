package org.kymograph.stories.llama;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Parallel;
import org.kymograph.model.llama.Llama;

/**
 * Writes texts with a Llama in plain Java, with the keys and values of earlier positions kept. It computes what training's network
 * does, by other code, and so is its check as well. Texts of a batch share each pass over the weights, whose products are then
 * PyTorch's; batches are computed in parallel. A text's tokens depend on its prompt, the model and its seed, up to the last bits of sums.
 */
public final class LlamaGenerator {
    private static final int BOS = 1;
    private static final int BATCH = 64;

    /** The matrices of a block. */
    record Layer(
            float[] attentionNorm,
            Projection wq,
            Projection wk,
            Projection wv,
            Projection wo,
            float[] ffnNorm,
            Projection w1,
            Projection w2,
            Projection w3) {}

    /** The matrices of a network. */
    record Weights(Llama net, Projection embeddings, List<Layer> layers, float[] norm, Projection output) {}

    private final LlamaModel model;
    private final Weights weights;
    private final int threads;

    private LlamaGenerator(LlamaModel model, Weights weights, int threads) {
        this.model = model;
        this.weights = weights;
        this.threads = threads;
    }

    /**
     * Makes a generator that computes batches on all cores.
     *
     * @param model the model
     * @return the generator
     */
    public static LlamaGenerator of(LlamaModel model) {
        Llama net = model.network();
        int d = net.dModel();
        int kv = d / net.heads() * net.kvHeads();
        List<Layer> layers = new ArrayList<>();
        for (int l = 0; l < net.layers(); l++) {
            String a = "layers." + l + ".attention";
            String f = "layers." + l + ".feed_forward.w";
            layers.add(new Layer(
                    model.floats(a + "_norm"),
                    matrix(model, a + ".wq", d, d),
                    matrix(model, a + ".wk", kv, d),
                    matrix(model, a + ".wv", kv, d),
                    matrix(model, a + ".wo", d, d),
                    model.floats("layers." + l + ".ffn_norm"),
                    matrix(model, f + "1", net.dMlp(), d),
                    matrix(model, f + "2", d, net.dMlp()),
                    matrix(model, f + "3", net.dMlp(), d)));
        }
        Projection embeddings = matrix(model, "tok_embeddings", net.vocabulary(), d);
        Projection output = net.tied() ? embeddings : matrix(model, "output", net.vocabulary(), d);
        Weights weights = new Weights(net, embeddings, layers, model.floats("norm"), output);
        return new LlamaGenerator(model, weights, Runtime.getRuntime().availableProcessors());
    }

    private static Projection matrix(LlamaModel model, String name, int out, int in) {
        return new Projection(model.floats(name), out, in).transposed();
    }

    /**
     * Returns a copy that computes another number of batches at a time.
     *
     * @param threads their number, at least 1
     * @return the copy
     */
    public LlamaGenerator withThreads(int threads) {
        return new LlamaGenerator(model, weights, Arguments.atLeast("threads", threads, 1));
    }

    /**
     * Returns the logits at every position of a text.
     *
     * @param ids the tokens, 1 to T of them
     * @return T × V
     */
    public float[][] logits(int... ids) {
        check(ids);
        float[][] all = new float[ids.length][];
        try (LlamaState state = new LlamaState(weights, ids.length, 1)) {
            for (int t = 0; t < ids.length; t++) {
                all[t] = state.step(new int[] {ids[t]}, t).clone();
            }
        }
        return all;
    }

    /**
     * Continues a text.
     *
     * @param prompt its tokens, 1 to T of them
     * @param sampling how tokens are chosen
     * @param maxNewTokens how many are added at most; a text never grows beyond the model's T
     * @return the prompt and the tokens that follow it, without the token 1 that it stopped at
     */
    public int[] generate(int[] prompt, TokenSampling sampling, int maxNewTokens) {
        return generate(List.of(prompt), sampling, maxNewTokens).get(0);
    }

    /**
     * Continues several texts.
     *
     * @param prompts the tokens of each, 1 to T of them
     * @param sampling how tokens are chosen
     * @param maxNewTokens how many are added to each at most
     * @return each prompt and the tokens that follow it
     */
    public List<int[]> generate(List<int[]> prompts, TokenSampling sampling, int maxNewTokens) {
        prompts.forEach(this::check);
        Arguments.atLeast("maxNewTokens", maxNewTokens, 0);
        List<Supplier<List<int[]>>> tasks = new ArrayList<>();
        int batches = Math.max(1, Math.max(Math.min(threads, prompts.size()), (prompts.size() + BATCH - 1) / BATCH));
        for (int i = 0; i < batches; i++) {
            int from = prompts.size() * i / batches;
            List<int[]> some = prompts.subList(from, prompts.size() * (i + 1) / batches);
            tasks.add(() -> batch(some, sampling, from, maxNewTokens));
        }
        List<int[]> all = new ArrayList<>();
        Parallel.run(tasks, threads, n -> {}).forEach(all::addAll);
        return all;
    }

    private List<int[]> batch(List<int[]> prompts, TokenSampling sampling, int first, int maxNewTokens) {
        int n = prompts.size();
        int most = Math.min(
                model.length(), prompts.stream().mapToInt(p -> p.length).max().orElse(0) + maxNewTokens);
        int[][] texts = prompts.stream().map(p -> Arrays.copyOf(p, most)).toArray(int[][]::new);
        int[] ends = prompts.stream()
                .mapToInt(p -> Math.min(most, p.length + maxNewTokens))
                .toArray();
        XorShift[] random = IntStream.range(0, n)
                .mapToObj(b -> new XorShift(sampling.seed() + first + b))
                .toArray(XorShift[]::new);
        try (LlamaState state = new LlamaState(weights, most, n)) {
            write(state, prompts, texts, ends, sampling, random);
        }
        return Columns.each(n, b -> Arrays.copyOf(texts[b], ends[b]));
    }

    // Fills texts up to their ends, which move to where a text stops.
    private void write(
            LlamaState state,
            List<int[]> prompts,
            int[][] texts,
            int[] ends,
            TokenSampling sampling,
            XorShift[] random) {
        int n = texts.length;
        int[] tokens = new int[n];
        float[] own = new float[weights.net().vocabulary()];
        for (int t = 0; t + 1 < Arrays.stream(ends).max().orElse(0); t++) {
            for (int b = 0; b < n; b++) {
                tokens[b] = texts[b][Math.min(t, ends[b] - 1)];
            }
            float[] logits = state.step(tokens, t);
            for (int b = 0; b < n; b++) {
                if (t + 1 < prompts.get(b).length || t + 1 >= ends[b]) {
                    continue;
                }
                for (int v = 0; v < own.length; v++) {
                    own[v] = logits[v * n + b];
                }
                int next = sampling.choose(own, random[b]);
                if (next == BOS && sampling.stopAtBos()) {
                    ends[b] = t + 1;
                } else {
                    texts[b][t + 1] = next;
                }
            }
        }
    }

    private void check(int[] ids) {
        Arguments.atLeast("number of tokens of a prompt", ids.length, 1);
        Arguments.check(
                ids.length <= model.length(),
                "number of tokens of a text",
                ids.length,
                "at most the " + model.length() + " that the model was trained on");
        for (int id : ids) {
            Arguments.check(
                    id >= 0 && id < weights.net().vocabulary(),
                    "token",
                    id,
                    "0 to " + (weights.net().vocabulary() - 1) + ", the model's vocabulary");
        }
    }
}
