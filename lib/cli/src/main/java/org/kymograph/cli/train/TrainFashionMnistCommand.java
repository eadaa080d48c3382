package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kymograph.base.Arguments;
import org.kymograph.cli.HelpSections;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.images.Images;
import org.kymograph.model.Mlp;
import org.kymograph.train.Experiment;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train fashion-mnist}. */
@Command(
        name = "fashion-mnist",
        description = {
            "Clothes of 28 x 28 pixels, for data maps: record them with --record.",
            "Two hidden layers of 256 with dropout 0.1, AdamW at 1e-3 with weight decay 0.01 falling linearly to 0, batches of "
                    + "128, 6 epochs, evaluated after each, a checkpoint after each."
        })
final class TrainFashionMnistCommand implements Callable<Integer>, HelpSections.Presets {
    @Mixin
    TrainingOptions training;

    @Mixin
    TrainingSamples choice;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder of the four files (default: the usual places).")
    Path data;

    @Option(names = "--hidden", split = ",", description = "Sizes of the hidden layers (default 256,256).")
    List<Integer> hidden;

    @Option(names = "--dropout", description = "Dropout behind each hidden layer, 0 to below 1 (default 0.1).")
    Double dropout;

    @Option(
            names = {"--train-samples", "--train-size"},
            description = "Learn from the first N images only.")
    Integer trainSamples;

    @Override
    public Map<String, Map<String, String>> defaults() {
        return Map.of(
                "fashion-mnist",
                TrainingOptions.defaults(Experiments.fashionMnist(TrainingOptions.blank(10, 1, 1, 28, 28))));
    }

    @Override
    public Integer call() {
        Arguments.atLeast("--train-samples", trainSamples == null ? 1 : trainSamples, 1);
        Split images = data == null ? Images.fashionMnist() : Images.fashionMnist(data);
        Experiment e = Experiments.fashionMnist(images);
        Mlp network = (Mlp) e.network();
        network = hidden == null ? network : network.withHidden(hidden);
        e = e.withNetwork(dropout == null ? network : network.withDropout(dropout));
        if (trainSamples != null) {
            Split some = new Split(images.train().take(trainSamples), images.test());
            e = e.withTask(Task.of(e.task().name() + "-" + trainSamples, some));
        }
        return choice.train(training, e);
    }
}
