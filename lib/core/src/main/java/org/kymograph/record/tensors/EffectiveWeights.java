package org.kymograph.record.tensors;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;

/**
 * The weights that a layer computes with, where PyTorch keeps them in parts: {@code torch.nn.utils.prune},
 * {@code weight_norm} and {@code spectral_norm}, the latter two as {@code parametrizations} too. Other parametrizations are functions
 * that the file doesn't hold; their weight is refused when it is read.
 */
final class EffectiveWeights implements TensorFile {
    private static final String PARAMETRIZED = "parametrizations.";
    private static final Pattern NORMED = Pattern.compile("(?:.*\\.)?weight[^.]*_v");

    private final TensorFile file;
    private final Map<String, Parts> weights = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();

    /** How a weight is made of its parts. */
    private enum Kind {
        PRUNED,
        WEIGHT_NORM,
        SPECTRAL_NORM,
        OTHER
    }

    /** The names of a weight's parts; the first has the weight's shape. */
    private record Parts(Kind kind, String... names) {}

    private EffectiveWeights(TensorFile file) {
        this.file = file;
        Set<String> all = new HashSet<>(file.names());
        Set<String> parts = new HashSet<>();
        for (String name : file.names()) {
            find(name, all);
        }
        weights.values().forEach(w -> parts.addAll(Arrays.asList(w.names)));
        Map<String, String> byFirst = new LinkedHashMap<>();
        weights.forEach((name, w) -> byFirst.put(w.names[0], name));
        for (String name : file.names()) {
            if (byFirst.containsKey(name)) {
                names.add(byFirst.get(name));
            } else if (!parts.contains(name)) {
                names.add(name);
            }
        }
    }

    static TensorFile of(TensorFile file) {
        EffectiveWeights effective = new EffectiveWeights(file);
        return effective.weights.isEmpty() ? file : effective;
    }

    private void find(String name, Set<String> all) {
        if (name.endsWith("_orig")) {
            String weight = name.substring(0, name.length() - 5);
            if (all.contains(weight + "_mask")) {
                add(weight, all, new Parts(Kind.PRUNED, name, weight + "_mask"));
            } else if (all.contains(weight + "_u") && all.contains(weight + "_v")) {
                add(weight, all, new Parts(Kind.SPECTRAL_NORM, name, weight + "_u", weight + "_v"));
            }
        } else if (NORMED.matcher(name).matches() && all.contains(name.substring(0, name.length() - 2) + "_g")) {
            String weight = name.substring(0, name.length() - 2);
            add(weight, all, new Parts(Kind.WEIGHT_NORM, name, weight + "_g"));
        } else if (name.contains(PARAMETRIZED)) {
            int at = name.lastIndexOf(PARAMETRIZED);
            String rest = name.substring(at + PARAMETRIZED.length());
            int dot = rest.indexOf('.');
            if (dot < 0) {
                return;
            }
            String weight = name.substring(0, at) + rest.substring(0, dot);
            String base = name.substring(0, at + PARAMETRIZED.length()) + rest.substring(0, dot);
            String g = base + ".original0";
            String v = base + ".original1";
            String u = base + ".0._u";
            String w = base + ".0._v";
            if (name.equals(base + ".original")
                    && all.stream().filter(n -> n.startsWith(base + ".")).count() == 3
                    && all.containsAll(List.of(u, w))) {
                add(weight, all, new Parts(Kind.SPECTRAL_NORM, name, u, w));
                return;
            }
            boolean more = all.stream().anyMatch(n -> n.startsWith(base + ".") && !n.equals(g) && !n.equals(v));
            if (name.equals(v) && all.contains(g) && !more) {
                add(weight, all, new Parts(Kind.WEIGHT_NORM, v, g));
            } else if (name.equals(base + ".original") || name.equals(v) && more) {
                add(
                        weight,
                        all,
                        new Parts(
                                Kind.OTHER,
                                Stream.concat(
                                                Stream.of(name),
                                                all.stream().filter(n -> n.startsWith(base + ".") && !n.equals(name)))
                                        .toArray(String[]::new)));
            }
        }
    }

