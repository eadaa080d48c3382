package org.kymograph.cartography.select;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.data.Augmentation;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Population;

/**
 * A task with parts of its training sets: each run learns from the samples that the log of the run with the same seed
 * chooses. The test sets stay. {@code run.json} has the part's name, a checksum of the rows that the log of the lowest seed
 * chooses, and the setting of the recorded runs. Immutable.
 */
final class PartTask implements Task {
    private final Task task;
    private final String part;
    private final ObjectNode recorded;
    private final TreeMap<Long, int[]> rows = new TreeMap<>();

    private PartTask(Task task, ObjectNode recorded, String part) {
        this.task = task;
        this.recorded = recorded;
        this.part = part;
    }

    /**
     * Reads each run's log once, and applies every choice to it.
     *
     * @param task what the runs were trained on, with row numbers as guids
     * @param recorded the runs, with logs
     * @param choices give the rows to keep, from the metrics of a run's log, each by its name in the record
     * @return for each choice the task of its parts
     * @throws org.kymograph.record.files.RecordException if a log can't be read
     */
    static Map<String, Task> of(Task task, Population recorded, Map<String, Function<SampleMetrics, int[]>> choices) {
        ObjectNode setting = recorded.runs().get(0).setting();
        Map<String, PartTask> parts = new LinkedHashMap<>();
        choices.keySet().forEach(part -> parts.put(part, new PartTask(task, setting, part)));
        for (RunFolder run : recorded.runs()) {
            SampleMetrics metrics = SampleMetrics.of(Dynamics.read(run.path()));
            choices.forEach((part, choice) ->
                    parts.get(part).rows.put(run.seed(), SampleRows.ofTraining(metrics, choice.apply(metrics))));
        }
        return new LinkedHashMap<>(parts);
    }

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public Object setting() {
        int[] first = rows.firstEntry().getValue();
        ObjectNode all = Json.object().setAll((ObjectNode) Json.tree(task.setting()));
        all.put("part", part);
        all.put(
                "rows",
                Tensor.checksum(Tensor.of(Arrays.stream(first).asLongStream().toArray(), first.length)));
        all.set("recorded", recorded);
        return all;
    }

    @Override
    public Augmentation augmentation() {
        return task.augmentation();
    }

    /**
     * Returns that run's data, the chosen samples in the order of the choice.
     *
     * @param seed the run's seed
     * @throws IllegalArgumentException if no run of that seed was recorded
     */
    @Override
    public Split sample(long seed) {
        int[] chosen = rows.get(seed);
        if (chosen == null) {
            throw new IllegalArgumentException(
                    "seed " + seed + ": no run of it was recorded; expected one of " + rows.keySet());
        }
        Split split = task.sample(seed);
        return new Split(split.train().subset(chosen), split.test());
    }
}
