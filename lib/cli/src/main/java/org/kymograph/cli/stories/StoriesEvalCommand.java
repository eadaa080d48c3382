package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.record.files.Json;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoryEvaluation;
import org.kymograph.stories.tuning.UnlearningMetrics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code kymograph stories eval}. */
@Command(
        name = "eval",
        description = {
            "Measures a Llama without training it: the loss on the test shards of data sets, and how many of the stories that it writes to "
                    + "their prompts have a feature.",
            "CONFIG and --NAME=VALUE are as in train stories: --dataset_name=NAME or --eval_dataset_names=A,B say which, --feature=Twist "
                    + "the feature, --generation_eval_iters × --batch_size how many stories."
        })
final class StoriesEvalCommand extends ConsoleCommand {
    @Parameters(
            index = "0",
            paramLabel = "CHECKPOINT",
            description = "The model, in any of the formats that sample reads.")
    Path checkpoint;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    @Option(
            names = "--forget",
            paramLabel = "DATA",
            description = "Data that were to be forgotten: OpenUnlearning's metrics of them, with --retain.")
    String forget;

    @Option(names = "--retain", paramLabel = "DATA", description = "Data that were to be retained.")
    String retain;

    @Option(
            names = "--generations",
            paramLabel = "FOLDER",
            description = "A folder for the stories, a file for each data set.")
    Path generations;

    @Option(names = "--out", paramLabel = "FILE", description = "A JSON file to write.")
    Path out;

    @Unmatched
    List<String> overrides = new ArrayList<>();

    @Override
    protected void run() {
        Arguments.require(
                (forget == null) == (retain == null),
                "--" + (forget == null ? "retain" : "forget") + " is given alone; expected --forget and --retain");
        if (out != null) {
            Destination.checkFile(out);
        }
        LlamaModel model = LlamaModel.read(checkpoint);
        StoriesConfig config = StoriesConfig.withDefaults();
        for (Path file : configs) {
            config = config.withFile(file);
        }
        config = config.with(overrides.toArray(String[]::new));
        StoryEvaluation found = StoryEvaluation.of(config, model);
        ObjectNode json = Json.object();
        ObjectNode losses = json.putObject("losses");
        found.losses().forEach(losses::put);
        ObjectNode shares = json.putObject("shares");
        found.shares().forEach((name, share) -> shares.putObject(name)
                .put("share", share.value())
                .put("lower", share.lower())
                .put("upper", share.upper())
                .put("stories", share.trials()));
        found.losses().forEach((name, loss) -> print("loss on %s: %.4f", name, loss));
        found.shares().forEach((name, share) -> print("asked as in %s: %s of %d stories", name, share, share.trials()));
        if (forget != null) {
            ObjectNode metrics = json.putObject("unlearning");
            UnlearningMetrics.of(StoryEvaluation.settings(config, model), model, forget, retain)
                    .values()
                    .forEach((name, value) -> {
                        metrics.put(name, value);
                        print("%s: %s", name, String.format(Locale.ROOT, "%.4f", value));
                    });
        }
        if (generations != null) {
            for (var e : found.stories().entrySet()) {
                GeneratedStories stories = e.getValue();
                stories.save(Destination.makeFolder(generations).resolve(e.getKey() + ".jsonl"));
            }
        }
        if (out != null) {
            Json.write(out, json);
        }
    }
}
