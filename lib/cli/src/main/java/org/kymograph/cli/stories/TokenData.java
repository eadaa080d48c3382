package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.Arrays;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

/** Pretokenized data as a language model reads them. */
final class TokenData {
    private static final int BATCH = 32;

    private TokenData() {}

    /** Returns the loss of a model's network on the first texts of a folder's test shard. */
    static Objective objective(Path folder, LlamaModel model, int samples) {
        return Objective.of(model.network(), Loss.CROSS_ENTROPY, test(folder, model, samples))
                .withBatchSize(BATCH);
    }

    /** Returns the first texts of a folder's test shard, as long as the model's. */
    private static Dataset test(Path folder, LlamaModel model, int samples) {
        Arguments.atLeast("--samples", samples, 1);
        int vocabulary = model.network().vocabulary();
        int[] tokens =
                TokenShards.read(TokenShards.test(folder, vocabulary).shards().get(0));
        int wanted = (int) Math.min(tokens.length, (long) samples * model.length() + 1);
        Arguments.check(
                wanted > model.length(),
                "number of tokens of " + folder,
                tokens.length,
                "more than the model's longest text, " + model.length());
        return Dataset.nextTokens(
                folder.getFileName().toString(),
                "test",
                0,
                Arrays.stream(tokens, 0, wanted).asLongStream().toArray(),
                model.length(),
                vocabulary);
    }

    /** Refuses a folder where the name of a data set is wanted, which is looked for among those of the model's tokenizer. */
    static void checkName(String option, String name) {
        Arguments.check(
                !name.contains("/") && !name.contains("\\"),
                option,
                name,
                "the name of a data set, such as recovery-Twist, whose folder lies in the data folder's tokV");
    }
}
