package org.kymograph.stories.tuning;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.train.Objective;
import org.kymograph.train.TrainingListener;

/** Measures losses, or something else, on several data sets, on the same texts each time, and keeps them as the reading "stories". */
final class EvaluationSets implements TrainingListener {
    static final String READING = "stories";

    private final EvaluationSchedule schedule;
    private final Map<String, Objective> sets;
    private final Measured measured;
    private final Map<Long, ReadingsWriter> writers = new LinkedHashMap<>();

    /** What is measured on a data set: numbers by name, one for each vector of parameters. */
    @FunctionalInterface
    interface Measured {
        Map<String, double[]> of(String set, Objective objective, List<ParameterVector> parameters);
    }

    EvaluationSets(EvaluationSchedule schedule, Map<String, Objective> sets) {
        this(schedule, sets, (name, o, parameters) -> Map.of(name, o.meanLosses(parameters)));
    }

    EvaluationSets(EvaluationSchedule schedule, Map<String, Objective> sets, Measured measured) {
        this.schedule = schedule;
        this.sets = sets;
        this.measured = measured;
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
        Map<String, double[]> values = new LinkedHashMap<>();
        sets.forEach((name, o) -> values.putAll(measured.of(name, o, parameters)));
        for (int r = 0; r < seeds.length; r++) {
            int run = r;
            ReadingsWriter writer = writers.get(seeds[r]);
            if (!writer.has(step)) {
                ReadingsWriter.Line line = writer.at(step);
                values.forEach((name, all) -> line.value(name, all[run]));
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
