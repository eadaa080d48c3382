package org.kymograph.connectivity.cluster;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.connectivity.gap.GapMatrix;
import tech.tablesaw.api.Table;

/**
 * The clusters of a population by the gaps between its models, where each model lies in them, and the evidence that they exist.
 *
 * <p>Clusters are numbered by size, the largest 0; of equally large ones the one with the earlier model comes first. All three
 * coordinates are oriented alike: the smaller, the closer to cluster 0. The paper's coordinate saturates: models outside the
 * two centroids all have the value ±‖c0 − c1‖; the other two don't.
 *
 * <p>Source: Juneja et al., Linear Connectivity Reveals Generalization Strategies (ICLR 2023), section 3; the embedding is that
 * of scikit-learn's SpectralClustering.
 *
 * @param models the models' names
 * @param labels the cluster of each, from 0
 * @param embedding the spectral embedding, models × clusters
 * @param fiedler the second column of the embedding, rising from cluster 0 to the others
 * @param coordinate the paper's coordinate ‖e − c0‖ − ‖e − c1‖ of the embedding e and the centroids c of clusters 0 and 1
 * @param gapCoordinate the mean gap to the other members of cluster 0 minus that to those of cluster 1
 * @param evidence what speaks for the clusters
 */
public record Basins(
        List<String> models,
        int[] labels,
        double[][] embedding,
        double[] fiedler,
        double[] coordinate,
        double[] gapCoordinate,
        BasinEvidence evidence) {

    /** Copies lists and arrays. */
    public Basins {
        models = List.copyOf(models);
        labels = labels.clone();
        embedding = Arrays.stream(embedding).map(double[]::clone).toArray(double[][]::new);
        fiedler = fiedler.clone();
        coordinate = coordinate.clone();
        gapCoordinate = gapCoordinate.clone();
    }

    /**
     * Clusters a population in two with the paper's settings.
     *
     * @param gap a complete matrix
     * @return the clusters
     * @throws IllegalArgumentException if the gap of a pair is missing
     */
    public static Basins of(GapMatrix gap) {
        return of(gap, BasinSettings.defaults());
    }

    /**
     * Clusters a population.
     *
     * @param gap a complete matrix of more models than clusters
     * @param settings the settings
     * @return the clusters
     * @throws IllegalArgumentException if the gap of a pair is missing, or there are too few models
     */
    public static Basins of(GapMatrix gap, BasinSettings settings) {
        int n = gap.size();
        Arguments.check(n > settings.clusters(), "clusters", settings.clusters(), "fewer than the " + n + " models");
        SpectralEmbedding spectral =
                SpectralEmbedding.of(gap.complete().values(), settings.clusters(), settings.delta());
        double[][] rows = spectral.rows();
        int[] labels =
                bySize(EmbeddingClusters.labels(rows, settings.clusters(), settings.seed()), settings.clusters());
        double[][] centroids = EmbeddingClusters.centroids(rows, labels, settings.clusters());
        if (centroids[0][1] > centroids[1][1]) {
            for (double[] row : rows) {
                row[1] = -row[1];
            }
            centroids = EmbeddingClusters.centroids(rows, labels, settings.clusters());
        }
        double[] fiedler = new double[n];
        double[] coordinate = new double[n];
        double[] gaps = new double[n];
        for (int i = 0; i < n; i++) {
            fiedler[i] = rows[i][1];
            coordinate[i] = Math.sqrt(EmbeddingClusters.squared(rows[i], centroids[0]))
                    - Math.sqrt(EmbeddingClusters.squared(rows[i], centroids[1]));
            gaps[i] = meanGap(gap, labels, i, 0) - meanGap(gap, labels, i, 1);
        }
        return new Basins(
                gap.names(),
                labels,
                rows,
                fiedler,
                coordinate,
                gaps,
                BasinEvidence.of(gap, spectral, labels, settings));
    }

    private static double meanGap(GapMatrix gap, int[] labels, int model, int cluster) {
        return IntStream.range(0, labels.length)
                .filter(j -> j != model && labels[j] == cluster)
                .mapToDouble(j -> gap.get(model, j))
                .average()
                .orElse(0);
    }

    private static int[] bySize(int[] labels, int clusters) {
        int[] sizes = new int[clusters];
        Map<Integer, Integer> firsts = new HashMap<>();
        for (int i = 0; i < labels.length; i++) {
            sizes[labels[i]]++;
            firsts.putIfAbsent(labels[i], i);
        }
        List<Integer> order = IntStream.range(0, clusters)
                .boxed()
                .sorted((a, b) -> sizes[a] == sizes[b]
                        ? Integer.compare(firsts.getOrDefault(a, labels.length), firsts.getOrDefault(b, labels.length))
                        : Integer.compare(sizes[b], sizes[a]))
                .toList();
        return Arrays.stream(labels).map(order::indexOf).toArray();
    }

    /** Returns the cluster of each model, a copy. */
    @Override
    public int[] labels() {
        return labels.clone();
    }

    /** Returns the spectral embedding, models × clusters, a copy. */
    @Override
    public double[][] embedding() {
        return Arrays.stream(embedding).map(double[]::clone).toArray(double[][]::new);
    }

    /** Returns the second column of the embedding, a copy. */
    @Override
    public double[] fiedler() {
        return fiedler.clone();
    }

    /** Returns the paper's coordinate, a copy. */
    @Override
    public double[] coordinate() {
        return coordinate.clone();
    }

    /** Returns the difference of mean gaps, a copy. */
    @Override
    public double[] gapCoordinate() {
        return gapCoordinate.clone();
    }

    /** Returns the number of clusters. */
    public int clusters() {
        return embedding[0].length;
    }

    /**
     * Returns the members of each cluster.
     *
     * @return the names, in the order of the models
     */
    public List<List<String>> members() {
        return Columns.each(clusters(), c -> IntStream.range(0, labels.length)
                .filter(i -> labels[i] == c)
                .mapToObj(models::get)
                .toList());
    }

    /**
     * Returns these clusters numbered and oriented as earlier ones, so that as many models as can be keep their number. For two
     * clusters.
     *
     * @param earlier clusters of the same models, such as those of an earlier checkpoint
     * @return these, or a copy with 0 and 1 exchanged and all coordinates negated
     */
    public Basins alignedTo(Basins earlier) {
        Arguments.check(models.equals(earlier.models), "earlier", earlier.models, "the models " + models);
        Arguments.check(
                clusters() == 2 && earlier.clusters() == 2, "the number of clusters", clusters(), "2 at both times");
        long kept = IntStream.range(0, labels.length)
                .filter(i -> labels[i] == earlier.labels[i])
                .count();
        if (2 * kept >= labels.length) {
            return this;
        }
        return new Basins(
                models,
                Arrays.stream(labels).map(l -> 1 - l).toArray(),
                Arrays.stream(embedding).map(e -> new double[] {e[0], -e[1]}).toArray(double[][]::new),
                negated(fiedler),
                negated(coordinate),
                negated(gapCoordinate),
                evidence);
    }

    private static double[] negated(double[] x) {
        return Arrays.stream(x).map(v -> -v).toArray();
    }

    /**
     * Returns the models as a table.
     *
     * @return columns {@code model}, {@code cluster}, {@code coordinate}, {@code fiedler} and {@code gap coordinate}
     */
    public Table table() {
        List<Integer> rows = IntStream.range(0, models.size()).boxed().toList();
        return Columns.of("basins", rows)
                .texts("model", models::get)
                .ints("cluster", i -> labels[i])
                .doubles("coordinate", i -> coordinate[i])
                .doubles("fiedler", i -> fiedler[i])
                .doubles("gap coordinate", i -> gapCoordinate[i])
                .table();
    }

    /**
     * Writes the clusters as JSON.
     *
     * @param file the file to write or replace
     */
    public void write(Path file) {
        BasinFiles.write(file, this);
    }

    /**
     * Reads clusters as {@link #write} writes them.
     *
     * @param file a JSON file
     * @return the clusters
     * @throws org.kymograph.record.files.RecordException if the file can't be read or lacks a field
     */
    public static Basins read(Path file) {
        return BasinFiles.read(file);
    }
}
