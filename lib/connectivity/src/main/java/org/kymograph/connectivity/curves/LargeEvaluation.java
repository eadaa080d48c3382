package org.kymograph.connectivity.curves;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.LargeSegment;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/**
 * Evaluates the segments of classifiers that are too large to be stacked, one point at a time from two files, with one network in memory. A
 * model's own scores are computed once.
 */
final class LargeEvaluation implements PairEvaluation {
    // A stack has two vectors at least, each with a leaf and a gradient.
    private static final long STACKED = 6;
    private static final int ROWS = 32;

    private final Interpolation settings;
    private final Models models;
    private final LargeSegment network;
    private final Map<String, long[]> shapes;
    private final Predicate<String> mixed;
    private final Map<String, PointScores> ends = new LinkedHashMap<>();

    private LargeEvaluation(Interpolation settings, Models models, LargeSegment network) {
        this.settings = settings;
        this.models = models;
        this.network = network;
        shapes = network.shapes();
        mixed = settings.mixed(shapes.keySet());
    }

    /** Returns an evaluation if two of the models take more memory than the objective has for its stacks, and null if not. */
    static LargeEvaluation open(Interpolation settings, Models models) {
        Objective objective = settings.objective();
        long most = objective.memory() / STACKED / objective.dtype().bytes();
        if (objective.loss() != Loss.CROSS_ENTROPY
                || objective.data().target() != Dataset.Target.CLASS
                || objective.dtype() != Dtype.F32
                || objective.runningStatistics() != null
                || models.most() <= most) {
            return null;
        }
        LargeSegment network =
                LargeSegment.open(objective.network(), objective.data(), Math.min(ROWS, objective.batchSize()));
        long size = network.shapes().values().stream()
                .mapToLong(s -> LongStream.of(s).reduce(1, (a, b) -> a * b))
                .sum();
        if (size <= most) {
            network.close();
            return null;
        }
        try {
            return new LargeEvaluation(settings, models, network);
        } catch (IllegalArgumentException e) {
            network.close();
            throw e;
        }
    }

    @Override
    public int pairsAtATime() {
        return 1;
    }

    @Override
    public List<PairCurve> curves(List<Pair> pairs, Map<String, String> refused) {
        List<PairCurve> curves = new ArrayList<>();
        for (Pair pair : pairs) {
            if (fits(pair.from(), refused) && fits(pair.to(), refused)) {
                curves.add(curve(pair));
            }
        }
        return curves;
    }

    private boolean fits(String name, Map<String, String> refused) {
        if (refused.containsKey(name)) {
            return false;
        }
        try (TensorFile file = models.open(name)) {
            shapes.forEach((tensor, shape) ->
                    Models.check(file, tensor, LongStream.of(shape).boxed().toList()));
            return true;
        } catch (RecordException e) {
            refused.put(name, e.getMessage());
            return false;
        }
    }

    private PairCurve curve(Pair pair) {
        int last = settings.points() - 1;
        double distance = 0;
        List<PointScores> found = new ArrayList<>();
        try (TensorFile from = models.open(pair.from());
                TensorFile to = models.open(pair.to())) {
            for (int k = 0; k <= last; k++) {
                String end = !settings.mixesAll() || k > 0 && k < last ? null : k == 0 ? pair.from() : pair.to();
                PointScores scores = end == null ? null : ends.get(end);
                if (scores == null) {
                    distance = network.move(from, to, (double) k / last, mixed);
                    scores = PointScores.of(settings.objective(), network.outputs());
                }
                if (end != null) {
                    ends.put(end, scores);
                }
                found.add(scores);
            }
        }
        return settings.curve(pair, distance, found);
    }

    @Override
    public void close() {
        network.close();
    }
}
