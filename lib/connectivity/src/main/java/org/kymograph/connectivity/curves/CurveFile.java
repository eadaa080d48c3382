package org.kymograph.connectivity.curves;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import tech.tablesaw.api.Table;

/**
 * Curves on disk: a CSV of points; beside it a JSON file of how they were made, and a folder of safetensors files with the losses
 * of samples, a tensor {@code [points, N]} a pair. Each file appears whole or not at all, the losses before the points.
 */
final class CurveFile {
    private static final String BETWEEN = "\t";
    private static final List<String> FIRST = List.of("a", "b", "dist", "k", "alpha", "loss");

    private final Path file;
    private int parts;

    private CurveFile(Path file) {
        this.file = file;
    }

    private static Path settings(Path file) {
        return file.resolveSibling(file.getFileName() + ".json");
    }

    private static Path losses(Path file) {
        return file.resolveSibling(file.getFileName() + ".losses");
    }

    /** Opens the file to go on with it, and checks that what it holds was made in the same way. */
    static CurveFile open(Path file, ObjectNode made) {
        CurveFile open = new CurveFile(file);
        if (Files.exists(file) && Files.exists(settings(file))) {
            ObjectNode before = Json.readObject(settings(file));
            for (Map.Entry<String, JsonNode> now : made.properties()) {
                JsonNode then = before.get(now.getKey());
                if (!now.getKey().equals("models") && !now.getValue().equals(then)) {
                    throw new RecordException(
                            file,
                            "was made with " + now.getKey() + " " + then + "; this is " + now.getValue()
                                    + ": choose another file, or delete it");
                }
            }
            for (Map.Entry<String, JsonNode> model : before.path("models").properties()) {
                JsonNode now = made.path("models").get(model.getKey());
                if (now != null && !now.equals(model.getValue())) {
                    throw new RecordException(
                            file,
                            "was made with other parameters of model " + model.getKey() + " ("
                                    + model.getValue().asText() + ") than these (" + now.asText()
                                    + "): choose another file, or delete it");
                }
            }
            ((ObjectNode) before.path("models")).properties().forEach(m -> {
                if (!made.path("models").has(m.getKey())) {
                    ((ObjectNode) made.path("models")).set(m.getKey(), m.getValue());
                }
            });
        } else if (Files.exists(file)) {
            throw new RecordException(
                    file,
                    "is there already, without " + settings(file).getFileName() + " that says how it was made: "
                            + "choose another file");
        }
        AtomicFiles.attempt(
                file,
                "can't be written",
                () -> Files.createDirectories(file.toAbsolutePath().getParent()));
        Json.write(settings(file), made);
        open.parts = (int) parts(file).stream().count();
        return open;
    }

    /** Returns the pairs that are there. */
    PairCurves done() {
        return Files.exists(file) ? read(file, true) : new PairCurves(List.of(), List.of(), List.of());
    }

    /** Writes all curves; the losses of the latest were not written before. */
    void write(PairCurves all, List<PairCurve> latest) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (PairCurve c : latest) {
            double[][] samples = c.sampleLosses();
            if (samples != null) {
                double[] flat =
                        Arrays.stream(samples).flatMapToDouble(Arrays::stream).toArray();
                tensors.put(c.from() + BETWEEN + c.to(), Tensor.ofFloats(flat, samples.length, samples[0].length));
            }
        }
        if (!tensors.isEmpty()) {
            Path folder = losses(file);
            AtomicFiles.attempt(folder, "can't be made", () -> Files.createDirectories(folder));
            Safetensors.write(folder.resolve(String.format("part-%05d.safetensors", parts++)), tensors, Map.of());
        }
        if (!all.curves().isEmpty()) {
            all.write(file);
        }
    }

    private static List<Path> parts(Path file) {
        return Files.isDirectory(losses(file)) ? AtomicFiles.list(losses(file), ".*\\.safetensors") : List.of();
    }

    static PairCurves read(Path file, boolean samples) {
        Table table = Tables.readCsv(file, Set.of("a", "b"));
        for (String name : FIRST) {
            if (!table.columnNames().contains(name)) {
                throw new RecordException(
                        file, 1, "has no column '" + name + "'; expected " + String.join(", ", FIRST) + " and scores");
            }
        }
        Map<List<String>, TreeMap<Integer, Integer>> pairs = new LinkedHashMap<>();
        double[] k = Tables.numbers(file, table, "k");
        for (int row = 0; row < table.rowCount(); row++) {
            List<String> pair = List.of(
                    table.stringColumn("a").get(row), table.stringColumn("b").get(row));
            if (!(k[row] >= 0) || k[row] != Math.rint(k[row])) {
                throw new RecordException(file, row + 2L, "has k " + k[row] + "; expected a point's number, from 0");
            }
            if (pairs.computeIfAbsent(pair, p -> new TreeMap<>()).put((int) k[row], row) != null) {
                throw new RecordException(
                        file, row + 2L, "has point " + (int) k[row] + " of " + pair + " a second time");
            }
        }
        int points = pairs.values().stream().mapToInt(TreeMap::size).max().orElse(0);
        Map<List<String>, double[][]> losses = samples ? sampleLosses(file) : Map.of();
        double[] loss = Tables.numbers(file, table, "loss");
        double[] distance = Tables.numbers(file, table, "dist");
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (String name : table.columnNames()) {
            if (!FIRST.contains(name)) {
                scores.put(name, Tables.numbers(file, table, name));
            }
        }
        List<PairCurve> curves = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        pairs.forEach((pair, rows) -> {
            if (rows.size() < Math.max(points, 2) || rows.lastKey() != points - 1) {
                notes.add("the points of " + pair.get(0) + " and " + pair.get(1) + " end after " + rows.size() + " of "
                        + points + ": this pair is left out");
                return;
            }
            int[] at = rows.values().stream().mapToInt(r -> r).toArray();
            Map<String, double[]> those = new LinkedHashMap<>();
            scores.forEach((name, values) -> those.put(name, Columns.pick(values, at)));
            double[][] kept = losses.get(pair);
            curves.add(new PairCurve(
                    pair.get(0),
                    pair.get(1),
                    distance[at[0]],
                    Columns.pick(loss, at),
                    those,
                    kept != null && kept.length == points ? kept : null));
        });
        return PairCurves.of(curves).withNotes(notes);
    }

    private static Map<List<String>, double[][]> sampleLosses(Path file) {
        Map<List<String>, double[][]> all = new HashMap<>();
        for (Path part : parts(file)) {
            try (TensorFile tensors = TensorFile.open(part)) {
                for (String name : tensors.names()) {
                    double[] flat = tensors.read(name).toDoubles();
                    int n = (int) tensors.shape(name)[1];
                    all.put(
                            List.of(name.split(BETWEEN)),
                            IntStream.range(0, flat.length / n)
                                    .mapToObj(i -> Arrays.copyOfRange(flat, i * n, (i + 1) * n))
                                    .toArray(double[][]::new));
                }
            }
        }
        return all;
    }
}
