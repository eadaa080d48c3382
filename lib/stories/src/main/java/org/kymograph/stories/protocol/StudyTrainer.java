package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.function.Function;
import org.kymograph.base.Arguments;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesTraining;

/** Trains what a study asks for, in a folder for each stage and model, and measures the same things of all. */
record StudyTrainer(MicroStoriesProfile profile, Path folder, String feature, int prompts) {
    /** Returns the data set whose prompts ask for the feature. */
    String asked() {
        return "filter-adv-" + feature;
    }

    /** Pretrains on all stories. */
    StudyTraining present(long seed) {
        return pretrain(DeletionStudy.PRESENT, "pretrain-all", seed);
    }

    /** Pretrains on the stories without the feature. */
    StudyTraining absent(long seed) {
        return pretrain(DeletionStudy.ABSENT, "filter-" + feature, seed);
    }

    private StudyTraining pretrain(String model, String dataset, long seed) {
        return train(
                DeletionStudy.PRETRAINING,
                model,
                Double.NaN,
                seed,
                asked(),
                profile.pretraining(folder, dataset),
                c -> StoriesTraining.of(c.with("--generation_dataset_names=" + asked() + ",filter-" + feature))
                        .train());
    }

    StudyTraining train(String stage, String model, double rate, long seed, StoriesConfig config) {
        return train(stage, model, rate, seed, asked(), config, c -> StoriesTraining.of(c)
                .train());
    }

    StudyTraining train(
            String stage,
            String model,
            double rate,
            long seed,
            String asked,
            StoriesConfig config,
            Function<StoriesConfig, Population> how) {
        String place = stage + "/" + model.replaceAll("[^A-Za-z0-9]+", "-") + (Double.isNaN(rate) ? "" : "-" + rate);
        StoriesConfig all = config.with(
                "--generation_dataset_names=" + asked,
                "--out_dir=" + folder.resolve(place),
                "--seed=" + seed,
                "--eval_iters=3",
                "--eval_dataset_names=specialise-" + feature + ",filter-" + feature,
                "--generation_eval_iters=1",
                "--generation_eval_batch_size=" + prompts,
                "--feature=" + feature);
        RunFolder run = how.apply(all).runs().get(0);
        Arguments.require(
                run.status() == RunFolder.Status.DONE,
                run + " is " + run.status() + "; expected done: " + run.failure());
        return new StudyTraining(stage, model, rate, seed, asked, run);
    }
}
