package org.kymograph.states.collate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.model.weights.WeightPreset;
import org.kymograph.model.weights.WeightRoles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * The statistics of one checkpoint in the layout of Hu et al.'s code, and what it says of a checkpoint in one row.
 *
 * <p>A transformer has {@code k}, {@code q}, {@code v}, {@code in_proj} (the attention's output), {@code ffn_in} and
 * {@code ffn_out}, each a list with one object per layer, the layer's number as the only key; its value is one matrix or,
 * for heads, a list of them. Other networks have {@code w}: a list of such objects for linear layers alone, a plain list
 * where there are convolutions. A matrix that held NaN or an infinity is null. Then {@code w_all} and {@code b_all}, and
 * for trained networks {@code train_loss}, {@code eval_loss}, {@code train_accuracy} and {@code eval_accuracy}, the
 * accuracies wrapped as {@code {"accuracy": x}}.
 *
 * <p>Source: github.com/michahu/modeling-training, d3a0fcb.
 */
final class OriginalJson {
    private static final List<String> LAYERED = List.of("k", "q", "v", "in_proj", "ffn_in", "ffn_out");
    private static final List<String> MATRIX = List.of(
            "l1",
            "l2",
            "trace",
            "spectral",
            "code_sparsity",
            "computational_sparsity",
            "mean_singular_value",
            "var_singular_value");
    private static final List<String> KERNEL = List.of("l1", "l2", "code_sparsity");
    private static final Set<String> ACCURACIES = Set.of("train_accuracy", "eval_accuracy");
    private static final Map<String, String> SLOTS = Map.ofEntries(
            Map.entry("w_k", "k"),
            Map.entry("w_q", "q"),
            Map.entry("w_v", "v"),
            Map.entry("w_o", "in_proj"),
            Map.entry("w_in", "ffn_in"),
            Map.entry("w_out", "ffn_out"));
    private static final Map<String, String> BERT_SLOTS = Map.of(
            "attention.self.key", "k",
            "attention.self.query", "q",
            "attention.self.value", "v",
            "attention.output.dense", "in_proj",
            "intermediate.dense", "ffn_in",
            "output.dense", "ffn_out");
    private static final Pattern BERT = Pattern.compile("(?:.+\\.)?encoder\\.layer\\.(\\d+)\\.(.+)\\.weight");
    private static final Pattern NUMBER = Pattern.compile("(?:^|[./])(\\d+)(?=[./]|$)");

    private OriginalJson() {}

    /**
     * Converts statistics to the original's layout.
     *
     * @param file where the statistics are, for messages
     * @param record statistics as {@link org.kymograph.model.weights.WeightStatistics} gives them, perhaps with losses beside
     * @param preset which tensors count
     * @return the same in the original's layout
     * @throws RecordException if a field is missing or not what it must be
     */
    static ObjectNode of(Path file, ObjectNode record, WeightPreset preset) {
        if (!(record.get("tensors") instanceof ObjectNode tensors)) {
            throw new RecordException(file, "has no object 'tensors' with statistics");
        }
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.properties().forEach(t -> shapes.put(t.getKey(), shape(file, t.getKey(), t.getValue())));
        WeightRoles roles = preset.roles(file, shapes);
        Map<String, ObjectNode> counted = new LinkedHashMap<>();
        tensors.properties().stream()
                .filter(t -> roles.weights().test(t.getKey()))
                .forEach(t -> counted.put(t.getKey(), (ObjectNode) t.getValue()));
        ObjectNode out = Json.object();
        if (counted.keySet().stream().allMatch(name -> slot(name) != null)) {
            LAYERED.forEach(out::putArray);
            counted.forEach(
                    (name, t) -> ((ArrayNode) out.get(slot(name))).addObject().set(layer(name), statistics(t)));
        } else {
            ArrayNode w = out.putArray("w");
            boolean keyed = shapes.entrySet().stream()
                    .noneMatch(s -> counted.containsKey(s.getKey()) && s.getValue().length == 4);
            counted.forEach((name, t) -> {
                String index = index(name, w.size());
                w.add(keyed ? Json.object().set(index, statistics(t)) : statistics(t));
            });
        }
        for (String all : List.of("w_all", "b_all")) {
            if (!(record.get(all) instanceof ObjectNode distribution)) {
                throw new RecordException(file, "has no object '" + all + "' with statistics");
            }
            out.set(all, finite(distribution));
        }
        for (String loss : Collation.LOSSES) {
            if (record.has(loss)) {
                JsonNode value = number(record.get(loss));
                out.set(loss, ACCURACIES.contains(loss) ? Json.object().set("accuracy", value) : value);
            }
        }
        return out;
    }

    /**
     * Computes the features of one checkpoint.
     *
     * @param file where the JSON is, for messages
     * @param json one checkpoint in the original's layout
     * @return the numbers of {@link FeatureSets#BASE}: plain means over the matrices that have a statistic, for the
     *     variance over those where it is a number
     * @throws RecordException if a field is missing or not what it must be
     */
    static double[] features(Path file, ObjectNode json) {
        List<ObjectNode> matrices = new ArrayList<>();
        for (String field : json.has("w") ? List.of("w") : LAYERED) {
            if (!(json.get(field) instanceof ArrayNode list)) {
                throw new RecordException(file, "has no list '" + field + "'; expected 'w', or " + LAYERED);
            }
            gather(file, "/" + field, list, matrices);
        }
        double[] row = new double[FeatureSets.BASE.size()];
        for (int i = 0; i < MATRIX.size(); i++) {
            String name = MATRIX.get(i);
            boolean variance = name.startsWith("var");
            row[i] = matrices.stream()
                    .filter(m -> m.has(name))
                    .mapToDouble(m -> value(m.get(name)))
                    .filter(v -> !variance || !Double.isNaN(v))
                    .average()
                    .orElse(Double.NaN);
        }
        int i = MATRIX.size();
        for (String all : List.of("w_all", "b_all")) {
            for (String name : List.of("mean", "median", "var")) {
                row[i++] = number(file, "/" + all + "/" + name, json.path(all).get(name));
            }
        }
        return row;
    }

    /**
     * Reads the losses of one checkpoint.
     *
     * @param file where the JSON is, for messages
     * @param json one checkpoint in the original's layout
     * @param wanted which losses are wanted
     * @return those of {@link Collation#LOSSES} that it has, by name
     * @throws RecordException if one is no number
     */
    static Map<String, Double> losses(Path file, ObjectNode json, Collation.Losses wanted) {
        Map<String, Double> out = new LinkedHashMap<>();
        for (String name : Collation.LOSSES) {
            JsonNode value = json.get(name);
            if (value != null && wanted != Collation.Losses.NONE) {
                boolean wrapped = value instanceof ObjectNode;
                out.put(
                        name,
                        number(
                                file,
                                "/" + name + (wrapped ? "/accuracy" : ""),
                                wrapped ? value.get("accuracy") : value));
            }
        }
        return out;
    }

    private static void gather(Path file, String at, JsonNode node, List<ObjectNode> matrices) {
        if (node instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                gather(file, at + "/" + i, list.get(i), matrices);
            }
        } else if (node instanceof ObjectNode object && !object.has("l1")) {
            object.properties().forEach(e -> gather(file, at + "/" + e.getKey(), e.getValue(), matrices));
        } else if (node instanceof ObjectNode matrix) {
            List<String> needed =
                    KERNEL.stream().allMatch(matrix::has) && matrix.size() == KERNEL.size() ? KERNEL : MATRIX;
            needed.forEach(name -> number(file, at + "/" + name, matrix.get(name)));
            matrices.add(matrix);
        } else if (!node.isNull()) {
            throw new RecordException(file, "field " + at + " is " + node + "; expected the statistics of a matrix");
        }
    }

    private static double number(Path file, String at, JsonNode node) {
        if (node == null || !node.isNumber() && !node.isNull()) {
            throw new RecordException(
                    file, "field " + at + (node == null ? " is missing" : " is " + node) + "; expected a number");
        }
        return value(node);
    }

    private static double value(JsonNode node) {
        return node.isNull() ? Double.NaN : node.doubleValue();
    }

    private static long[] shape(Path file, String name, JsonNode tensor) {
        if (!(tensor.get("shape") instanceof ArrayNode shape) || !tensor.isObject()) {
            throw new RecordException(file, "field /tensors/" + name + " has no list 'shape'");
        }
        long[] sizes = new long[shape.size()];
        Arrays.setAll(sizes, i -> shape.get(i).longValue());
        return sizes;
    }

    // What a tensor's statistics are in the original: null if undefined, a list of them for slices.
    private static JsonNode statistics(ObjectNode tensor) {
        if (tensor.get("slices") instanceof ArrayNode slices) {
            ArrayNode heads = slices.arrayNode();
            slices.forEach(slice -> heads.add(statistics((ObjectNode) slice)));
            return heads;
        }
        if (!tensor.path("l1").isNumber()) {
            return tensor.nullNode();
        }
        ObjectNode out = finite(tensor);
        out.remove("shape");
        return out;
    }

    // Our null stands for a number that isn't finite.
    private static ObjectNode finite(ObjectNode numbers) {
        ObjectNode out = Json.object();
        numbers.properties().forEach(e -> out.set(e.getKey(), number(e.getValue())));
        return out;
    }

    private static JsonNode number(JsonNode node) {
        return node.isNull() ? DoubleNode.valueOf(Double.NaN) : node;
    }

    private static String slot(String name) {
        Matcher bert = BERT.matcher(name);
        return bert.matches()
                ? BERT_SLOTS.get(bert.group(2))
                : SLOTS.get(name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1)
                        .toLowerCase(Locale.ROOT));
    }

    private static String layer(String name) {
        Matcher number = NUMBER.matcher(name);
        return number.find() ? number.group(1) : "0";
    }

    // The number of a layer in a Sequential; its place where the name has none.
    private static String index(String name, int place) {
        Matcher number = NUMBER.matcher(name);
        String index = null;
        while (number.find()) {
            index = number.group(1);
        }
        return index == null ? Integer.toString(place) : index;
    }
}
