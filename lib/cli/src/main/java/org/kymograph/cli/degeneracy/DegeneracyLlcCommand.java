package org.kymograph.cli.degeneracy;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.data.Split;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcCurve;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.llc.LlcStudy;
import org.kymograph.degeneracy.modular.FourierBlock;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.degeneracy.sampling.Sampler;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph degeneracy llc}. */
@Command(
        name = "llc",
        description = {
            "Estimates the local learning coefficient at a run's checkpoints, with its error and what speaks against it.",
            "All checkpoints unless said; all of their chains are sampled together. What is done is kept in the run's readings, and not done again."
        })
final class DegeneracyLlcCommand extends ConsoleCommand {
    private static final Map<String, IntFunction<Sampler>> SAMPLERS = Map.of(
            "sgld",
            burnIn -> Sampler.sgld(),
            "rmsprop",
            burnIn -> Sampler.rmsprop(0.99, 0.1, Math.max(1, burnIn)),
            "sgnht",
            burnIn -> Sampler.sgnht(0.01),
            "mala",
            burnIn -> Sampler.mala(),
            "hmc",
            burnIn -> Sampler.hmc(10));

    @Mixin
    RunCheckpoints run;

    @Option(names = "--gamma", defaultValue = "1", description = "Localisation.")
    double gamma;

    @Option(names = "--epsilon", defaultValue = "0.001", description = "Step size.")
    double epsilon;

    @Option(
            names = "--inverse-temperature",
            defaultValue = "0",
            description = "The factor on the loss (default: n / ln n).")
    double inverseTemperature;

    @Option(names = "--steps", defaultValue = "3000", description = "Steps of a chain.")
    int steps;

    @Option(names = "--batch", description = "Samples of a minibatch, 0 for all (default: 64; all for mala and hmc).")
    Integer batch;

    @Option(names = "--chains", defaultValue = "4", description = "Chains of a checkpoint.")
    int chains;

    @Option(names = "--seed", defaultValue = "0", description = "Random seed.")
    long seed;

    @Option(names = "--orthogonal", description = "Move only orthogonally to the gradient at the checkpoint.")
    boolean orthogonal;

    @Option(names = "--clamp", defaultValue = "0", description = "What is added to probabilities in the loss.")
    double clamp;

    @Option(
            names = "--mask",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Move only the parameters in whose names this occurs (default: all).")
    String mask;

    @Option(
            names = "--modes",
            paramLabel = "MODE,…",
            split = ",",
            description = "Move only these Fourier modes of the embedding (default: all parameters).")
    int[] modes;

    @Option(
            names = "--sampler",
            defaultValue = "sgld",
            description = "sgld, rmsprop (whose preconditioner adapts during the burn-in), sgnht, mala or hmc.")
    String sampler;

    @Option(
            names = "--bias-check",
            description =
                    "Estimate again with half the step size, and extrapolate: what both say of a step size of 0 is \"corrected\", ± its standard error.")
    boolean biasCheck;

    @Option(
            names = "--losses",
            description = "Keep the loss of every training sample at every hundredth draw in the run's readings.")
    boolean losses;

    @Option(
            names = "--reading",
            defaultValue = "llc",
            description = "Name of the reading in the run; other settings need another.")
    String reading;

    @Option(names = "--out", required = true, description = "The JSON file to write or replace.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        if (!SAMPLERS.containsKey(sampler)) {
            throw Arguments.unknown(
                    "--sampler", sampler, SAMPLERS.keySet().stream().sorted().toList());
        }
        int burnIn = (int) (LearningCoefficient.withDefaults().burnIn() * steps);
        LearningCoefficient settings = LearningCoefficient.withDefaults()
                .withSampler(SAMPLERS.get(sampler).apply(burnIn))
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
        ModularRun opened = run.run();
        for (int mode : modes == null ? new int[0] : modes) {
            Arguments.within("--modes", mode, 0, opened.p() / 2);
        }
        settings = modes == null
                ? settings
                : settings.withSubspace(FourierBlock.of(opened.parameters(opened.last()), modes));
        Split split = opened.split();
        LlcStudy study =
                settings.study(opened.objective(split.train()), split.test()).withReading(reading);
        study = losses ? study.withProbe(split.train(), Math.max(1, steps / 100)) : study;
        LlcCurve curve = study.run(opened.run(), run.steps(opened, opened.steps()));
        curve.save(out);
        tell(curve);
        if (curve.estimates().stream().allMatch(e -> Double.isNaN(e.llc()))) {
            throw new IllegalStateException("no checkpoint has an estimate: "
                    + String.join("; ", curve.estimates().get(0).health()));
        }
    }

    private void tell(LlcCurve curve) {
        print(
                "%8s %10s %8s %21s %7s %8s%s  %s",
                "step",
                "llc",
                "se",
                "95 % interval",
                "R-hat",
                "ESS",
                biasCheck ? String.format("%20s", "corrected") : "",
                "health");
        for (LlcEstimate e : curve.estimates()) {
            print(
                    "%8d %10.2f %8.2f [%9.2f,%9.2f] %7.3f %8.0f%s  %s",
                    e.step(),
                    e.llc(),
                    e.standardError(),
                    e.lower(),
                    e.upper(),
                    e.rhat(),
                    e.effectiveDraws(),
                    biasCheck ? String.format(Locale.ROOT, " %10.2f ± %6.2f", e.corrected(), e.correctedError()) : "",
                    e.isHealthy() ? "ok" : String.join("; ", e.health()));
        }
        print("wrote " + out + ": " + Words.count(curve.estimates().size(), "checkpoint"));
    }
}
