package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.Hmm;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.OnlineDecoder;
import org.kymograph.stats.OlsFit;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * Prediction of convergence that looks neither at the run's own future nor at the run itself: the model, the scaling and the regression come from other
 * runs, states are filtered, and only the first k checkpoints are seen. Beside it single numbers at checkpoint k, such as the loss: a map earns its keep only if
 * it beats them.
 *
 * <p>Not for k beyond the first convergence of any run: from there on the outcome of some is known.
 *
 * @param points by k and predictor
 */
public record Forecast(List<Point> points) {
    private static final String STATES = "states";

    /** Copies its list. */
    public Forecast {
        points = List.copyOf(points);
    }

    /**
     * How well one predictor does.
     *
     * @param checkpoints how many of a run's checkpoints it sees, k
     * @param predictor {@code states}, or the single number
     * @param rSquared R² on held-out runs, 1 − Σ(y − ŷ)²/Σ(y − ȳ)², with ŷ and ȳ from the other runs; may be below 0
     * @param error the mean absolute error, in the outcome's unit
     * @param covered the share of held-out runs inside ±, the nine-tenths quantile of the absolute residuals of the other runs
     */
    public record Point(int checkpoints, String predictor, double rSquared, double error, double covered) {}

    /**
     * Predicts each run from the others.
     *
     * @param hmm the settings of the model
     * @param raw the runs as measured, not standardized
     * @param outcome their convergence, of each run
     * @param baselines [run][checkpoint] by name: single numbers that may tell as much
     * @param folds how many parts the runs are dealt to, each predicted from the others; 2 to the number of runs
     * @param first the numbers of checkpoints, k
     * @return how well the states and each baseline do
     * @throws IllegalArgumentException if the runs are standardized or an argument is out of range
     */
    public static Forecast of(
            Hmm hmm, Observations raw, Outcome outcome, Map<String, double[][]> baselines, int folds, int... first) {
        Arguments.check(!raw.isStandardized(), "raw.isStandardized()", true, "false, the runs as they were measured");
        int n = raw.runs().size();
        int[] fold = OlsFit.folds(n, folds, 0);
        double[] y = raw.runs().stream().mapToDouble(outcome::value).toArray();
        Map<String, double[][][]> inputs = new LinkedHashMap<>();
        Map<String, double[][]> predicted = new LinkedHashMap<>();
        List<String> names = new ArrayList<>(List.of(STATES));
        names.addAll(baselines.keySet());
        names.forEach(name -> {
            inputs.put(name, new double[first.length][n][]);
            predicted.put(name, new double[first.length][n]);
        });
        baselines.forEach((name, values) -> {
            for (int k = 0; k < first.length; k++) {
                for (int i = 0; i < n; i++) {
                    inputs.get(name)[k][i] = new double[] {1, values[i][first[k] - 1]};
                }
            }
        });
        double[] mean = new double[n];
        Map<String, boolean[][]> covered = new LinkedHashMap<>();
        names.forEach(name -> covered.put(name, new boolean[first.length][n]));
        try (Progress progress = Progress.start("forecasting", "folds", folds)) {
            for (int f = 0; f < folds; f++) {
                int part = f;
                int[] others =
                        IntStream.range(0, n).filter(i -> fold[i] != part).toArray();
                int[] own = IntStream.range(0, n).filter(i -> fold[i] == part).toArray();
                filter(hmm, raw, others, inputs.get(STATES), first);
                double[] known = Columns.pick(y, others);
                Arrays.stream(own).forEach(i -> mean[i] = Statistics.mean(known));
                for (String name : names) {
                    for (int k = 0; k < first.length; k++) {
                        double[][] x = inputs.get(name)[k];
                        OlsFit fit = OlsFit.of(
                                Arrays.stream(others).mapToObj(i -> x[i]).toArray(double[][]::new), known);
                        double[] fitted = fit.fitted();
                        double[] residuals = Columns.numbers(known.length, i -> Math.abs(known[i] - fitted[i]));
                        double width = Statistics.quantile(residuals, 0.9);
                        for (int i : own) {
                            predicted.get(name)[k][i] = fit.combination(x[i]);
                            covered.get(name)[k][i] = Math.abs(y[i] - predicted.get(name)[k][i]) <= width;
                        }
                    }
                }
                progress.update(f + 1L, "");
            }
        }
        double total = IntStream.range(0, n)
                .mapToDouble(i -> Math.pow(y[i] - mean[i], 2))
                .sum();
        List<Point> points = new ArrayList<>();
        for (int k = 0; k < first.length; k++) {
            for (String name : names) {
                double[] guess = predicted.get(name)[k];
                boolean[] inside = covered.get(name)[k];
                points.add(new Point(
                        first[k],
                        name,
                        1
                                - IntStream.range(0, n)
                                                .mapToDouble(i -> Math.pow(y[i] - guess[i], 2))
                                                .sum()
                                        / total,
                        IntStream.range(0, n)
                                .mapToDouble(i -> Math.abs(y[i] - guess[i]))
                                .average()
                                .orElseThrow(),
                        IntStream.range(0, n).filter(i -> inside[i]).count() / (double) n));
            }
        }
        return new Forecast(points);
    }

    /** Fits to some runs, and sums the filtered probabilities of all runs' first checkpoints. */
    private static void filter(Hmm hmm, Observations raw, int[] others, double[][][] counts, int[] first) {
        Observations known = raw.subset(others);
        HmmModel model = hmm.fit(known.standardized());
        for (int i = 0; i < raw.runs().size(); i++) {
            OnlineDecoder decoder = OnlineDecoder.scaledLike(model, known);
            double[] sum = new double[model.states()];
            int t = 0;
            for (int k = 0; k < first.length; k++) {
                for (; t < first[k]; t++) {
                    double[] now = decoder.observe(raw.row(i, t));
                    Arrays.setAll(sum, s -> sum[s] + now[s]);
                }
                counts[k][i] = sum.clone();
            }
        }
    }

    /** Returns one row per k and predictor. */
    public Table table() {
        return Columns.of("convergence of held-out runs", points)
                .ints("first checkpoints", Point::checkpoints)
                .texts("predictor", Point::predictor)
                .doubles("held-out R²", Point::rSquared)
                .doubles("mean absolute error", Point::error)
                .doubles("inside the 90 % interval", Point::covered)
                .table();
    }

    /** Returns a sentence on whether the states beat the best single number, for each k. */
    @Override
    public String toString() {
        List<String> sentences = new ArrayList<>();
        points.stream().mapToInt(Point::checkpoints).distinct().forEach(k -> {
            List<Point> here = points.stream().filter(p -> p.checkpoints() == k).toList();
            Point states = here.get(0);
            Point best = here.stream()
                    .skip(1)
                    .max((a, b) -> Double.compare(a.rSquared(), b.rSquared()))
                    .orElse(states);
            sentences.add(String.format(
                    Locale.ROOT,
                    "After %d checkpoints: states %.2f, %s %.2f.",
                    k,
                    states.rSquared(),
                    best.predictor(),
                    best.rSquared()));
        });
        long wins = points.stream()
                .filter(p -> p.predictor().equals(STATES)
                        && points.stream()
                                .allMatch(q ->
                                        q.checkpoints() != p.checkpoints() || q == p || q.rSquared() < p.rSquared()))
                .count();
        return "Held-out R² of the states and of the best single number. " + String.join(" ", sentences)
                + String.format(
                        Locale.ROOT,
                        " The states are ahead at %d of %d.",
                        wins,
                        points.stream().mapToInt(Point::checkpoints).distinct().count());
    }
}
