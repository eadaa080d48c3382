package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kymograph.states.hmm.DecodedRuns;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Runs that deviate from the others, by two rules: the model finds their rows improbable (log-likelihood per row), or the
 * states they visit are another sequence (mean edit distance to the other runs' sequences, each divided by the longer one's
 * length). Either is turned into a robust z, 0.6745 (x − median)/MAD, and counts from 3.5 on (Iglewicz and Hoaglin, How to
 * Detect and Handle Outliers, 1993); where more than half of the runs are equal and the MAD is 0, the mean absolute deviation
 * from the median times 1.2533 takes its place.
 *
 * @param limit the robust z from which a run is an outlier
 * @param runs one per run
 */
public record OutlierRuns(double limit, List<Judgement> runs) {
    /** The usual limit. */
    public static final double LIMIT = 3.5;

    /** Copies its list. */
    public OutlierRuns {
        runs = List.copyOf(runs);
    }

    /**
     * What is known of a run.
     *
     * @param run its name
     * @param logLikelihood its log-likelihood per row
     * @param logLikelihoodZ the robust z of that; outliers are far below 0
     * @param pathDistance the mean edit distance of its sequence of states to the others', 0 … 1
     * @param pathZ the robust z of that; outliers are far above 0
     * @param isOutlier whether one of the rules says so
     * @param reason which, or an empty text
     */
    public record Judgement(
            String run,
            double logLikelihood,
            double logLikelihoodZ,
            double pathDistance,
            double pathZ,
            boolean isOutlier,
            String reason) {}

    /**
     * @param decoded the runs, at least 3
     * @return the judgement of each run, with the limit {@link #LIMIT}
     * @throws IllegalArgumentException if there are fewer than 3 runs
     */
    public static OutlierRuns of(DecodedRuns decoded) {
        return of(decoded, LIMIT);
    }

    /**
     * @param decoded the runs, at least 3
     * @param limit the robust z from which a run is an outlier, above 0
     * @return the judgement of each run
     * @throws IllegalArgumentException if there are fewer than 3 runs or the limit is out of range
     */
    public static OutlierRuns of(DecodedRuns decoded, double limit) {
        int n = decoded.runs().size();
        if (n < 3) {
            throw new IllegalArgumentException("runs: there are " + n + "; expected at least 3 to compare");
        }
        if (!(limit > 0)) {
            throw new IllegalArgumentException("limit " + limit + ": must be above 0");
        }
        double[] likelihood = decoded.model().scores(decoded.observations());
        double[] distance = new double[n];
        for (int i = 0; i < n; i++) {
            likelihood[i] /= decoded.observations().length(i);
            for (int j = 0; j < n; j++) {
                distance[i] += i == j ? 0 : editDistance(decoded.sequence(i), decoded.sequence(j)) / (n - 1);
            }
        }
        double[] likelihoodZ = robustZ(likelihood);
        double[] pathZ = robustZ(distance);
        List<Judgement> runs = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            List<String> reasons = new ArrayList<>();
            if (likelihoodZ[i] <= -limit) {
                reasons.add(String.format(
                        Locale.ROOT, "log-likelihood per row %.3g has z %.1f", likelihood[i], likelihoodZ[i]));
            }
            if (pathZ[i] >= limit) {
                reasons.add(String.format(Locale.ROOT, "path distance %.3g has z %.1f", distance[i], pathZ[i]));
            }
            runs.add(new Judgement(
                    decoded.runs().get(i),
                    likelihood[i],
                    likelihoodZ[i],
                    distance[i],
                    pathZ[i],
                    !reasons.isEmpty(),
                    String.join("; ", reasons)));
        }
        return new OutlierRuns(limit, runs);
    }

    /** @return the edit distance (Levenshtein) over the longer one's length, 0 … 1 */
    static double editDistance(List<Integer> a, List<Integer> b) {
        int[] above = new int[b.size() + 1];
        Arrays.setAll(above, j -> j);
        for (int i = 1; i <= a.size(); i++) {
            int[] row = new int[b.size() + 1];
            row[0] = i;
            for (int j = 1; j <= b.size(); j++) {
                int substitute = above[j - 1] + (a.get(i - 1).equals(b.get(j - 1)) ? 0 : 1);
                row[j] = Math.min(substitute, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[b.size()] / (double) Math.max(1, Math.max(a.size(), b.size()));
    }

    static double[] robustZ(double[] values) {
        double median = median(values);
        double[] deviations =
                Arrays.stream(values).map(v -> Math.abs(v - median)).toArray();
        double scale = median(deviations) / 0.6745;
        if (scale <= 1e-12 * Math.abs(median)) {
            scale = 1.2533 * Arrays.stream(deviations).average().orElseThrow();
        }
        double unit = scale;
        boolean same = unit <= 1e-12 * Math.abs(median);
        return Arrays.stream(values).map(v -> same ? 0 : (v - median) / unit).toArray();
    }

    private static double median(double[] values) {
        return BootstrapIntervals.quantile(Arrays.stream(values).sorted().toArray(), 0.5);
    }

    /** @return the names of the outliers */
    public List<String> outliers() {
        return runs.stream().filter(Judgement::isOutlier).map(Judgement::run).toList();
    }

    /** @return one row per run */
    public Table table() {
        boolean[] outlier = new boolean[runs.size()];
        for (int i = 0; i < outlier.length; i++) {
            outlier[i] = runs.get(i).isOutlier();
        }
        return Table.create(
                "outliers",
                StringColumn.create("run", runs.stream().map(Judgement::run).toList()),
                BooleanColumn.create("outlier", outlier),
                DoubleColumn.create(
                        "log-likelihood per row",
                        runs.stream().mapToDouble(Judgement::logLikelihood).toArray()),
                DoubleColumn.create(
                        "its z",
                        runs.stream().mapToDouble(Judgement::logLikelihoodZ).toArray()),
                DoubleColumn.create(
                        "path distance",
                        runs.stream().mapToDouble(Judgement::pathDistance).toArray()),
                DoubleColumn.create(
                        "path z", runs.stream().mapToDouble(Judgement::pathZ).toArray()),
                StringColumn.create(
                        "reason", runs.stream().map(Judgement::reason).toList()));
    }
}
