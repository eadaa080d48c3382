package org.kymograph.cli.stories;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.StoryDownload;
import org.kymograph.stories.corpus.StoryShards;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kymograph stories download}. */
@Command(
        name = "download",
        description = {
            "Downloads the TinyStories archive (1.5 GB) and unpacks it; a broken download goes on where it stopped.",
            "With --micro-stories nothing is downloaded: a corpus with exact labels is generated."
        })
final class StoriesDownloadCommand extends ConsoleCommand {
    @Option(
            names = "--data-cache-dir",
            paramLabel = "FOLDER",
            defaultValue = "data",
            description = "Where to; ${DEFAULT-VALUE} unless said.")
    Path cache;

    @Option(names = "--url", description = "Where from, if not from the published address.")
    URI url = StoryDownload.TINY_STORIES;

    @Option(names = "--micro-stories", description = "Generate MicroStories instead.")
    boolean micro;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "12",
            description = "How many shards of MicroStories; ${DEFAULT-VALUE} unless said.")
    int shards;

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "4000",
            description = "How many stories a shard; ${DEFAULT-VALUE} unless said.")
    int records;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1337",
            description = "The seed of MicroStories; ${DEFAULT-VALUE} unless said.")
    long seed;

    @Override
    protected void run() {
        Destination.checkFolder(cache);
        Path folder = cache.resolve(micro ? "MicroStories_all_data" : StoryFolders.TINY);
        if (micro) {
            new MicroStories(seed, shards, records).write(folder);
        } else {
            Arguments.check(
                    List.of("http", "https").contains(String.valueOf(url.getScheme())),
                    "--url",
                    url.toString(),
                    "an address with http or https");
            StoryDownload.unpack(StoryDownload.fetch(url, cache.resolve(StoryFolders.TINY + ".tar.gz")), folder);
        }
        List<Path> files = StoryShards.list(folder);
        print(folder + " has " + Words.count(files.size(), "shard"));
        print("the first story: "
                + StoryShards.read(files.get(0)).get(0).story().strip());
    }
}
