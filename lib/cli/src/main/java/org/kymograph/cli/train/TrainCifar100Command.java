package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.kymograph.cli.HelpSections;
import org.kymograph.data.Split;
import org.kymograph.data.images.Images;
import org.kymograph.train.Experiments;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph train cifar100}. */
@Command(
        name = "cifar100",
        description = {
            "CIFAR-100 with ResNet18, with or without batch norm and skip connections.",
            "AdamW at 1e-3 with weight decay 0.01, batches of 256, random crops and flips, evaluated after every twentieth of "
                    + "6000 steps, of 12000 where there is neither norm nor skip connection. This is a task for a GPU, and Kymograph "
                    + "trains on the CPU alone: a step takes half a minute on a core."
        })
final class TrainCifar100Command implements Callable<Integer>, HelpSections.Presets {
    @Mixin
    TrainingOptions training;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description = "The folder of train.bin and test.bin, the binary version.")
    Path data;

    @Option(names = "--use-batch-norm", description = "With batch norm.")
    boolean batchNorm;

    @Option(names = "--use-residual", description = "With skip connections.")
    boolean residual;

    @Override
    public Map<String, Map<String, String>> defaults() {
        Split blank = TrainingOptions.blank(100, 1, 3, 32, 32);
        return Map.of("cifar100", TrainingOptions.defaults(Experiments.cifar100(blank, true, true)));
    }

    @Override
    public Integer call() {
        return training.train(Experiments.cifar100(Images.cifar100(data), batchNorm, residual));
    }
}
