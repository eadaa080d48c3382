package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesSweep;
import org.kymograph.stories.tuning.StoriesTraining;
import org.kymograph.stories.tuning.StoryEvaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph train stories}. */
@Command(
        name = "stories",
        description = {
            "Trains or fine-tunes a Llama on pretokenized stories or a text file of your own.",
            "CONFIG is a file of the original's form, lines of NAME = a literal; nothing in it is executed. After it "
                    + "--NAME=VALUE changes a setting, and the last one wins. Names and defaults are those of the original's train.py: "
                    + "dataset_name is a folder of data_cache_dir/tokV or a file .txt, init_from=resume_model starts from model_dir; "
                    + "probes=True or lenses=True trains maps of that model's stream, eval_only=True measures and trains nothing."
        })
final class TrainStoriesCommand extends StoriesSettingsCommand {
    @Parameters(arity = "0..*", paramLabel = "CONFIG", description = "Files of settings.")
    List<Path> configs = new ArrayList<>();

    @Option(
            names = "--sweep",
            paramLabel = "FILE",
            description = "A grid of settings in YAML, as in the original's sweeps: a training for each combination.")
    Path sweep;

    @Override
    protected void run() {
        StoriesConfig config = config(StoriesConfig.withDefaults(), configs);
        warnOfSettingsWithoutEffect(config);
        if (config.evaluatesOnly()) {
            if (sweep != null) {
                throw new IllegalArgumentException("eval_only is True; expected False with --sweep");
            }
            show(StoryEvaluation.of(config));
            return;
        }
        Population trained = trained(config);
        for (RunFolder run : trained.runs()) {
            print("%s: %s", run.status(), run.path());
        }
    }

    private Population trained(StoriesConfig config) {
        if (sweep != null) {
            StoriesSweep grid = StoriesSweep.read(sweep);
            return grid.run(config);
        }
        StoriesTraining training = StoriesTraining.of(config);
        return training.train();
    }
}
