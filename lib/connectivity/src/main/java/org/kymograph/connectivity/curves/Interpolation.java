package org.kymograph.connectivity.curves;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Objective;

/**
 * Evaluates the straight segments between the models of a population: every trained parameter is interpolated, embeddings,
 * norms and heads included, and the running statistics of norms are recomputed from the samples at each point, unless the
 * objective has given ones. All points of several pairs are evaluated together, as stacks of networks; classifiers of which two take more
 * than the objective's memory are evaluated one point at a time, tensor by tensor from their files.
 *
 * <p>All pairs see the same samples in the same order. Segments say nothing of other paths: two models without a straight
 * connection may well have a curved one.
 *
 * @param objective the network, the loss and the samples; how much memory and how many threads are used
 * @param points the number of points of a segment, both ends included, at least 3
 * @param include a regular expression that occurs in the names of the parameters that are interpolated; empty for all
 * @param exclude one of those that are not, which stay as in the first model of a pair; empty for none
 * @param keepLosses whether the losses of single samples are kept, for bootstrap intervals
 */
public record Interpolation(Objective objective, int points, String include, String exclude, boolean keepLosses) {
    // Of a pair's curve about every so many seconds those that are new are written.
    private static final long SECONDS = 10;

    /** Checks the ranges. */
    public Interpolation {
        Arguments.atLeast("points", points, 3);
        Arguments.pattern("include", include);
        Arguments.pattern("exclude", exclude);
        if (objective.runningStatistics() != null
                && objective.runningStatistics().isEmpty()) {
            objective = objective.withRecomputedStatistics();
        }
    }

    /**
     * A pair of models.
     *
     * @param from the model at α = 0
     * @param to the model at α = 1
     */
    public record Pair(String from, String to) {}

    /**
     * Returns an interpolation of all parameters at ten points, as in the paper, that keeps the losses of samples.
     *
     * @param objective the network, the loss and the samples, 512 in the paper
     * @return the interpolation
     */
    public static Interpolation of(Objective objective) {
        return new Interpolation(objective, 10, "", "", true);
    }

    /** Returns a copy with another number of points. */
    public Interpolation withPoints(int points) {
        return Copies.with(this, "points", points);
    }

    /** Returns a copy that interpolates only parameters in whose names a regular expression occurs. */
    public Interpolation withInclude(String include) {
        return Copies.with(this, "include", include);
    }

    /** Returns a copy that leaves parameters in whose names a regular expression occurs as in the first model. */
    public Interpolation withExclude(String exclude) {
        return Copies.with(this, "exclude", exclude);
    }

    /** Returns a copy that keeps the losses of samples or only their means. */
    public Interpolation withKeepLosses(boolean keepLosses) {
        return Copies.with(this, "keepLosses", keepLosses);
    }

