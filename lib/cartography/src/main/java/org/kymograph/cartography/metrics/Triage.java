package org.kymograph.cartography.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stats.Statistics;
import org.kymograph.train.Experiment;
import org.kymograph.train.Outputs;
import tech.tablesaw.api.Table;

/**
 * Which targets of a regression a model persistently misses, and in which direction: TRIAGE (Seedat et al., NeurIPS 2023). In
 * each epoch a sample's score is the value of the conformal predictive distribution at its target y, the share of the residuals
 * r of calibration samples with ŷ + r &lt; y: (#{r &lt; y − ŷ} + (#{r = y − ŷ} + 1)/2) / (n + 1). It is near 0 where the
 * model predicts too much for this sample, near 1 where it predicts too little, and about uniform where targets are as noisy as those of the
 * calibration samples.
 *
 * <p>Of no use if the calibration samples have the faults that are looked for. The published program divides residuals by a difficulty that it
 * gets from the nearest neighbours first; here all are taken as they are, which suits noise of one size.
 *
 * @param guids the samples
 * @param mean the mean score of each over the epochs, 0 to 1
 * @param deviation the population standard deviation of each one's score over the epochs
 */
public record Triage(Guids guids, double[] mean, double[] deviation) {
    /** From here on, up or down, a persistent score is one-sided; that of the published program. */
    private static final double ONE_SIDED = 0.33;

    /** Scores that vary less than this share of all do are persistent; that of the published program. */
    private static final double PERSISTENT = 0.75;

    /** What a model makes of a sample's target. */
    public enum Group {
        /** The model persistently predicts too little. */
        UNDER_ESTIMATED,
        /** The model is not persistently on one side. */
        WELL_ESTIMATED,
        /** The model persistently predicts too much. */
        OVER_ESTIMATED
    }

    /** Copies the arrays. */
    public Triage {
        Arguments.sameLength("mean", mean.length, "guids", guids.size());
        Arguments.sameLength("deviation", deviation.length, "guids", guids.size());
        mean = mean.clone();
        deviation = deviation.clone();
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] deviation() {
        return deviation.clone();
    }

    /**
     * Scores the samples of a log.
     *
     * @param log a log of a regression
     * @param residuals target less prediction of the calibration samples after each epoch, {@code [epoch][sample]}
     * @throws IllegalArgumentException if the log is of another kind, or there are no residuals of an epoch
     */
    public static Triage of(Dynamics log, double[][] residuals) {
        Arguments.check(log.kind() == Dynamics.Kind.REGRESSION, "the log's kind", log.kind(), "REGRESSION");
        Arguments.sameLength("residuals", residuals.length, "the log's epochs", log.epochs());
        double[][] scores = new double[log.samples()][log.epochs()];
        for (int e = 0; e < residuals.length; e++) {
            double[] sorted = residuals[e].clone();
            Arguments.atLeast("the number of residuals of epoch " + e, sorted.length, 1);
            Arrays.sort(sorted);
            for (int i = 0; i < scores.length; i++) {
                scores[i][e] = score(sorted, log.target(i) - log.logit(e, i, 0));
            }
        }
        return new Triage(
                log.guids(),
                Arrays.stream(scores).mapToDouble(Statistics::mean).toArray(),
                Arrays.stream(scores).mapToDouble(Statistics::populationSd).toArray());
    }

    /**
     * Scores the training samples of a run that was recorded and has a checkpoint after every epoch.
     *
     * @param experiment what was trained: one output, real targets
     * @param run one of its runs
     * @param calibration samples that it was not trained on
     * @throws IllegalArgumentException if there are not as many checkpoints after the first as epochs in the log
     */
    public static Triage of(Experiment experiment, RunFolder run, Dataset calibration) {
        Arguments.check(
                calibration.target() == Dataset.Target.REAL, "calibration", calibration.target(), "real targets");
        List<Long> steps =
                run.checkpointSteps().stream().filter(step -> step > 0).sorted().toList();
        double[] targets = calibration.targets().toDoubles();
        double[][] residuals = new double[steps.size()][targets.length];
        for (int e = 0; e < residuals.length; e++) {
            try (TensorFile checkpoint = run.checkpoint(steps.get(e))) {
                double[] predicted = Outputs.of(
                                experiment.network(), checkpoint, calibration, experiment.evaluationBatch())
                        .toDoubles();
                for (int i = 0; i < targets.length; i++) {
                    residuals[e][i] = targets[i] - predicted[i];
                }
            }
        }
        return of(Dynamics.read(run.path()), residuals);
    }

    private static double score(double[] sorted, double residual) {
        int below = first(sorted, residual);
        int upTo = first(sorted, Math.nextUp(residual));
        return (below + (upTo - below + 1) / 2.0) / (sorted.length + 1);
    }

    /** Returns how many of the sorted numbers are below a value. */
    private static int first(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the group of each sample: one-sided means of at most 0.33 or at least 0.67 whose deviation is in the lower three quarters. */
    public Group[] groups() {
        double persistent = Statistics.quantile(deviation, PERSISTENT);
        return IntStream.range(0, mean.length)
                .mapToObj(i -> deviation[i] > persistent
                        ? Group.WELL_ESTIMATED
                        : mean[i] <= ONE_SIDED
                                ? Group.OVER_ESTIMATED
                                : mean[i] >= 1 - ONE_SIDED ? Group.UNDER_ESTIMATED : Group.WELL_ESTIMATED)
                .toArray(Group[]::new);
    }

    /**
     * Returns the samples of a group, in the log's order.
     *
     * @param group the group
     */
    public int[] in(Group group) {
        Group[] groups = groups();
        return IntStream.range(0, groups.length).filter(i -> groups[i] == group).toArray();
    }

    /** Returns a row for each group: group, samples, and the means of their scores and of these scores' deviations. */
    public Table table() {
        return Columns.of("TRIAGE", List.of(Group.values()))
                .texts("group", group -> group.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .ints("samples", group -> in(group).length)
                .doubles("mean score", group -> average(mean, in(group)))
                .doubles("its deviation", group -> average(deviation, in(group)))
                .table();
    }

    private static double average(double[] values, int[] rows) {
        return Statistics.mean(Columns.pick(values, rows));
    }
}
