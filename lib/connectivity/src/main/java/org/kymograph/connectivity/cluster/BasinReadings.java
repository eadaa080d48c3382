package org.kymograph.connectivity.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Progress;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Population;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import tech.tablesaw.api.Table;

/**
 * Where a run is on its way into a basin: for each checkpoint the barrier, gap and distance to the run's own final network, and the mean gap
 * and distance to the final networks of each cluster of its population, kept in the run's reading {@code basin}.
 */
public final class BasinReadings {
    /** The name of the reading. */
    public static final String READING = "basin";

    private BasinReadings() {}

    /**
     * Measures all checkpoints of a population, or those that have no line yet. A run's own final network does not count among its
     * cluster's.
     *
     * @param runs runs with checkpoints, of different seeds
     * @param objective the network, the loss and the samples
     * @param basins the clusters of their final networks, which are named by their seeds
     * @param points the number of points of a segment, both ends included, at least 3
     * @return the readings of all runs: {@code barrier}, {@code gap} and {@code distance} to the final network, and for cluster 0, 1, …
     *     {@code gap_0}, {@code distance_0}, …, the mean over its networks
     * @throws IllegalArgumentException if a run is in no cluster
     */
    public static Table write(Population runs, Objective objective, Basins basins, int points) {
        Arguments.atLeast("points", points, 3);
        Map<RunFolder, Integer> labels = new LinkedHashMap<>();
        for (RunFolder run : runs.runs()) {
            int at = basins.models().indexOf(Long.toString(run.seed()));
            Arguments.check(
                    at >= 0, "models of the clusters", basins.models(), "the runs' seeds, " + run.seed() + " too");
            labels.put(run, basins.labels()[at]);
        }
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("points", points);
        settings.put("data", objective.data().name());
        settings.put("samples", objective.data().size());
        settings.put("models", basins.models());
        settings.put("labels", basins.labels());
        try (ObjectiveSession session = objective.open();
                Progress progress = Progress.start("basins", "runs", labels.size())) {
            Map<RunFolder, ParameterVector> ends = new LinkedHashMap<>();
            for (RunFolder run : labels.keySet()) {
                Arguments.check(!run.checkpointSteps().isEmpty(), "runs", run, "runs with checkpoints");
                ends.put(run, objective.parameters(run));
            }
            int done = 0;
            for (RunFolder run : labels.keySet()) {
                try (ReadingsWriter out = Readings.of(run).replace(READING, settings)) {
                    for (long step : run.checkpointSteps()) {
                        if (!out.has(step)) {
                            ParameterVector now = objective.parameters(run, step);
                            write(out.at(step), session, now, run, ends, labels, points);
                        }
                    }
                }
                progress.update(++done, "");
            }
        }
        return runs.readings(READING);
    }

    private static void write(
            ReadingsWriter.Line line,
            ObjectiveSession session,
            ParameterVector now,
            RunFolder run,
            Map<RunFolder, ParameterVector> ends,
            Map<RunFolder, Integer> labels,
            int points) {
        List<ParameterPath> paths = new ArrayList<>();
        ends.values().forEach(end -> paths.add(ParameterPath.segment(now, end)));
        List<LossCurve> curves = LossCurve.along(session, paths, points);
        int clusters = labels.values().stream().mapToInt(l -> l + 1).max().orElse(0);
        double[] gaps = new double[clusters];
        double[] distances = new double[clusters];
        int[] counts = new int[clusters];
        int at = 0;
        for (RunFolder other : ends.keySet()) {
            LossCurve curve = curves.get(at++);
            if (other == run) {
                line.value("barrier", curve.barrierHeight())
                        .value("gap", curve.convexityGap())
                        .value("distance", curve.length());
            } else {
                int cluster = labels.get(other);
                gaps[cluster] += curve.convexityGap();
                distances[cluster] += curve.length();
                counts[cluster]++;
            }
        }
        for (int c = 0; c < clusters; c++) {
            // NaN, a missing value, where the run is alone in its cluster.
            line.value("gap_" + c, gaps[c] / counts[c]).value("distance_" + c, distances[c] / counts[c]);
        }
        line.write();
    }
}
