package org.kymograph.cli.stories;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.record.files.Json;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.corpus.StoryShards;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.protocol.ProbeResults;
import org.kymograph.stories.protocol.StoryProbes;
import org.kymograph.stories.tokens.BpeTokenizer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kymograph stories probe}. */
@Command(
        name = "probe",
        description = {
            "Fits linear probes for the features of stories on a Llama's residual stream, layer by layer.",
            "Fits on stories of the second shard and those after it, and measures on the first, the test set. Layer 0 are the embeddings. "
                    + "An accuracy means something only beside the commonest answer's, the column majority, and a model's that never saw "
                    + "the feature."
        })
final class StoriesProbeCommand extends ConsoleCommand {
    @Parameters(paramLabel = "CHECKPOINT", description = "The model, as of stories sample.")
    Path checkpoint;

    @Mixin
    StoryFolders folders;

    @Mixin
    TokenizerOption tokenizerOption;

    @Option(names = "--feature", description = "The feature, such as Twist (default all).")
    String feature;

    @Option(
            names = "--positions",
            defaultValue = "4",
            description =
                    "The last positions of a story whose mean is read (default ${DEFAULT-VALUE}; the original has 10).")
    int positions;

    @Option(
            names = "--train-stories",
            defaultValue = "2000",
            description = "Stories to fit on (default ${DEFAULT-VALUE}).")
    int train;

    @Option(
            names = "--test-stories",
            defaultValue = "1280",
            description = "Stories to measure on (default ${DEFAULT-VALUE}).")
    int test;

    @Option(
            names = "--out",
            description = "A JSON file to write: rows with feature, layer, accuracy, its interval and majority.")
    Path out;

    @Override
    protected void run() {
        Destination.checkFile(out);
        Arguments.atLeast("--train-stories", train, 2);
        Arguments.atLeast("--test-stories", test, 1);
        LlamaModel model = LlamaModel.read(checkpoint);
        BpeTokenizer tokenizer =
                tokenizerOption.beside(checkpoint, model.network().vocabulary());
        Arguments.require(tokenizer != null, "no tokenizer lies beside " + checkpoint + "; expected --tokenizer FILE");
        List<Path> shards = StoryShards.list(folders.source());
        Arguments.atLeast("number of shards in " + folders.source(), shards.size(), 2);
        List<StoryFeature> features = Arrays.stream(StoryFeature.values())
                .filter(f -> feature == null || f.label().equals(feature))
                .toList();
        ProbeResults probes = StoryProbes.of(model, tokenizer)
                .withPositions(positions)
                .fit(some(shards.subList(1, shards.size()), train), some(shards.subList(0, 1), test), features);
        Arguments.check(
                feature == null || !probes.rows().isEmpty(),
                "--feature",
                feature,
                "a feature that some of the stories to fit on have and some do not");
        if (out != null) {
            Json.write(out, Json.tree(probes.rows().stream().map(Row::of).toList()));
        }
        print(probes.table().printAll());
    }

    private record Row(String feature, int layer, double accuracy, double lower, double upper, double majority) {
        static Row of(ProbeResults.Row r) {
            return new Row(r.feature(), r.layer(), r.accuracy(), r.lower(), r.upper(), r.majority());
        }
    }

    private static List<StoryRecord> some(List<Path> shards, int most) {
        List<StoryRecord> all = new ArrayList<>();
        for (Path shard : shards) {
            if (all.size() < most) {
                List<StoryRecord> records = StoryShards.read(shard);
                all.addAll(records.subList(0, Math.min(records.size(), most - all.size())));
            }
        }
        return all;
    }
}
