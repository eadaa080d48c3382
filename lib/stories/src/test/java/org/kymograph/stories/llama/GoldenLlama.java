package org.kymograph.stories.llama;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;

/** A small model whose weights are a formula; its numbers were computed with llama2.c's own run.c and in float64 with numpy. */
final class GoldenLlama {
    private GoldenLlama() {}

    /** Weights 0.3 sin(0.7k + 1.3), norms 1 + 0.1 sin(…), k counting through the tensors in the order of a file of version 0. */
    static LlamaModel model() {
        Llama net = Llama.of(32).withSizes(16, 2, 4, 2, Llama.mlpWidth(16, 4));
        List<String> kinds = List.of(
                "attention_norm",
                "attention.wq",
                "attention.wk",
                "attention.wv",
                "attention.wo",
                "ffn_norm",
                "feed_forward.w1",
                "feed_forward.w2",
                "feed_forward.w3");
        Map<String, Tensor> all = new LinkedHashMap<>();
        int k = fill(net, all, "tok_embeddings", 0);
        for (String kind : kinds) {
            for (int l = 0; l < 2; l++) {
                k = fill(net, all, "layers." + l + "." + kind, k);
            }
        }
        fill(net, all, "norm", k);
        return new LlamaModel(net, 16, all);
    }

    private static int fill(Llama net, Map<String, Tensor> all, String name, int first) {
        long[] shape = net.shapes().get(name + ".weight");
        float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            double v = Math.sin(0.7 * (first + i) + 1.3);
            values[i] = (float) (shape.length == 1 ? 1 + 0.1 * v : 0.3 * v);
        }
        all.put(name + ".weight", Tensor.of(values, shape));
        return first + values.length;
    }
}
