package org.kymograph.degeneracy.llc;

import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.sampling.Chain;
import org.kymograph.degeneracy.sampling.ChainTrace;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Subspace;
import org.kymograph.evaluate.HessianOperator;
import org.kymograph.evaluate.Lanczos;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;

/** Makes estimates of learning coefficients at points, the chains of all of them together. */
final class Estimation {
    /**
     * A point, and what its chains have of their own.
     *
     * @param step its training step
     * @param at w₀
     * @param settings whose ε, γ and temperature its chains have; null for the estimation's
     */
    record Point(long step, double[] at, LearningCoefficient settings) {
        Point(long step, double[] at) {
            this(step, at, null);
        }
    }

    private final LearningCoefficient settings;
    private final LossSurface surface;
    private final Objective objective;
    private final Dataset on;
    private final int threads;
    private final long memory;
    private final Subspace subspace;

    /** @param objective what the surface is of; null for a loss in closed form */
    Estimation(
            LearningCoefficient settings,
            LossSurface surface,
            Objective objective,
            Dataset on,
            int threads,
            long memory) {
        Arguments.check(
                objective != null || settings.mask().isEmpty() && settings.curvature() == 0,
                "mask, curvature",
                settings.mask() + ", " + settings.curvature(),
                "none, 0 for a loss in closed form");
        this.settings = settings;
        this.surface = surface;
        this.objective = objective;
        this.on = on;
        this.threads = threads;
        this.memory = memory;
        subspace = settings.mask().isEmpty()
                ? settings.subspace()
                : Subspace.of(objective.initial(0).mask("mask", settings.mask()).toArray());
    }

    static Estimation of(LearningCoefficient settings, Objective objective) {
        Objective own = objective.withLoss(settings.loss(objective.loss()));
        return new Estimation(settings, LossSurface.of(own), own, null, own.threads(), own.memory());
    }

    /** Returns one that averages the loss on other data; null for the chains' own. */
    Estimation averaging(Dataset data) {
        return new Estimation(settings, surface, objective, data, threads, memory);
    }

    /** Returns the network with the loss that the settings ask for. */
    Objective objective() {
        return objective;
    }

    static List<Point> points(List<ParameterVector> at) {
        return at.stream().map(v -> new Point(0, v.toArray())).toList();
    }

    List<LlcEstimate> run(List<Point> points, DrawObserver... observers) {
        List<LlcEstimate> all = once(settings, points, 0, observers);
        if (!settings.biasCheck()) {
            return all;
        }
        List<Point> halves = points.stream()
                .map(p -> new Point(p.step, p.at, halved(own(p))))
                .toList();
        List<LlcEstimate> again = once(halved(settings), halves, settings.chains());
        return Columns.each(
                all.size(),
                k -> Copies.with(
                        Copies.with(all.get(k), "halved", again.get(k).llc()),
                        "halvedError",
                        again.get(k).standardError()));
    }

    private LearningCoefficient own(Point p) {
        return p.settings == null ? settings : p.settings;
    }

    private static LearningCoefficient halved(LearningCoefficient s) {
        return s.withEpsilon(s.epsilon() / 2).withSteps(2 * s.steps()).withThinning(2 * s.thinning());
    }

    // Chain c of point k of K has the number c·K + k: those that see the same batches lie side by side.
    private List<LlcEstimate> once(
            LearningCoefficient common, List<Point> points, int firstChain, DrawObserver... observers) {
        int n = surface.samples();
        int count = points.size();
        List<Chain> chains =
                Columns.each(common.chains() * count, i -> chain(points.get(i % count), firstChain + i / count, n));
        OtherLosses other = on == null ? null : new OtherLosses(objective.withData(on), chains.size());
        DrawObserver[] all = observers;
        if (other != null) {
            all = Arrays.copyOf(observers, observers.length + 1);
            all[observers.length] = other;
        }
        List<ChainTrace> traces =
                common.sampling().withThreads(threads).withMemory(memory).run(surface, chains, all);
        double[] curvatures = curvatures(points);
        return Columns.each(count, k -> {
            List<ChainTrace> own = Columns.each(
                    common.chains(),
                    c -> other == null
                            ? traces.get(c * count + k)
                            : other.trace(c * count + k, traces.get(c * count + k)));
            Point p = points.get(k);
            double beta = own(p).inverseTemperature(n);
            double curvature = beta * (curvatures[k] + common.weightDecay()) + own(p).gamma();
            return estimate(p, beta, curvature, own);
        });
    }

