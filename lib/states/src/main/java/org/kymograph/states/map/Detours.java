package org.kymograph.states.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.stats.Statistics;
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
     * The judgement of a state.
     *
     * @param state the state
     * @param avoiders how many runs converge without ever visiting it
     * @param coefficient its coefficient
     * @param p the coefficient's two-sided p-value
     * @param holm p adjusted by {@link Statistics#holm} over the optional states; NaN for others
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
        /** Returns whether a run converges without it. */
        public boolean isOptional() {
            return avoiders > 0;
        }
    }

    /**
     * Judges each state.
     *
     * @param paths the runs' states
     * @param convergence the convergence of the runs; a censored run didn't
     * @param regression the regression of that on the checkpoints in these states
     * @param threshold the bound of the regression's p-value, such as {@link #PAPER_THRESHOLD}
     * @return the judgement of each state
     * @throws IllegalArgumentException if the regression has another number of states
     */
    public static Detours of(StatePaths paths, Outcome convergence, OccupancyRegression regression, double threshold) {
        int k = paths.states();
        Arguments.sameLength("regression", regression.coefficients().length, "the runs' states", k);
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
        double[] holm = Statistics.holm(Columns.numbers(k, s -> avoiders[s] > 0 ? p[s] : Double.NaN));
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

    /** Returns the detour states. */
    public List<Integer> detours() {
        return states.stream().filter(Judgement::isDetour).map(Judgement::state).toList();
    }

    /** Returns one row per state. */
    public Table table() {
        return Columns.of("detours", states)
                .ints("state", Judgement::state)
                .flags("detour", Judgement::isDetour)
                .flags("optional", Judgement::isOptional)
                .ints("converge without", Judgement::avoiders)
                .doubles("coefficient", Judgement::coefficient)
                .doubles("p", Judgement::p)
                .doubles("p (Holm)", Judgement::holm)
                .doubles("contrast", Judgement::contrast)
                .texts("reason", Judgement::reason)
                .table();
    }
}
