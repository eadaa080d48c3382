package org.kymograph.cli.train;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.kymograph.base.Arguments;
import org.kymograph.cli.HelpSections;
import org.kymograph.cli.Words;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.data.ModularArithmetic.Operator;
import org.kymograph.model.Transformer;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train modular-addition}. */
@Command(
        name = "modular-addition",
        description = {
            "Arithmetic modulo p, learned by a transformer of one block.",
            "AdamW at 1e-3 with weight decay 1, evaluated after every tenth epoch. Presets: paper (addition modulo 113, "
                    + "batches of 2048, 10000 epochs); stabilised (with layer norm, batches of 256, 300 epochs); small (modulo "
                    + "53, width 64, batches of 256, 3000 epochs: half a minute a seed on a core); small-stabilised (with "
                    + "layer norm, batches of 64, 200 epochs)."
        })
final class TrainModularAdditionCommand implements Callable<Integer>, HelpSections.Presets {
    /** The experiments to start from. */
    enum Preset {
        PAPER(Experiments::modularAddition),
        STABILISED(Experiments::modularAdditionStabilised),
        SMALL(Experiments::modularAdditionSmall),
        SMALL_STABILISED(Experiments::modularAdditionSmallStabilised);

        @SuppressWarnings("ImmutableEnumChecker")
        private final Supplier<Experiment> experiment;

        Preset(Supplier<Experiment> experiment) {
            this.experiment = experiment;
        }
    }

    @Mixin
    TrainingOptions training;

    @Option(
            names = "--preset",
            defaultValue = "paper",
            description = "Whose settings hold where none are given: paper, stabilised, small or small-stabilised.")
    String preset;

    @Option(names = "--operator", description = "add, subtract, multiply or divide.")
    String operator;

    @Option(names = "--modulus", paramLabel = "P", description = "The modulus.")
    Integer modulus;

    @Option(names = "--train-fraction", description = "The share of the pairs to learn from.")
    Double fraction;

    @Option(
            names = "--d-model",
            description =
                    "Width of the residual stream; heads share it and the ReLU layer is four times as wide unless said.")
    Integer dModel;

    @Option(names = "--heads", description = "Attention heads.")
    Integer heads;

    @Option(names = "--d-head", description = "Width of a head.")
    Integer dHead;

    @Option(names = "--d-mlp", description = "ReLU units.")
    Integer dMlp;

    @Option(names = "--use-ln", description = "Normalise after each addition.")
    boolean useLayerNorm;

    @Option(names = "--init-scaling", defaultValue = "1", description = "Factor on the initial parameters.")
    double initScaling;

    @Option(
            names = "--all-positions",
            description = "Compute all positions instead of the last alone: the same result, more slowly.")
    boolean allPositions;

    @Override
    public Map<String, Map<String, String>> defaults() {
        return TrainingOptions.defaults(Preset.class, each -> each.experiment.get());
    }

    @Override
    public Integer call() {
        Experiment e = Words.named(Preset.class, "--preset", preset).experiment.get();
        ModularArithmetic task = (ModularArithmetic) e.task();
        task = operator == null ? task : task.withOperator(Words.named(Operator.class, "--operator", operator));
        task = modulus == null ? task : task.withModulus(modulus);
        task = fraction == null ? task : task.withFraction(fraction);
        Transformer net = ((Transformer) e.network()).withVocabulary(task.vocabulary());
        int d = dModel == null ? net.dModel() : dModel;
        int n = heads == null ? net.heads() : heads;
        Arguments.atLeast("--d-model", d, 1);
        Arguments.atLeast("--heads", n, 1);
        Arguments.check(
                dHead != null || d % n == 0,
                "--heads",
                n,
                "a divisor of --d-model, which is " + d + ", or --d-head with it");
        net = net.withSizes(d, n, dHead == null ? d / n : dHead, dMlp == null ? 4 * d : dMlp)
                .withLayerNorm(net.layerNorm() || useLayerNorm)
                .withInitScaling(initScaling)
                .withLastPositionOnly(!allPositions);
        return training.train(e.withTask(task).withNetwork(net));
    }
}
