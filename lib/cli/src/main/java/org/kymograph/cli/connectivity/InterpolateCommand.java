package org.kymograph.cli.connectivity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.connectivity.curves.Interpolation;
import org.kymograph.connectivity.curves.Interpolation.Pair;
import org.kymograph.connectivity.curves.Models;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.connectivity.tasks.RunTask;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kymograph connectivity interpolate}. */
@Command(
        name = "interpolate",
        description = {
            "Evaluates the straight segments between models, every parameter interpolated.",
            "Writes a CSV with a row a point (a, b, dist, k, alpha, loss and scores), from model a at alpha 0 to model b at 1. Beside it stand "
                    + "how it was made and the losses of single samples. Called again it goes on with the pairs that are missing."
        })
final class InterpolateCommand extends ConsoleCommand {
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

    @Option(
            names = "--pairs",
            paramLabel = "A,B",
            arity = "1..*",
            description = "Pairs of models by their names, such as 0,1 0,2 (default: all).")
    List<String> pairs;

    @Option(names = "--points", defaultValue = "10", description = "Points of a segment, both ends included.")
    int points;

    @Option(names = "--num-exs", defaultValue = "512", description = "Evaluate on the first N samples, 0 for all.")
    int samples;

    @Option(names = "--split", paramLabel = "SPLIT", defaultValue = "test", description = "test or train.")
    String split;

    @Option(
            names = "--num-steps",
            paramLabel = "STEP",
            description = "The checkpoint of runs (default: the last of each).")
    Long step;

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Interpolate these parameters only.")
    String include;

    @Option(
            names = "--exclude",
            paramLabel = "REGEX",
            defaultValue = "",
            description = "Leave these parameters as in the first model of a pair.")
    String exclude;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder of image files (default: the usual places).")
    Path data;

    @Option(names = "--batch-size", defaultValue = "512", description = "Samples that pass the network together.")
    int batchSize;

    @Option(names = "--no-losses", description = "Don't keep the losses of single samples.")
    boolean noLosses;

    @Option(
            names = {"--out", "--save-file"},
            required = true,
            description = "The CSV file to write or go on with.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Arguments.check(split.equals("test") || split.equals("train"), "--split", split, "test or train");
        Models models = step == null ? Models.open(runs) : at(step);
        RunFolder setting = setting();
        Objective objective = RunTask.of(setting, data)
                .objective(setting.seed(), split.equals("train"), samples)
                .withBatchSize(batchSize);
        PairCurves curves = new Interpolation(objective, points, include, exclude, !noLosses)
                .run(models, pairs == null ? Interpolation.pairs(models.names()) : chosen(), out);
        print(Words.count(curves.curves().size(), "pair") + " of "
                + curves.models().size() + " models, " + points + " points each, on "
                + objective.data().size() + " samples: " + out);
        curves.notes().forEach(this::warn);
    }

    private Models at(long step) {
        List<RunFolder> all = new ArrayList<>();
        runs.forEach(path -> all.addAll(Population.open(path).runs()));
        return Models.of(Population.of(all), step);
    }

    private RunFolder setting() {
        for (Path path : like == null ? runs : List.of(like)) {
            List<RunFolder> found = RunFolder.list(path);
            if (!found.isEmpty()) {
                return found.get(0);
            }
        }
        throw new RecordException(
                like == null ? runs.get(0) : like,
                "is no run, so the network and the data are not known; name a run of the same network with --like");
    }

    private List<Pair> chosen() {
        return pairs.stream()
                .map(pair -> {
                    String[] names = pair.split(",", -1);
                    Arguments.check(names.length == 2, "--pairs", pair, "two names with a comma between, such as 0,1");
                    return new Pair(names[0], names[1]);
                })
                .toList();
    }
}
