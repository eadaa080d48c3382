package org.kymograph.connectivity.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.gap.GapMatrix;
import tech.tablesaw.api.Table;

/**
 * What speaks for there being clusters at all, since a spectral clustering always returns as many as it is asked for.
 *
 * <p>Silhouette and eigengap are compared with those of matrices without clusters, each clustered anew. In the <em>shuffled</em>
 * ones the gaps stand in random places. In the <em>additive</em> ones each model has its own mean level, gap(i, j) = level(i) +
 * level(j) + residual, and only the residuals are shuffled: these have outliers and gradients, but no groups. A p-value is
 * (1 + #{null ≥ observed})/(1 + draws). Neither null model says how models came to lie where they do.
 *
 * @param eigenvalues the eigenvalues of the normalised Laplacian, rising
 * @param eigengap the difference between the first eigenvalue that is not used and the last that is
 * @param silhouette the mean silhouette of the models by their gaps (Rousseeuw 1987), −1 to 1; 0 for a model alone in its cluster
 * @param within the mean gap of pairs within a cluster; NaN if there is none
 * @param across the mean gap of pairs across clusters
 * @param shuffled what the shuffled matrices give
 * @param additive what the additive matrices give
 */
public record BasinEvidence(
        double[] eigenvalues,
        double eigengap,
        double silhouette,
        double within,
        double across,
        Null shuffled,
        Null additive) {
    private static final double LEVEL = 0.05;

    /**
     * What a null model gives.
     *
     * @param draws the number of matrices
     * @param silhouette their mean silhouette
     * @param silhouetteP the p-value of the observed silhouette
     * @param eigengap their mean eigengap
     * @param eigengapP the p-value of the observed eigengap
     */
    public record Null(int draws, double silhouette, double silhouetteP, double eigengap, double eigengapP) {}

    private interface Draw {
        double[][] of(RandomGenerator random);
    }

    /** Copies the array. */
    public BasinEvidence {
        eigenvalues = eigenvalues.clone();
    }

    /** Returns the eigenvalues, a copy. */
    @Override
    public double[] eigenvalues() {
        return eigenvalues.clone();
    }

    static BasinEvidence of(GapMatrix gap, SpectralEmbedding embedding, int[] labels, BasinSettings settings) {
        double[][] d = gap.values();
        double[] within = new double[2];
        double[] across = new double[2];
        for (int i = 0; i < d.length; i++) {
            for (int j = 0; j < i; j++) {
                double[] sum = labels[i] == labels[j] ? within : across;
                sum[0] += d[i][j];
                sum[1]++;
            }
        }
        double eigengap = eigengap(embedding, settings);
        double silhouette = silhouette(d, labels, settings.clusters());
        return new BasinEvidence(
                embedding.eigenvalues(),
                eigengap,
                silhouette,
                within[0] / within[1],
                across[0] / across[1],
                compare(settings, "shuffled", shuffled(d), silhouette, eigengap),
                compare(settings, "additive", additive(d), silhouette, eigengap));
    }

    private static double eigengap(SpectralEmbedding embedding, BasinSettings settings) {
        double[] values = embedding.eigenvalues();
        int k = settings.clusters();
        return k < values.length ? values[k] - values[k - 1] : 0;
    }

    private static Null compare(BasinSettings settings, String name, Draw draw, double silhouette, double eigengap) {
        RandomGenerator random = Streams.of(settings.seed(), name);
        double[] sums = new double[2];
        int[] reached = new int[2];
        for (int b = 0; b < settings.draws(); b++) {
            double[][] drawn = draw.of(random);
            SpectralEmbedding embedding = SpectralEmbedding.of(drawn, settings.clusters(), settings.delta());
            int[] labels = EmbeddingClusters.labels(embedding.rows(), settings.clusters(), settings.seed());
            double s = silhouette(drawn, labels, settings.clusters());
            double e = eigengap(embedding, settings);
            sums[0] += s;
            sums[1] += e;
            reached[0] += s >= silhouette ? 1 : 0;
            reached[1] += e >= eigengap ? 1 : 0;
        }
        double n = settings.draws();
        return new Null(
                settings.draws(), sums[0] / n, (1 + reached[0]) / (1 + n), sums[1] / n, (1 + reached[1]) / (1 + n));
    }

    private static Draw shuffled(double[][] d) {
        double[] pairs = pairs(d);
        return random -> {
            int[] order = Streams.permutation(random, pairs.length);
            double[] drawn = new double[pairs.length];
            Arrays.setAll(drawn, p -> pairs[order[p]]);
            return matrix(d.length, drawn);
        };
    }

    // The least-squares fit of level(i) + level(j) to the pairs; of two models there is one pair and no residual.
    private static Draw additive(double[][] d) {
        int n = d.length;
        double mean = Arrays.stream(pairs(d)).average().orElse(0);
        double[] levels = new double[n];
        for (int i = 0; i < n; i++) {
            double row = Arrays.stream(d[i]).sum();
            levels[i] = mean / 2 + (n > 2 ? (row - (n - 1) * mean) / (n - 2) : 0);
        }
        double[] residuals = pairs(d);
        double[] fitted = new double[residuals.length];
        int p = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++, p++) {
                fitted[p] = levels[i] + levels[j];
                residuals[p] -= fitted[p];
            }
        }
        return random -> {
            int[] order = Streams.permutation(random, residuals.length);
            double[] drawn = new double[residuals.length];
            Arrays.setAll(drawn, q -> Math.max(0, fitted[q] + residuals[order[q]]));
            return matrix(n, drawn);
        };
    }

    private static double[] pairs(double[][] d) {
        List<Double> pairs = new ArrayList<>();
        for (int i = 0; i < d.length; i++) {
            for (int j = i + 1; j < d.length; j++) {
                pairs.add(d[i][j]);
            }
        }
        return pairs.stream().mapToDouble(x -> x).toArray();
    }

    private static double[][] matrix(int n, double[] pairs) {
        double[][] d = new double[n][n];
        int p = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++, p++) {
                d[i][j] = pairs[p];
                d[j][i] = pairs[p];
            }
        }
        return d;
    }

    /** Returns the mean silhouette: (b − a)/max(a, b), a the mean gap to its own cluster and b to the nearest other. */
    static double silhouette(double[][] d, int[] labels, int clusters) {
        double sum = 0;
        for (int i = 0; i < d.length; i++) {
            double[] gaps = new double[clusters];
            int[] counts = new int[clusters];
            for (int j = 0; j < d.length; j++) {
                if (j != i) {
                    gaps[labels[j]] += d[i][j];
                    counts[labels[j]]++;
                }
            }
            if (counts[labels[i]] == 0) {
                continue;
            }
            double a = gaps[labels[i]] / counts[labels[i]];
            double b = Double.POSITIVE_INFINITY;
            for (int c = 0; c < clusters; c++) {
                b = c != labels[i] && counts[c] > 0 ? Math.min(b, gaps[c] / counts[c]) : b;
            }
            sum += b == Double.POSITIVE_INFINITY || Math.max(a, b) == 0 ? 0 : (b - a) / Math.max(a, b);
        }
        return sum / d.length;
    }

    /** Returns whether the silhouette is larger than that of both null models at the level of 5 %. */
    public boolean exists() {
        return shuffled.silhouetteP <= LEVEL && additive.silhouetteP <= LEVEL;
    }

    /** Returns the verdict and its numbers in a sentence. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "%s: silhouette %.3f (%.3f in shuffled matrices, p = %.3g; %.3f in additive ones, p = %.3g), eigengap %.3g "
                        + "(p = %.3g and %.3g), mean gap %.4g within and %.4g across clusters",
                verdict(),
                silhouette,
                shuffled.silhouette,
                shuffled.silhouetteP,
                additive.silhouette,
                additive.silhouetteP,
                eigengap,
                shuffled.eigengapP,
                additive.eigengapP,
                within,
                across);
    }

    // By the silhouette alone even differences that are next to nothing can be clusters, as of networks in one basin.
    private String verdict() {
        if (!exists()) {
            return "There is no sound evidence for these clusters";
        }
        return shuffled.eigengapP <= LEVEL && additive.eigengapP <= LEVEL
                ? "The clusters are more than chance"
                : "The clusters are more than chance by their silhouette, but not by the eigengap";
    }

    /**
     * Returns the evidence as a table.
     *
     * @return a row each for the observed matrix and the two null models
     */
    public Table table() {
        record Row(String matrix, double silhouette, double silhouetteP, double eigengap, double eigengapP) {}
        return Columns.of(
                        "evidence",
                        List.of(
                                new Row("observed", silhouette, Double.NaN, eigengap, Double.NaN),
                                new Row(
                                        "shuffled",
                                        shuffled.silhouette,
                                        shuffled.silhouetteP,
                                        shuffled.eigengap,
                                        shuffled.eigengapP),
                                new Row(
                                        "additive",
                                        additive.silhouette,
                                        additive.silhouetteP,
                                        additive.eigengap,
                                        additive.eigengapP)))
                .texts("matrix", Row::matrix)
                .doubles("silhouette", Row::silhouette)
                .doubles("p (silhouette)", Row::silhouetteP)
                .doubles("eigengap", Row::eigengap)
                .doubles("p (eigengap)", Row::eigengapP)
                .table();
    }
}
