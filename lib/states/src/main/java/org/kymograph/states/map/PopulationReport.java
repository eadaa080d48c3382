package org.kymograph.states.map;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.files.Tables;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.stats.OlsFit;
import org.kymograph.stats.TobitFit;
import tech.tablesaw.api.Table;

/**
 * Everything that a fitted map and a population's convergence say together: section 2.3 of the paper, and what it leaves out,
 * with one seed and the usual settings.
 *
 * @param decoded the runs
 * @param convergence when they converged
 * @param occupancies the checkpoints in each state
 * @param regression the regression of convergence on these
 * @param intervals 95 % intervals of its coefficients, from 2,000 draws
 * @param correlations correlations of visits with convergence
 * @param detours which states are detours
 * @param forks whether branches matter, from 10,000 permutations
 * @param early R² from the first checkpoints, at about 100 numbers of them, leaving one run out at a time
 */
public record PopulationReport(
        DecodedRuns decoded,
        Outcome convergence,
        Occupancies occupancies,
        OccupancyRegression regression,
        OccupancyRegression.Intervals intervals,
        StateCorrelations correlations,
        Detours detours,
        ForkTest forks,
        EarlyPrediction early) {
    private static final int RESAMPLES = 2000;
    private static final int PERMUTATIONS = 10_000;
    private static final double LEVEL = 0.95;
    private static final int EARLY_POINTS = 100;

    /**
     * Analyses runs.
     *
     * @param decoded the runs
     * @param convergence the convergence of the runs
     * @param first the number of each run's first checkpoints that the regression counts; {@code Integer.MAX_VALUE} for all
     * @param seed the random seed of the bootstrap and the permutations
     * @return the report
     * @throws IllegalArgumentException if fewer than two runs have an outcome, or all that have are censored
     */
    public static PopulationReport of(DecodedRuns decoded, Outcome convergence, int first, long seed) {
        Arguments.require(
                !decoded.runs().stream().filter(convergence::has).allMatch(convergence::isCensored),
                "convergence: none of the runs converges; expected at least one that does");
        Occupancies occupancies = Occupancies.of(decoded, first);
        OccupancyRegression regression = OccupancyRegression.of(occupancies, convergence);
        return new PopulationReport(
                decoded,
                convergence,
                occupancies,
                regression,
                regression.intervals(RESAMPLES, LEVEL, seed),
                StateCorrelations.of(decoded, convergence),
                Detours.of(decoded, convergence, regression, Detours.PAPER_THRESHOLD),
                ForkTest.of(decoded, convergence, PERMUTATIONS, seed),
                EarlyPrediction.of(
                        decoded,
                        convergence,
                        Occupancies.Assignment.VITERBI,
                        Math.max(1, decoded.longest() / EARLY_POINTS),
                        regression.runs().size(),
                        seed));
    }

    /** Returns the regression that takes censored runs for what they are, if there are such and it exists. */
    public Optional<TobitFit> tobit() {
        if (regression.censored() == 0 || regression.fit().residualDegreesOfFreedom() < 1) {
            return Optional.empty();
        }
        return Optional.of(regression.tobit());
    }

    /** Returns the training map. */
    public TrainingMap map() {
        return TrainingMap.of(decoded, convergence);
    }

    /** Returns the different paths. */
    public PathTable paths() {
        return PathTable.of(decoded, convergence);
    }

    /** Returns the dissimilarities of the runs by name: paper, totalVariation, euclidean and mahalanobis Wasserstein. */
    public Map<String, Dissimilarity> dissimilarities() {
        Map<String, Dissimilarity> result = new LinkedHashMap<>();
        result.put("paper", Dissimilarity.paper(occupancies));
        result.put("totalVariation", Dissimilarity.totalVariation(occupancies));
        result.put("euclidean", Dissimilarity.wasserstein(occupancies, Dissimilarity.euclidean(decoded.model())));
        result.put("mahalanobis", Dissimilarity.wasserstein(occupancies, Dissimilarity.mahalanobis(decoded.model())));
        return result;
    }

    /** Returns every table by the name that its file gets. */
    public Map<String, Table> tables() {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("coefficients", regression.table().concat(intervals.table().removeColumns("state")));
        tables.put("convergence", convergence.table());
        tables.put("occupancies", occupancies.table());
        tables.put("correlations", correlations.table());
        tables.put("detours", detours.table());
        tables.put("states", map().nodeTable());
        tables.put("transitions", map().edgeTable());
        tables.put("transition-features", TransitionFeatures.of(decoded).table());
        tables.put("paths", paths().table());
        tables.put(
                "first-transitions",
                PathTable.firstTransitions(decoded, convergence).table());
        tables.put("stays", PathTable.Dwells.of(decoded).table());
        tables.put("onsets", decoded.onsets().table());
        tables.put("forks", forks.table());
        tables.put("early-prediction", early.table());
        if (decoded.runs().size() >= 3) {
            tables.put("outliers", OutlierRuns.of(decoded).table());
        }
        return tables;
    }

    /** Returns the regression's numbers, one object per state, detours and dissimilarities as JSON. */
    public ObjectNode json() {
        ObjectNode out = Json.object();
        OlsFit fit = regression.fit();
        out.put("runs", regression.runs().size());
        out.put("censored", regression.censored());
        out.put("rSquared", fit.rSquared());
        out.put("f", fit.fStatistic());
        out.put("p", fit.pValue());
        out.put("modelDegreesOfFreedom", fit.modelDegreesOfFreedom());
        out.put("residualDegreesOfFreedom", fit.residualDegreesOfFreedom());
        out.put("centred", fit.hasImplicitConstant());
        out.put("heldOutRSquared", early.points().get(early.points().size() - 1).heldOut());
        out.set("coefficients", Json.tree(fit.coefficients()));
        out.set("standardErrors", Json.tree(fit.standardErrors()));
        out.set("pValues", Json.tree(fit.pValues()));
        out.set("contrasts", Json.tree(regression.contrasts()));
        ArrayNode bounds = out.putArray("intervals");
        intervals.states().forEach(i -> bounds.addArray().add(i.lower()).add(i.upper()));
        out.set("correlations", Json.tree(Columns.numbers(correlations.states(), StateCorrelations.Correlation::r)));
        out.set(
                "correlationPValues",
                Json.tree(Columns.numbers(correlations.states(), StateCorrelations.Correlation::p)));
        out.set("detours", Json.tree(detours.detours()));
        out.set(
                "reasons",
                Json.tree(
                        detours.states().stream().map(Detours.Judgement::reason).toList()));
        ObjectNode dissimilarity = out.putObject("dissimilarity");
        dissimilarities().forEach((name, value) -> dissimilarity.put(name, value.mean()));
        tobit().ifPresent(tobit -> {
            ObjectNode node = out.putObject("tobit");
            node.set("coefficients", Json.tree(tobit.coefficients()));
            node.set("standardErrors", Json.tree(tobit.standardErrors()));
            node.put("sigma", tobit.sigma());
            node.put("logLikelihood", tobit.logLikelihood());
            node.put("converged", tobit.converged());
        });
        ObjectNode index = out.putObject("convergence");
        for (String run : convergence.runs()) {
            index.put(run, convergence.value(run));
        }
        out.set(
                "censoredRuns",
                Json.tree(convergence.runs().stream()
                        .filter(convergence::isCensored)
                        .toList()));
        return out;
    }

    /**
     * Writes {@code regression.json} and a CSV file per table.
     *
     * @param folder where to; created if missing
     * @param settings what to say in the JSON file about how the report came about
     * @throws RecordException if a file can't be written
     */
    public void write(Path folder, ObjectNode settings) {
        tables().forEach((name, table) -> Tables.writeCsv(folder.resolve(name + ".csv"), table));
        ObjectNode out = json();
        out.set("settings", settings);
        Json.write(folder.resolve("regression.json"), out);
    }

    /** Returns a few lines: the fit, the coefficients, the detours. */
    @Override
    public String toString() {
        OlsFit fit = regression.fit();
        List<Integer> found = detours.detours();
        String explained = Double.isNaN(fit.rSquared()) || fit.modelDegreesOfFreedom() == 0
                ? "no R², since the runs converge at the same time or spend the same time in every state"
                : String.format(
                        Locale.ROOT,
                        "R² %.3f, F(%d, %d) %.1f, p %.3g",
                        fit.rSquared(),
                        fit.modelDegreesOfFreedom(),
                        fit.residualDegreesOfFreedom(),
                        fit.fStatistic(),
                        fit.pValue());
        return String.format(
                Locale.ROOT,
                "%d runs, %d of them censored: %s%ncoefficients %s%ndetours: %s%ndissimilarity %.3f%n",
                regression.runs().size(),
                regression.censored(),
                explained,
                Arrays.stream(fit.coefficients())
                        .mapToObj(b -> String.format(Locale.ROOT, "%.3f", b))
                        .toList(),
                found.isEmpty() ? "none" : found,
                Dissimilarity.paper(occupancies).mean());
    }
}
