package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.merge.Merging;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity merge}. */
@Command(
        name = "merge",
        description = {
            "Makes one model of several and writes it as safetensors.",
            "The losses of the models and of the merged one are told, and the largest barrier from it to one of them."
        })
final class MergeCommand extends ModelCommand {
    private enum Method {
        MEAN,
        SLERP,
        KARCHER,
        TASK_ARITHMETIC,
        TIES,
        DARE,
        MODEL_STOCK,
        GREEDY_SOUP
    }

    private static final Set<Method> BASED =
            EnumSet.of(Method.TASK_ARITHMETIC, Method.TIES, Method.DARE, Method.MODEL_STOCK);

    @Mixin
    NamedModels models;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "mean",
            description =
                    "mean, slerp, karcher, task-arithmetic, ties, dare, model-stock or greedy-soup, which selects by accuracy on "
                            + "training samples.")
    String method;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            description = "The weights that all were fine-tuned from, for task-arithmetic, ties, dare and model-stock.")
    Path base;

    @Option(names = "--t", defaultValue = "0.5", description = "The position of slerp, 0 the first model.")
    double t;

    @Option(names = "--factor", defaultValue = "1", description = "The factor on what is added to the base.")
    double factor;

    @Option(names = "--density", defaultValue = "0.2", description = "The share of elements that ties keeps.")
    double density;

    @Option(names = "--drop", defaultValue = "0.5", description = "The share of elements that dare drops.")
    double drop;

    @Option(names = "--points", defaultValue = "10", description = "Points of a segment, both ends included.")
    int points;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "42", description = "The random seed of dare.")
    long seed;

    @Option(names = "--out", required = true, description = "The .safetensors file to write.")
    Path out;

    @Override
    protected void run() {
        Destination.checkTensors("--out", out);
        Method chosen = Words.named(Method.class, "--method", method);
        String how = "with --method " + Words.of(chosen);
        refuseIdle("--base", !BASED.contains(chosen), how);
        refuseIdle("--t", chosen != Method.SLERP, how);
        refuseIdle("--factor", !BASED.contains(chosen) || chosen == Method.MODEL_STOCK, how);
        refuseIdle("--density", chosen != Method.TIES, how);
        refuseIdle("--drop", chosen != Method.DARE, how);
        refuseIdle("--seed", chosen != Method.DARE, how);
        Arguments.require(
                base != null || !BASED.contains(chosen),
                "--method " + method + " needs --base, the weights that all models were fine-tuned from");
        Objective objective = models.options.objective();
        List<ParameterVector> all = List.copyOf(models.load(objective).values());
        Arguments.check(all.size() >= 2, "the number of models", all.size(), "at least 2");
        ParameterVector merged = merged(chosen, objective, all);
        Safetensors.write(out, merged.toTensors(), Map.of());
        List<ParameterVector> everyone = new ArrayList<>(all);
        everyone.add(merged);
        try (ObjectiveSession session = objective.open()) {
            double[] losses = session.meanLosses(everyone);
            double barrier =
                    LossCurve.along(session, Columns.each(all, m -> ParameterPath.segment(m, merged)), points).stream()
                            .mapToDouble(LossCurve::barrierHeight)
                            .reduce(0, Math::max);
            print(
                    "%s of %d models: loss %.4g (mean of the models %.4g), accuracy %.4f, largest barrier to a model %.4g",
                    Words.of(chosen),
                    all.size(),
                    losses[all.size()],
                    Arrays.stream(losses, 0, all.size()).average().orElseThrow(),
                    session.accuracies(List.of(merged))[0],
                    barrier);
        }
    }

    private ParameterVector merged(Method chosen, Objective objective, List<ParameterVector> all) {
        return switch (chosen) {
            case MEAN -> Merging.mean(all);
            case SLERP -> {
                Arguments.check(all.size() == 2, "the number of models", all.size(), "2 for slerp");
                yield Merging.slerp(all.get(0), all.get(1), t);
            }
            case KARCHER -> Merging.karcherMean(all);
            case TASK_ARITHMETIC -> Merging.taskArithmetic(base(objective), all, factor);
            case TIES -> Merging.ties(base(objective), all, density, factor);
            case DARE -> Merging.dare(base(objective), all, drop, factor, seed);
            case MODEL_STOCK -> Merging.modelStock(base(objective), all);
            case GREEDY_SOUP -> {
                Objective training = models.options.objective("train", models.options.samples);
                yield Merging.greedySoup(training, all);
            }
        };
    }

    private ParameterVector base(Objective objective) {
        Models one = Models.open(List.of(base));
        Arguments.check(one.size() == 1, "--base", Words.count(one.size(), "model"), "one model");
        return one.load(one.names().get(0), objective.initial(0));
    }
}
