package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import org.kymograph.cli.HelpSections;
import org.kymograph.cli.Words;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.images.Images;
import org.kymograph.model.Mlp;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train mnist}. */
@Command(
        name = "mnist",
        description = {
            "Digits or clothes of 28 x 28 pixels.",
            "Models: mlp (one hidden layer of 800, AdamW at 1e-3 with weight decay 0.01, batches of 256, evaluated after every "
                    + "fourth of 1000 steps); lenet (LeNet5 with batch norm, the same optimiser, batches of 128, every tenth "
                    + "of 2000 steps); deep and deep-destabilised (12 layers of 32 with batch norm and skip connections, and "
                    + "without; SGD at 0.05, batches of 128, every tenth of 1000 and 3000 steps)."
        })
final class TrainMnistCommand implements Callable<Integer>, HelpSections.Presets {
    /** The experiments to start from. */
    enum Model {
        MLP,
        LENET,
        DEEP,
        DEEP_DESTABILISED
    }

    /** The collections. */
    enum Collection {
        MNIST,
        FASHION_MNIST
    }

    @Mixin
    TrainingOptions training;

    @Mixin
    TrainingSamples choice;

    @Option(
            names = {"--dataset", "--dataset_name"},
            defaultValue = "mnist",
            description = "mnist or fashion-mnist.")
    String dataset;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder of the four files (default: the usual places).")
    Path data;

    @Option(
            names = {"--model", "--model_name"},
            defaultValue = "mlp",
            description = "mlp, lenet, deep or deep-destabilised.")
    String model;

    @Option(
            names = {"--hidden", "--hidden_dims"},
            split = ",",
            description = "Sizes of the hidden layers, not for lenet.")
    List<Integer> hidden;

    @Option(names = "--train-size", description = "Learn from the first N images only.")
    Integer trainSize;

    @Option(names = "--test-size", description = "Test on the first N images only.")
    Integer testSize;

    private static Experiment experiment(Model model, Split images) {
        return switch (model) {
            case MLP -> Experiments.mnist(images);
            case LENET -> Experiments.mnistLenet(images);
            case DEEP -> Experiments.deep(images, true);
            case DEEP_DESTABILISED -> Experiments.deep(images, false);
        };
    }

    @Override
    public Map<String, Map<String, String>> defaults() {
        Split blank = TrainingOptions.blank(10, 1, 1, 28, 28);
        return TrainingOptions.defaults(Model.class, each -> experiment(each, blank));
    }

    @Override
    public Integer call() {
        Arguments.atLeast("--train-size", trainSize == null ? 1 : trainSize, 1);
        Arguments.atLeast("--test-size", testSize == null ? 1 : testSize, 1);
        Model which = Words.named(Model.class, "--model", model);
        Split images =
                switch (Words.named(Collection.class, "--dataset", dataset)) {
                    case MNIST -> data == null ? Images.mnist() : Images.mnist(data);
                    case FASHION_MNIST -> data == null ? Images.fashionMnist() : Images.fashionMnist(data);
                };
        Experiment e = experiment(which, images);
        if (hidden != null) {
            if (!(e.network() instanceof Mlp mlp)) {
                throw Arguments.unexpected(
                        "--hidden", hidden, "another --model with it: " + model + " has layers of its own");
            }
            e = e.withNetwork(mlp.withHidden(hidden));
        }
        if (trainSize != null || testSize != null) {
            Split all = e.task().sample(0);
            Split some = new Split(
                    trainSize == null ? all.train() : all.train().take(trainSize),
                    testSize == null ? all.test() : all.test().take(testSize));
            e = e.withTask(Task.of(
                    e.task().name() + "-" + some.train().size() + "-"
                            + some.test().size(),
                    some));
        }
        return choice.train(training, e);
    }
}
