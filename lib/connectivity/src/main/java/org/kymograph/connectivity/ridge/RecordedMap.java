package org.kymograph.connectivity.ridge;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.Table;

/**
 * Where samples lie on the data map of recorded trainings: the mean over runs of a sample's confidence and variability, to be joined
 * with who carries a barrier. Rows are the samples asked for, in their order.
 *
 * <p>Source: Swayamdipta et al., Dataset Cartography (2020).
 *
 * @param confidence the mean probability of the label over epochs
 * @param variability the standard deviation of this probability over epochs, as of a population
 * @param correctness the share of epochs in which the label is the most probable class
 */
public record RecordedMap(double[] confidence, double[] variability, double[] correctness) {
    /** Copies the arrays. */
    public RecordedMap {
        confidence = confidence.clone();
        variability = variability.clone();
        correctness = correctness.clone();
    }

    /**
     * Reads the training dynamics of runs.
     *
     * @param runs runs whose training was recorded
     * @param rows the rows of the training set that are wanted
     * @return the mean over the runs
     * @throws RecordException if a run was not recorded, or its record lacks a row
     */
    public static RecordedMap of(List<RunFolder> runs, int[] rows) {
        Arguments.notEmpty("runs", runs);
        int n = rows.length;
        double[][] sums = new double[3][n];
        for (RunFolder run : runs) {
            Path log = run.path();
            Dynamics dynamics = Dynamics.read(log);
            for (int i = 0; i < n; i++) {
                int at = dynamics.guids().indexOf((long) rows[i]);
                if (at < 0) {
                    throw new RecordException(log, "has no training dynamics of sample " + rows[i]);
                }
                add(dynamics, at, sums, i, runs.size());
            }
        }
        return new RecordedMap(sums[0], sums[1], sums[2]);
    }

    private static void add(Dynamics dynamics, int at, double[][] sums, int i, int runs) {
        int epochs = dynamics.epochs();
        double sum = 0;
        double squares = 0;
        double right = 0;
        for (int e = 0; e < epochs; e++) {
            double[] all = dynamics.probabilities(e, at);
            double p = all[dynamics.gold(at)];
            sum += p;
            squares += p * p;
            right += IntStream.range(0, all.length).allMatch(c -> all[c] <= p) ? 1 : 0;
        }
        double mean = sum / epochs;
        sums[0][i] += mean / runs;
        sums[1][i] += Math.sqrt(Math.max(0, squares / epochs - mean * mean)) / runs;
        sums[2][i] += right / epochs / runs;
    }

    /** Returns the confidences, a copy. */
    @Override
    public double[] confidence() {
        return confidence.clone();
    }

    /** Returns the variabilities, a copy. */
    @Override
    public double[] variability() {
        return variability.clone();
    }

    /** Returns the shares of right epochs, a copy. */
    @Override
    public double[] correctness() {
        return correctness.clone();
    }

    /**
     * Returns the regions of the map as groups: a third of the samples with the largest variability is ambiguous; of the others
     * those with a confidence above the median are easy to learn, and the rest hard.
     *
     * @return {@code ambiguous}, {@code easy} or {@code hard} for each sample
     */
    public List<String> regions() {
        int n = confidence.length;
        List<Integer> byVariability = IntStream.range(0, n)
                .boxed()
                .sorted((a, b) -> Double.compare(variability[b], variability[a]))
                .toList();
        List<Integer> rest = byVariability.subList(n / 3, n).stream()
                .sorted((a, b) -> Double.compare(confidence[b], confidence[a]))
                .toList();
        String[] regions = new String[n];
        byVariability.subList(0, n / 3).forEach(i -> regions[i] = "ambiguous");
        for (int r = 0; r < rest.size(); r++) {
            regions[rest.get(r)] = r < rest.size() / 2 ? "easy" : "hard";
        }
        return List.of(regions);
    }

    /**
     * Returns the samples as a table.
     *
     * @return columns {@code confidence}, {@code variability}, {@code correctness} and {@code region}
     */
    public Table table() {
        List<String> regions = regions();
        return Columns.of(
                        "data map",
                        IntStream.range(0, confidence.length).boxed().toList())
                .doubles("confidence", i -> confidence[i])
                .doubles("variability", i -> variability[i])
                .doubles("correctness", i -> correctness[i])
                .texts("region", regions::get)
                .table();
    }
}
