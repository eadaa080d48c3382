package org.kymograph.cli.degeneracy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.data.Split;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcCurve;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.llc.LlcStudy;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.record.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kymograph degeneracy llc}. */
@Command(
        name = "llc",
        description = {
            "Estimates the local learning coefficient at a run's checkpoints, with its error and what speaks against it.",
            "All chains of all checkpoints are sampled together. What is done is kept in the run's readings, and not done again."
        })
final class DegeneracyLlcCommand implements Callable<Integer> {
    private static final Map<String, Supplier<Sampler>> SAMPLERS = Map.of(
            "sgld",
            Sampler::sgld,
            "rmsprop",
            () -> Sampler.rmsprop(0.99, 0.1),
            "sgnht",
            () -> Sampler.sgnht(0.01),
            "mala",
            Sampler::mala,
            "hmc",
            () -> Sampler.hmc(10));

    @Spec
    CommandSpec spec;

    @Parameters(paramLabel = "RUN", description = "A run's folder.")
    Path folder;

    @Option(
            names = "--checkpoints",
            paramLabel = "all|STEP,…",
            defaultValue = "all",
            description = "The steps of the checkpoints (default ${DEFAULT-VALUE}).")
    String checkpoints;

    @Option(
            names = "--gamma",
            paramLabel = "X",
            defaultValue = "1",
            description = "Localisation (default ${DEFAULT-VALUE}).")
    double gamma;

    @Option(
            names = "--epsilon",
            paramLabel = "X",
            defaultValue = "0.001",
            description = "Step size (default ${DEFAULT-VALUE}).")
    double epsilon;

    @Option(
            names = "--inverse-temperature",
            paramLabel = "X",
            defaultValue = "0",
            description = "The factor on the loss (default: n / ln n).")
    double inverseTemperature;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "3000",
            description = "Steps of a chain (default ${DEFAULT-VALUE}).")
    int steps;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Samples of a minibatch, 0 for all (default: 64; all for mala and hmc).")
    Integer batch;

    @Option(
            names = "--chains",
            paramLabel = "N",
            defaultValue = "4",
            description = "Chains of a checkpoint (default ${DEFAULT-VALUE}).")
    int chains;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Random seed (default ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--orthogonal", description = "Move only orthogonally to the gradient at the checkpoint.")
    boolean orthogonal;

    @Option(
            names = "--clamp",
            paramLabel = "X",
            defaultValue = "0",
            description = "What is added to probabilities in the loss (default ${DEFAULT-VALUE}).")
    double clamp;

    @Option(
            names = "--mask",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Move only the parameters in whose names this occurs (default: all).")
    String mask;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            defaultValue = "sgld",
            description = "sgld, rmsprop, sgnht, mala or hmc (default ${DEFAULT-VALUE}).")
    String sampler;

    @Option(names = "--bias-check", description = "Estimate again with half the step size, and extrapolate.")
    boolean biasCheck;

    @Option(
            names = "--losses",
            description = "Keep the loss of every training sample at every hundredth draw in the run's readings.")
    boolean losses;

    @Option(
            names = "--reading",
            paramLabel = "NAME",
            defaultValue = "llc",
            description = "Name of the reading in the run (default ${DEFAULT-VALUE}).")
    String reading;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Override
    public Integer call() {
        Destination.checkFile(out);
        if (!SAMPLERS.containsKey(sampler)) {
            throw Arguments.unknown(
                    "--sampler", sampler, SAMPLERS.keySet().stream().sorted().toList());
        }
        LearningCoefficient settings = LearningCoefficient.withDefaults()
                .withSampler(SAMPLERS.get(sampler).get())
                .withGamma(gamma)
                .withEpsilon(epsilon)
                .withInverseTemperature(inverseTemperature)
                .withSteps(steps)
                .withChains(chains)
                .withSeed(seed)
                .withOrthogonal(orthogonal)
                .withClamp(clamp)
                .withMask(mask)
                .withBiasCheck(biasCheck);
        settings = batch == null ? settings : settings.withBatch(batch);
        RunFolder run = RunFolder.open(folder);
        ModularRun opened = ModularRun.of(run);
        Split split = opened.split();
        LlcStudy study =
                settings.study(opened.objective(split.train()), split.test()).withReading(reading);
        study = losses ? study.withProbe(split.train(), Math.max(1, steps / 100)) : study;
        LlcCurve curve = study.run(run, steps(run));
        curve.save(out);
        print(curve);
        return 0;
    }

    private List<Long> steps(RunFolder run) {
        if (checkpoints.equals("all")) {
            return run.checkpointSteps();
        }
        try {
            return Arrays.stream(checkpoints.split(","))
                    .map(String::strip)
                    .map(Long::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw Arguments.unexpected("--checkpoints", checkpoints, "all, or steps such as 60,120");
        }
    }

    private void print(LlcCurve curve) {
        PrintWriter print = spec.commandLine().getOut();
        print.printf("%8s %10s %8s %21s %7s %8s  %s%n", "step", "llc", "se", "95 % interval", "R-hat", "ESS", "health");
        for (LlcEstimate e : curve.estimates()) {
            print.printf(
                    Locale.ROOT,
                    "%8d %10.2f %8.2f [%9.2f,%9.2f] %7.3f %8.0f  %s%n",
                    e.step(),
                    e.llc(),
                    e.standardError(),
                    e.lower(),
                    e.upper(),
                    e.rhat(),
                    e.effectiveDraws(),
                    e.isHealthy() ? "ok" : String.join("; ", e.health()));
        }
        print.println("wrote " + out + ": " + Words.count(curve.estimates().size(), "checkpoint"));
    }
}
