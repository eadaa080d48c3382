package org.kymograph.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.kymograph.base.Parallel;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.theory.Quadratic;
import org.kymograph.degeneracy.theory.Quadrature;
import org.kymograph.degeneracy.theory.ToyPotential;
import org.kymograph.record.files.Json;

/**
 * How often the 95 % intervals of learning coefficients hold the exact value at finite n: {@code [SEEDS [FILE]]}.
 * What is done is kept in the file, {@code coverage.jsonl} unless said, and not done again. On a quadratic of ten weights, w⁴/2, and the crossing 4w₁²w₂⁴ in a box, for every sampler.
 */
public final class CoverageBenchmark {
    private static final int SAMPLES = 1000;
    // As many seeds at a time as an interrupt may lose.
    private static final int TOGETHER = 50;
    private static final double BETA = SAMPLES / Math.log(SAMPLES);

    /** A potential with its exact value, and settings that suit it. */
    private record Target(String name, ToyPotential potential, double truth, LearningCoefficient settings) {}

    private CoverageBenchmark() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
        ResultLog log = new ResultLog(Path.of(args.length > 1 ? args[1] : "coverage.jsonl"));
        double[] ones = new double[10];
        Arrays.fill(ones, 1);
        Quadratic quadratic = new Quadratic(ones);
        ToyPotential quartic = ToyPotential.monomials(4);
        ToyPotential crossing = ToyPotential.normalCrossing(1, 2);
        LearningCoefficient common =
                LearningCoefficient.withDefaults().withBatch(0).withGamma(0).withBiasCheck(true);
        List<Target> targets = List.of(
                new Target(
                        "quadratic, d = 10",
                        quadratic,
                        quadratic.learningCoefficient(BETA, 0),
                        common.withEpsilon(3e-3).withSteps(3000)),
                new Target("w⁴/2", quartic, 0.25, common.withEpsilon(5e-3).withSteps(8000)),
                new Target(
                        "4w₁²w₂⁴ in a box",
                        crossing,
                        Quadrature.learningCoefficient(crossing, BETA, 0, 1, 0, 0),
                        common.withEpsilon(1e-3).withBox(1).withSteps(40_000).withThinning(4)));
        List<Sampler> samplers = List.of(
                Sampler.mala(), Sampler.hmc(5), Sampler.sgld(), Sampler.rmsprop(0.99, 0.1), Sampler.sgnht(0.01));
        System.out.println(
                "| potential | sampler | exact | mean | covered, % | bias, % | corrected | covered, % | bias, % | draws' worth |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|");
        for (Target target : targets) {
            for (Sampler sampler : samplers) {
                row(target, sampler, seeds, log);
            }
        }
    }

    private static void row(Target target, Sampler sampler, int seeds, ResultLog log) throws IOException {
        // On a flat loss RMSprop's preconditioner is 10; with a tenth of ε its steps are as long as the others'.
        double epsilon = target.settings.epsilon() * (sampler.name().equals("rmsprop") ? 0.1 : 1);
        LearningCoefficient settings =
                target.settings.withSampler(sampler).withEpsilon(epsilon).withBiasCheck(!sampler.exact());
        double[] sums = new double[5];
        for (int from = 0; from < seeds; from += TOGETHER) {
            int first = from;
            int until = Math.min(seeds, from + TOGETHER);
            JsonNode part = log.get(
                            "%s, %s, seeds %d to %d".formatted(target.name, sampler.name(), from, until - 1),
                            () -> sums(target, settings, first, until))
                    .path("sums");
            for (int i = 0; i < sums.length; i++) {
                sums[i] += part.path(i).asDouble();
            }
        }
        double covered = sums[0] / seeds;
        double mean = sums[1] / seeds;
        double corrected = sums[2] / seeds;
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %.4f | %.4f | %.1f ± %.1f | %+.1f | %s | %s | %s | %.0f |%n",
                target.name,
                sampler.name(),
                target.truth,
                mean,
                100 * covered,
                196 * Math.sqrt(covered * (1 - covered) / seeds),
                100 * (mean / target.truth - 1),
                sampler.exact() ? "" : "%.4f".formatted(corrected),
                sampler.exact() ? "" : "%.1f".formatted(100 * sums[3] / seeds),
                sampler.exact() ? "" : "%+.1f".formatted(100 * (corrected / target.truth - 1)),
                sums[4] / seeds);
    }

    // Of the seeds: how many intervals hold the truth, λ̂, λ̂ corrected, how many corrected intervals hold it, and what
    // the draws are worth.
    private static ObjectNode sums(Target target, LearningCoefficient settings, int from, int until) {
        LossSurface surface = LossSurface.of(target.potential::value, target.potential.size(), SAMPLES);
        List<Supplier<LlcEstimate>> tasks = new ArrayList<>();
        for (int seed = from; seed < until; seed++) {
            LearningCoefficient own = settings.withSeed(seed);
            tasks.add(() -> own.estimate(surface, new double[target.potential.size()]));
        }
        double[] sums = new double[5];
        for (LlcEstimate e : Parallel.run(tasks, Runtime.getRuntime().availableProcessors(), n -> {})) {
            sums[0] += e.lower() <= target.truth && target.truth <= e.upper() ? 1 : 0;
            sums[1] += e.llc();
            sums[4] += e.effectiveDraws();
            if (settings.biasCheck()) {
                sums[2] += e.corrected();
                sums[3] += Math.abs(e.corrected() - target.truth) <= 1.96 * e.correctedError() ? 1 : 0;
            }
        }
        ObjectNode out = Json.object();
        out.set("sums", Json.tree(sums));
        return out;
    }
}
