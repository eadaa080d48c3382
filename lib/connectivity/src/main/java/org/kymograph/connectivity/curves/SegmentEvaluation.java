package org.kymograph.connectivity.curves;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/**
 * Evaluates points of segments, those of many pairs together, and the ends of segments once a model.
 */
final class SegmentEvaluation implements PairEvaluation {
    // About 160 MB of parameters are made at a time, and twice as much of models is kept.
    private static final int NUMBERS = 20_000_000;
    private static final int MOST_PAIRS = 64;

    private final Interpolation settings;
    private final Models models;
    private final ObjectiveSession session;
    private final ParameterVector like;
    private final Map<String, PointScores> ends = new LinkedHashMap<>();
    private final Map<String, ParameterVector> loaded;

    SegmentEvaluation(Interpolation settings, Models models) {
        this.settings = settings;
        this.models = models;
        Objective objective = settings.objective();
        session = objective.open();
        like = objective.initial(0);
        int kept = Math.max(2, 2 * NUMBERS / Math.max(1, like.size()));
        loaded = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, ParameterVector> eldest) {
                return size() > kept;
            }
        };
    }

    @Override
    public int pairsAtATime() {
        return Math.max(1, Math.min(MOST_PAIRS, NUMBERS / Math.max(1, settings.points() * like.size())));
    }

    @Override
    public List<PairCurve> curves(List<Pair> pairs, Map<String, String> refused) {
        boolean whole = settings.mixesAll();
        int points = settings.points();
        List<Supplier<ParameterVector>> vectors = new ArrayList<>();
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
                double t = (double) k / (points - 1);
                vectors.add(() -> path.at(t));
            }
            if (whole) {
                end(pair.from(), from, vectors, newEnds);
                end(pair.to(), to, vectors, newEnds);
            }
        }
        List<PointScores> found = new ArrayList<>();
        int most = Math.max(1, NUMBERS / Math.max(1, like.size()));
        for (int from = 0; from < vectors.size(); from += most) {
            found.addAll(PointScores.of(
                    session,
                    Columns.each(vectors.subList(from, Math.min(vectors.size(), from + most)), Supplier::get)));
        }
        newEnds.forEach((name, at) -> ends.put(name, found.get(at)));
        List<PairCurve> curves = new ArrayList<>();
        int at = 0;
        for (int p = 0; p < good.size(); p++) {
            List<PointScores> curve = new ArrayList<>();
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
            curves.add(settings.curve(good.get(p), distances.get(p), curve));
        }
        return curves;
    }

    private void end(
            String name,
            ParameterVector vector,
            List<Supplier<ParameterVector>> vectors,
            Map<String, Integer> newEnds) {
        if (!ends.containsKey(name) && newEnds.putIfAbsent(name, vectors.size()) == null) {
            vectors.add(() -> vector);
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

    @Override
    public void close() {
        session.close();
    }
}
