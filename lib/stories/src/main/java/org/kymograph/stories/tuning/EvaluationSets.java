package org.kymograph.stories.tuning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.train.Objective;
import org.kymograph.train.TrainingListener;

/** Measures losses on several data sets, on the same texts each time, and keeps them as the reading "stories". */
final class EvaluationSets implements TrainingListener {
    static final String READING = "stories";

    private final EvaluationSchedule schedule;
    private final Map<String, Objective> sets;
    private final Map<Long, ReadingsWriter> writers = new LinkedHashMap<>();

    EvaluationSets(EvaluationSchedule schedule, Map<String, Objective> sets) {
        this.schedule = schedule;
        this.sets = sets;
    }

    @Override
    public void onStart(Start start) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("schedule", schedule);
        sets.forEach((name, o) -> settings.put(name, o.data().size()));
        start.runs().forEach(r -> writers.put(r.seed(), Readings.of(r).writer(READING, settings)));
    }

    @Override
    public boolean wantsParameters(long step) {
        return schedule.evaluates(step);
    }

    @Override
    public void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {
        Map<String, double[]> losses = new LinkedHashMap<>();
        sets.forEach((name, o) -> losses.put(name, o.meanLosses(parameters)));
        for (int r = 0; r < seeds.length; r++) {
            int run = r;
            ReadingsWriter writer = writers.get(seeds[r]);
            if (!writer.has(step)) {
                ReadingsWriter.Line line = writer.at(step);
                losses.forEach((name, all) -> line.value(name, all[run]));
                line.write();
            }
        }
    }

    @Override
    public void onEnd() {
        writers.values().forEach(ReadingsWriter::close);
        writers.clear();
    }
}
