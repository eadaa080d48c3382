package org.kymograph.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train sparse-parity}. */
@Command(name = "sparse-parity", description = {
        "The product of k of n bits, learnt by a multilayer perceptron.",
        "Defaults: SGD at 0.1 with weight decay 0.01, batches of 32, 300 epochs, evaluated after each, "
                + "a checkpoint every 50."})
final class TrainSparseParityCommand implements Callable<Integer> {
    @Mixin
    TrainingOptions training;

    @Option(names = "--bits", paramLabel = "N", defaultValue = "40", description = "Bits (default ${DEFAULT-VALUE}).")
    int bits;

    @Option(names = "--relevant", paramLabel = "K", defaultValue = "3",
            description = "Bits that the label is the product of (default ${DEFAULT-VALUE}).")
    int relevant;

    @Option(names = {"--train-size", "--train_size"}, paramLabel = "N", defaultValue = "1000",
            description = "Training examples (default ${DEFAULT-VALUE}).")
    int train;

    @Option(names = {"--test-size", "--test_size"}, paramLabel = "N", defaultValue = "100",
            description = "Test examples (default ${DEFAULT-VALUE}).")
    int test;

    @Option(names = {"--hidden", "--hidden_dim"}, paramLabel = "N", split = ",", defaultValue = "1000",
            description = "Sizes of the hidden layers (default ${DEFAULT-VALUE}).")
    List<Integer> hidden;

    @Option(names = "--activation", paramLabel = "NAME", defaultValue = "relu",
            description = "relu, gelu, tanh, sigmoid or none (default ${DEFAULT-VALUE}).")
    String activation;

    @Option(names = "--norm", paramLabel = "NAME", defaultValue = "none",
            description = "Norm of the hidden layers: none, batch or layer (default ${DEFAULT-VALUE}).")
    String norm;

    @Option(names = {"--use-batch-norm", "--use_batch_norm"}, description = "The same as --norm batch.")
    boolean useBatchNorm;

    @Option(names = {"--use-ln", "--use_ln"}, description = "The same as --norm layer.")
    boolean useLayerNorm;

    @Option(names = {"--init-scaling", "--init_scaling"}, paramLabel = "X", defaultValue = "1",
            description = "Factor on the initial parameters (default ${DEFAULT-VALUE}).")
    double initScaling;

    @Override
    public Integer call() {
        if (useBatchNorm && useLayerNorm) {
            throw new IllegalArgumentException("--use-batch-norm and --use-ln: only one of them");
        }
        norm = useBatchNorm ? "batch" : useLayerNorm ? "layer" : norm;
        Mlp network = new Mlp(hidden, 1, TrainingOptions.named(Mlp.Activation.class, "--activation", activation),
                TrainingOptions.named(Mlp.Norm.class, "--norm", norm), false, initScaling);
        return training.train(Experiments.sparseParity().withTask(new SparseParity(bits, relevant, train, test))
                .withNetwork(network));
    }
}
