package org.kymograph.cli.stories;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.train.StoriesSettingsCommand;
import org.kymograph.record.files.Json;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.score.GeneratedStories;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoryEvaluation;
import org.kymograph.stories.tuning.UnlearningMetrics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph stories eval}. */
@Command(
        name = "eval",
        description = {
            "Measures a Llama without training it: the loss on the test shards of data sets, and how many of the stories that it writes to "
                    + "their prompts have a feature.",
            "CONFIG and --NAME=VALUE are as in train stories: --dataset_name=NAME or --eval_dataset_names=A,B say which, --feature=Twist "
                    + "the feature, --generation_eval_iters × --batch_size how many stories."
        })
final class StoriesEvalCommand extends StoriesSettingsCommand {
    @Mixin
    TunedCheckpoint start;

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

    @Override
    protected void run() {
        Arguments.require(
                (forget == null) == (retain == null),
                "--" + (forget == null ? "retain" : "forget") + " is given alone; expected --forget and --retain");
        Destination.checkFile(out);
        LlamaModel model = start.model();
        StoriesConfig config = config(StoriesConfig.withDefaults(), start.configs);
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
        show(found);
        if (forget != null) {
            TokenData.checkName("--forget", forget);
            TokenData.checkName("--retain", retain);
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
