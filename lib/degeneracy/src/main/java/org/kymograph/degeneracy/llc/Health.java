package org.kymograph.degeneracy.llc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** The rules that say in plain words why an estimate should not be trusted. */
final class Health {
    private static final double MOST_RHAT = 1.05;
    private static final double FEW_DRAWS = 50;
    private static final double MOST_DRIFT = 3;
    private static final double MOST_PULL = 0.3;
    private static final double MOST_CURVATURE = 1;
    private static final double LEAST_ACCEPTANCE = 0.5;
    private static final double MOST_BIAS = 0.05;

    private Health() {}

    static List<String> of(LlcEstimate e) {
        List<String> out = ofSteps(e);
        if (Double.isNaN(e.llc())) {
            return out;
        }
        LearningCoefficient s = e.settings();
        if (s.sampler().adaptsAt((long) (s.burnIn() * s.steps()))) {
            out.add(
                    "RMSprop's preconditioner follows the chain while its draws are kept, and the correction for that is left out: the number is"
                            + " too high by several per cent at every ε; one that adapts during the burn-in only is not");
        }
        // Chains that never moved are where they began, but for the last digits of two ways of summing.
        if (e.llc() < -2 * e.standardError() && e.standardError() > 0) {
            out.add(text(
                    "the chains' mean loss lies below that of the point by %.1f standard errors: the point is no minimum and the chains"
                            + " run downhill; orthogonal chains or a larger γ than %s hold them",
                    -e.llc() / e.standardError(), e.settings().gamma()));
        }
        if (e.pull() > MOST_PULL) {
            out.add(text(
                    "the prior holds the chains: its energy is %.0f %% of what it would be without any loss, so that γ = %s decides the number as"
                            + " much as the loss does",
                    100 * e.pull(), e.settings().gamma()));
        }
        double bias = e.llc() - e.halved();
        double noise = 2 * Math.hypot(e.standardError(), e.halvedError());
        if (Math.abs(bias) > Math.max(noise, MOST_BIAS * Math.abs(e.halved()))) {
            out.add(text(
                    "half the step size gives %.1f instead of %.1f: the number is biased by its ε; extrapolated to 0 it is %.1f ± %.1f",
                    e.halved(), e.llc(), e.corrected(), 1.96 * e.correctedError()));
        }
        return out;
    }

    /** Returns what another ε or more steps would mend. */
    static List<String> ofSteps(LlcEstimate e) {
        List<String> out = new ArrayList<>();
        double epsilon = e.settings().epsilon();
        if (!Double.isFinite(e.trainLoss())) {
            out.add("the loss at step " + e.step() + " is itself not a finite number: the training had diverged there");
            return out;
        }
        int[] gone = IntStream.range(0, e.divergedAt().length)
                .filter(c -> e.divergedAt()[c] >= 0)
                .toArray();
        if (gone.length == 1) {
            out.add("chain " + gone[0] + " of step " + e.step() + " diverged at draw " + e.divergedAt()[gone[0]]
                    + ": its loss was no longer a number and it is left out; a smaller ε than "
                    + text("%.3g", epsilon) + " would keep it");
        } else if (gone.length > 1) {
            out.add(gone.length + " of " + e.divergedAt().length + " chains of step " + e.step()
                    + " diverged, the first at draw "
                    + IntStream.of(gone).map(c -> e.divergedAt()[c]).min().orElseThrow()
                    + ": their losses were no longer numbers and they are left out; a smaller ε than "
                    + text("%.3g", epsilon) + " would keep them");
        }
        if (Double.isNaN(e.llc())) {
            return out;
        }
        if (Math.abs(e.drift()) > MOST_DRIFT) {
            out.add(text(
                    "the loss still %s: the last quarter of the draws differs from the one before it by %.1f standard errors; more than"
                            + " %d steps are needed",
                    e.drift() > 0 ? "rises" : "falls",
                    Math.abs(e.drift()),
                    e.settings().steps()));
        }
        if (e.rhat() > MOST_RHAT) {
            out.add(text(
                    "the chains do not agree: R̂ is %.3f, above %.2f; longer chains are needed", e.rhat(), MOST_RHAT));
        }
        if (e.effectiveDraws() < FEW_DRAWS) {
            out.add(text(
                    "the draws are worth only %.0f independent ones: the error is itself uncertain; more steps or chains are needed",
                    e.effectiveDraws()));
        }
        if (epsilon * e.curvature() > MOST_CURVATURE) {
            out.add(text(
                    "ε times the largest curvature is %.2f, above 1: steps overshoot along the steepest direction; ε below %.1e would not",
                    epsilon * e.curvature(), 1 / e.curvature()));
        }
        if (e.acceptance() < LEAST_ACCEPTANCE) {
            out.add(text(
                    "Metropolis' rule %s only %.0f %% of the steps: ε = %s is too large",
                    e.settings().sampler().exact() ? "accepted" : "would accept", 100 * e.acceptance(), epsilon));
        }
        return out;
    }

    static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