    /**
     * Returns all pairs of models, in their order.
     *
     * @param names the models' names
     * @return n(n − 1)/2 pairs
     */
    public static List<Pair> pairs(List<String> names) {
        List<Pair> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                all.add(new Pair(names.get(i), names.get(j)));
            }
        }
        return all;
    }

    /**
     * Evaluates all pairs.
     *
     * @param models the models, at least two
     * @return the curves; models that don't fit the network are left out, with a note
     * @throws IllegalArgumentException if fewer than two models fit
     */
    public PairCurves run(Models models) {
        return run(models, pairs(models.names()), null);
    }

    /**
     * Evaluates all pairs, or those that are missing in a file.
     *
     * @param models the models, at least two
     * @param file a CSV file in the form of {@link PairCurves#table}; beside it stand how it was made and the losses of samples
     * @return the curves; models that don't fit the network are left out, with a note
     * @throws IllegalArgumentException if fewer than two models fit
     * @throws RecordException if the file was made in another way
     */
    public PairCurves run(Models models, Path file) {
        return run(models, pairs(models.names()), file);
    }

    /**
     * Evaluates some pairs, or those of them that are missing in a file.
     *
     * @param models the models, at least two
     * @param pairs the pairs
     * @param file a CSV file to resume or make; null for none. What is done stays there, whatever ends the work.
     * @return the curves of these pairs and those that the file had; models that don't fit are left out, with a note
     * @throws IllegalArgumentException if fewer than two models fit
     * @throws RecordException if the file was made in another way
     */
    public PairCurves run(Models models, List<Pair> pairs, Path file) {
        Arguments.check(models.size() >= 2, "the number of models", models.size(), "at least 2, to have a pair");
        Set<String> known = new LinkedHashSet<>(models.names());
        for (Pair p : pairs) {
            for (String name : List.of(p.from, p.to)) {
                if (!known.contains(name)) {
                    throw Arguments.unknown("model", name, known);
                }
            }
        }
        CurveFile output = file == null ? null : CurveFile.open(file, made(models));
        PairCurves before = output == null ? new PairCurves(List.of(), List.of(), List.of()) : output.done();
        if (!before.curves().isEmpty()) {
            Progress.say(before.curves().size() + " pairs were done already (" + file + ")");
        }
        List<Pair> open =
                pairs.stream().filter(p -> before.find(p.from, p.to).isEmpty()).toList();
        List<PairCurve> done = new ArrayList<>(before.curves());
        Map<String, String> refused = new LinkedHashMap<>();
        if (!open.isEmpty()) {
            try (PairEvaluation evaluation = PairEvaluation.open(this, models);
                    Progress progress = Progress.start("interpolating", "pairs", open.size())) {
                evaluate(evaluation, open, done, refused, progress, output, models.names());
            }
        }
        PairCurves all = gathered(models.names(), done, refused);
        Arguments.check(
                models.size() - refused.size() >= 2,
                "the number of models that fit the network",
                models.size() - refused.size(),
                "at least 2: " + String.join("; ", refused.values()));
        all.notes().forEach(Progress::say);
        return all;
    }

    private static void evaluate(
            PairEvaluation evaluation,
            List<Pair> open,
            List<PairCurve> done,
            Map<String, String> refused,
            Progress progress,
            CurveFile output,
            List<String> names) {
        int written = done.size();
        long last = System.nanoTime();
        try {
            for (int at = 0; at < open.size(); ) {
                int end = Math.min(open.size(), at + evaluation.pairsAtATime());
                done.addAll(evaluation.curves(open.subList(at, end), refused));
                at = end;
                progress.update(at, "");
                if (output != null && System.nanoTime() - last > SECONDS * 1_000_000_000L) {
                    output.write(gathered(names, done, refused), done.subList(written, done.size()));
                    written = done.size();
                    last = System.nanoTime();
                }
            }
        } finally {
            if (output != null && done.size() > written) {
                output.write(gathered(names, done, refused), done.subList(written, done.size()));
            }
        }
    }

    private static PairCurves gathered(List<String> names, List<PairCurve> done, Map<String, String> refused) {
        Set<String> all = new LinkedHashSet<>(names);
        done.forEach(c -> {
            all.add(c.from());
            all.add(c.to());
        });
        all.removeAll(refused.keySet());
        List<String> notes = new ArrayList<>();
        refused.forEach((name, why) -> notes.add("model " + name + " is left out: " + why));
        notes.addAll(PairCurves.of(done).notes());
        return new PairCurves(List.copyOf(all), done, notes);
    }

    /** Returns a path between two models as these settings make it. */
    ParameterPath path(ParameterVector from, ParameterVector to) {
        return mixesAll()
                ? ParameterPath.segment(from, to)
                : ParameterPath.segment(
                        from, to, from.mask(mixed(Columns.each(from.segments(), ParameterVector.Segment::name))));
    }

    /** Returns the curve that the scores of its points make. */
    PairCurve curve(Pair pair, double distance, List<PointScores> found) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (String name : found.get(0).scores().keySet()) {
            scores.put(
                    name, found.stream().mapToDouble(p -> p.scores().get(name)).toArray());
        }
        return new PairCurve(
                pair.from(),
                pair.to(),
                distance,
                found.stream().mapToDouble(PointScores::loss).toArray(),
                scores,
                keepLosses ? found.stream().map(PointScores::losses).toArray(double[][]::new) : null);
    }

    /** Returns whether all parameters are interpolated, so that a segment's ends are its models. */
    boolean mixesAll() {
        return include.isEmpty() && exclude.isEmpty();
    }

    /**
     * Returns which parameters are interpolated.
     *
     * @param names the names of all parameters
     * @throws IllegalArgumentException if a regular expression occurs in none of them
     */
    Predicate<String> mixed(Collection<String> names) {
        Predicate<String> in = include.isEmpty() ? name -> true : ParameterVector.named("include", include, names);
        Predicate<String> mixed = exclude.isEmpty()
                ? in
                : in.and(ParameterVector.named("exclude", exclude, names).negate());
        Arguments.check(
                names.stream().anyMatch(mixed),
                "exclude",
                exclude,
                "to leave something to interpolate of what include has: \"" + include + "\"");
        return mixed;
    }

    private ObjectNode made(Models models) {
        Dataset data = objective.data();
        ObjectNode made = Json.object();
        made.put("points", points)
                .put("include", include)
                .put("exclude", exclude)
                .put("keepLosses", keepLosses)
                .put("network", objective.network().name())
                .put("data", data.name() + ", " + data.split() + ", " + data.size() + " samples")
                .put("samples", Tensor.checksum(data.inputs(), data.targets()))
                .put("statistics", objective.runningStatistics() == null ? "recomputed" : "given");
        made.set("loss", Json.tree(objective.loss().setting()));
        made.set("models", Json.tree(models.origins()));
        return made;
    }
}
