package org.kymograph.notebook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.kymograph.base.Columns;
import org.kymograph.data.Task;
import org.kymograph.model.Network;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/** Experiments, their settings and their runs as small tables. */
final class TrainingTables implements ResultRenderers {
    private static final int LONGEST = 200;
    private static final List<String> RESULTS =
            List.of("epoch", "step", "train_loss", "eval_loss", "train_accuracy", "eval_accuracy");

    @Override
    public void addTo(Renderers renderers) {
        renderers.add(Experiment.class, e -> settings("experiment " + e.name(), e.setting()));
        renderers.add(Network.class, n -> settings("network " + n.name(), n.setting()));
        renderers.add(Task.class, t -> settings("task " + t.name(), t.setting()));
        renderers.add(Loss.class, loss -> settings("loss", loss.setting()));
        renderers.add(Optimizer.class, optimizer -> settings("optimizer", optimizer));
        renderers.add(Schedule.class, schedule -> settings("schedule", schedule));
        renderers.add(Span.class, span -> settings("span", span));
        renderers.show(Population.class, runs -> runs(runs.runs()));
        renderers.show(RunFolder.class, run -> runs(List.of(run)));
    }

    /** The components of a record, a row each. */
    static Table fields(Record record) {
        return Columns.of(
                        record.getClass().getSimpleName(),
                        List.of(record.getClass().getRecordComponents()))
                .texts("field", RecordComponent::getName)
                .texts("value", component -> value(record, component))
                .table();
    }

    private static String value(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            String text =
                    Renderers.plain(component.getAccessor().invoke(record)).get("text/plain");
            return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All settings, however many. */
    private static Map<String, String> settings(String title, Object setting) {
        Map<String, String> rows = new LinkedHashMap<>();
        flatten("", Json.tree(setting), rows);
        return TableHtml.bundle(
                Columns.of(title, List.copyOf(rows.entrySet()))
                        .texts("setting", Map.Entry::getKey)
                        .texts("value", Map.Entry::getValue)
                        .table(),
                rows.size());
    }

    private static void flatten(String path, JsonNode node, Map<String, String> rows) {
        if (!node.isObject()) {
            rows.put(
                    path.isEmpty() ? "value" : path,
                    node.isNull() ? "none" : node.isTextual() ? node.asText() : node.toString());
            return;
        }
        node.properties()
                .forEach(field -> flatten((path.isEmpty() ? "" : path + ".") + field.getKey(), field.getValue(), rows));
    }

    /** A row for each of the first runs, with what its last evaluation measured. */
    private static Table runs(List<RunFolder> runs) {
        String counts = runs.stream()
                .collect(Collectors.groupingBy(RunFolder::status, LinkedHashMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(status -> status.getValue() + " " + status.getKey())
                .collect(Collectors.joining(", "));
        List<RunFolder> shown = runs.subList(0, Math.min(runs.size(), TableHtml.ROWS));
        Map<RunFolder, ObjectNode> last = new LinkedHashMap<>();
        shown.forEach(run -> last.put(run, run.metrics().last().orElseGet(Json::object)));
        Columns<RunFolder> columns = Columns.of(
                        String.format(
                                        Locale.ROOT,
                                        "%s: %,d run%s (%s)",
                                        runs.get(0).experiment(),
                                        runs.size(),
                                        runs.size() == 1 ? "" : "s",
                                        counts)
                                + (shown.size() < runs.size() ? ", the first " + shown.size() : ""),
                        shown)
                .longs("seed", RunFolder::seed)
                .texts("status", RunFolder::status);
        for (String result : RESULTS) {
            if (last.values().stream().anyMatch(line -> line.path(result).isNumber())) {
                columns.doubles(result, run -> last.get(run).path(result).asDouble(Double.NaN));
            }
        }
        if (shown.stream().anyMatch(run -> run.failure() != null)) {
            columns.texts("failure", RunFolder::failure);
        }
        return columns.texts("run", RunFolder::id).table();
    }
}
