package org.kymograph.evaluate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.kymograph.data.Augmentation;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Population;

/**
 * A task with parts of its training sets: each run learns from the rows that are chosen for the run with the same
 * seed. The test sets stay. {@code run.json} has the part's name, a checksum of the rows of the lowest
 * seed, and the setting of the recorded runs. Immutable.
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
     * Asks once for the rows of each run.
     *
     * @param task what the runs were trained on
     * @param recorded the runs
     * @param rows gives a run's rows to keep, by the parts' names in the record, the same names for all
     * @return for each part the task of its rows
     */
    static Map<String, Task> of(Task task, Population recorded, Function<RunFolder, Map<String, int[]>> rows) {
        ObjectNode setting = recorded.runs().get(0).setting();
        Map<String, PartTask> parts = new LinkedHashMap<>();
        for (RunFolder run : recorded.runs()) {
            rows.apply(run).forEach((part, kept) -> parts.computeIfAbsent(part, p -> new PartTask(task, setting, p))
                    .rows
                    .put(run.seed(), kept.clone()));
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
