package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Progress;
import org.kymograph.base.Wording;
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
    /** Checkpoints in a state that none of the known runs has: what they have of it is what the filter leaves open. */
    private static final double NOT_YET = 0.5;

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
     * @param overStates how much larger its absolute errors are than those of the states, paired by run, on average; 0 for the states themselves
     * @param halfWidth half the width of the 95 % interval of that (Student's t over the runs); other folds share most of their runs, so it is approximate
     */
    public record Point(
            int checkpoints,
            String predictor,
            double rSquared,
            double error,
            double covered,
            double overStates,
            double halfWidth) {}

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
        Held states = new Held(STATES, first.length, n);
        List<Held> all = new ArrayList<>(List.of(states));
        baselines.forEach((name, values) -> all.add(Held.number(name, values, first)));
        double[] mean = new double[n];
        try (Progress progress = Progress.start("forecasting", "folds", folds)) {
            for (int f = 0; f < folds; f++) {
                int part = f;
                int[] own = IntStream.range(0, n).filter(i -> fold[i] == part).toArray();
                int[] others =
                        IntStream.range(0, n).filter(i -> fold[i] != part).toArray();
                filter(hmm, raw, others, states.inputs, first);
                all.forEach(predictor -> predictor.predict(y, own, others));
                double known = Statistics.mean(Columns.pick(y, others));
                Arrays.stream(own).forEach(i -> mean[i] = known);
                progress.update(f + 1L, "");
            }
        }
        double total = squares(y, mean);
        List<Point> points = new ArrayList<>();
        for (int k = 0; k < first.length; k++) {
            for (Held predictor : all) {
                points.add(predictor.point(k, first[k], y, total, states.errors(k, y)));
            }
        }
        return new Forecast(points);
    }

    /** One predictor's inputs, [k][run], and what it says of each run when it was fitted to others. */
    private static final class Held {
        private final String name;
        private final double[][][] inputs;
        private final double[][] predicted;
        private final boolean[][] covered;

        Held(String name, int counts, int runs) {
            this.name = name;
            inputs = new double[counts][runs][];
            predicted = new double[counts][runs];
            covered = new boolean[counts][runs];
        }

        /** The number of each run at its kth checkpoint, beside a constant. */
        static Held number(String name, double[][] values, int[] first) {
            Held out = new Held(name, first.length, values.length);
            for (int k = 0; k < first.length; k++) {
                for (int i = 0; i < values.length; i++) {
                    out.inputs[k][i] = new double[] {1, values[i][first[k] - 1]};
                }
            }
            return out;
        }

        void predict(double[] y, int[] own, int[] others) {
            double[] known = Columns.pick(y, others);
            for (int k = 0; k < inputs.length; k++) {
                double[][] x = inputs[k];
                OlsFit fit = OlsFit.of(Arrays.stream(others).mapToObj(i -> x[i]).toArray(double[][]::new), known);
                double[] fitted = fit.fitted();
                double[] residuals = Columns.numbers(known.length, i -> Math.abs(known[i] - fitted[i]));
                double width = Statistics.quantile(residuals, 0.9);
                for (int i : own) {
                    predicted[k][i] = fit.combination(x[i]);
                    covered[k][i] = Math.abs(y[i] - predicted[k][i]) <= width;
                }
            }
        }

        double[] errors(int k, double[] y) {
            return Columns.numbers(y.length, i -> Math.abs(y[i] - predicted[k][i]));
        }

        Point point(int k, int checkpoints, double[] y, double total, double[] ofStates) {
            double[] errors = errors(k, y);
            double[] more = Columns.numbers(y.length, i -> errors[i] - ofStates[i]);
            double inside =
                    IntStream.range(0, y.length).filter(i -> covered[k][i]).count();
            return new Point(
                    checkpoints,
                    name,
                    1 - squares(y, predicted[k]) / total,
                    Arrays.stream(errors).average().orElseThrow(),
                    inside / y.length,
                    Statistics.mean(more),
                    Statistics.studentHalfWidth(more));
        }
    }

    private static double squares(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> Math.pow(a[i] - b[i], 2))
                .sum();
    }

    /**
     * Fits to some runs, and sums the filtered probabilities of all runs' first checkpoints. A state that none of the known runs has been in yet can tell
     * nothing: a regression would make a huge coefficient of its last decimals.
     */
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
        for (double[][] count : counts) {
            for (int s = 0; s < model.states(); s++) {
                int state = s;
                if (Arrays.stream(others).noneMatch(i -> count[i][state] > NOT_YET)) {
                    Arrays.stream(count).forEach(run -> run[state] = 0);
                }
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
                .doubles("error less that of the states", Point::overStates)
                .doubles("± (95 %)", Point::halfWidth)
                .table();
    }

    /** Returns a sentence on whether the states beat the best single number, for each k; beyond chance if their errors are smaller than every other's by more than the interval. */
    @Override
    public String toString() {
        List<String> sentences = new ArrayList<>();
        int[] wins = {0};
        int[] sure = {0};
        points.stream().mapToInt(Point::checkpoints).distinct().forEach(k -> {
            List<Point> here = points.stream().filter(p -> p.checkpoints() == k).toList();
            Point states = here.get(0);
            Point best = here.stream()
                    .skip(1)
                    .max((a, b) -> Double.compare(a.rSquared(), b.rSquared()))
                    .orElse(states);
            wins[0] += here.stream().skip(1).allMatch(p -> p.rSquared() < states.rSquared()) ? 1 : 0;
            sure[0] += here.stream().skip(1).allMatch(p -> p.overStates() > p.halfWidth()) ? 1 : 0;
            sentences.add(String.format(
                    Locale.ROOT,
                    "After %d checkpoints: states %.2f, %s %.2f.",
                    k,
                    states.rSquared(),
                    best.predictor(),
                    best.rSquared()));
        });
        return "Held-out R² of the states and of the best single number. "
                + Wording.unsignedZeros(String.join(" ", sentences))
                + String.format(
                        Locale.ROOT,
                        " The states are ahead at %d of %d, beyond chance at %d.",
                        wins[0],
                        sentences.size(),
                        sure[0]);
    }
}
