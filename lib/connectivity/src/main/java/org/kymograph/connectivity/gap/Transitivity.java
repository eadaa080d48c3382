package org.kymograph.connectivity.gap;

import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Columns;
import tech.tablesaw.api.Table;

/**
 * How near the gaps of a population come to being distances.
 *
 * @param clusteringCoefficient Σ DijDjkDki / Σ ki(ki − 1) with row sums k, which is a share only of a matrix of zeros and ones;
 *     so its authors compute it
 * @param weightedCoefficient Σ DijDjkDki / Σ (ki² − Σj Dij²), the mean weight of the sides that close a path, weighted by that path
 * @param triples the number of ordered triples, repeats included, n³
 * @param satisfied those of them for which D12 + D23 ≥ D13
 * @param totalViolation the sum of D13 − D12 − D23 over the others
 * @param percentages 100·(D13 − D12 − D23)/(D12 + D23) of the others
 */
public record Transitivity(
        double clusteringCoefficient,
        double weightedCoefficient,
        long triples,
        long satisfied,
        double totalViolation,
        List<Double> percentages) {
    private static final double ROUNDING = 1e-10;

    /** Copies the list. */
    public Transitivity {
        percentages = List.copyOf(percentages);
    }

    /**
     * Tests all triples.
     *
     * @param gap a complete matrix
     * @return the statistics
     * @throws IllegalArgumentException if the gap of a pair is missing
     */
    public static Transitivity of(GapMatrix gap) {
        double[][] d = gap.complete().values();
        int n = d.length;
        double closed = 0;
        double paths = 0;
        double weighted = 0;
        long satisfied = 0;
        double total = 0;
        List<Double> percentages = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            double sum = 0;
            double squares = 0;
            for (int j = 0; j < n; j++) {
                sum += d[i][j];
                squares += d[i][j] * d[i][j];
                for (int k = 0; k < n; k++) {
                    closed += d[i][j] * d[j][k] * d[k][i];
                    double way = d[i][j] + d[j][k];
                    double over = d[i][k] - way;
                    if (over <= ROUNDING) {
                        satisfied++;
                    } else {
                        total += over;
                        percentages.add(100 * over / (way + ROUNDING));
                    }
                }
            }
            paths += sum * (sum - 1);
            weighted += sum * sum - squares;
        }
        return new Transitivity(closed / paths, closed / weighted, (long) n * n * n, satisfied, total, percentages);
    }

    /** Returns the mean violation over the triples that violate the inequality; 0 if none does. */
    public double meanViolation() {
        return percentages.isEmpty() ? 0 : totalViolation / percentages.size();
    }

    /** Returns the mean percentage over the triples that violate the inequality; 0 if none does. */
    public double meanPercentage() {
        return percentages.stream().mapToDouble(p -> p).average().orElse(0);
    }

    /**
     * Returns the statistics as a table.
     *
     * @return one row
     */
    public Table table() {
        return Columns.of("transitivity", List.of(this))
                .doubles("clustering coefficient", Transitivity::clusteringCoefficient)
                .doubles("weighted coefficient", Transitivity::weightedCoefficient)
                .longs("triples", Transitivity::triples)
                .longs("satisfied", Transitivity::satisfied)
                .doubles("total violation", Transitivity::totalViolation)
                .doubles("mean violation", Transitivity::meanViolation)
                .doubles("mean percentage", Transitivity::meanPercentage)
                .table();
    }
}
