package org.kymograph.stories.corpus;

import java.nio.file.Path;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * What pretokenizing has written.
 *
 * @param name the data set's name
 * @param folder where its shards are
 * @param shards its shards; the first one is the test set
 */
public record PretokenizedShards(String name, Path folder, List<Shard> shards) {
    /**
     * One file.
     *
     * @param file the file
     * @param records how many records its source has
     * @param kept how many of them it has
     * @param tokens how many tokens it has
     */
    public record Shard(Path file, int records, int kept, long tokens) {}

    /** Copies the list. */
    public PretokenizedShards {
        shards = List.copyOf(Arguments.notEmpty("shards", shards));
    }

    /**
     * Returns the mean over shards of the fraction of records that were kept.
     *
     * @return the fraction, 0 to 1; shards without records are left out
     */
    public double keptFraction() {
        return shards.stream()
                .filter(s -> s.records > 0)
                .mapToDouble(s -> (double) s.kept / s.records)
                .average()
                .orElse(0);
    }

    /**
     * Returns the shards as a table.
     *
     * @return columns shard, records, kept and tokens
     */
    public Table table() {
        return Columns.of(name, shards)
                .texts("shard", s -> s.file.getFileName())
                .ints("records", Shard::records)
                .ints("kept", Shard::kept)
                .longs("tokens", Shard::tokens)
                .table();
    }
}
