package org.kymograph.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import tech.tablesaw.api.Table;

/**
 * Samples of the reader's own for a trained network, in a file: a CSV with a column {@code target} and the numbers of an input
 * in the other columns, in order; or a file of tensors with {@code inputs} {@code [N, …]} and {@code targets} {@code [N]}.
 */
public final class DatasetFile {
    private static final String TARGET = "target";

    private DatasetFile() {}

    /**
     * Reads samples that are like others.
     *
     * @param file the file: {@code .csv}, else a file of tensors
     * @param like samples of the same shape, kind of targets and classes, such as those the network was trained on
     * @return the samples; their split is the file's name without its ending
     * @throws RecordException if the file can't be read, or its samples aren't like these
     */
    public static Dataset read(Path file, Dataset like) {
        String name = String.valueOf(file.getFileName());
        boolean csv = name.toLowerCase(Locale.ROOT).endsWith(".csv");
        double[][] both = csv ? csv(file, like) : tensors(file, like);
        int n = both[1].length;
        long[] shape = new long[like.inputShape().length + 1];
        shape[0] = n;
        System.arraycopy(like.inputShape(), 0, shape, 1, shape.length - 1);
        boolean classes = like.target() == Dataset.Target.CLASS;
        for (int i = 0; i < n; i++) {
            double y = both[1][i];
            if (classes ? y != Math.rint(y) || y < 0 || y >= like.classes() : !Double.isFinite(y)) {
                throw new RecordException(
                        file,
                        "has the target " + y + " of sample " + i + "; expected "
                                + (classes ? "a class, 0 to " + (like.classes() - 1) : "a number"));
            }
        }
        for (int i = 0; i < both[0].length; i++) {
            if (!Double.isFinite(both[0][i])) {
                throw new RecordException(
                        file,
                        "has the number " + both[0][i] + " in the input of sample " + i / like.inputSize()
                                + "; expected finite ones");
            }
        }
        boolean tokens = like.inputs().dtype() == Dtype.I64;
        int dot = name.lastIndexOf('.');
        return new Dataset(
                like.name(),
                dot > 0 ? name.substring(0, dot) : name,
                like.seed(),
                tokens ? Tensor.of(longs(both[0]), shape) : Tensor.ofFloats(both[0], shape),
                classes ? Tensor.of(longs(both[1]), n) : Tensor.ofFloats(both[1], n),
                like.classes(),
                Scaling.NONE);
    }

    private static double[][] csv(Path file, Dataset like) {
        Table table = Tables.readCsv(file);
        List<String> inputs =
                table.columnNames().stream().filter(c -> !c.equals(TARGET)).toList();
        double[] targets = Tables.numbers(file, table, TARGET);
        if (inputs.size() != like.inputSize()) {
            throw new RecordException(
                    file,
                    1,
                    "has " + inputs.size() + " columns beside '" + TARGET + "'; expected " + like.inputSize()
                            + ", the numbers of an input");
        }
        int n = table.rowCount();
        double[] x = new double[Math.multiplyExact(n, inputs.size())];
        for (int c = 0; c < inputs.size(); c++) {
            double[] column = Tables.numbers(file, table, inputs.get(c));
            for (int i = 0; i < n; i++) {
                x[i * inputs.size() + c] = column[i];
            }
        }
        return new double[][] {x, targets};
    }

    private static double[][] tensors(Path file, Dataset like) {
        try (TensorFile tensors = TensorFile.open(file)) {
            for (String name : List.of("inputs", "targets")) {
                if (!tensors.names().contains(name)) {
                    throw new RecordException(file, "has no tensor '" + name + "'; expected inputs and targets");
                }
            }
            long[] shape = tensors.shape("inputs");
            long[] each = shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
            if (shape.length == 0 || !Arrays.equals(each, like.inputShape())) {
                throw new RecordException(
                        file,
                        "has inputs of shape " + Arrays.toString(shape) + "; expected samples of "
                                + Arrays.toString(like.inputShape()));
            }
            double[] y = tensors.read("targets").toDoubles();
            Arguments.sameLength("targets", y.length, "inputs", (int) shape[0]);
            return new double[][] {tensors.read("inputs").toDoubles(), y};
        } catch (IllegalArgumentException e) {
            throw new RecordException(file, e.getMessage(), e);
        }
    }

    private static long[] longs(double[] values) {
        return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
    }
}