    private Chain chain(Point p, int number, int n) {
        LearningCoefficient s = own(p);
        return new Chain(
                p.at,
                s.posterior(s.inverseTemperature(n), s.gamma()),
                s.epsilon(),
                subspace,
                s.orthogonal(),
                Streams.key(s.seed(), "chain", number, p.step),
                Streams.key(s.seed(), "chain batches", s.sharedBatches() ? 0 : number));
    }

    private LlcEstimate estimate(Point p, double beta, double curvature, List<ChainTrace> all) {
        LearningCoefficient s = own(p);
        List<ChainTrace> good = all.stream().filter(t -> !t.diverged()).toList();
        int draws = all.get(0).losses().length;
        int burnIn = (int) (draws * s.burnIn());
        double baseline = all.get(0).startLoss();
        double[] chains = Columns.numbers(all, t -> beta * (mean(s, t.losses(), burnIn, draws) - baseline));
        int moving = (subspace == null ? surface.dimension() : subspace.dimension()) - (s.orthogonal() ? 1 : 0);
        double[][] kept = good.stream()
                .map(t -> Arrays.stream(t.losses(), burnIn, draws)
                        .map(loss -> beta * (loss - baseline))
                        .toArray())
                .toArray(double[][]::new);
        ChainDiagnostics found = good.isEmpty()
                ? new ChainDiagnostics(Double.NaN, Double.NaN, Double.NaN, 0)
                : ChainDiagnostics.of(kept);
        double llc =
                Arrays.stream(chains).filter(x -> !Double.isNaN(x)).average().orElse(Double.NaN);
        int quarter = draws / 4;
        double step = 0;
        double distance = 0;
        double accepted = 0;
        for (ChainTrace t : good) {
            step += beta
                    * (mean(s, t.losses(), draws - quarter, draws)
                            - mean(s, t.losses(), draws - 2 * quarter, draws - quarter))
                    / good.size();
            double[] d = t.distances();
            int from = (int) (d.length * s.burnIn());
            distance +=
                    Arrays.stream(d, from, d.length).map(x -> x * x).average().orElse(0) / good.size();
            accepted += t.acceptance() / good.size();
        }
        double quarterError = found.standardError() * Math.sqrt(2.0 * (draws - burnIn) / quarter);
        return new LlcEstimate(
                p.step,
                s,
                surface.samples(),
                beta,
                moving,
                baseline,
                Double.NaN,
                llc,
                found.standardError(),
                llc - found.halfWidth(),
                llc + found.halfWidth(),
                found.rhat(),
                found.effectiveDraws(),
                chains,
                all.stream().mapToInt(ChainTrace::divergedAt).toArray(),
                good.isEmpty() ? Double.NaN : accepted,
                quarterError == 0 ? 0 : step / quarterError,
                s.gamma() * distance / moving,
                curvature,
                Double.NaN,
                Double.NaN,
                all.stream().map(ChainTrace::losses).toArray(double[][]::new));
    }

    private static double mean(LearningCoefficient s, double[] losses, int from, int to) {
        double sum = 0;
        double weights = 0;
        for (int t = from; t < to; t++) {
            double weight = s.schedule().factor((long) t * s.thinning());
            sum += weight * losses[t];
            weights += weight;
        }
        return sum / weights;
    }

    // The largest eigenvalue of the Hessian among the directions that chains can move in.
    private double[] curvatures(List<Point> points) {
        double[] out = new double[points.size()];
        Arrays.fill(out, Double.NaN);
        if (settings.curvature() == 0) {
            return out;
        }
        Lanczos lanczos =
                Lanczos.withDefaults().withIterations(settings.curvature()).withTolerance(1e-2);
        ParameterVector like = objective.initial(0);
        try (ObjectiveSession session = objective.withDtype(Dtype.F64).open()) {
            for (int k = 0; k < out.length; k++) {
                if (k > 0 && points.get(k).at == points.get(k - 1).at) {
                    out[k] = out[k - 1];
                    continue;
                }
                ParameterVector at = like.withValues(points.get(k).at);
                HessianOperator hessian = HessianOperator.of(session, at);
                if (settings.orthogonal()) {
                    double[] g = projected(session.gradients(List.of(at)).get(0).toArray());
                    hessian = like.withValues(g).norm() > 0 ? hessian.orthogonalTo(g) : hessian;
                }
                hessian = subspace == null ? hessian : hessian.projected(this::projected);
                out[k] = lanczos.largest(hessian, 1).get(0).value();
            }
        }
        return out;
    }

    private double[] projected(double[] v) {
        double[] out = v.clone();
        if (subspace != null) {
            subspace.project(out);
        }
        return out;
    }
}
