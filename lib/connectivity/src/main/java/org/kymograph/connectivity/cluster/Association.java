package org.kymograph.connectivity.cluster;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.Resampling;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.Table;

/**
 * How well where a model lies between the clusters predicts a score of it, such as its accuracy out of distribution.
 *
 * @param rows the correlation with each coordinate
 */
public record Association(List<Row> rows) {
    private static final int DRAWS = 2000;

    /**
     * The correlation with one coordinate.
     *
     * @param coordinate the coordinate's name
     * @param pearson Pearson's r of coordinate and score, with a 95 % bootstrap interval over models
     * @param spearman Spearman's ρ
     * @param p the two-sided p-value of r when the scores are permuted
     */
    public record Row(String coordinate, Resampling.Interval pearson, double spearman, double p) {}

    /** Copies the list. */
    public Association {
        rows = List.copyOf(rows);
    }

    /**
     * Correlates all coordinates of a clustering with a score.
     *
     * @param basins two clusters
     * @param scores a score for each of their models
     * @param seed the random seed of the bootstrap and the permutations
     * @return the correlations
     */
    public static Association of(Basins basins, double[] scores, long seed) {
        Arguments.sameLength("scores", scores.length, "models", basins.models().size());
        return new Association(List.of(
                row("coordinate", basins.coordinate(), scores, seed),
                row("fiedler", basins.fiedler(), scores, seed),
                row("gap coordinate", basins.gapCoordinate(), scores, seed)));
    }

    private static Row row(String name, double[] x, double[] y, long seed) {
        Resampling.Interval r = Resampling.bootstrap(
                x.length,
                units -> new double[] {Statistics.pearson(Columns.pick(x, units), Columns.pick(y, units))},
                DRAWS,
                0.95,
                seed)[0];
        return new Row(
                name,
                r,
                Statistics.spearman(x, y),
                Resampling.permutation(y, v -> Math.abs(Statistics.pearson(x, v)), DRAWS, seed));
    }

    /** Returns the correlation with the paper's coordinate in a sentence. */
    public String sentence() {
        Row r = rows.get(0);
        return String.format(
                Locale.ROOT,
                "Pearson's r of the paper's coordinate and the score is %.3f, 95 %% interval %.3f to %.3f, p = %.2g by permutation",
                r.pearson.estimate(),
                r.pearson.lower(),
                r.pearson.upper(),
                r.p);
    }

    /**
     * Returns the correlations as a table.
     *
     * @return a row a coordinate
     */
    public Table table() {
        return Columns.of(
                        "association",
                        IntStream.range(0, rows.size()).mapToObj(rows::get).toList())
                .texts("coordinate", Row::coordinate)
                .doubles("pearson", r -> r.pearson.estimate())
                .doubles("lower", r -> r.pearson.lower())
                .doubles("upper", r -> r.pearson.upper())
                .doubles("spearman", Row::spearman)
                .doubles("p", Row::p)
                .table();
    }
}
