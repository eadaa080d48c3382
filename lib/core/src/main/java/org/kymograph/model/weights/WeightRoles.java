package org.kymograph.model.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/**
 * Which tensors of a network make up "all weights" and "all biases".
 *
 * @param weights says of a tensor's name whether its elements are among the weights
 * @param biases says of a tensor's name whether its elements are among the biases
 */
public record WeightRoles(Predicate<String> weights, Predicate<String> biases) {
    /** What the names of an optimiser's moments start with in a checkpoint. */
    public static final String OPTIMIZER = "optimizer.";

    // The names of copies of a network; those that a part of one network may have as well come last.
    private static final Pattern COPY = Pattern.compile("(?i)((?:[^.]+\\.){0,2}?(?:[^.]*[_-])?"
            + "(?:(ema|teacher|swa|shadow|polyak|encoder_k)|avg|average[ds]?|target|momentum|old|prev(?:ious)?|init(?:ial)?|best|last"
            + "|final|ref(?:erence)?|pre-?trained|frozen|copy|student|online)(?:[_-][^.]*)?\\.(?:module\\.)?)(.+)");
    private static final Set<String> EMBEDDINGS = Set.of("wte", "wpe", "lm_head", "w_e", "w_u", "w_pos");

    /**
     * The common reading of a state dict. A weight is a tensor of at least two axes whose last name part contains
     * {@code weight} or starts with {@code W_}, unless a part of its name contains {@code embed} or is {@code wte},
     * {@code wpe}, {@code lm_head}, {@code W_E}, {@code W_U} or {@code W_pos}. A bias is the tensor that is named like
     * a weight with {@code bias} (or {@code b_}) in its place. So embeddings, unembeddings and positions don't count,
     * and neither do norms, whose weights have one axis, or an optimiser's moments, whose names start with
     * {@code optimizer.}. Parts are separated by dots or slashes; case doesn't matter.
     *
     * @param shapes the shape of every tensor, by name
     * @return roles for the tensors of these names
     */
    public static WeightRoles byName(Map<String, long[]> shapes) {
        Set<String> weights = new HashSet<>();
        shapes.forEach((name, shape) -> {
            if (shape.length >= 2 && !name.startsWith(OPTIMIZER) && isWeight(name)) {
                weights.add(name.toLowerCase(Locale.ROOT));
            }
        });
        return new WeightRoles(
                name -> weights.contains(name.toLowerCase(Locale.ROOT)),
                name -> weights.contains(weightOf(name.toLowerCase(Locale.ROOT))));
    }

    /**
     * Returns the common reading of its tensors' names.
     *
     * @param file an open checkpoint
     * @return the common reading of its tensors' names
     * @throws RecordException if there are two networks in the file, such as one and its average
     */
    public static WeightRoles byName(TensorFile file) {
        Map<String, long[]> shapes = file.shapes();
        checkOneNetwork(file.path(), shapes);
        return byName(shapes);
    }

    /**
     * Returns these roles without those tensors.
     *
     * @param names says of a tensor's name whether it counts neither as weight nor as bias
     * @return these roles without those tensors
     */
    public WeightRoles without(Predicate<String> names) {
        return new WeightRoles(weights.and(names.negate()), biases.and(names.negate()));
    }

    // Averages and teachers are copies of the network with the same names under another prefix.
    static void checkOneNetwork(Path file, Map<String, long[]> shapes) {
        Map<String, Set<String>> copies = new LinkedHashMap<>();
        for (String name : shapes.keySet()) {
            Matcher copy = COPY.matcher(name);
            // A lone layer may be called "target"; a copy of a network has layers of its own.
            if (!name.startsWith(OPTIMIZER)
                    && copy.matches()
                    && (copy.group(2) != null || copy.group(3).contains("."))) {
                copies.computeIfAbsent(copy.group(1), p -> new TreeSet<>()).add(copy.group(3));
            }
        }
        copies.forEach((prefix, rest) -> {
            String first = rest.iterator().next();
            shapes.keySet().stream()
                    .filter(name -> name.endsWith(first))
                    .map(name -> name.substring(0, name.length() - first.length()))
                    .filter(other -> !other.equals(prefix) && (other.isEmpty() || other.endsWith(".")))
                    .filter(other ->
                            rest.stream().allMatch(r -> Arrays.equals(shapes.get(other + r), shapes.get(prefix + r))))
                    .findFirst()
                    .ifPresent(other -> {
                        throw new RecordException(
                                file,
                                "holds two networks, '" + Wording.shown(other) + "' and '" + Wording.shown(prefix)
                                        + "'; expected one: choose it by its prefix (--prefix, or TensorFile.part)");
                    });
        });
    }

    private static boolean isWeight(String name) {
        String[] parts = name.toLowerCase(Locale.ROOT).split("[./]", -1);
        String last = parts[parts.length - 1];
        if (!last.contains("weight") && !last.startsWith("w_")) {
            return false;
        }
        for (String part : parts) {
            if (part.contains("embed") || EMBEDDINGS.contains(part)) {
                return false;
            }
        }
        return true;
    }

    // The name of the weight that a bias of this name belongs to; some other name if it isn't a bias's.
    private static String weightOf(String name) {
        int last = Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1;
        int at = name.lastIndexOf("bias");
        if (at >= last) {
            return name.substring(0, at) + "weight" + name.substring(at + 4);
        }
        return name.startsWith("b_", last) ? name.substring(0, last) + "w" + name.substring(last + 1) : "";
    }
}
