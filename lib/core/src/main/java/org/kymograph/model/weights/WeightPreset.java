package org.kymograph.model.weights;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.TensorFile;

/**
 * The choice of tensors that count, for the networks of Hu et al., Latent State Models of Training Dynamics (TMLR 2023),
 * by the names that PyTorch and Hugging Face give them. What stands before the names, such as {@code bert.},
 * {@code roberta.} or {@code module.}, doesn't matter.
 */
public enum WeightPreset {
    /** {@link #BERT} or {@link #RESNET18} if the names are theirs, else {@link WeightRoles#byName(Map)}. */
    AUTO,
    /**
     * An encoder of the BERT family: of each {@code encoder.layer.N} the query, key and value weights, those of the
     * attention's output, of the intermediate and of the output layer; the biases are those of the last two.
     */
    BERT,
    /** A decoder block by block: {@code W_K}, {@code W_Q}, {@code W_V}, {@code W_O}, {@code W_in}, {@code W_out}; the biases
     * {@code b_in} and {@code b_out}. */
    TRANSFORMER,
    /** The weights and biases of linear layers, all of two axes. */
    MLP,
    /** The 17 convolutions that aren't in a downsampling branch and the last linear layer; its bias only. */
    RESNET18,
    /** Two convolutions and three linear layers, with all their biases. */
    LENET5;

    private static final Pattern BERT_WEIGHT = Pattern.compile("(?:.+\\.)?encoder\\.layer\\.(\\d+)\\."
            + "(attention\\.self\\.(?:query|key|value)|attention\\.output\\.dense|intermediate\\.dense|output\\.dense)"
            + "\\.weight");
    private static final Pattern BERT_BIAS =
            Pattern.compile("(?:.+\\.)?encoder\\.layer\\.\\d+\\.(?:intermediate|output)\\.dense\\.bias");
    private static final Set<String> BERT_PARTS = Set.of(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "intermediate.dense",
            "output.dense");
    private static final Set<String> TRANSFORMER_WEIGHTS = Set.of("W_K", "W_Q", "W_V", "W_O", "W_in", "W_out");
    private static final Pattern DOWNSAMPLE = Pattern.compile("(?i).*(?:downsample|shortcut).*");

    /**
     * Returns the roles of its tensors.
     *
     * @param file an open checkpoint
     * @return the roles of its tensors
     * @throws RecordException if the checkpoint hasn't the tensors of such a network
     */
    public WeightRoles roles(TensorFile file) {
        return roles(file.path(), file.shapes());
    }

    /**
     * Returns the roles of these tensors.
     *
     * @param file where the tensors are, for messages
     * @param all the shape of every tensor, by name
     * @return the roles of these tensors
     * @throws RecordException if these aren't the tensors of such a network
     */
    public WeightRoles roles(Path file, Map<String, long[]> all) {
        Map<String, long[]> shapes = new LinkedHashMap<>(all);
        shapes.keySet().removeIf(name -> name.startsWith(WeightRoles.OPTIMIZER));
        WeightRoles.checkOneNetwork(file, shapes);
        WeightRoles roles = among(file, shapes);
        return new WeightRoles(
                name -> shapes.containsKey(name) && roles.weights().test(name),
                name -> shapes.containsKey(name) && roles.biases().test(name));
    }

    private WeightRoles among(Path file, Map<String, long[]> shapes) {
        return switch (this) {
            case AUTO ->
                guess(shapes)
                        .map(preset -> preset.roles(file, shapes))
                        .orElseGet(() -> checked(file, shapes, WeightRoles.byName(shapes)));
            case BERT -> bert(file, shapes);
            case TRANSFORMER -> transformer(file, shapes);
            case MLP -> counted(file, shapes, WeightRoles.byName(shapes), 0, -1);
            case LENET5 -> counted(file, shapes, WeightRoles.byName(shapes), 2, 3);
            case RESNET18 -> {
                WeightRoles named = WeightRoles.byName(shapes);
                Predicate<String> main = name -> !DOWNSAMPLE.matcher(name).matches();
                yield counted(
                        file, shapes, new WeightRoles(main.and(named.weights()), main.and(named.biases())), 17, 1);
            }
        };
    }

