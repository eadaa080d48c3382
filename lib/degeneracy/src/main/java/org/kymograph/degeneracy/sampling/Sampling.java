package org.kymograph.degeneracy.sampling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Parallel;
import org.kymograph.base.Progress;

/**
 * How chains are sampled. Chains run together in groups, one a thread, whose gradients are computed as a stack; a chain's numbers are the same in
 * any company.
 *
 * <p>Memory: a thread keeps 8·P·(3 + v) bytes for a chain of P parameters, with v as {@link Sampler#vectors} says, and what a vector takes
 * in a stack ({@link LossSurface.Session#bytesPerVector}). Groups are made so small that all threads together keep to the limit, but never below
 * two chains. The traces take 8 bytes a draw and chain beside that.
 *
 * @param sampler the dynamics
 * @param estimate what gradients are computed from
 * @param schedule how step sizes fall
 * @param steps the steps of a chain, at least 1
 * @param thinning a draw is kept every so many steps, at least 1
 * @param probes at how many draws, evenly spread, the probability is measured with which a Metropolis step with full gradients would
 *     have been accepted; 0 for none
 * @param threads how many groups run at a time, at least 1
 * @param memory about how many bytes the groups may take together
 */
public record Sampling(
        Sampler sampler,
        GradientEstimate estimate,
        StepSchedule schedule,
        int steps,
        int thinning,
        int probes,
        int threads,
        long memory) {
    private static final int DISTANCES = 100;
    private static final int REPORT_EVERY = 20;

    /** Checks the ranges. */
    public Sampling {
        Arguments.atLeast("steps", steps, 1);
        Arguments.within("thinning", thinning, 1, steps);
        Arguments.atLeast("probes", probes, 0);
        Arguments.atLeast("threads", threads, 1);
        Arguments.atLeast("memory", memory, 1);
        Arguments.check(
                estimate.isFull() || !sampler.exact(),
                "batch",
                estimate.batch(),
                "0 for the full gradient, which " + sampler.name() + " needs to accept or refuse its steps");
    }

    /**
     * Returns constant steps, each of them a draw, on a thread per core with at most 1 GiB.
     *
     * @param sampler the dynamics
     * @param estimate what gradients are computed from
     * @param steps the steps of a chain, at least 1
     * @return the settings
     */
    public static Sampling of(Sampler sampler, GradientEstimate estimate, int steps) {
        return new Sampling(
                sampler,
                estimate,
                StepSchedule.constant(),
                steps,
                1,
                0,
                Runtime.getRuntime().availableProcessors(),
                1L << 30);
    }

    /** Returns a copy with another schedule of step sizes. */
    public Sampling withSchedule(StepSchedule schedule) {
        return Copies.with(this, "schedule", schedule);
    }

    /** Returns a copy that keeps a draw every so many steps. */
    public Sampling withThinning(int thinning) {
        return Copies.with(this, "thinning", thinning);
    }

    /** Returns a copy that measures the probability of acceptance at so many draws. */
    public Sampling withProbes(int probes) {
        return Copies.with(this, "probes", probes);
    }

    /** Returns a copy with another number of threads. */
    public Sampling withThreads(int threads) {
        return Copies.with(this, "threads", threads);
    }

    /** Returns a copy with another limit of memory in bytes. */
    public Sampling withMemory(long memory) {
        return Copies.with(this, "memory", memory);
    }

    /** Returns the number of draws of a chain. */
    public int draws() {
        return (steps + thinning - 1) / thinning;
    }

    /**
     * Returns about how many bytes a thread keeps for a chain beside its trace.
     *
     * @param surface what is sampled
     * @return the bytes
     */
    public long bytesPerChain(LossSurface surface) {
        try (LossSurface.Session session = surface.open(estimate.batch(), memory / threads)) {
            return bytes(surface, session);
        }
    }

    private long bytes(LossSurface surface, LossSurface.Session session) {
        return 8L * surface.dimension() * (3 + sampler.vectors()) + session.bytesPerVector();
    }

    /**
     * Samples chains.
     *
     * @param surface what is sampled
     * @param chains the chains, at least one
     * @param observers what looks at the draws
     * @return the trace of each chain, in the order of the chains
     * @throws IllegalArgumentException if a start is not of the surface's dimension
     * @throws CancellationException if this thread is interrupted
     */
    public List<ChainTrace> run(LossSurface surface, List<Chain> chains, DrawObserver... observers) {
        Arguments.notEmpty("chains", chains);
        for (Chain chain : chains) {
            Arguments.sameLength("a chain's start", chain.start().length, "the parameters", surface.dimension());
        }
        List<int[]> groups = groups(surface, chains.size());
        AtomicLong done = new AtomicLong();
        ChainTrace[] traces = new ChainTrace[chains.size()];
        try (Progress progress = Progress.start("sampling", "steps", (long) steps * chains.size())) {
            List<Supplier<Void>> tasks = groups.stream()
                    .map(group -> (Supplier<Void>) () -> {
                        sample(surface, chains, group, observers, traces, (steps, loss) -> {
                            long all = done.addAndGet((long) steps * group.length);
                            synchronized (progress) {
                                progress.update(all, "loss " + String.format(java.util.Locale.ROOT, "%.4f", loss));
                            }
                        });
                        return null;
                    })
                    .toList();
            Parallel.run(tasks, threads, n -> {});
        } catch (CancellationException e) {
            throw new CancellationException(
                    "sampling was interrupted after " + done.get() / chains.size() + " of " + steps + " steps");
        }
        return List.of(traces);
    }

    // As few groups as the memory and the size of a stack allow, the same number for each thread.
    private List<int[]> groups(LossSurface surface, int chains) {
        int most;
        try (LossSurface.Session session = surface.open(estimate.batch(), memory / threads)) {
            long fit = memory / threads / Math.max(1, bytes(surface, session));
            most = (int) Math.max(2, Math.min(session.together(), fit));
        }
        int rounds = (chains + threads * most - 1) / (threads * most);
        int width = (chains + threads * rounds - 1) / (threads * rounds);
        return Columns.each(
                (chains + width - 1) / width, g -> IntStream.range(g * width, Math.min(chains, (g + 1) * width))
                        .toArray());
    }

    private interface Report {
        void steps(int steps, double loss);
    }

    private void sample(
            LossSurface surface,
            List<Chain> chains,
            int[] group,
            DrawObserver[] observers,
            ChainTrace[] traces,
            Report report) {
        List<DrawObserver.Eye> eyes = new ArrayList<>();
        try (LossSurface.Session session = surface.open(estimate.batch(), memory / threads)) {
            for (DrawObserver observer : observers) {
                eyes.add(observer.open());
            }
            Ensemble ensemble = new Ensemble(
                    Arrays.stream(group).mapToObj(chains::get).toList(),
                    session,
                    estimate,
                    schedule,
                    surface.samples());
            Sampler.Step step = sampler.start(ensemble);
            AcceptanceProbe probe = probes > 0 && !sampler.exact() ? new AcceptanceProbe(ensemble) : null;
            int draws = draws();
            double[][] losses = new double[group.length][draws];
            int spread = (draws + DISTANCES - 1) / DISTANCES;
            double[][] distances = new double[group.length][(draws + spread - 1) / spread];
            int pace = Math.max(1, draws / Math.max(1, probes));
            for (int t = 0; t < steps; t++) {
                if (Thread.interrupted()) {
                    throw new CancellationException();
                }
                int draw = t / thinning;
                boolean kept = t % thinning == 0;
                if (kept) {
                    eyes.forEach(eye -> eye.look(group, draw, ensemble.positions()));
                    for (int r = 0; r < group.length && draw % spread == 0; r++) {
                        distances[r][draw / spread] = ensemble.distance(r);
                    }
                    if (probe != null && draw % pace == pace / 2) {
                        probe.measure();
                    }
                }
                double[] now = step.run();
                for (int r = 0; r < group.length && kept; r++) {
                    losses[r][draw] = ensemble.divergedAt(r) < 0 ? now[r] : Double.NaN;
                }
                ensemble.next();
                if ((t + 1) % REPORT_EVERY == 0 || t + 1 == steps) {
                    report.steps((t + 1) % REPORT_EVERY == 0 ? REPORT_EVERY : steps % REPORT_EVERY, now[0]);
                }
            }
            for (int r = 0; r < group.length; r++) {
                int at = ensemble.divergedAt(r);
                traces[group[r]] = new ChainTrace(
                        ensemble.startLoss(r),
                        losses[r],
                        distances[r],
                        ensemble.acceptance(r),
                        at < 0 ? -1 : at / thinning);
            }
        } finally {
            eyes.forEach(DrawObserver.Eye::close);
        }
    }
}
