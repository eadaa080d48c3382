package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.record.files.Json;
import org.kymograph.stories.inside.OneShotPruning;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Objective;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories prune}. */
@Command(
        name = "prune",
        description = {
            "Prunes at once what harms some data most in a Llama, and measures it and other data.",
            "The score of a weight w is w times the gradient of the loss on --score, of a row of a weight matrix the sum over its weights. "
                    + "If what was deleted comes back so, it was only hidden. DATA is a folder of pretokenized shards; the first shard, "
                    + "the test set, is read."
        })
final class StoriesPruneCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CHECKPOINT", description = "The model, as of stories sample.")
    Path checkpoint;

    @Option(
            names = "--score",
            required = true,
            paramLabel = "DATA",
            description = "The data whose loss pruning lowers.")
    Path score;

    @Option(
            names = "--measure",
            paramLabel = "DATA",
            split = ",",
            description = "More data to measure, such as those of the fine-tuning.")
    List<Path> measure = List.of();

    @Option(
            names = "--unit",
            paramLabel = "UNIT",
            defaultValue = "row",
            description = "What is pruned at a time: weight or row (default ${DEFAULT-VALUE}).")
    String unit;

    @Option(
            names = "--counts",
            split = ",",
            defaultValue = "0,1,2,5,10,15",
            description = "How many are pruned (default ${DEFAULT-VALUE}).")
    List<Integer> counts;

    @Option(
            names = "--samples",
            defaultValue = "64",
            description = "Texts of each data set (default ${DEFAULT-VALUE}).")
    int samples;

    @Option(names = "--out", description = "A JSON file to write: unit, counts, accuracies, pruned.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        OneShotPruning.Unit pruned = Words.named(OneShotPruning.Unit.class, "--unit", unit);
        LlamaModel model = LlamaModel.read(checkpoint);
        Map<String, Objective> measured = new LinkedHashMap<>();
        Objective scoring = TokenData.objective(score, model, samples);
        measured.put(score.getFileName().toString(), scoring);
        for (Path data : measure) {
            Arguments.check(
                    measured.put(data.getFileName().toString(), TokenData.objective(data, model, samples)) == null,
                    "--measure",
                    data,
                    "data sets of different names, also than that of --score");
        }
        OneShotPruning pruning = OneShotPruning.of(
                pruned,
                model.parameters(),
                scoring,
                counts.stream().mapToInt(Integer::intValue).toArray(),
                measured);
        if (out != null) {
            Json.write(out, Json.tree(pruning));
        }
        print(pruning.table().printAll());
    }
}
