package org.kymograph.states.figures;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.map.Detours;
import org.kymograph.states.map.Occupancies;
import org.kymograph.states.map.OccupancyRegression;
import org.kymograph.states.map.Outcome;
import org.kymograph.states.map.TrainingMap;
import org.kymograph.states.map.TransitionFeatures;
import org.kymograph.stats.MeanSd;

/** Gathers what a training map shows from the results of the analysis. */
final class MapContents {
    private MapContents() {}

    /** All there is to show; the outcome, in checkpoints, may be null. */
    static MapContent of(
            DecodedRuns decoded, Outcome outcome, TransitionFeatures features, String unit, double perCheckpoint) {
        OccupancyRegression regression = regression(decoded, outcome);
        Detours detours = regression == null ? null : Detours.of(decoded, outcome, regression, Detours.PAPER_THRESHOLD);
        TrainingMap map = TrainingMap.of(decoded, outcome);
        String title = title(map, decoded.runs().size())
                + (regression == null
                        ? noneConverges(decoded, outcome) ? ", none converges" : ""
                        : String.format(
                                Locale.ROOT,
                                ", R² %.3f (p %s)",
                                regression.rSquared(),
                                Symbols.p(regression.pValue())));
        return new MapContent(
                title,
                decoded.runs().size(),
                nodes(map, firstVisits(decoded), regression, detours),
                edges(map, features, perCheckpoint),
                runs(decoded, outcome, perCheckpoint),
                unit,
                perCheckpoint);
    }

    /** A map without features and convergence, but with its runs. */
    static MapContent of(TrainingMap map, StatePaths paths) {
        return new MapContent(
                title(map, paths.runs().size()),
                paths.runs().size(),
                nodes(map, firstVisits(paths), null, null),
                edges(map, null, 1),
                runs(paths, null, 1),
                "checkpoint",
                1);
    }

    /** A map alone: states stand in the order of their numbers, which is that of first visits in a model relabelled so. */
    static MapContent of(TrainingMap map) {
        int runs = map.nodes().stream().mapToInt(TrainingMap.Node::starts).sum();
        double[] first = IntStream.range(0, map.nodes().size()).asDoubleStream().toArray();
        return new MapContent(
                title(map, runs), runs, nodes(map, first, null, null), edges(map, null, 1), List.of(), "checkpoint", 1);
    }

    private static String title(TrainingMap map, int runs) {
        long states = map.nodes().stream().filter(n -> n.runs() > 0).count();
        return "Training map: " + runs + (runs == 1 ? " run, " : " runs, ") + states
                + (states == 1 ? " state" : " states");
    }

    private static boolean noneConverges(StatePaths paths, Outcome outcome) {
        return outcome != null
                && paths.runs().stream().anyMatch(outcome::has)
                && paths.runs().stream().filter(outcome::has).allMatch(outcome::isCensored);
    }

    /** Returns the regression; null where there are too few runs for it, none converges, or all converge at once. */
    private static OccupancyRegression regression(DecodedRuns decoded, Outcome outcome) {
        long known = outcome == null
                ? 0
                : decoded.runs().stream().filter(outcome::has).count();
        if (decoded.states() < 2 || known <= decoded.states() + 1 || noneConverges(decoded, outcome)) {
            return null;
        }
        OccupancyRegression regression = OccupancyRegression.of(Occupancies.of(decoded), outcome);
        return Double.isNaN(regression.rSquared()) ? null : regression;
    }

    private static double[] firstVisits(StatePaths paths) {
        StatePaths.Onsets onsets = paths.onsets();
        return Columns.numbers(paths.states(), k -> onsets.summary(k).mean());
    }

    private static List<MapContent.Node> nodes(
            TrainingMap map, double[] first, OccupancyRegression regression, Detours detours) {
        double[] none = new double[map.nodes().size()];
        Arrays.fill(none, Double.NaN);
        double[] coefficients = regression == null ? none : regression.coefficients();
        double[] errors = regression == null ? none : regression.fit().standardErrors();
        List<Integer> slow = detours == null ? List.of() : detours.detours();
        return map.nodes().stream()
                .filter(n -> n.runs() > 0)
                .map(n -> new MapContent.Node(
                        n.state(),
                        n.occupancy(),
                        first[n.state()],
                        n.runs(),
                        n.starts(),
                        n.ends(),
                        n.dwell().mean(),
                        coefficients[n.state()],
                        errors[n.state()],
                        slow.contains(n.state())))
                .toList();
    }

    private static List<MapContent.Edge> edges(TrainingMap map, TransitionFeatures features, double perCheckpoint) {
        List<MapContent.Edge> edges = new ArrayList<>();
        for (TrainingMap.Edge edge : map.edges()) {
            if (!edge.isLoop()) {
                List<MapContent.Shift> shifts = features == null
                        ? List.of()
                        : features.transition(edge.from(), edge.to())
                                .map(t -> Columns.each(
                                        t.features(),
                                        f -> new MapContent.Shift(f.feature(), f.derivative(), f.meanDifference())))
                                .orElse(List.of());
                MeanSd convergence = edge.convergence();
                edges.add(new MapContent.Edge(
                        edge.from(),
                        edge.to(),
                        edge.runs(),
                        edge.occurrences(),
                        shifts,
                        convergence.mean() * perCheckpoint,
                        convergence.sd() * perCheckpoint,
                        edge.censored()));
            }
        }
        return edges;
    }

    private static List<MapContent.Run> runs(StatePaths paths, Outcome outcome, double perCheckpoint) {
        return Columns.each(paths.runs().size(), i -> {
            String name = paths.runs().get(i);
            boolean known = outcome != null && outcome.has(name) && !outcome.isCensored(name);
            return new MapContent.Run(name, paths.path(i), known ? outcome.value(name) * perCheckpoint : Double.NaN);
        });
    }
}