    // Where the file has the weight itself, that is what counts.
    private void add(String weight, Set<String> all, Parts parts) {
        if (!all.contains(weight)) {
            weights.put(weight, parts);
        }
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public List<String> names() {
        return List.copyOf(names);
    }

    @Override
    public Dtype dtype(String name) {
        Parts parts = weights.get(name);
        if (parts == null) {
            return file.dtype(name);
        }
        return file.dtype(parts.names[0]) == Dtype.F64 ? Dtype.F64 : Dtype.F32;
    }

    @Override
    public long[] shape(String name) {
        Parts parts = weights.get(name);
        return parts == null ? file.shape(name) : file.shape(parts.names[0]);
    }

    @Override
    public Tensor read(String name) {
        Parts parts = weights.get(name);
        if (parts == null) {
            return file.read(name);
        }
        long[] shape = file.shape(parts.names[0]);
        double[] values =
                switch (parts.kind) {
                    case PRUNED -> pruned(name, parts);
                    case WEIGHT_NORM -> weightNorm(name, parts, shape);
                    case SPECTRAL_NORM -> spectralNorm(name, parts, shape);
                    case OTHER ->
                        throw bad(name, parts, "the function that makes the weight of them is not in the file");
                };
        return dtype(name) == Dtype.F64 ? Tensor.of(values, shape) : Tensor.ofFloats(values, shape);
    }

    private double[] pruned(String name, Parts parts) {
        double[] values = file.read(parts.names[0]).toDoubles();
        double[] mask = file.read(parts.names[1]).toDoubles();
        if (mask.length != values.length) {
            throw bad(name, parts, "the mask has another shape than the weight");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] *= mask[i];
        }
        return values;
    }

    // w = g v / |v|, where the norm is taken over all axes but the one that g has, or over all if g is a scalar.
    private double[] weightNorm(String name, Parts parts, long[] shape) {
        double[] v = file.read(parts.names[0]).toDoubles();
        double[] g = file.read(parts.names[1]).toDoubles();
        long[] gShape = file.shape(parts.names[1]);
        int inner = v.length;
        if (gShape.length > 0) {
            int axis = -1;
            for (int i = 0; i < shape.length && gShape.length == shape.length; i++) {
                axis = gShape[i] == shape[i] && (gShape[i] > 1 || axis < 0) ? i : axis;
            }
            if (axis < 0 || g.length != shape[axis]) {
                throw bad(name, parts, "the lengths have another shape than one axis of the directions");
            }
            inner = 1;
            for (int i = axis + 1; i < shape.length; i++) {
                inner *= (int) shape[i];
            }
        }
        double[] squares = new double[g.length];
        for (int i = 0; i < v.length; i++) {
            squares[i / inner % g.length] += v[i] * v[i];
        }
        for (int i = 0; i < v.length; i++) {
            int slice = i / inner % g.length;
            v[i] *= g[slice] / Math.sqrt(squares[slice]);
        }
        return v;
    }

    // w = w_orig / (u' W v), as the layer has it outside training, with the weight as a matrix of its first axis.
    private double[] spectralNorm(String name, Parts parts, long[] shape) {
        double[] w = file.read(parts.names[0]).toDoubles();
        double[] u = file.read(parts.names[1]).toDoubles();
        double[] v = file.read(parts.names[2]).toDoubles();
        if (shape.length == 0 || u.length != shape[0] || (long) u.length * v.length != w.length) {
            throw bad(name, parts, "the singular vectors don't fit the first axis of the weight");
        }
        double sigma = 0;
        for (int i = 0; i < w.length; i++) {
            sigma += u[i / v.length] * w[i] * v[i % v.length];
        }
        for (int i = 0; i < w.length; i++) {
            w[i] /= sigma;
        }
        return w;
    }

    private RecordException bad(String name, Parts parts, String why) {
        return new RecordException(
                path(),
                "tensor '" + Wording.shown(name) + "' can't be put together from "
                        + Wording.shown(Arrays.toString(parts.names)) + ": " + why);
    }

    @Override
    public Map<String, String> metadata() {
        return file.metadata();
    }

    @Override
    public void close() {
        file.close();
    }
}
