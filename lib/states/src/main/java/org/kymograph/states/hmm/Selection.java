package org.kymograph.states.hmm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.states.em.Observations;
import org.kymograph.stats.MeanSd;
import tech.tablesaw.api.Table;

/**
 * The result of {@link ModelSelection}: every number of states with its scores, and which to take.
 *
 * @param candidates one candidate for each number of states, from 1
 * @param runs all runs
 * @param split which runs were fitted and which tested
 * @param testRows the number of rows of the runs that were tested
 * @param settings what else determined the fits
 * @param folds the number of folds of the cross-validation, 0 without
 */
public record Selection(
        List<Candidate> candidates,
        Observations runs,
        ModelSelection.Split split,
        int testRows,
        Hmm settings,
        int folds) {
    /** Copies the list. */
    public Selection {
        candidates = List.copyOf(candidates);
    }

    /**
     * One number of states: how well its fits did on runs they hadn't seen.
     *
     * @param states the number of states K
     * @param freeParameters how many numbers EM chooses
     * @param scores the test runs' log-likelihood for each start that didn't fail
     * @param aic the mean over the starts of −2 log L + 2k on the test runs
     * @param bic the mean over the starts of −2 log L + k log n on the test runs, n their rows
     * @param heldOut per fold of the cross-validation the held-out log-likelihood per row; empty without
     * @param best the model with the largest score; null if all starts failed
     * @param failures the reasons why starts failed, a sentence each
     */
    public record Candidate(
            int states,
            int freeParameters,
            double[] scores,
            double aic,
            double bic,
            double[] heldOut,
            HmmModel best,
            List<String> failures) {
        /** Copies its arrays. */
        public Candidate {
            scores = scores.clone();
            heldOut = heldOut.clone();
            failures = List.copyOf(failures);
        }

        static Candidate of(
                int states,
                int freeParameters,
                int testRows,
                double[] scores,
                double[] heldOut,
                HmmModel best,
                List<String> failures) {
            double mean = MeanSd.of(scores).mean();
            return new Candidate(
                    states,
                    freeParameters,
                    scores,
                    HmmModel.aic(mean, freeParameters),
                    HmmModel.bic(mean, freeParameters, testRows),
                    heldOut,
                    best,
                    failures);
        }

        @Override
        public double[] scores() {
            return scores.clone();
        }

        @Override
        public double[] heldOut() {
            return heldOut.clone();
        }

        /** Returns the largest score; NaN if all starts failed. */
        public double bestScore() {
            return Arrays.stream(scores).max().orElse(Double.NaN);
        }

        /** Returns the mean score; NaN if all starts failed. */
        public double meanScore() {
            return MeanSd.of(scores).mean();
        }

        /** Returns the population standard deviation of the scores over the starts. */
        public double scoreDeviation() {
            return MeanSd.of(scores).sd();
        }

        /** Returns the standard deviation of the BIC over the starts: twice that of the scores. */
        public double bicDeviation() {
            return 2 * scoreDeviation();
        }

        /** Returns the mean over the folds of the held-out log-likelihood per row; NaN without cross-validation. */
        public double meanHeldOut() {
            return MeanSd.of(heldOut).mean();
        }

        /** Returns the standard error over the folds of {@link #meanHeldOut}. */
        public double heldOutError() {
            return MeanSd.of(heldOut).standardError();
        }
    }

    /** How to choose the number of states. */
    public enum Rule {
        /** The smallest mean BIC. */
        MIN_BIC,
        /**
         * The fewest states that are within one standard error of the best: of the held-out log-likelihood over the folds
         * if there was cross-validation, of the BIC over the starts otherwise.
         */
        ONE_STANDARD_ERROR,
        /** The largest held-out log-likelihood of the cross-validation. */
        CROSS_VALIDATION
    }

    /** Returns the names of the runs that were tested. */
    public List<String> testRuns() {
        return Arrays.stream(split.test()).mapToObj(runs.runs()::get).toList();
    }

    /** Returns the names of the runs that were fitted. */
    public List<String> trainRuns() {
        return Arrays.stream(split.train()).mapToObj(runs.runs()::get).toList();
    }

    /** Returns the candidate with the smallest mean BIC. */
    public Candidate chosen() {
        return chosen(Rule.MIN_BIC);
    }

    /**
     * Chooses a number of states.
     *
     * @param rule how to choose
     * @return the candidate it chooses
     * @throws IllegalArgumentException if the rule needs a cross-validation and there was none
     * @throws IllegalStateException if no candidate has a score for the rule, because fits failed
     */
    public Candidate chosen(Rule rule) {
        return switch (rule) {
            case MIN_BIC -> least(Candidate::bic);
            case CROSS_VALIDATION -> {
                Arguments.check(folds > 0, "rule", rule, "another one: there was no cross-validation");
                yield least(c -> -c.meanHeldOut());
            }
            case ONE_STANDARD_ERROR -> {
                ToDoubleFunction<Candidate> loss = folds == 0 ? Candidate::bic : c -> -c.meanHeldOut();
                Candidate best = least(loss);
                double error = folds == 0
                        ? best.bicDeviation() / Math.sqrt(Math.max(1, best.scores().length - 1))
                        : best.heldOutError();
                yield candidates.stream()
                        .filter(c -> loss.applyAsDouble(c) <= loss.applyAsDouble(best) + error)
                        .findFirst()
                        .orElse(best);
            }
        };
    }

    private Candidate least(ToDoubleFunction<Candidate> loss) {
        return candidates.stream()
                .filter(c -> Double.isFinite(loss.applyAsDouble(c)))
                .min(Comparator.comparingDouble(loss))
                .orElseThrow(() -> new IllegalStateException(
                        "no number of states has a score for this rule: in every case a fit failed"));
    }

    /**
     * Returns the numbers of states that do about as well.
     *
     * @return the numbers of states other than the chosen one whose mean BIC is above the smallest by no more than the
     *     larger of the two's standard deviations over the starts
     */
    public List<Integer> ties() {
        Candidate best = chosen();
        return candidates.stream()
                .filter(c -> c.states() != best.states()
                        && c.bic() - best.bic() <= Math.max(c.bicDeviation(), best.bicDeviation()))
                .map(Candidate::states)
                .toList();
    }

    /**
     * Returns the candidates as a table.
     *
     * @return one row per number of states: {@code states, free_parameters, starts, mean_score, score_sd, best_score, aic,
     *     bic}, and {@code held_out, held_out_se} with cross-validation
     */
    public Table table() {
        Columns<Candidate> columns = Columns.of("selection", candidates)
                .ints("states", Candidate::states)
                .ints("free_parameters", Candidate::freeParameters)
                .ints("starts", c -> c.scores.length)
                .doubles("mean_score", Candidate::meanScore)
                .doubles("score_sd", Candidate::scoreDeviation)
                .doubles("best_score", Candidate::bestScore)
                .doubles("aic", Candidate::aic)
                .doubles("bic", Candidate::bic);
        return folds == 0
                ? columns.table()
                : columns.doubles("held_out", Candidate::meanHeldOut)
                        .doubles("held_out_se", Candidate::heldOutError)
                        .table();
    }

    /**
     * Writes {@code selection.csv} (the table), {@code selection.json} (everything, with the split and what was dropped)
     * and {@code model-K.json}, the best model for each number of states.
     *
     * @param folder the folder to write into; it is made if need be
     * @throws RecordException if it can't be written
     */
    public void write(Path folder) {
        Tables.writeCsv(folder.resolve("selection.csv"), table());
        Json.write(folder.resolve("selection.json"), json());
        for (Candidate candidate : candidates) {
            if (candidate.best() != null) {
                candidate.best().write(folder.resolve("model-" + candidate.states() + ".json"));
            }
        }
    }

    private ObjectNode json() {
        ObjectNode out = Json.object();
        out.put("chosen", chosen().states());
        out.set("ties", Json.tree(ties()));
        ObjectNode rules = out.putObject("chosenBy");
        Stream.of(Rule.values())
                .filter(r -> r != Rule.CROSS_VALIDATION || folds > 0)
                .forEach(r ->
                        rules.put(r.name().toLowerCase(Locale.ROOT), chosen(r).states()));
        out.put("covariance", settings.covariance().label());
        out.put("prior", settings.prior().label());
        out.put("restarts", settings.restarts());
        out.put("iterations", settings.iterations());
        out.put("seed", settings.seed());
        out.put("standardized", runs.isStandardized());
        out.set("features", Json.tree(runs.features()));
        out.set("trainRuns", Json.tree(trainRuns()));
        out.set("testRuns", Json.tree(testRuns()));
        out.put("testRows", testRows);
        out.set("droppedRuns", Json.tree(runs.dropped()));
        out.set("warnings", Json.tree(runs.warnings()));
        ArrayNode all = out.putArray("candidates");
        for (Candidate c : candidates) {
            ObjectNode node = all.addObject();
            node.put("states", c.states());
            node.put("freeParameters", c.freeParameters());
            node.set("scores", Json.tree(c.scores()));
            node.put("bestScore", c.bestScore());
            node.put("meanScore", c.meanScore());
            node.put("scoreDeviation", c.scoreDeviation());
            node.put("aic", c.aic());
            node.put("bic", c.bic());
            node.set("heldOut", Json.tree(c.heldOut()));
            node.set("failures", Json.tree(c.failures()));
        }
        return out;
    }
}
