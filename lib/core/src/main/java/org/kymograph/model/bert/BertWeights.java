package org.kymograph.model.bert;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/**
 * The weights of a BERT classifier in a file of Hugging Face, under the names that Hugging Face gives them today: with the
 * prefix {@code bert.}, and {@code LayerNorm.weight} and {@code .bias} for what old files call gamma and beta.
 */
final class BertWeights {
    private static final List<String> FILES = List.of("model.safetensors", "pytorch_model.bin");
    private static final Set<String> PARTS = Set.of("embeddings", "encoder", "pooler");

    private BertWeights() {}

    /**
     * Returns their file.
     *
     * @param folder holds the weights
     * @return their file
     * @throws RecordException if there is none
     */
    static Path file(Path folder) {
        return TensorFile.weightsIn(folder).orElseThrow(() -> new RecordException(folder, "holds none of " + FILES));
    }

    /**
     * Returns the shape of every parameter, by name.
     *
     * @param config the network
     * @return the shape of every parameter, by name
     */
    static Map<String, long[]> shapes(BertConfig config) {
        long h = config.hidden();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("bert.embeddings.word_embeddings.weight", new long[] {config.vocabulary(), h});
        shapes.put("bert.embeddings.position_embeddings.weight", new long[] {config.positions(), h});
        shapes.put("bert.embeddings.token_type_embeddings.weight", new long[] {config.types(), h});
        linear(shapes, "bert.embeddings.LayerNorm", h);
        for (int l = 0; l < config.layers(); l++) {
            String layer = "bert.encoder.layer." + l + ".";
            for (String part : List.of("query", "key", "value")) {
                linear(shapes, layer + "attention.self." + part, h, h);
            }
            linear(shapes, layer + "attention.output.dense", h, h);
            linear(shapes, layer + "attention.output.LayerNorm", h);
            linear(shapes, layer + "intermediate.dense", config.intermediate(), h);
            linear(shapes, layer + "output.dense", h, config.intermediate());
            linear(shapes, layer + "output.LayerNorm", h);
        }
        linear(shapes, "bert.pooler.dense", h, h);
        linear(shapes, "classifier", config.labels().size(), h);
        return shapes;
    }

    private static void linear(Map<String, long[]> shapes, String name, long... weight) {
        shapes.put(name + ".weight", weight);
        shapes.put(name + ".bias", new long[] {weight[0]});
    }

    /**
     * Returns reads the values of a parameter of that name while the file is open.
     *
     * @param config the network
     * @param file an open checkpoint
     * @param newHead whether the pooler and the classifier may be missing, and a classifier of another size is left out
     * @return reads the values of a parameter of that name while the file is open; null for those of a missing head
     * @throws RecordException if a tensor is missing, has another shape, or is unknown
     */
    static Function<String, float[]> read(BertConfig config, TensorFile file, boolean newHead) {
        Map<String, String> names = new HashMap<>();
        for (String name : file.names()) {
            String before = names.put(today(name), name);
            if (before != null) {
                throw new RecordException(
                        file.path(), "has both '" + before + "' and '" + name + "', which are the same");
            }
        }
        Map<String, String> known = new HashMap<>();
        shapes(config).forEach((name, shape) -> {
            String found = names.remove(name);
            boolean head = name.startsWith("classifier.") || name.startsWith("bert.pooler.");
            if (found == null && newHead && head) {
                return;
            }
            if (found == null) {
                throw new RecordException(file.path(), "has no tensor '" + name + "', which config.json asks for");
            }
            if (newHead && name.startsWith("classifier.") && !Arrays.equals(file.shape(found), shape)) {
                return;
            }
            if (!Arrays.equals(file.shape(found), shape)) {
                throw new RecordException(
                        file.path(),
                        "tensor '" + found + "' has the shape "
                                + Arrays.toString(file.shape(found)) + "; expected " + Arrays.toString(shape)
                                + " after config.json");
            }
            known.put(name, found);
        });
        // Heads of pre-training, buffers and the moments in our checkpoints are no part of the classifier.
        names.keySet()
                .removeIf(name -> name.startsWith("cls.")
                        || name.startsWith(WeightRoles.OPTIMIZER)
                        || name.endsWith("embeddings.position_ids")
                        || name.endsWith("embeddings.token_type_ids"));
        if (!names.isEmpty()) {
            throw new RecordException(
                    file.path(),
                    "has the tensor '" + names.get(new TreeSet<>(names.keySet()).first())
                            + "', which config.json doesn't describe");
        }
        return name -> known.containsKey(name) ? file.read(known.get(name)).toFloats() : null;
    }

    private static String today(String name) {
        String now = name.startsWith("module.") ? name.substring("module.".length()) : name;
        now = PARTS.contains(now.substring(0, Math.max(0, now.indexOf('.')))) ? "bert." + now : now;
        return now.replaceFirst("LayerNorm\\.gamma$", "LayerNorm.weight")
                .replaceFirst("LayerNorm\\.beta$", "LayerNorm.bias");
    }
}
