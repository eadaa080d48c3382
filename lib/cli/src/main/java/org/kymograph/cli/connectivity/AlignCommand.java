package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.align.Repair;
import org.kymograph.connectivity.align.RotationMatching;
import org.kymograph.connectivity.align.WeightMatching;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity align}. */
@Command(
        name = "align",
        description = {
            "Moves the second of two models near the first without a change of what it computes, and writes it as safetensors.",
            "Hidden units of MLPs are permuted; the residual streams of Llamas are rotated, their heads and SwiGLU units permuted. The "
                    + "barrier is told before and after."
        })
final class AlignCommand extends ModelCommand {
    private enum Method {
        PERMUTATION,
        ROTATION
    }

    @Mixin
    NamedModels models;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description = "permutation, of an mlp, or rotation, of a llama (default: what suits the network).")
    String method;

    @Option(
            names = "--repair",
            description =
                    "Also tell the barrier of the aligned segment when the means and deviations of hidden units are repaired "
                            + "(REPAIR), as training samples give them.")
    boolean repair;

    @Option(names = "--points", defaultValue = "10", description = "Points of a segment, both ends included.")
    int points;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "42",
            description = "The seed of the order of layers.")
    long seed;

    @Option(names = "--out", required = true, description = "The .safetensors file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkTensors("--out", out);
        Objective objective = models.options.objective();
        boolean llama = objective.network() instanceof Llama;
        Method chosen = method != null
                ? Words.named(Method.class, "--method", method)
                : llama ? Method.ROTATION : Method.PERMUTATION;
        Arguments.check(
                chosen == Method.ROTATION ? llama : objective.network() instanceof Mlp,
                "the network",
                objective.network().name(),
                chosen == Method.ROTATION ? "a llama, whose residual stream can be rotated" : "an mlp");
        Arguments.check(!repair || !llama, "--repair", repair, "to be left out: a llama has norms");
        List<ParameterVector> both = models.load(objective, 2);
        if (chosen == Method.ROTATION) {
            rotate(objective, both);
        } else {
            permute(objective, both);
        }
    }

    private void permute(Objective objective, List<ParameterVector> both) {
        Mlp network = (Mlp) objective.network();
        WeightMatching found = WeightMatching.of(network, both.get(0), both.get(1), seed);
        Safetensors.write(out, found.aligned().toTensors(), Map.of());
        tell("before", LossCurve.along(objective, ParameterPath.segment(both.get(0), both.get(1)), points));
        tell("after", LossCurve.along(objective, ParameterPath.segment(both.get(0), found.aligned()), points));
        if (repair) {
            Objective training = models.options.objective("train", models.options.samples);
            tell(
                    "repaired",
                    LossCurve.along(
                            objective, Repair.segment(network, training.data(), both.get(0), found.aligned()), points));
        }
    }

    private void rotate(Objective objective, List<ParameterVector> both) {
        RotationMatching found = RotationMatching.of((Llama) objective.network(), both.get(0), both.get(1));
        Safetensors.write(out, found.aligned().toTensors(), Map.of());
        List<LossCurve> curves = found.curves(objective, points);
        tell("before", curves.get(0));
        tell("after", curves.get(1));
        print(
                "norms are moved into the matrices behind them; %d heads and %d units moved",
                found.heads(), found.units());
    }

    private void tell(String when, LossCurve curve) {
        print("%s: distance %.4g, barrier %.4g", when, curve.length(), curve.barrierHeight());
    }
}
