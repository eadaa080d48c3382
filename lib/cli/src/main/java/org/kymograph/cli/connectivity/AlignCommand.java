package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.connectivity.align.WeightMatching;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity align}. */
@Command(
        name = "align",
        description = {
            "Permutes the hidden units of the second of two MLPs so that its weights lie near those of the first, and writes it as safetensors.",
            "It computes the same as before; the barrier is told before and after."
        })
final class AlignCommand extends ConsoleCommand {
    @Mixin
    NamedModels models;

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
        Destination.checkFile(out);
        Objective objective = models.options.objective();
        Arguments.check(
                objective.network() instanceof Mlp,
                "the network",
                objective.network().name(),
                "an mlp");
        List<ParameterVector> both = models.load(objective, 2);
        WeightMatching found = WeightMatching.of((Mlp) objective.network(), both.get(0), both.get(1), seed);
        Safetensors.write(out, found.aligned().toTensors(), Map.of());
        tell("before", objective, both.get(0), both.get(1));
        tell("after", objective, both.get(0), found.aligned());
    }

    private void tell(String when, Objective objective, ParameterVector from, ParameterVector to) {
        LossCurve curve = LossCurve.along(objective, ParameterPath.segment(from, to), points);
        print("%s: distance %.4g, barrier %.4g", when, curve.length(), curve.barrierHeight());
    }
}
