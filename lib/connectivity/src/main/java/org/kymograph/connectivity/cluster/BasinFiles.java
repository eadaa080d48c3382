package org.kymograph.connectivity.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Clusters as JSON: models, labels, embedding, fiedler, coordinate and evidence, which holds the coordinate by gaps too. */
final class BasinFiles {
    private BasinFiles() {}

    static void write(Path file, Basins basins) {
        ObjectNode all = Json.object();
        all.set("models", Json.tree(basins.models()));
        all.set("labels", Json.tree(basins.labels()));
        all.set("embedding", Json.tree(basins.embedding()));
        all.set("fiedler", Json.tree(basins.fiedler()));
        all.set("coordinate", Json.tree(basins.coordinate()));
        ObjectNode evidence = (ObjectNode) Json.tree(basins.evidence());
        evidence.set("gapCoordinate", Json.tree(basins.gapCoordinate()));
        all.set("evidence", evidence.put("sentence", basins.evidence().sentence()));
        Json.write(file, all);
    }

    static Basins read(Path file) {
        ObjectNode all = Json.readObject(file);
        List<String> models = new ArrayList<>();
        array(file, all, "models").forEach(m -> models.add(m.asText()));
        int n = models.size();
        double[] labels = numbers(file, all, "labels", n);
        JsonNode rows = array(file, all, "embedding");
        double[][] embedding = new double[rows.size()][];
        for (int i = 0; i < rows.size(); i++) {
            embedding[i] = numbers(file, rows.get(i), "embedding[" + i + "]", -1);
        }
        if (embedding.length != n || n == 0) {
            throw new RecordException(
                    file, "embedding has " + embedding.length + " rows; expected " + n + ", one a model");
        }
        JsonNode evidence = field(file, all, "evidence");
        return new Basins(
                models,
                IntStream.range(0, n).map(i -> (int) labels[i]).toArray(),
                embedding,
                numbers(file, all, "fiedler", n),
                numbers(file, all, "coordinate", n),
                numbers(file, evidence, "gapCoordinate", n),
                new BasinEvidence(
                        numbers(file, evidence, "eigenvalues", -1),
                        number(file, evidence, "eigengap"),
                        number(file, evidence, "silhouette"),
                        number(file, evidence, "within"),
                        number(file, evidence, "across"),
                        drawn(file, field(file, evidence, "shuffled")),
                        drawn(file, field(file, evidence, "additive"))));
    }

    private static BasinEvidence.Null drawn(Path file, JsonNode of) {
        return new BasinEvidence.Null(
                (int) number(file, of, "draws"),
                number(file, of, "silhouette"),
                number(file, of, "silhouetteP"),
                number(file, of, "eigengap"),
                number(file, of, "eigengapP"));
    }

    private static JsonNode field(Path file, JsonNode of, String name) {
        JsonNode value = of.get(name);
        if (value == null) {
            throw new RecordException(file, "has no field '" + name + "'; expected clusters of a population");
        }
        return value;
    }

    private static JsonNode array(Path file, JsonNode of, String name) {
        JsonNode value = field(file, of, name);
        if (!value.isArray()) {
            throw new RecordException(file, "field '" + name + "' is no list");
        }
        return value;
    }

    private static double number(Path file, JsonNode of, String name) {
        JsonNode value = field(file, of, name);
        if (!value.isNumber() && !value.isNull()) {
            throw new RecordException(file, "field '" + name + "' is no number");
        }
        return value.isNull() ? Double.NaN : value.asDouble();
    }

    private static double[] numbers(Path file, JsonNode of, String name, int length) {
        JsonNode values = of.isArray() ? of : array(file, of, name);
        double[] out = new double[values.size()];
        for (int i = 0; i < out.length; i++) {
            if (!values.get(i).isNumber()) {
                throw new RecordException(file, "field '" + name + "' holds " + values.get(i) + "; expected numbers");
            }
            out[i] = values.get(i).asDouble();
        }
        if (length >= 0 && out.length != length) {
            throw new RecordException(
                    file, "field '" + name + "' has " + out.length + " values; expected " + length + ", one a model");
        }
        return out;
    }
}
