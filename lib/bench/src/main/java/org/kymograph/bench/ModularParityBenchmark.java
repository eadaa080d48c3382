package org.kymograph.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcCurve;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.record.RunFolder;
import org.kymograph.stats.OlsFit;
import org.kymograph.train.Objective;

/**
 * The published numbers of learning coefficients in modular addition beside ours on several seeds: {@code [FOLDER [SEEDS [BATCHES [PRIMES]]]]}.
 * Along the first example, at its end without the hyperplane, against p, and of random labels. Runs and estimates lie in the folder,
 * {@code parity} unless said, and are not made again.
 */
public final class ModularParityBenchmark {
    private static final LearningCoefficient ORTHOGONAL =
            LearningCoefficient.withDefaults().withGamma(5).withClamp(1e-7).withOrthogonal(true);
    // Checkpoints of the first example between which the peak is looked for.
    private static final int FIRST = 6;
    private static final int LAST = 14;
    // A network has learned a prime if its test loss is below; the published line is about those.
    private static final double LEARNED = 0.1;

    private ModularParityBenchmark() {}

    /** Runs the comparison. */
    public static void main(String[] args) {
        String folder = args.length > 0 ? args[0] : "parity";
        long[] seeds = LongStream.range(0, args.length > 1 ? Integer.parseInt(args[1]) : 3)
                .toArray();
        int batches = args.length > 2 ? Integer.parseInt(args[2]) : 10_000;
        List<Integer> primes = Stream.of((args.length > 3 ? args[3] : "23,29,31,37,41").split(","))
                .map(Integer::valueOf)
                .toList();
        along(folder, seeds);
        line(folder, seeds, batches, primes);
        random(folder, seeds, batches);
    }

    private static void along(String folder, long[] seeds) {
        System.out.println(
                "| first example, seed | test accuracy | start (60 to 120) | peak (650 to 820) | its checkpoint (8 to 12) | end (500 to 620)"
                        + " | free, end (380 to 480) | peak / end (1.2 to 1.5) |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        for (RunFolder run : ModularExperiment.example1()
                .withMovie(false)
                .train(folder, seeds)
                .runs()) {
            ModularRun opened = ModularRun.of(run);
            List<Long> steps = opened.steps();
            List<Long> some = Stream.of(
                            Stream.of(steps.get(0)), steps.subList(FIRST, LAST).stream(), Stream.of(opened.last()))
                    .flatMap(s -> s)
                    .toList();
            LlcCurve curve = study(opened, ORTHOGONAL, "llc", some);
            LlcEstimate peak = curve.estimates().stream()
                    .max(Comparator.comparingDouble(LlcEstimate::llc))
                    .orElseThrow();
            LlcEstimate end = curve.at(opened.last());
            LlcEstimate free = study(opened, ORTHOGONAL.withOrthogonal(false), "llc-free", List.of(opened.last()))
                    .at(opened.last());
            Objective test = opened.objective(opened.split().test());
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %.3f | %s | %s | %d | %s | %s | %.2f |%n",
                    run.seed(),
                    test.accuracies(List.of(opened.parameters(opened.last())))[0],
                    told(curve.at(steps.get(0))),
                    told(peak),
                    steps.indexOf(peak.step()),
                    told(end),
                    told(free),
                    peak.llc() / end.llc());
        }
    }

    private static void line(String folder, long[] seeds, int batches, List<Integer> primes) {
        System.out.printf("%n| p, after %d batches | seed | λ̂ | train loss | test loss |%n", batches);
        System.out.println("|---|---|---|---|---|");
        ModularExperiment settings = plain(ModularExperiment.sweep2023(53, 32, 8), batches);
        List<Point> all = points(settings, folder, primes, seeds);
        all.forEach(ModularParityBenchmark::tell);
        List<Point> learned =
                all.stream().filter(p -> p.estimate.testLoss() < LEARNED).toList();
        long different = learned.stream().map(Point::p).distinct().count();
        if (different < 4) {
            System.out.println("\nOnly " + different + " primes were learned: too few for a line.");
            return;
        }
        OlsFit fit = OlsFit.of(
                learned.stream().map(p -> new double[] {1, p.p}).toArray(double[][]::new),
                learned.stream().mapToDouble(p -> p.estimate.llc()).toArray());
        System.out.printf(
                Locale.ROOT,
                "%nThe line through the %d networks of %d primes whose test loss is below %.1f: λ̂ = %.2f p %+.1f, R² = %.4f (published 8.60 p − 90.3, 0.9977).%n",
                learned.size(),
                different,
                LEARNED,
                fit.coefficients()[1],
                fit.coefficients()[0],
                fit.rSquared());
    }

    private static void random(String folder, long[] seeds, int batches) {
        System.out.printf("%n| random labels, p | seed | λ̂ (160 to 220) | train loss | test loss |%n");
        System.out.println("|---|---|---|---|---|");
        ModularExperiment settings =
                plain(ModularExperiment.sweep2023(20, 64, 16).withUseRandomDataset(true), batches);
        points(settings, folder, List.of(20), seeds).forEach(ModularParityBenchmark::tell);
    }

    private record Point(int p, long seed, LlcEstimate estimate) {}

    private static List<Point> points(ModularExperiment settings, String folder, List<Integer> ps, long[] seeds) {
        return settings.sweep(folder, "p", ps, seeds).runs().stream()
                .map(ModularRun::of)
                .map(run -> new Point(
                        run.p(),
                        run.run().seed(),
                        study(run, ORTHOGONAL, "llc", List.of(run.last())).at(run.last())))
                .toList();
    }

    private static void tell(Point p) {
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %s | %.4f | %.4f |%n",
                p.p,
                p.seed,
                told(p.estimate),
                p.estimate.trainLoss(),
                p.estimate.testLoss());
    }

    private static ModularExperiment plain(ModularExperiment settings, int batches) {
        return settings.withNBatches(batches)
                .withMovie(false)
                .withMagnitude(false)
                .withAblationFourier(false);
    }

    private static LlcCurve study(ModularRun run, LearningCoefficient settings, String reading, List<Long> steps) {
        return settings.study(run.objective(run.split().train()), run.split().test())
                .withReading(reading)
                .run(run.run(), steps);
    }

    private static String told(LlcEstimate e) {
        return String.format(Locale.ROOT, "%.0f ± %.0f", e.llc(), 1.96 * e.standardError());
    }
}
