package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.stories.corpus.StoryLayout;
import org.kymograph.stories.corpus.StoryShards;
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph stories train-vocab}. */
@Command(
        name = "train-vocab",
        aliases = "train_vocab",
        description =
                "Trains a byte-pair tokenizer on the first shards of stories: DATA/tok{V}.model, .vocab and .bin.")
final class StoriesTrainVocabCommand extends ConsoleCommand {
    @Mixin
    StoryFolders folders;

    @Option(names = "--vocab-size", paramLabel = "V", required = true, description = "How many pieces, at least 260.")
    int vocabSize;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many shards to read; ${DEFAULT-VALUE} unless said.")
    int shards;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1337",
            description = "The seed of the lines' order; ${DEFAULT-VALUE} unless said.")
    long seed;

    @Override
    protected void run() {
        Arguments.atLeast("--shards", shards, 1);
        Arguments.within("--vocab-size", vocabSize, 260, 65_536);
        Path model = folders.tokenizerFile(vocabSize);
        Destination.checkFile(model);
        List<Path> files = StoryShards.list(folders.source());
        List<Path> used = files.subList(0, Math.min(shards, files.size()));
        RandomGenerator random = Streams.of(seed, "vocabulary");
        StoryLayout layout = StoryLayout.all();
        Iterable<String> texts = () -> used.stream()
                .flatMap(file -> StoryShards.read(file).stream())
                .map(record -> layout.text(record, random))
                .iterator();
        BpeTokenizer tokenizer = BpeTokenizer.train(texts, vocabSize);
        String stem = model.toString().substring(0, model.toString().length() - ".model".length());
        for (String ending : List.of(".model", ".vocab", ".bin")) {
            tokenizer.save(Path.of(stem + ending));
            print("wrote " + stem + ending);
        }
        print(tokenizer.size() + " pieces from " + Words.count(used.size(), "shard"));
    }
}