    /** Returns the preset's name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Optional<WeightPreset> guess(Map<String, long[]> shapes) {
        if (shapes.keySet().stream().anyMatch(name -> BERT_WEIGHT.matcher(name).matches())) {
            return Optional.of(BERT);
        }
        boolean branches = shapes.entrySet().stream()
                .anyMatch(e -> e.getValue().length == 4
                        && DOWNSAMPLE.matcher(e.getKey()).matches());
        return branches ? Optional.of(RESNET18) : Optional.empty();
    }

    private WeightRoles bert(Path file, Map<String, long[]> shapes) {
        Map<Integer, Set<String>> layers = new TreeMap<>();
        for (String name : shapes.keySet()) {
            Matcher weight = BERT_WEIGHT.matcher(name);
            if (weight.matches()) {
                if (!layers.computeIfAbsent(Integer.valueOf(weight.group(1)), n -> new TreeSet<>())
                        .add(weight.group(2))) {
                    throw new RecordException(file, "has '" + name + "' under two prefixes; expected one encoder");
                }
                axes(file, name, shapes.get(name), 2);
            }
        }
        if (layers.isEmpty()) {
            throw missing(file, shapes, "encoder.layer.0.attention.self.query.weight");
        }
        layers.forEach((layer, parts) -> BERT_PARTS.stream()
                .sorted()
                .filter(p -> !parts.contains(p))
                .findFirst()
                .ifPresent(p -> {
                    throw missing(file, shapes, "encoder.layer." + layer + "." + p + ".weight");
                }));
        return new WeightRoles(
                name -> BERT_WEIGHT.matcher(name).matches(),
                name -> BERT_BIAS.matcher(name).matches());
    }

    private WeightRoles transformer(Path file, Map<String, long[]> shapes) {
        TRANSFORMER_WEIGHTS.stream()
                .sorted()
                .filter(w -> shapes.keySet().stream().noneMatch(n -> last(n).equals(w)))
                .findFirst()
                .ifPresent(w -> {
                    throw missing(file, shapes, w);
                });
        return new WeightRoles(name -> TRANSFORMER_WEIGHTS.contains(last(name)), name -> Set.of("b_in", "b_out")
                .contains(last(name)));
    }

    // Counts convolutions and matrices; -1 matrices stands for any positive number.
    private WeightRoles counted(
            Path file, Map<String, long[]> shapes, WeightRoles roles, int convolutions, int matrices) {
        List<Integer> axes = shapes.entrySet().stream()
                .filter(e -> roles.weights().test(e.getKey()))
                .map(e -> e.getValue().length)
                .toList();
        long four = axes.stream().filter(a -> a == 4).count();
        long two = axes.stream().filter(a -> a == 2).count();
        if (four != convolutions || (matrices < 0 ? two == 0 : two != matrices) || four + two != axes.size()) {
            throw new RecordException(
                    file,
                    "has " + four + " convolutions and " + two + " matrices among " + axes.size()
                            + " weights; expected " + convolutions + " and " + (matrices < 0 ? "at least 1" : matrices)
                            + " of the preset " + this);
        }
        return roles;
    }

    private WeightRoles checked(Path file, Map<String, long[]> shapes, WeightRoles roles) {
        if (shapes.keySet().stream().noneMatch(roles.weights())) {
            throw missing(file, shapes, "*.weight of at least two axes");
        }
        return roles;
    }

    private static void axes(Path file, String name, long[] shape, int axes) {
        if (shape.length != axes) {
            throw new RecordException(
                    file, "'" + name + "' has the shape " + Arrays.toString(shape) + "; expected " + axes + " axes");
        }
    }

    private RecordException missing(Path file, Map<String, long[]> shapes, String what) {
        return new RecordException(
                file,
                "has no tensor '" + what + "', which the preset " + this + " needs; the first of its "
                        + shapes.size() + " tensors is "
                        + shapes.keySet().stream()
                                .findFirst()
                                .map(n -> "'" + n + "'")
                                .orElse("none"));
    }

    private static String last(String name) {
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
    }
}
