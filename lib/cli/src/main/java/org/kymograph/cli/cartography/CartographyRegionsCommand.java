package org.kymograph.cli.cartography;

import java.nio.file.Path;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.select.Regions;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.cli.ConsoleCommand;
import org.kymograph.cli.Words;
import org.kymograph.record.files.Tables;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tech.tablesaw.api.Table;

/** {@code kymograph cartography regions}. */
@Command(
        name = "regions",
        description = {
            "Lists the hard, easy and ambiguous samples of a log in one JSON object.",
            "The least confident, the most confident and the most variable ones, the same share each. They may"
                    + " overlap, and the overlaps are printed."
        })
final class CartographyRegionsCommand extends ConsoleCommand {
    @Mixin
    CartographyLog source;

    @Option(
            names = "--proportion",
            paramLabel = "SHARE",
            defaultValue = "0.33",
            description = "The share of the samples in each region, above 0 to 1.")
    double proportion;

    @Option(
            names = "--exclusive",
            description = "Make regions that share no sample: hard ones first, then ambiguous, then easy.")
    boolean exclusive;

    @Option(names = "--seed", defaultValue = "1", description = "The random seed of the order in the lists.")
    long seed;

    @Option(names = "--table", description = "Also write a CSV file with one region for each sample.")
    Path table;

    @Option(
            names = "--escape-formulas",
            description = "Put an apostrophe before guids that a spreadsheet would take for formulas (=, +, -, @).")
    boolean safe;

    @Option(names = "--out", description = "The file to write (default LOGDIR/three_regions_data_indices.json).")
    Path out;

    @Override
    protected void run() {
        Path file = out == null ? source.folder().resolve("three_regions_data_indices.json") : out;
        Targets.checkFile("--out", file);
        if (table != null) {
            Targets.checkFile("--table", table);
        }
        SampleMetrics metrics = SampleMetrics.of(source.read());
        Arguments.require(
                (int) (proportion * metrics.size()) > 0 || proportion <= 0,
                "--proportion " + proportion + " of " + Words.count(metrics.size(), "sample")
                        + " is less than one: there are no regions");
        Regions regions = exclusive ? Regions.exclusive(metrics, proportion) : Regions.of(metrics, proportion);
        regions.write(file, seed);
        if (table != null) {
            Region[] labels = regions.labels();
            Table rows = Columns.of("regions", labels.length)
                    .texts("guid", metrics.guids()::text)
                    .texts("region", i -> labels[i].key())
                    .table();
            Tables.writeCsv(table, safe ? Targets.withoutFormulas(rows) : rows);
        }
        print("%s, %,d in each region", Words.count(metrics.size(), "sample"), regions.hard().length);
        Region[] three = {Region.HARD, Region.EASY, Region.AMBIGUOUS};
        for (int a = 0; a < three.length; a++) {
            for (int b = a + 1; b < three.length; b++) {
                SampleRows.Overlap pair = regions.overlap(three[a], three[b]);
                print(
                        "%s and %s share %,d (%.1f %%)",
                        three[a].key(), three[b].key(), pair.shared(), 100 * pair.share());
            }
        }
        print(file);
        if (table != null) {
            print(table);
        }
    }
}
