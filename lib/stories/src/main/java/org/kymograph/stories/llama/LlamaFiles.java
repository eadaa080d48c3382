package org.kymograph.stories.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/** Finds out what a file of a Llama is, and reads PyTorch's and a run's checkpoints. */
final class LlamaFiles {
    private static final String COMPILED = "_orig_mod.";

    private LlamaFiles() {}

    static LlamaModel read(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        if (Files.isDirectory(path)) {
            return folder(path);
        }
        if (name.endsWith(".bin")) {
            return LlamaBin.read(path);
        }
        try (TensorFile file = TensorFile.open(path)) {
            Path run = path.toAbsolutePath().getParent().resolveSibling("run.json");
            return Files.exists(run) ? ofRun(file, run) : checkpoint(file);
        }
    }

    // A run's, the original's out_dir or Hugging Face's.
    private static LlamaModel folder(Path path) {
        if (Files.exists(path.resolve("run.json"))) {
            RunFolder run = RunFolder.open(path);
            return read(run.checkpointFile(run.lastCheckpointStep()));
        }
        Path original = path.resolve("ckpt.pt");
        if (Files.exists(original)) {
            return read(original);
        }
        if (!Files.exists(path.resolve("config.json"))) {
            throw new RecordException(
                    path,
                    "has no config.json, ckpt.pt or run.json; expected a folder of Hugging Face's, of the original's training or of a run");
        }
        return HuggingFaceLlama.read(path);
    }

    // The names of the original, behind "model." and, of a compiled model, "_orig_mod.".
    private static LlamaModel checkpoint(TensorFile file) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : file.names()) {
            String bare = name.startsWith("model.") ? name.substring("model.".length()) : name;
            bare = bare.startsWith(COMPILED) ? bare.substring(COMPILED.length()) : bare;
            if (bare.matches("(tok_embeddings|norm|output|layers\\..*)\\.weight")) {
                names.put(bare, name);
            }
        }
        long[] table = shape(file, names, "tok_embeddings.weight");
        int layers = 0;
        while (names.containsKey("layers." + layers + ".attention.wq.weight")) {
            layers++;
        }
        if (layers == 0) {
            throw new RecordException(file.path(), "has no tensor 'layers.0.attention.wq.weight': it isn't a Llama");
        }
        int d = (int) table[1];
        int heads = argument(file, "n_heads");
        int kv = (int) shape(file, names, "layers.0.attention.wk.weight")[0];
        int mlp = (int) shape(file, names, "layers.0.feed_forward.w1.weight")[0];
        boolean tied = !names.containsKey("output.weight")
                || file.read(names.get("output.weight")).equals(file.read(names.get("tok_embeddings.weight")));
        try {
            Llama net = new Llama((int) table[0], d, layers, heads, kv / (d / heads), mlp, tied, 10_000, 1e-5);
            Map<String, Tensor> weights = new LinkedHashMap<>();
            net.shapes().forEach((name, s) -> {
                shape(file, names, name);
                weights.put(name, floats(file, names.get(name)));
            });
            return new LlamaModel(net, argument(file, "max_seq_len"), weights);
        } catch (IllegalArgumentException e) {
            throw new RecordException(file.path(), "isn't a Llama that can be read: " + e.getMessage(), e);
        }
    }

    private static long[] shape(TensorFile file, Map<String, String> names, String name) {
        if (!names.containsKey(name)) {
            throw new RecordException(file.path(), "has no tensor '" + name + "': it isn't a Llama");
        }
        return file.shape(names.get(name));
    }

    /** Returns a tensor as F32. */
    static Tensor floats(TensorFile file, String name) {
        Tensor t = file.read(name);
        return Tensor.of(t.toFloats(), t.shape());
    }

    private static int argument(TensorFile file, String name) {
        Map<String, String> all = file.metadata();
        String value = all.getOrDefault("model_args." + name, all.getOrDefault(name, all.get("config." + name)));
        if (value == null || !value.matches("[1-9]\\d{0,8}")) {
            throw new RecordException(
                    file.path(),
                    "doesn't say its " + name + (value == null ? "" : " as a number but '" + value + "'")
                            + "; expected it in model_args, as the original's checkpoints have it, or in a run.json");
        }
        return Integer.parseInt(value);
    }

    // A run's checkpoint lies in a folder beside run.json, which says the network.
    private static LlamaModel ofRun(TensorFile file, Path run) {
        JsonNode made = Json.readObject(run).path("setting").path("network");
        // A Llama that was trained beside another one.
        JsonNode net =
                made.path("llama").isObject() ? ((ObjectNode) made.get("llama").deepCopy()).put("name", "llama") : made;
        if (!net.path("name").asText().equals("llama")) {
            throw new RecordException(
                    run, "is of the network '" + net.path("name").asText() + "'; expected llama");
        }
        ObjectNode sizes = net.deepCopy();
        sizes.remove("name");
        Llama llama = Json.value(sizes, Llama.class);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        for (String name : llama.shapes().keySet()) {
            weights.put(name, floats(file, name));
        }
        Matcher shape = Pattern.compile("\\[(\\d+)\\]").matcher(file.metadata().getOrDefault("input_shape", ""));
        if (!shape.matches()) {
            throw new RecordException(
                    file.path(), "doesn't say its input_shape as [T]; expected a checkpoint of a run");
        }
        return new LlamaModel(llama, Integer.parseInt(shape.group(1)), weights);
    }
}
