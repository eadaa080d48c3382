package org.kymograph.stories.tuning;

import org.kymograph.model.llama.Llama;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/** The loss on pretokenized data as a function of a Llama's parameters, for paths and curvature. */
public final class StoriesObjective {
    private StoriesObjective() {}

    /**
     * Returns the loss on the test shard of a data set.
     *
     * @param config gives the data's place, the vocabulary and the length; eval_iters × batch_size texts are read
     * @param network the network
     * @param dataset the data set's name
     * @return the objective
     */
    public static Objective of(StoriesConfig config, Llama network, String dataset) {
        return Objective.of(
                        network, Loss.CROSS_ENTROPY, StoriesTraining.of(config).evaluated(dataset, true))
                .withBatchSize(config.count("batch_size"));
    }
}
