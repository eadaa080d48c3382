package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.PretokenizedShards;
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kymograph stories pretokenize}. */
@Command(
        name = "pretokenize",
        description = {
            "Filters, relabels and encodes stories: DATA/tok{V}/{dataset}/dataNN.bin.",
            "The first shard is the test set. Conditions are case-sensitive; features in the archive are written like BadEnding."
        })
final class StoriesPretokenizeCommand extends ConsoleCommand {
    @Mixin
    StoryFolders folders;

    @Option(
            names = "--vocab-size",
            paramLabel = "V",
            defaultValue = "0",
            description =
                    "The tokenizer's size; 0, the default, is Llama-2's tokenizer.model in the data folder. 8192 comes with Kymograph.")
    int vocabSize;

    @Option(
            names = "--tokenizer",
            paramLabel = "FILE",
            description = "Another tokenizer file: .model, .vocab, .bin or .json.")
    Path tokenizer;

    @Option(
            names = "--filtering",
            paramLabel = "CONDITIONS",
            description =
                    "What to keep: key=value or key!=value, with commas between; key is features, words or length.")
    String filtering;

    @Option(names = "--mix-match", paramLabel = "SWAPS", description = "Labels that become others: features=A:B.")
    String mixMatch;

    @Option(
            names = "--adversarial-training",
            paramLabel = "LABELS",
            description = "Labels to add while the story stays: features=A:PROBABILITY.")
    String adversarialTraining;

    @Option(
            names = "--refusal",
            paramLabel = "LABELS",
            description = "Labels to add while the story becomes a refusal: features=A:PROBABILITY.")
    String refusal;

    @Option(
            names = "--instruction-subset",
            paramLabel = "LINES",
            description = "The lines to keep, of Words,Features,Summary,Sentence; all unless said.")
    String instructionSubset;

    @Option(
            names = "--dataset-name",
            paramLabel = "NAME",
            description = "The data set's name; made of the other options unless said.")
    String datasetName;

    @Option(
            names = "--legacy-mix-match",
            description =
                    "Leave out the last pair of --mix-match, as the published code did: one pair then changes nothing.")
    boolean legacyMixMatch;

    @Option(
            names = "--experiments",
            paramLabel = "DELETE,IRRELEVANT",
            description =
                    "Make all data sets of the published experiments for these two features, such as Twist,Foreshadowing.")
    String experiments;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1337",
            description = "The seed; ${DEFAULT-VALUE} unless said.")
    long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many shards at the same time; 1 unless said.")
    int threads;

    @Override
    protected void run() {
        refuseIdle(
                "--legacy-mix-match", mixMatch == null && experiments == null, "without --mix-match or --experiments");
        List<Pretokenization> sets = sets();
        Destination.checkFolder(folders.cache);
        BpeTokenizer opened = folders.tokenizer(vocabSize, tokenizer);
        for (Pretokenization set : sets) {
            Path target = vocabSize == 0 && tokenizer == null
                    ? folders.source()
                    : folders.cache.resolve("tok" + opened.size()).resolve(set.name());
            PretokenizedShards made = set.withSeed(seed).withThreads(threads).run(folders.source(), target, opened);
            long tokens = made.shards().stream()
                    .mapToLong(PretokenizedShards.Shard::tokens)
                    .sum();
            print(
                    "wrote %s: %d shards, %d tokens, kept %.5f of the stories",
                    target, made.shards().size(), tokens, made.keptFraction());
            if (tokens == 0) {
                throw new IllegalStateException(target
                        + " is empty: --filtering keeps none of the stories; features are written like BadEnding");
            }
        }
    }

    private List<Pretokenization> sets() {
        Pretokenization one = new Pretokenization(
                filtering,
                mixMatch,
                adversarialTraining,
                refusal,
                instructionSubset,
                datasetName,
                legacyMixMatch,
                seed,
                threads);
        if (experiments == null) {
            return List.of(one);
        }
        String[] both = experiments.split(",", -1);
        Arguments.check(
                both.length == 2 && !both[0].isBlank() && !both[1].isBlank() && !both[0].equals(both[1]),
                "--experiments",
                experiments,
                "two different features with a comma between");
        Arguments.require(
                filtering == null
                        && mixMatch == null
                        && adversarialTraining == null
                        && refusal == null
                        && datasetName == null,
                "--experiments is given; expected none of --filtering, --mix-match, --adversarial-training, --refusal and --dataset-name beside it");
        Arguments.require(
                vocabSize > 0 || tokenizer != null,
                "--vocab-size is 0; expected at least 260 with --experiments, or --tokenizer");
        return Pretokenization.experiments(both[0], both[1]).stream()
                .map(set -> set.withInstructionSubset(instructionSubset).withLegacyMixMatch(legacyMixMatch))
                .toList();
    }
}
