package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;

/**
 * Statistics of a network's weights at one moment.
 *
 * <p>As JSON: {@code {"tensors": {name: {"shape": […], …}}, "w_all": {…}, "b_all": {…}}}, a number that is not finite
 * written as null. A tensor of two axes has the fields of {@link MatrixStatistics}; of three axes
 * {@code "slices"}, an array of those of each slice along the leading axis, because stacked attention heads are
 * measured one by one; of four axes those of {@link TensorStatistics.Convolution}; of any other number of axes, none included, those
 * of {@link VectorStatistics}. Integers, booleans and tensors without elements have their shape alone. {@code w_all}
 * and {@code b_all} are the {@link VectorStatistics} of all weights and all biases together, see {@link WeightRoles}.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), and their code. Theirs is computed in
 * single precision, this in double.
 */
public final class WeightStatistics {
    private static final long HELD_AT_MOST = 1 << 22;

    private WeightStatistics() {}

    /**
     * Returns what is measured of a tensor of so many axes.
     *
     * @param tensor floating-point numbers, at least one
     * @return what is measured of a tensor of so many axes
     * @throws IllegalArgumentException if the tensor holds integers or booleans, or no elements
     */
    public static TensorStatistics of(Tensor tensor) {
        Arguments.check(
                measured(tensor.dtype(), tensor.shape()),
                "tensor",
                tensor,
                "a floating-point type and at least one element");
        return of(tensor.toDoubles(), tensor.shape());
    }

    /**
     * Returns the statistics as JSON, with the roles of {@link WeightRoles#byName}.
     *
     * @param tensors a network's tensors by name
     * @return the statistics as JSON, with the roles of {@link WeightRoles#byName}
     */
    public static ObjectNode of(Map<String, Tensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return of(shapes, name -> tensors.get(name).dtype(), tensors::get, WeightRoles.byName(shapes), done -> {});
    }

    /**
     * Measures the weights and biases and no other tensors.
     *
     * @param tensors a network's tensors by name
     * @param roles which of them are weights and biases
     * @return the statistics as JSON
     */
    public static ObjectNode of(Map<String, Tensor> tensors, WeightRoles roles) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            if (roles.weights().test(name) || roles.biases().test(name)) {
                shapes.put(name, tensor.shape());
            }
        });
        return of(shapes, name -> tensors.get(name).dtype(), tensors::get, roles, done -> {});
    }

    /**
     * Returns the statistics as JSON, with the roles of {@link WeightRoles#byName}.
     *
     * @param file an open checkpoint
     * @return the statistics as JSON, with the roles of {@link WeightRoles#byName}
     */
    public static ObjectNode of(TensorFile file) {
        return of(file, WeightRoles.byName(file), done -> {});
    }

    /**
     * Measures a checkpoint of any size: one tensor at a time is held in memory.
     *
     * @param file an open checkpoint
     * @param roles which tensors make up {@code w_all} and {@code b_all}
     * @param progress is told the number of tensors that are done, after each
     * @return the statistics as JSON
     */
    public static ObjectNode of(TensorFile file, WeightRoles roles, IntConsumer progress) {
        return of(file.shapes(), file::dtype, file::read, roles, progress);
    }

    private static ObjectNode of(
            Map<String, long[]> shapes,
            Function<String, Dtype> dtype,
            Function<String, Tensor> read,
            WeightRoles roles,
            IntConsumer progress) {
        Set<String> measured = new LinkedHashSet<>(shapes.keySet());
        measured.removeIf(name -> !measured(dtype.apply(name), shapes.get(name)));
        // Small networks are measured thousands of times, so their numbers are converted only once each time.
        boolean small = measured.stream()
                        .mapToLong(name -> Arrays.stream(shapes.get(name)).reduce(1, (a, b) -> a * b))
                        .sum()
                <= HELD_AT_MOST;
        Map<String, double[]> held = new HashMap<>();
        Function<String, double[]> values = name -> small
                ? held.computeIfAbsent(name, n -> read.apply(n).toDoubles())
                : read.apply(name).toDoubles();
        ObjectNode json = Json.object();
        ObjectNode tensors = json.putObject("tensors");
        int done = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            ObjectNode one = tensors.putObject(entry.getKey());
            ArrayNode shape = one.putArray("shape");
            Arrays.stream(entry.getValue()).forEach(shape::add);
            if (measured.contains(entry.getKey())) {
                one.setAll(of(values.apply(entry.getKey()), entry.getValue()).toJson());
            }
            progress.accept(++done);
        }
        json.set("w_all", all(measured, roles.weights(), values).toJson());
        json.set("b_all", all(measured, roles.biases(), values).toJson());
        return json;
    }

    private static VectorStatistics all(Set<String> names, Predicate<String> role, Function<String, double[]> values) {
        List<String> counted = names.stream().filter(role).toList();
        return VectorStatistics.of(() -> counted.stream().map(values).iterator());
    }

    private static TensorStatistics of(double[] x, long[] shape) {
        return switch (shape.length) {
            case 2 -> MatrixStatistics.of(x, (int) shape[0], (int) shape[1]);
            case 3 -> {
                int size = (int) (shape[1] * shape[2]);
                List<MatrixStatistics> slices = new ArrayList<>();
                for (int from = 0; from < x.length; from += size) {
                    slices.add(MatrixStatistics.of(
                            Arrays.copyOfRange(x, from, from + size), (int) shape[1], (int) shape[2]));
                }
                yield new TensorStatistics.Stack(slices);
            }
            case 4 -> TensorStatistics.Convolution.of(x, (int) (shape[0] * shape[1]));
            default -> VectorStatistics.of(x);
        };
    }

    private static boolean measured(Dtype dtype, long[] shape) {
        return dtype.isFloatingPoint() && Arrays.stream(shape).allMatch(s -> s > 0);
    }
}
