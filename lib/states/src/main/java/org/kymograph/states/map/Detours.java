package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.MultipleTesting;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * Detour states: optional ones, which at least one run converges without ever visiting, with a coefficient above 0 in a
 * regression that is significant as a whole (section 2.3 of the paper).
 *
 * @param threshold the regression's p-value must be below this
 * @param regressionP the regression's p-value
 * @param states one per state
 */
public record Detours(double threshold, double regressionP, List<Judgement> states) {
    /** The paper's threshold for the regression's p-value. */
    public static final double PAPER_THRESHOLD = 0.001;

    /** Copies its list. */
    public Detours {
        states = List.copyOf(states);
    }

    /**
     * What is known of a state.
     *
     * @param state the state
     * @param avoiders how many runs converge without ever visiting it
     * @param coefficient its coefficient
     * @param p the coefficient's two-sided p-value
     * @param holm p adjusted by {@link MultipleTesting#holm} over the optional states; NaN for others
     * @param contrast its contrast to the average checkpoint
     * @param isDetour whether it is a detour
     * @param reason why or why not
     */
    public record Judgement(
            int state,
            int avoiders,
            double coefficient,
            double p,
            double holm,
            double contrast,
            boolean isDetour,
            String reason) {
        /** @return whether a run converges without it */
        public boolean isOptional() {
            return avoiders > 0;
        }
    }

    /**
     * @param paths the runs' states
     * @param convergence when they converged; a censored run didn't
     * @param regression the regression of that on the checkpoints in these states
     * @param threshold what the regression's p-value must be below, such as {@link #PAPER_THRESHOLD}
     * @return the judgement of each state
     * @throws IllegalArgumentException if the regression has another number of states
     */
    public static Detours of(StatePaths paths, Outcome convergence, OccupancyRegression regression, double threshold) {
        int k = paths.states();
        if (regression.coefficients().length != k) {
            throw new IllegalArgumentException(
                    "regression: has " + regression.coefficients().length + " states, the runs " + k);
        }
        int[] avoiders = new int[k];
        for (String run : regression.runs()) {
            int index = paths.index(run);
            for (int s = 0; s < k; s++) {
                avoiders[s] += !convergence.isCensored(run) && !paths.visits(index, s) ? 1 : 0;
            }
        }
        double[] beta = regression.coefficients();
        double[] p = regression.fit().pValues();
        double[] contrasts = regression.contrasts();
        boolean[] estimable = regression.fit().estimable();
        double[] holm = MultipleTesting.holm(IntStream.range(0, k)
                .mapToDouble(s -> avoiders[s] > 0 ? p[s] : Double.NaN)
                .toArray());
        List<Judgement> states = new ArrayList<>();
        for (int s = 0; s < k; s++) {
            boolean visited = !Double.isNaN(contrasts[s]);
            String against = objection(avoiders[s], beta[s], visited, regression.pValue(), threshold);
            String reason = against != null
                    ? against
                    : String.format(
                            Locale.ROOT,
                            "%s without it, and each checkpoint in it delays by %.3f%s",
                            avoiders[s] == 1 ? "1 run converges" : avoiders[s] + " runs converge",
                            beta[s],
                            estimable[s] ? "" : " (one of several least-squares solutions)");
            states.add(new Judgement(s, avoiders[s], beta[s], p[s], holm[s], contrasts[s], against == null, reason));
        }
        return new Detours(threshold, regression.pValue(), states);
    }

    private static String objection(int avoiders, double beta, boolean visited, double p, double threshold) {
        if (avoiders == 0) {
            return "no run converges without it";
        }
        if (!visited) {
            return "none of the counted checkpoints is in it";
        }
        if (!(beta > 0)) {
            return String.format(Locale.ROOT, "its coefficient, %.3f, isn't above 0", beta);
        }
        return p < threshold
                ? null
                : String.format(Locale.ROOT, "the regression isn't significant: p %.3g, not below %s", p, threshold);
    }

    /** @return the detour states */
    public List<Integer> detours() {
        return states.stream().filter(Judgement::isDetour).map(Judgement::state).toList();
    }

    /** @return one row per state */
    public Table table() {
        boolean[] optional = new boolean[states.size()];
        boolean[] detour = new boolean[states.size()];
        for (int s = 0; s < detour.length; s++) {
            optional[s] = states.get(s).isOptional();
            detour[s] = states.get(s).isDetour();
        }
        return Table.create(
                "detours",
                IntColumn.create(
                        "state", states.stream().mapToInt(Judgement::state).toArray()),
                BooleanColumn.create("detour", detour),
                BooleanColumn.create("optional", optional),
                IntColumn.create(
                        "converge without",
                        states.stream().mapToInt(Judgement::avoiders).toArray()),
                DoubleColumn.create(
                        "coefficient",
                        states.stream().mapToDouble(Judgement::coefficient).toArray()),
                DoubleColumn.create(
                        "p", states.stream().mapToDouble(Judgement::p).toArray()),
                DoubleColumn.create(
                        "p (Holm)", states.stream().mapToDouble(Judgement::holm).toArray()),
                DoubleColumn.create(
                        "contrast",
                        states.stream().mapToDouble(Judgement::contrast).toArray()),
                StringColumn.create(
                        "reason", states.stream().map(Judgement::reason).toList()));
    }
}
