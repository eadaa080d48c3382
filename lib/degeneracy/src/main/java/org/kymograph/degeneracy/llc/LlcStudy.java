package org.kymograph.degeneracy.llc;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * Estimates of the learning coefficient along a training, kept in the run's readings: what is done is not done again, and a study that was
 * interrupted goes on. A line has the numbers of a step; its tensors {@code trace} the losses [chains, draws], and {@code losses} those of the
 * samples of a probe set [chains, draws, samples] if there is one.
 *
 * @param settings how the coefficient is estimated
 * @param objective the network, the loss and the training data
 * @param test the samples of the test loss; null for none
 * @param on the data that the averaged loss is of, for a data-refined coefficient; null for the training data
 * @param probe the samples whose losses are kept at the draws; null for none
 * @param every the losses of the probe set are kept every so many draws
 * @param reading the name of the reading
 */
public record LlcStudy(
        LearningCoefficient settings,
        Objective objective,
        Dataset test,
        Dataset on,
        Dataset probe,
        int every,
        String reading) {
    private static final int STACK = 32;

    /** Returns a copy that averages the loss on other data. */
    public LlcStudy withOn(Dataset on) {
        return Copies.with(this, "on", on);
    }

    /**
     * Returns a copy that keeps the losses of single samples.
     *
     * @param probe the samples
     * @param every at every so many draws, at least 1
     * @return the copy
     */
    public LlcStudy withProbe(Dataset probe, int every) {
        return Copies.with(Copies.with(this, "probe", probe), "every", Arguments.atLeast("every", every, 1));
    }

    /** Returns a copy whose readings have another name than {@code llc}. */
    public LlcStudy withReading(String reading) {
        return Copies.with(this, "reading", reading);
    }

    /**
     * Estimates the coefficient at all checkpoints of a run.
     *
     * @param run a run of the objective's network
     * @return the estimates by step
     * @throws org.kymograph.record.files.RecordException if a checkpoint is not one of the objective's network, or the reading was made with other
     *     settings
     */
    public LlcCurve run(RunFolder run) {
        return run(run, run.checkpointSteps());
    }

    /**
     * Estimates the coefficient at some checkpoints of a run.
     *
     * @param run a run of the objective's network
     * @param steps the steps of the checkpoints
     * @return the estimates by step
     */
    public LlcCurve run(RunFolder run, List<Long> steps) {
        Arguments.notEmpty("steps", steps);
        List<Long> known = run.checkpointSteps();
        for (long step : steps) {
            Arguments.check(known.contains(step), "step", step, "that of a checkpoint, one of " + known);
        }
        Estimation estimation = Estimation.of(settings, objective).averaging(on);
        try (ReadingsWriter out = Readings.of(run).writer(reading, description())) {
            List<Long> todo = steps.stream().filter(s -> !out.has(s)).sorted().toList();
            if (todo.size() < steps.size() && steps.size() > 1) {
                Progress.say((steps.size() - todo.size()) + " of " + steps.size()
                        + " checkpoints have their estimate already");
            }
            // As many checkpoints at a time as fill the stacks of all threads, so that an interrupt leaves the others
            // done.
            int together = Math.max(1, objective.threads() * STACK / settings.chains());
            for (int from = 0; from < todo.size(); from += together) {
                List<Long> some = todo.subList(from, Math.min(todo.size(), from + together));
                write(out, some, estimation, run);
            }
        }
        return read(run, steps);
    }

    private ObjectNode description() {
        ObjectNode all = settings.json();
        all.put("data", objective.data().toString());
        if (on != null) {
            all.put("on", on.toString());
        }
        if (probe != null) {
            all.put("probe", probe.toString()).put("every", every);
        }
        return all;
    }

    private void write(ReadingsWriter out, List<Long> steps, Estimation estimation, RunFolder run) {
        Objective own = estimation.objective();
        List<ParameterVector> at = new ArrayList<>();
        for (long step : steps) {
            at.add(own.parameters(run, step));
        }
        double[] tests = test == null || test.size() == 0
                ? IntStream.range(0, at.size()).mapToDouble(i -> Double.NaN).toArray()
                : own.withData(test).meanLosses(at);
        SampleLosses samples =
                probe == null ? null : new SampleLosses(own.withData(probe), settings.chains() * at.size(), every);
        List<Estimation.Point> points = Columns.each(
                at.size(), k -> new Estimation.Point(steps.get(k), at.get(k).toArray()));
        List<LlcEstimate> estimates =
                estimation.run(points, samples == null ? new DrawObserver[0] : new DrawObserver[] {samples});
        for (int k = 0; k < at.size(); k++) {
            LlcEstimate e = estimates.get(k);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            double[] trace =
                    Arrays.stream(e.traces()).flatMapToDouble(Arrays::stream).toArray();
            tensors.put("trace", Tensor.ofFloats(trace, e.traces().length, e.traces()[0].length));
            if (samples != null) {
                tensors.put("losses", samples.tensor(k, at.size()));
            }
            line(out.at(e.step()), e, tests[k]).tensors(tensors).write();
        }
    }

    private static ReadingsWriter.Line line(ReadingsWriter.Line line, LlcEstimate e, double test) {
        line.value("llc", e.llc(), e.standardError())
                .value("lower", e.lower())
                .value("upper", e.upper())
                .value("rhat", e.rhat())
                .value("effective_draws", e.effectiveDraws())
                .value("train_loss", e.trainLoss())
                .value("test_loss", test)
                .value("samples", e.samples())
                .value("inverse_temperature", e.inverseTemperature())
                .value("directions", e.directions())
                .value("acceptance", e.acceptance())
                .value("drift", e.drift())
                .value("pull", e.pull())
                .value("curvature", e.curvature())
                .value("halved", e.halved(), e.halvedError());
        for (int c = 0; c < e.chains().length; c++) {
            line.value("chain_" + c, e.chains()[c]).value("diverged_at_" + c, e.divergedAt()[c]);
        }
        return line;
    }

    /**
     * Reads the estimates of a study that was made before.
     *
     * @param run the run
     * @param steps the steps
     * @return the estimates by step
     */
    private LlcCurve read(RunFolder run, List<Long> steps) {
        Readings readings = Readings.of(run);
        Table table = readings.table(reading);
        Map<Long, LlcEstimate> all = new TreeMap<>();
        double[] step = Columns.numbers(table, "step");
        for (int row = 0; row < step.length; row++) {
            if (steps.contains((long) step[row])) {
                all.put((long) step[row], read(readings, table, row, (long) step[row]));
            }
        }
        return new LlcCurve(settings, List.copyOf(all.values()));
    }

    private LlcEstimate read(Readings readings, Table table, int row, long step) {
        Map<String, Double> x = new LinkedHashMap<>();
        table.columnNames().forEach(name -> x.put(name, Columns.numbers(table, name)[row]));
        double[][] traces = new double[settings.chains()][];
        try (TensorFile file = readings.tensors(reading, step)) {
            double[] all = file.read("trace").toDoubles();
            int draws = all.length / traces.length;
            Arrays.setAll(traces, c -> Arrays.copyOfRange(all, c * draws, (c + 1) * draws));
        }
        return new LlcEstimate(
                step,
                settings,
                x.get("samples").intValue(),
                x.get("inverse_temperature"),
                x.get("directions").intValue(),
                x.get("train_loss"),
                x.get("test_loss"),
                x.get("llc"),
                x.get("llc_error"),
                x.get("lower"),
                x.get("upper"),
                x.get("rhat"),
                x.get("effective_draws"),
                Columns.numbers(traces.length, c -> x.get("chain_" + c)),
                IntStream.range(0, traces.length)
                        .map(c -> x.get("diverged_at_" + c).intValue())
                        .toArray(),
                x.get("acceptance"),
                x.get("drift"),
                x.get("pull"),
                x.get("curvature"),
                x.get("halved"),
                x.get("halved_error"),
                traces);
    }
}
