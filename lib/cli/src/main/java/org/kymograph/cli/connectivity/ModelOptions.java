package org.kymograph.cli.connectivity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.tasks.RunTask;
import org.kymograph.data.Dataset;
import org.kymograph.data.DatasetFile;
import org.kymograph.data.text.TextBenchmark;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import picocli.CommandLine.Option;

/** Which models a command is about, and on which samples. */
final class ModelOptions {
    private static final int LONGEST = 128;

    @Option(
            names = "--runs",
            paramLabel = "RUN",
            arity = "1..*",
            required = true,
            description = "Runs, folders of runs, or files and folders of weights (.safetensors, .pt, Hugging Face).")
    List<Path> runs;

    @Option(
            names = "--like",
            paramLabel = "RUN",
            description = "The run whose network, loss and task are meant (default: the first of the runs).")
    Path like;

    @Option(names = "--num-exs", defaultValue = "512", description = "Evaluate on the first N samples, 0 for all.")
    int samples;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            defaultValue = "test",
            description =
                    "test, train or a further test of the task, such as A-only, or of --dataset, such as out_domain_dev.")
    String split;

    @Option(
            names = "--samples",
            paramLabel = "FILE",
            description =
                    "Samples of your own in place of --split: a CSV with a column target and the numbers of an input in the "
                            + "others, or tensors called inputs and targets.")
    Path own;

    @Option(
            names = "--num-steps",
            paramLabel = "STEP",
            description = "The checkpoint of runs (default: the last of each).")
    Long step;

    @Option(
            names = {"--data", "--paws-data-dir"},
            paramLabel = "DIR",
            description = "The folder of image files or of those of --dataset (default: the usual places).")
    Path data;

    @Option(
            names = "--dataset",
            paramLabel = "NAME",
            description = "Evaluate BERT classifiers on the texts mnli, hans, cola, qqp or paws in --data.")
    String dataset;

    @Option(
            names = "--base-model",
            paramLabel = "DIR",
            description =
                    "The folder with config.json and the tokenizer of BERT classifiers (default: the first of the runs).")
    Path baseModel;

    @Option(
            names = "--label-order",
            paramLabel = "NAME",
            arity = "1..*",
            description = "The classes of BERT classifiers whose config.json does not name them, in order.")
    List<String> labels;

    @Option(
            names = "--all-data",
            description = "Of hans, evaluate all pairs (default: lexical_overlap_non_entailed, as in the paper).")
    boolean allData;

    @Option(names = "--max-length", description = "The most word pieces of a text of --dataset (default 128).")
    Integer longest;

    @Option(names = "--batch-size", defaultValue = "512", description = "Samples that pass the network together.")
    int batchSize;

    Models models() {
        if (step == null) {
            return Models.open(runs);
        }
        List<RunFolder> all = new ArrayList<>();
        runs.forEach(path -> all.addAll(Population.open(path).runs()));
        return Models.of(Population.of(all), step);
    }

    Objective objective() {
        if (own != null && !Files.isRegularFile(own)) {
            throw new RecordException(own, "there is no such file; expected the samples that --samples names");
        }
        return objective(own == null ? split : own.toString(), samples);
    }

    /**
     * Returns the loss on other samples than asked for.
     *
     * @param part the name of a split, or a file of samples
     * @param number how many, 0 for all
     */
    Objective objective(String part, int number) {
        if (dataset != null) {
            return TextObjective.of(
                            TextBenchmark.of(dataset),
                            data,
                            base(),
                            labels,
                            part,
                            allData,
                            longest == null ? LONGEST : Arguments.atLeast("--max-length", longest, 3),
                            number)
                    .withBatchSize(Math.min(batchSize, 32));
        }
        Arguments.check(labels == null, "--label-order", labels, "to come with --dataset");
        Arguments.require(!allData, "--all-data has no effect without --dataset hans; expected it to be left out");
        Arguments.check(longest == null, "--max-length", longest, "to come with --dataset");
        Arguments.check(baseModel == null, "--base-model", baseModel, "to come with --dataset");
        RunFolder setting = setting();
        RunTask task = RunTask.of(setting, data);
        Dataset samples = Files.isRegularFile(Path.of(part))
                ? DatasetFile.read(Path.of(part), task.data(setting.seed(), "test"))
                : task.data(setting.seed(), part);
        return task.objective(samples, number).withBatchSize(batchSize);
    }

    private Path base() {
        Path folder = baseModel == null ? runs.get(0) : baseModel;
        if (!Files.isRegularFile(folder.resolve("config.json"))) {
            throw new RecordException(
                    folder, "has no config.json, so the network is not known; name its folder with --base-model");
        }
        Arguments.check(data != null, "--data", data, "the folder of the texts of --dataset");
        return folder;
    }

    private RunFolder setting() {
        for (Path path : like == null ? runs : List.of(like)) {
            List<RunFolder> found = RunFolder.list(path);
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        Path first = like == null ? runs.get(0) : like;
        throw new RecordException(
                first,
                Files.exists(first)
                        ? "is no run, so the network and the data are not known; name a run of the same network with --like"
                        : "does not exist; expected a run, a folder of runs or a file of weights");
    }
}
