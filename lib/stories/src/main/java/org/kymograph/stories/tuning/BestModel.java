package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Objective;
import org.kymograph.train.TrainingListener;

/**
 * Keeps the model of the lowest loss on the test set so far as {@code best.bin} in a run's folder, llama2.c's version 0, and the steps
 * at which it became another one as the reading "best". It is measured at every evaluation and every checkpoint.
 */
final class BestModel implements TrainingListener {
    static final String READING = "best";

    private final EvaluationSchedule schedule;
    private final int checkpoints;
    private final Objective test;
    private final int length;
    private final Map<Long, Double> best = new LinkedHashMap<>();
    private final Map<Long, Path> files = new LinkedHashMap<>();
    private final Map<Long, ReadingsWriter> writers = new LinkedHashMap<>();

    BestModel(EvaluationSchedule schedule, int checkpoints, Objective test, int length) {
        this.schedule = schedule;
        this.checkpoints = checkpoints;
        this.test = test;
        this.length = length;
    }

    @Override
    public void onStart(Start start) {
        for (RunFolder run : start.runs()) {
            Readings readings = Readings.of(run);
            double before = readings.names().contains(READING)
                    ? readings.table(READING).doubleColumn("loss/test").min()
                    : Double.POSITIVE_INFINITY;
            best.put(run.seed(), before);
            files.put(run.seed(), run.path().resolve("best.bin"));
            writers.put(
                    run.seed(),
                    readings.writer(
                            READING,
                            Map.of(
                                    "schedule",
                                    schedule,
                                    "checkpoints",
                                    checkpoints,
                                    "texts",
                                    test.data().size())));
        }
    }

    @Override
    public boolean wantsParameters(long step) {
        return schedule.evaluates(step) || step % checkpoints == 0;
    }

    @Override
    public void onParameters(long[] seeds, long step, List<ParameterVector> parameters) {
        double[] losses = test.meanLosses(parameters);
        for (int r = 0; r < seeds.length; r++) {
            ReadingsWriter writer = writers.get(seeds[r]);
            if (losses[r] < best.get(seeds[r]) && !writer.has(step)) {
                LlamaModel.of((Llama) test.network(), length, parameters.get(r)).writeBin(files.get(seeds[r]), 0);
                writer.at(step).value("loss/test", losses[r]).write();
                best.put(seeds[r], losses[r]);
            }
        }
    }

    @Override
    public void onEnd() {
        writers.values().forEach(ReadingsWriter::close);
        writers.clear();
    }
}
