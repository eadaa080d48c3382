package org.kymograph.connectivity.curves;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Loss;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/**
 * Evaluates points of segments, those of many pairs together. Where the loss is the cross-entropy of classes, one pass gives
 * losses and scores. The ends of segments are evaluated once a model.
 */
final class SegmentEvaluation implements AutoCloseable {
    // About 160 MB of parameters are made at a time, and twice as much of models is kept.
    private static final int NUMBERS = 20_000_000;
    private static final int MOST_PAIRS = 64;

    private final Interpolation settings;
    private final Models models;
    private final ObjectiveSession session;
    private final ParameterVector like;
    private final int[] labels;
    private final Map<String, Point> ends = new LinkedHashMap<>();
    private final Map<String, ParameterVector> loaded;

    /**
     * The losses and scores at a point.
     *
     * @param losses the loss of every sample
     * @param scores the scores by name
     */
    private record Point(double[] losses, Map<String, Double> scores) {}

    SegmentEvaluation(Interpolation settings, Models models) {
        this.settings = settings;
        this.models = models;
        Objective objective = settings.objective();
        session = objective.open();
        like = objective.initial(0);
        labels = labels(objective);
        int kept = Math.max(2, 2 * NUMBERS / Math.max(1, like.size()));
        loaded = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ParameterVector> eldest) {
                return size() > kept;
            }
        };
    }

    private static int[] labels(Objective objective) {
        Dataset data = objective.data();
        return objective.loss() == Loss.CROSS_ENTROPY && data.target() == Dataset.Target.CLASS
                ? Arrays.stream(data.targets().toLongs()).mapToInt(l -> (int) l).toArray()
                : null;
    }

    /** Returns how many pairs fit a call. */
    int pairsAtATime() {
        return Math.max(1, Math.min(MOST_PAIRS, NUMBERS / Math.max(1, settings.points() * like.size())));
    }

    /** Evaluates some pairs; those with a model that does not fit are left out, and the reason is noted by its name. */
    List<PairCurve> curves(List<Pair> pairs, Map<String, String> refused) {
        boolean whole = settings.include().isEmpty() && settings.exclude().isEmpty();
        int points = settings.points();
        List<ParameterVector> vectors = new ArrayList<>();
        List<Pair> good = new ArrayList<>();
        List<Double> distances = new ArrayList<>();
        Map<String, Integer> newEnds = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            ParameterVector from = load(pair.from(), refused);
            ParameterVector to = from == null ? null : load(pair.to(), refused);
            if (to == null) {
                continue;
            }
            good.add(pair);
            distances.add(from.distance(to));
            ParameterPath path = settings.path(from, to);
            for (int k = whole ? 1 : 0; k < (whole ? points - 1 : points); k++) {
                vectors.add(path.at((double) k / (points - 1)));
            }
            if (whole) {
                end(pair.from(), from, vectors, newEnds);
                end(pair.to(), to, vectors, newEnds);
            }
        }
        List<Point> found = evaluate(vectors);
        newEnds.forEach((name, at) -> ends.put(name, found.get(at)));
        List<PairCurve> curves = new ArrayList<>();
        int at = 0;
        for (int p = 0; p < good.size(); p++) {
            List<Point> curve = new ArrayList<>();
            for (int k = 0; k < points; k++) {
                boolean isEnd = whole && (k == 0 || k == points - 1);
                if (!isEnd) {
                    while (newEnds.containsValue(at)) {
                        at++;
                    }
                }
                curve.add(
                        isEnd
                                ? ends.get(
                                        k == 0
                                                ? good.get(p).from()
                                                : good.get(p).to())
                                : found.get(at++));
            }
            curves.add(curve(good.get(p), distances.get(p), curve));
        }
        return curves;
    }

    private void end(String name, ParameterVector vector, List<ParameterVector> vectors, Map<String, Integer> newEnds) {
        if (!ends.containsKey(name) && newEnds.putIfAbsent(name, vectors.size()) == null) {
            vectors.add(vector);
        }
    }

    private ParameterVector load(String name, Map<String, String> refused) {
        if (refused.containsKey(name)) {
            return null;
        }
        ParameterVector vector = loaded.get(name);
        if (vector == null) {
            try {
                vector = models.load(name, like);
            } catch (RecordException | IllegalArgumentException e) {
                refused.put(name, e.getMessage());
                return null;
            }
            loaded.put(name, vector);
        }
        return vector;
    }

    private PairCurve curve(Pair pair, double distance, List<Point> points) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (String name : points.get(0).scores.keySet()) {
            scores.put(
                    name, points.stream().mapToDouble(p -> p.scores.get(name)).toArray());
        }
        return new PairCurve(
                pair.from(),
                pair.to(),
                distance,
                points.stream()
                        .mapToDouble(p -> Arrays.stream(p.losses).sum() / p.losses.length)
                        .toArray(),
                scores,
                settings.keepLosses() ? points.stream().map(Point::losses).toArray(double[][]::new) : null);
    }

    private List<Point> evaluate(List<ParameterVector> vectors) {
        if (vectors.isEmpty()) {
            return List.of();
        }
        if (labels != null) {
            return session.outputs(vectors).stream().map(this::classified).toList();
        }
        double[][] losses = session.losses(vectors);
        double[] accuracies = session.accuracies(vectors);
        return IntStream.range(0, losses.length)
                .mapToObj(r -> new Point(losses[r], Map.of("accuracy", accuracies[r])))
                .toList();
    }

    private Point classified(Tensor outputs) {
        double[] flat = outputs.toDoubles();
        int classes = flat.length / labels.length;
        double[][] logits = new double[labels.length][];
        double[] losses = new double[labels.length];
        boolean finite = true;
        for (int i = 0; i < labels.length; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
            losses[i] = crossEntropy(logits[i], labels[i]);
            finite &= !Double.isNaN(losses[i]);
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        ClassificationScores all = finite ? ClassificationScores.ofLogits(logits, labels) : null;
        for (String name : ClassificationScores.NAMES) {
            if (classes == 2 || !name.equals("f1")) {
                scores.put(name, all == null ? Double.NaN : all.get(name));
            }
        }
        return new Point(losses, scores);
    }

    private static double crossEntropy(double[] logits, int label) {
        double most = Arrays.stream(logits).max().orElseThrow();
        double sum = 0;
        for (double x : logits) {
            sum += Math.exp(x - most);
        }
        return Math.log(sum) + most - logits[label];
    }

    @Override
    public void close() {
        session.close();
    }
}
