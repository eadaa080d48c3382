package org.kymograph.cartography.select;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.GuidFiles;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stats.Statistics;

/**
 * What the code of Swayamdipta et al. (EMNLP 2020, allenai/cartography) writes when it evaluates: {@code
 * predictions_<task>_<split>_<prefix>.lst}, a JSON object for each sample, and {@code eval_metrics_<task>_<split>_<prefix>.json}
 * with the accuracy.
 */
public final class PredictionFiles {
    private PredictionFiles() {}

    /**
     * Writes both files of one epoch's outputs.
     *
     * @param folder the folder to write them into
     * @param name what stands between {@code predictions_} and the ending, such as {@code "SNLI_dev_in_training"}
     * @param log a log of classes, of the samples to be listed
     * @param epoch which epoch's outputs
     * @param labels the names of the classes
     * @throws IllegalArgumentException if the log is of another kind, has no such epoch, or another number of classes
     */
    public static void write(Path folder, String name, Dynamics log, int epoch, List<String> labels) {
        Arguments.check(log.kind() == Dynamics.Kind.CLASSES, "the log's kind", log.kind(), "CLASSES");
        Arguments.within("epoch", epoch, 0, log.epochs() - 1);
        Arguments.sameLength("labels", labels.size(), "the log's classes", log.classes());
        StringBuilder lines = new StringBuilder();
        int right = 0;
        for (int i = 0; i < log.samples(); i++) {
            double[] p = log.probabilities(epoch, i);
            int best = Statistics.argmax(p);
            right += best == log.gold(i) ? 1 : 0;
            ObjectNode line = GuidFiles.putGuid(Json.object(), log.guids(), i)
                    .put("label", labels.get(best))
                    .put("gold", labels.get(log.gold(i)))
                    .put("confidence", p[best]);
            ArrayNode probabilities = line.putArray("probabilities");
            for (double each : p) {
                probabilities.add(each);
            }
            lines.append(Json.line(line)).append('\n');
        }
        String accuracy = Json.line(Json.object().put("acc", (double) right / log.samples()));
        AtomicFiles.writeText(folder.resolve("predictions_" + name + ".lst"), lines);
        AtomicFiles.writeText(folder.resolve("eval_metrics_" + name + ".json"), accuracy + "\n");
    }

    /**
     * Reads the predicted labels.
     *
     * @param file a file {@code predictions_….lst} of this or the published program
     * @return the labels by the samples' ids, in the file's order
     * @throws RecordException if it can't be read, an id comes twice or a line has no label
     */
    public static Map<String, String> read(Path file) {
        Map<String, String> labels = new LinkedHashMap<>();
        int number = 0;
        for (String text : GuidFiles.lines(file)) {
            number++;
            ObjectNode line = Json.parseLine(file, number, text.getBytes(StandardCharsets.UTF_8));
            JsonNode label = line.path("label");
            if (!label.isTextual()) {
                throw new RecordException(file, number, "field 'label': expected a label, found " + label);
            }
            String guid = GuidFiles.guid(file, number, line);
            if (labels.put(guid, label.asText()) != null) {
                throw new RecordException(file, number, "field 'guid': " + guid + " comes twice");
            }
        }
        return labels;
    }
}
