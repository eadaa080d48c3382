package org.kymograph.stories.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/**
 * Hugging Face's {@code LlamaForCausalLM}: other names, and rotations that turn numbers half a head apart, so that the rows of
 * {@code wq} and {@code wk} stand in another order.
 */
final class HuggingFaceLlama {
    private static final Map<String, String> LAYER = Map.of(
            "attention_norm", "input_layernorm",
            "attention.wq", "self_attn.q_proj",
            "attention.wk", "self_attn.k_proj",
            "attention.wv", "self_attn.v_proj",
            "attention.wo", "self_attn.o_proj",
            "ffn_norm", "post_attention_layernorm",
            "feed_forward.w1", "mlp.gate_proj",
            "feed_forward.w2", "mlp.down_proj",
            "feed_forward.w3", "mlp.up_proj");

    private HuggingFaceLlama() {}

    private static String theirs(String name) {
        String bare = name.substring(0, name.length() - ".weight".length());
        if (bare.startsWith("layers.")) {
            int dot = bare.indexOf('.', "layers.".length());
            return "model." + bare.substring(0, dot + 1) + LAYER.get(bare.substring(dot + 1)) + ".weight";
        }
        return switch (bare) {
            case "tok_embeddings" -> "model.embed_tokens.weight";
            case "norm" -> "model.norm.weight";
            default -> "lm_head.weight";
        };
    }

    static void write(Path folder, LlamaModel model) {
        AtomicFiles.attempt(folder, "can't be made", () -> Files.createDirectories(folder));
        Llama net = model.network();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        model.weights().forEach((name, t) -> tensors.put(theirs(name), turned(name, t, net, true)));
        Safetensors.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        ObjectNode config = Json.object();
        config.putArray("architectures").add("LlamaForCausalLM");
        config.put("model_type", "llama");
        config.put("vocab_size", net.vocabulary());
        config.put("hidden_size", net.dModel());
        config.put("intermediate_size", net.dMlp());
        config.put("num_hidden_layers", net.layers());
        config.put("num_attention_heads", net.heads());
        config.put("num_key_value_heads", net.kvHeads());
        config.put("max_position_embeddings", model.length());
        config.put("rms_norm_eps", net.epsilon());
        config.put("rope_theta", net.theta());
        config.put("tie_word_embeddings", net.tied());
        config.put("hidden_act", "silu");
        config.put("bos_token_id", 1);
        config.put("eos_token_id", 2);
        config.put("torch_dtype", "float32");
        Json.write(folder.resolve("config.json"), config);
    }

    static LlamaModel read(Path folder) {
        Path file = folder.resolve("config.json");
        ObjectNode config = Json.readObject(file);
        try (TensorFile tensors = TensorFile.open(folder)) {
            int heads = number(file, config, "num_attention_heads");
            int kvHeads = config.has("num_key_value_heads") ? number(file, config, "num_key_value_heads") : heads;
            Llama net = new Llama(
                    number(file, config, "vocab_size"),
                    number(file, config, "hidden_size"),
                    number(file, config, "num_hidden_layers"),
                    heads,
                    kvHeads,
                    number(file, config, "intermediate_size"),
                    !tensors.names().contains("lm_head.weight"),
                    config.path("rope_theta").asDouble(10_000),
                    config.path("rms_norm_eps").asDouble(1e-6));
            Map<String, Tensor> weights = new LinkedHashMap<>();
            for (String name : net.shapes().keySet()) {
                if (!tensors.names().contains(theirs(name))) {
                    throw new RecordException(
                            tensors.path(), "has no tensor '" + theirs(name) + "', which config.json asks for");
                }
                weights.put(name, turned(name, LlamaFiles.floats(tensors, theirs(name)), net, false));
            }
            return new LlamaModel(net, number(file, config, "max_position_embeddings"), weights);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, "isn't of a Llama that can be read: " + e.getMessage(), e);
        }
    }

    private static int number(Path file, ObjectNode config, String name) {
        if (!config.path(name).isInt()) {
            throw new RecordException(
                    file, "field '" + name + "' is " + config.path(name) + "; expected a whole number");
        }
        return config.get(name).intValue();
    }

    // Row 2j + i of a head is row j + i·hd/2 there.
    private static Tensor turned(String name, Tensor t, Llama net, boolean there) {
        if (!name.endsWith("attention.wq.weight") && !name.endsWith("attention.wk.weight")) {
            return t;
        }
        int head = net.dModel() / net.heads();
        int columns = net.dModel();
        float[] from = t.toFloats();
        float[] to = new float[from.length];
        for (int row = 0; row < from.length / columns; row++) {
            int r = row % head;
            int other = row - r + r / 2 + r % 2 * (head / 2);
            System.arraycopy(from, (there ? row : other) * columns, to, (there ? other : row) * columns, columns);
        }
        return Tensor.of(to, t.shape());
    }
}
