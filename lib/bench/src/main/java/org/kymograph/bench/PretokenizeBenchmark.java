package org.kymograph.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.kymograph.stories.corpus.MicroStories;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.PretokenizedShards;
import org.kymograph.stories.corpus.StoryShards;
import org.kymograph.stories.tokens.BpeTokenizer;

/** How fast shards of stories become token files, on one thread: megabytes of JSON a second, of wall time. */
public final class PretokenizeBenchmark {
    private PretokenizeBenchmark() {}

    /**
     * Runs the benchmark.
     *
     * @param args a folder with shards; without one, four generated shards of 20,000 stories
     * @throws IOException if a file can't be read or written
     */
    public static void main(String[] args) throws IOException {
        Path work = Files.createTempDirectory("pretokenize");
        Path source = args.length > 0 ? Path.of(args[0]) : work.resolve("json");
        if (args.length == 0) {
            MicroStories.demo().withShards(4).withRecords(20_000).write(source);
        }
        double megabytes = 0;
        for (Path shard : StoryShards.list(source)) {
            megabytes += Files.size(shard) / 1e6;
        }
        List<Pretokenization> sets = Pretokenization.experiments("Twist", "Foreshadowing");
        for (Pretokenization set : List.of(sets.get(0), sets.get(0), sets.get(0), sets.get(5))) {
            BpeTokenizer tokenizer = BpeTokenizer.tok8192();
            long start = System.nanoTime();
            PretokenizedShards made = set.run(source, work.resolve(set.name()), tokenizer);
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "%-20s %6.1f MB in %5.2f s: %5.1f MB/s, %d tokens%n",
                    set.name(),
                    megabytes,
                    seconds,
                    megabytes / seconds,
                    made.shards().stream()
                            .mapToLong(PretokenizedShards.Shard::tokens)
                            .sum());
        }
        try (Stream<Path> files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
