package org.kymograph.evaluate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;

/**
 * Tasks with parts of a task's training sets: each run learns from the rows that are chosen for the run with the same
 * seed. The test sets stay. {@code run.json} has the part's name, a checksum of the rows of the lowest
 * seed, and the setting of the recorded runs.
 */
final class PartTask {
    private PartTask() {}

    /**
     * Asks once for the rows of each run.
     *
     * @param task what the runs were trained on
     * @param recorded the runs
     * @param rows gives a run's rows to keep, by the parts' names in the record, the same names for all
     * @return for each part the task of its rows, in the order of the choice
     */
    static Map<String, Task> of(Task task, Population recorded, Function<RunFolder, Map<String, int[]>> rows) {
        Map<String, TreeMap<Long, int[]>> parts = new LinkedHashMap<>();
        for (RunFolder run : recorded.runs()) {
            rows.apply(run).forEach((part, kept) -> parts.computeIfAbsent(part, p -> new TreeMap<>())
                    .put(run.seed(), kept.clone()));
        }
        Map<String, Task> tasks = new LinkedHashMap<>();
        parts.forEach((part, bySeed) -> tasks.put(part, of(task, recorded, part, bySeed)));
        return tasks;
    }

    private static Task of(Task task, Population recorded, String part, NavigableMap<Long, int[]> rows) {
        int[] first = rows.firstEntry().getValue();
        Tensor checked = Tensor.of(Arrays.stream(first).asLongStream().toArray(), first.length);
        Map<String, ?> setting = Map.of(
                "part", part,
                "rows", Tensor.checksum(checked),
                "recorded", recorded.runs().get(0).setting());
        return Task.derived(task, setting, seed -> {
            Arguments.check(rows.containsKey(seed), "seed", seed, "one of the recorded runs, " + rows.keySet());
            Split split = task.sample(seed);
            return new Split(split.train().subset(rows.get(seed)), split.test());
        });
    }
}
