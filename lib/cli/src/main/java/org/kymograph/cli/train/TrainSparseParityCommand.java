package org.kymograph.cli.train;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.kymograph.base.Arguments;
import org.kymograph.cli.HelpSections;
import org.kymograph.cli.Words;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train sparse-parity}. */
@Command(
        name = "sparse-parity",
        description = {
            "The product of k of n bits, learned by a multilayer perceptron.",
            "Batches of 32, evaluated after each epoch, a checkpoint every 50. Presets: paper (SGD at 0.1 with weight decay "
                    + "0.01, 300 epochs); stabilised (with layer norm, AdamW at 0.1 with weight decay 0.01, 30 epochs)."
        })
final class TrainSparseParityCommand implements Callable<Integer>, HelpSections.Presets {
    /** The experiments to start from. */
    enum Preset {
        PAPER(Experiments::sparseParity),
        STABILISED(Experiments::sparseParityStabilised);

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
            description = "Whose settings hold where none are given: paper or stabilised.")
    String preset;

    @Option(names = "--bits", defaultValue = "40", description = "Bits.")
    int bits;

    @Option(
            names = "--relevant",
            paramLabel = "K",
            defaultValue = "3",
            description = "Bits that the label is the product of.")
    int relevant;

    @Option(names = "--train-size", defaultValue = "1000", description = "Training examples.")
    int train;

    @Option(names = "--test-size", defaultValue = "100", description = "Test examples.")
    int test;

    @Option(
            names = {"--hidden", "--hidden_dim"},
            split = ",",
            description = "Sizes of the hidden layers (default 1000).")
    List<Integer> hidden;

    @Option(names = "--activation", description = "relu, gelu, tanh, sigmoid or none (default relu).")
    String activation;

    @Option(names = "--norm", description = "Norm of the hidden layers: none, batch or layer (default the preset's).")
    String norm;

    @Option(names = "--use-batch-norm", description = "The same as --norm batch.")
    boolean useBatchNorm;

    @Option(names = "--use-ln", description = "The same as --norm layer.")
    boolean useLayerNorm;

    @Option(names = "--init-scaling", defaultValue = "1", description = "Factor on the initial parameters.")
    double initScaling;

    @Override
    public Map<String, Map<String, String>> defaults() {
        return TrainingOptions.defaults(Preset.class, each -> each.experiment.get());
    }

    @Override
    public Integer call() {
        TrainingOptions.onlyOne("--use-batch-norm", useBatchNorm ? true : null, "--use-ln", useLayerNorm ? true : null);
        TrainingOptions.onlyOne("--norm", norm, "--use-batch-norm", useBatchNorm ? true : null);
        TrainingOptions.onlyOne("--norm", norm, "--use-ln", useLayerNorm ? true : null);
        norm = useBatchNorm ? "batch" : useLayerNorm ? "layer" : norm;
        Arguments.atLeast("--bits", bits, 1);
        Arguments.within("--relevant", relevant, 1, bits);
        if (hidden != null) {
            hidden.forEach(units -> Arguments.atLeast("--hidden", units, 1));
        }
        Arguments.atLeast("--train-size", train, 1);
        Arguments.atLeast("--test-size", test, 1);
        Experiment e = Words.named(Preset.class, "--preset", preset).experiment.get();
        Mlp net = ((Mlp) e.network()).withInitScaling(initScaling);
        net = hidden == null ? net : net.withHidden(hidden);
        net = activation == null
                ? net
                : net.withActivation(Words.named(Mlp.Activation.class, "--activation", activation));
        net = norm == null ? net : net.withNorm(Words.named(Mlp.Norm.class, "--norm", norm));
        return training.train(
                e.withTask(new SparseParity(bits, relevant, train, test)).withNetwork(net));
    }
}
