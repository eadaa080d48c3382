package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.stats.Statistics;
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
     * The judgement of a run.
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
     * Judges each run by the usual limit.
     *
     * @param decoded the runs, at least 3
     * @return the judgement of each run, with the limit {@link #LIMIT}
     * @throws IllegalArgumentException if there are fewer than 3 runs
     */
    public static OutlierRuns of(DecodedRuns decoded) {
        return of(decoded, LIMIT);
    }

    /**
     * Judges each run.
     *
     * @param decoded the runs, at least 3
     * @param limit the robust z from which a run is an outlier, above 0
     * @return the judgement of each run
     * @throws IllegalArgumentException if there are fewer than 3 runs or the limit is out of range
     */
    public static OutlierRuns of(DecodedRuns decoded, double limit) {
        int n = decoded.runs().size();
        Arguments.atLeast("the number of runs", n, 3);
        Arguments.check(limit > 0, "limit", limit, "a number above 0");
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

    /** Returns the edit distance (Levenshtein) over the longer one's length, 0 … 1. */
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
        double median = Statistics.median(values);
        double[] deviations =
                Arrays.stream(values).map(v -> Math.abs(v - median)).toArray();
        double scale = Statistics.median(deviations) / 0.6745;
        if (scale <= 1e-12 * Math.abs(median)) {
            scale = 1.2533 * Statistics.mean(deviations);
        }
        double unit = scale;
        boolean same = unit <= 1e-12 * Math.abs(median);
        return Arrays.stream(values).map(v -> same ? 0 : (v - median) / unit).toArray();
    }

    /** Returns the names of the outliers. */
    public List<String> outliers() {
        return runs.stream().filter(Judgement::isOutlier).map(Judgement::run).toList();
    }

    /** Returns one row per run. */
    public Table table() {
        return Columns.of("outliers", runs)
                .texts("run", Judgement::run)
                .flags("outlier", Judgement::isOutlier)
                .doubles("log-likelihood per row", Judgement::logLikelihood)
                .doubles("its z", Judgement::logLikelihoodZ)
                .doubles("path distance", Judgement::pathDistance)
                .doubles("path z", Judgement::pathZ)
                .texts("reason", Judgement::reason)
                .table();
    }
}
