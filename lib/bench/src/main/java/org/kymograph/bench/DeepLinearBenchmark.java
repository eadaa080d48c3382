package org.kymograph.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.theory.DeepLinear;
import org.kymograph.record.files.Json;

/**
 * Learning coefficients of random deep linear networks beside their exact values, for every sampler: {@code [NETS [SIZES [FILE]]]}.
 * The networks of each size, such as {@code 100,1000,10000} weights, have 2 to 4 layers of random widths and a random rank; chains start at weights of
 * loss 0. What is done is kept in the file, {@code deep-linear.jsonl} unless said, and not done again.
 *
 * <p>In the manner of Hitchcock and Hoogland, From global to local: a scalable benchmark for local posterior sampling (2025), arXiv:2507.21449, but
 * with the expected loss and so exact gradients.
 */
public final class DeepLinearBenchmark {
    private static final int SAMPLES = 1_000_000;
    private static final double BETA = SAMPLES / Math.log(SAMPLES);
    // Where HMC takes longer than it is worth.
    private static final int LARGEST_FOR_HMC = 1000;
    private static final double TOLERANCE = 0.1;

    /** What a sampler said of a network: the error is relative. */
    private record Result(double error, double rhat, double drawsPerSecond, boolean diverged) {
        boolean failed() {
            return diverged || Math.abs(error) > TOLERANCE;
        }
    }

    private DeepLinearBenchmark() {}

    /** Runs the comparison. */
    public static void main(String[] args) throws IOException {
        int nets = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        int[] sizes = Arrays.stream((args.length > 1 ? args[1] : "100,1000,10000").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        ResultLog log = new ResultLog(Path.of(args.length > 2 ? args[2] : "deep-linear.jsonl"));
        System.out.println(
                "| weights, about | sampler | steps | networks | error, % | without its sign, % | draws' worth a second"
                        + " | R̂ over 1.05 | off by over 10 % or diverged |");
        System.out.println("|---|---|---|---|---|---|---|---|---|");
        for (int size : sizes) {
            for (Sampler sampler : List.of(
                    Sampler.sgld(), Sampler.rmsprop(0.99, 0.1), Sampler.sgnht(0.01), Sampler.mala(), Sampler.hmc(10))) {
                if (size <= LARGEST_FOR_HMC || !sampler.name().equals("hmc")) {
                    row(size, sampler, nets, log);
                }
            }
        }
    }

    private static void row(int size, Sampler sampler, int nets, ResultLog log) throws IOException {
        LearningCoefficient settings = settings(size, sampler);
        List<Result> all = new ArrayList<>();
        for (int k = 0; k < nets; k++) {
            DeepLinear net = network(size, k);
            String key = "%s, %s of rank %d, %d steps"
                    .formatted(sampler.name(), Arrays.toString(net.widths()), net.rank(), settings.steps());
            ObjectNode line = log.get(key, () -> (ObjectNode) Json.tree(measure(net, settings)));
            line.remove("key");
            all.add(Json.value(line, Result.class));
        }
        List<Result> whole = all.stream().filter(r -> !r.diverged).toList();
        System.out.printf(
                Locale.ROOT,
                "| %d | %s | %d | %d | %+.1f | %.1f | %.0f | %d | %d |%n",
                size,
                sampler.name(),
                settings.steps(),
                nets,
                100 * whole.stream().mapToDouble(Result::error).average().orElse(Double.NaN),
                100
                        * whole.stream()
                                .mapToDouble(r -> Math.abs(r.error))
                                .average()
                                .orElse(Double.NaN),
                whole.stream().mapToDouble(Result::drawsPerSecond).average().orElse(Double.NaN),
                whole.stream().filter(r -> r.rhat > 1.05).count(),
                all.stream().filter(Result::failed).count());
    }

    private static Result measure(DeepLinear net, LearningCoefficient settings) {
        LossSurface surface = LossSurface.of(net::value, net.size(), SAMPLES);
        long start = System.nanoTime();
        LlcEstimate e = settings.estimate(surface, net.truth());
        double seconds = (System.nanoTime() - start) / 1e9;
        double exact = net.learningCoefficient().value();
        boolean diverged = Arrays.stream(e.divergedAt()).anyMatch(at -> at >= 0);
        return diverged
                ? new Result(0, 0, 0, true)
                : new Result(e.llc() / exact - 1, e.rhat(), e.effectiveDraws() / seconds, false);
    }

    // Steps of a tenth of what the loss's largest curvature allows for; shorter ones where many weights are accepted or
    // refused together.
    private static LearningCoefficient settings(int size, Sampler sampler) {
        double epsilon = 0.1 / BETA;
        if (sampler.name().equals("rmsprop")) {
            epsilon /= 10;
        } else if (sampler.exact()) {
            epsilon *= Math.min(1, Math.cbrt(100.0 / size));
        }
        int steps = size <= 100 ? 40_000 : size <= 1000 ? 10_000 : 1500;
        return LearningCoefficient.withDefaults()
                .withBatch(0)
                .withSampler(sampler)
                .withEpsilon(epsilon)
                .withSteps(sampler.name().equals("hmc") ? steps / 10 : steps);
    }

    private static DeepLinear network(int size, int k) {
        RandomGenerator random = Streams.of(size, "networks", k);
        while (true) {
            int layers = 2 + Streams.below(random, 3);
            int[] widths = new int[layers + 1];
            for (int l = 0; l <= layers; l++) {
                widths[l] =
                        (int) Math.max(1, Math.round(Math.sqrt((double) size / layers) * random.nextDouble(0.6, 1.4)));
            }
            DeepLinear net = new DeepLinear(
                    Streams.below(random, Arrays.stream(widths).min().orElseThrow() + 1), widths);
            if (Math.abs(net.size() - size) <= size / 5) {
                return net;
            }
        }
    }
}
