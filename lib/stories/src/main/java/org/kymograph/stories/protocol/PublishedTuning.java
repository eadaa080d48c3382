package org.kymograph.stories.protocol;

import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tuning.StoriesConfig;

/** The settings of the published fine-tunings: 4,000 steps of 8 × 16 texts at a constant learning rate of 1e-5. */
public final class PublishedTuning {
    private PublishedTuning() {}

    /**
     * Returns the settings that delete a feature.
     *
     * @param deletion the way
     * @param model gives the vocabulary and the length
     * @param deleted the feature, such as {@code Twist}
     * @param irrelevant the other feature
     * @return the settings, without a model to start from
     */
    public static StoriesConfig deletion(Deletion deletion, LlamaModel model, String deleted, String irrelevant) {
        return common(model, deleted)
                .with(
                        "--dataset_name=" + deletion.dataset(deleted, irrelevant),
                        "--eval_dataset_names=specialise-" + deleted + ",filter-" + deleted + ",filter-adv-" + deleted);
    }

    /**
     * Returns the settings that teach a feature again.
     *
     * @param model gives the vocabulary and the length
     * @param deleted the feature, such as {@code Twist}
     * @return the settings, without a model to start from
     */
    public static StoriesConfig recovery(LlamaModel model, String deleted) {
        return common(model, deleted)
                .with(
                        "--dataset_name=specialise-" + deleted,
                        "--eval_dataset_names=filter-" + deleted + ",filter-adv-" + deleted);
    }

    private static StoriesConfig common(LlamaModel model, String deleted) {
        return StoriesConfig.withDefaults()
                .with(
                        "--vocab_size=" + model.network().vocabulary(),
                        "--max_seq_len=" + model.length(),
                        "--feature=" + deleted,
                        "--batch_size=16",
                        "--gradient_accumulation_steps=8",
                        "--learning_rate=1e-5",
                        "--lr_scheduling=False",
                        "--warmup_iters=0",
                        "--max_iters=4000",
                        "--eval_interval=300",
                        "--finegrained_log_iters=300",
                        "--generation_eval_interval_multiplier=5",
                        "--eval_iters=10",
                        "--generation_eval_iters=1",
                        "--split_shards_pretrain=True",
                        "--pretraining=False");
    }
}
