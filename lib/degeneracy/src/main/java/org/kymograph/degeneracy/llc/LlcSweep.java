package org.kymograph.degeneracy.llc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * Estimates at one point under all combinations of some settings.
 *
 * @param cells the estimates, the temperature running fastest, then γ, then ε
 */
public record LlcSweep(List<LlcEstimate> cells) {
    private static final double[] LADDER = {10, Math.sqrt(10), 1, Math.sqrt(0.1), 0.1, 0.1 * Math.sqrt(0.1), 0.01};

    /** Copies the list. */
    public LlcSweep {
        cells = List.copyOf(cells);
    }

    static LlcSweep run(
            LearningCoefficient settings,
            Estimation estimation,
            double[] at,
            double[] epsilons,
            double[] gammas,
            double[] temperatures) {
        List<Estimation.Point> points = new ArrayList<>();
        for (double epsilon : epsilons.length == 0 ? new double[] {settings.epsilon()} : epsilons) {
            for (double gamma : gammas.length == 0 ? new double[] {settings.gamma()} : gammas) {
                for (double t : temperatures.length == 0 ? new double[] {settings.temperature()} : temperatures) {
                    points.add(new Estimation.Point(
                            0,
                            at,
                            settings.withEpsilon(epsilon).withGamma(gamma).withTemperature(t)));
                }
            }
        }
        return new LlcSweep(estimation.run(points));
    }

    static LearningCoefficient tuned(LearningCoefficient settings, Estimation estimation, double[] at) {
        double[] epsilons =
                Arrays.stream(LADDER).map(f -> f * settings.epsilon()).toArray();
        List<LlcEstimate> cells = run(settings, estimation, at, epsilons, new double[0], new double[0]).cells;
        List<String> ills = new ArrayList<>();
        for (int i = 0; i + 1 < epsilons.length; i++) {
            LlcEstimate e = cells.get(i);
            LlcEstimate next = cells.get(i + 1);
            double apart = Math.abs(e.llc() - next.llc());
            List<String> ill = Health.ofSteps(e);
            if (ill.isEmpty()
                    && apart
                            <= Math.max(
                                    0.05 * Math.abs(next.llc()),
                                    2 * Math.hypot(e.standardError(), next.standardError()))) {
                return settings.withEpsilon(e.settings().epsilon());
            }
            ills.add(Health.text("ε = %.3g: ", e.settings().epsilon())
                    + (ill.isEmpty()
                            ? Health.text("a third of it gives %.1f in place of %.1f", next.llc(), e.llc())
                            : ill.get(0)));
        }
        throw new IllegalStateException("no ε is healthy; " + String.join("; ", ills));
    }

    /**
     * Returns a row per combination.
     *
     * @return columns epsilon, gamma, temperature, inverse temperature, llc, standard error, rhat, effective draws, diverged chains, health
     */
    public Table table() {
        return Columns.of("sweep", cells)
                .doubles("epsilon", e -> e.settings().epsilon())
                .doubles("gamma", e -> e.settings().gamma())
                .doubles("temperature", e -> e.settings().temperature())
                .doubles("inverse temperature", LlcEstimate::inverseTemperature)
                .doubles("llc", LlcEstimate::llc)
                .doubles("standard error", LlcEstimate::standardError)
                .doubles("rhat", LlcEstimate::rhat)
                .doubles("effective draws", LlcEstimate::effectiveDraws)
                .ints("diverged chains", e ->
                        (int) IntStream.of(e.divergedAt()).filter(d -> d >= 0).count())
                .texts("health", LlcCurve::verdict)
                .table();
    }
}
