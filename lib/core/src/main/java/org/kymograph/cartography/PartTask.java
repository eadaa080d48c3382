package org.kymograph.cartography;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Function;
import org.kymograph.data.Augmentation;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.record.Checksums;
import org.kymograph.record.Json;
import org.kymograph.record.RunFolder;
import org.kymograph.record.Tensor;
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
    private final TreeMap<Long, RunFolder> runs = new TreeMap<>();
    private final Function<SampleMetrics, int[]> choice;

    private final String checksum;

    private PartTask(Task task, Population recorded, String part, Function<SampleMetrics, int[]> choice) {
        this.task = task;
        this.part = part;
        this.recorded = recorded.runs().get(0).setting();
        this.choice = choice;
        recorded.runs().forEach(run -> runs.put(run.seed(), run));
        int[] first = rows(runs.firstEntry().getValue());
        checksum = Checksums.of(Tensor.of(Arrays.stream(first).asLongStream().toArray(), first.length));
    }

    /**
     * @param task what the runs were trained on, with row numbers as guids
     * @param recorded the runs, with logs
     * @param part names the choice in the record
     * @param choice gives the rows to keep, from the metrics of a run's log
     * @return the task of those parts
     * @throws org.kymograph.record.RecordException if a log can't be read
     */
    static Task of(Task task, Population recorded, String part, Function<SampleMetrics, int[]> choice) {
        return new PartTask(task, recorded, part, choice);
    }

    @Override
    public String name() {
        return task.name();
    }

    @Override
    public Object setting() {
        ObjectNode all = Json.object().setAll((ObjectNode) Json.tree(task.setting()));
        all.put("part", part);
        all.put("rows", checksum);
        all.set("recorded", recorded);
        return all;
    }

    @Override
    public Augmentation augmentation() {
        return task.augmentation();
    }

    /**
     * @param seed the run's seed
     * @return that run's data, the chosen samples in the order of the choice
     * @throws IllegalArgumentException if no run of that seed was recorded
     * @throws org.kymograph.record.RecordException if its log can't be read
     */
    @Override
    public Split sample(long seed) {
        RunFolder run = runs.get(seed);
        if (run == null) {
            throw new IllegalArgumentException("seed " + seed + ": no run of it was recorded; expected one of " + runs.keySet());
        }
        Split split = task.sample(seed);
        return new Split(split.train().subset(rows(run)), split.test());
    }

    private int[] rows(RunFolder run) {
        SampleMetrics metrics = SampleMetrics.of(Dynamics.read(run.path()));
        return SampleRows.ofTraining(metrics, choice.apply(metrics));
    }
}
