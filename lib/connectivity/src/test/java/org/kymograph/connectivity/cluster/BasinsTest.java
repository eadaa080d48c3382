package org.kymograph.connectivity.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.connectivity.gap.GapMatrix;

class BasinsTest {
    private static final BasinSettings FEW = BasinSettings.defaults().withDraws(19);

    // Made by scikit-learn's SpectralClustering (affinity rbf on the gaps, seed 42) and its spectral_embedding.
    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(BasinsTest.class.getResourceAsStream("spectral.json"));
    }

    private static double[][] matrix(JsonNode rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> IntStream.range(0, rows.get(i).size())
                        .mapToDouble(j -> rows.get(i).get(j).asDouble())
                        .toArray())
                .toArray(double[][]::new);
    }

    private static List<String> names(int n) {
        return IntStream.range(0, n).mapToObj(i -> "m" + i).toList();
    }

    @Test
    void embeddingAndPartitionAreScikitLearns() throws IOException {
        for (JsonNode g : golden()) {
            int n = g.get("n").asInt();
            int k = g.get("k").asInt();
            Basins basins = Basins.of(
                    new GapMatrix(names(n), matrix(g.get("gap"))),
                    FEW.withClusters(k).withDraws(1));
            double[][] wanted = matrix(g.get("embedding"));
            double[][] found = basins.embedding();
            for (int c = 0; c < k; c++) {
                double sign = Math.signum(found[0][c] * wanted[0][c]);
                for (int i = 0; i < n; i++) {
                    assertThat(found[i][c] * sign).as("%d, %d of %d", i, c, n).isCloseTo(wanted[i][c], within(1e-6));
                }
            }
            int[] labels = basins.labels();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(labels[i] == labels[j])
                            .as("%d and %d of %d", i, j, n)
                            .isEqualTo(g.get("labels").get(i).asInt()
                                    == g.get("labels").get(j).asInt());
                }
            }
        }
    }

    /** Two blocks of sizes 9 and 5 with noise; the first models belong to the small one. */
    private static GapMatrix blocks(double across, long seed) {
        RandomGenerator random = Streams.of(seed, "blocks");
        double[][] d = new double[14][14];
        for (int i = 0; i < 14; i++) {
            for (int j = 0; j < i; j++) {
                d[i][j] = random.nextDouble() * 0.05 + (i < 5 == j < 5 ? 0 : across);
                d[j][i] = d[i][j];
            }
        }
        return new GapMatrix(names(14), d);
    }

    @Test
    void clustersAreNumberedBySizeAndOrientedAlike() {
        Basins basins = Basins.of(blocks(0.4, 1), FEW);
        assertThat(basins.labels()).containsExactly(1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(basins.members()).containsExactly(names(14).subList(5, 14), names(5));
        for (double[] x : List.of(basins.coordinate(), basins.fiedler(), basins.gapCoordinate())) {
            double[] small = Arrays.copyOf(x, 5);
            double[] large = Arrays.copyOfRange(x, 5, 14);
            assertThat(Arrays.stream(small).min().orElseThrow())
                    .isGreaterThan(Arrays.stream(large).max().orElseThrow());
        }
        assertThat(basins.coordinate()[0]).isPositive();
        assertThat(basins.coordinate()[13]).isNegative();
        assertThat(basins.evidence().exists()).isTrue();
        assertThat(basins.evidence().within()).isLessThan(0.05);
        assertThat(basins.evidence().across()).isGreaterThan(0.4);
        assertThat(basins.evidence().sentence()).startsWith("The clusters are more than chance: silhouette 0.9");
    }

    @Test
    void noiseAndGradientsAreNoEvidenceForClusters() {
        int found = 0;
        for (long seed = 0; seed < 10; seed++) {
            found += Basins.of(blocks(0, seed), FEW).evidence().exists() ? 1 : 0;
        }
        assertThat(found).isLessThanOrEqualTo(2);
        double[][] outlier = blocks(0, 3).values();
        for (int i = 1; i < 14; i++) {
            outlier[0][i] += 0.5;
            outlier[i][0] += 0.5;
        }
        Basins one = Basins.of(new GapMatrix(names(14), outlier), FEW);
        assertThat(one.members().get(1)).containsExactly("m0");
        assertThat(one.evidence().exists()).isFalse();
        assertThat(one.evidence().sentence()).startsWith("There is no sound evidence");
    }

    @Test
    void clustersComeBackFromJson(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("clusters.json");
        Basins basins = Basins.of(blocks(0.4, 1), FEW);
        basins.write(file);
        Basins read = Basins.read(file);
        assertThat(read).usingRecursiveComparison().isEqualTo(basins);
        assertThat(new ObjectMapper()
                        .readTree(file.toFile())
                        .at("/evidence/sentence")
                        .asText())
                .isEqualTo(basins.evidence().sentence());
        Files.writeString(file, "{\"models\":[\"a\",\"b\"],\"labels\":[0]}");
        assertThatThrownBy(() -> Basins.read(file)).hasMessageContaining("'labels' has 1 values; expected 2");
    }

    @Test
    void aPopulationTooSmallIsRefused() {
        GapMatrix two = new GapMatrix(names(2), new double[][] {{0, 1}, {1, 0}});
        assertThatThrownBy(() -> Basins.of(two)).hasMessage("clusters is 2; expected fewer than the 2 models");
        GapMatrix hole = new GapMatrix(names(3), new double[][] {{0, 1, Double.NaN}, {1, 0, 1}, {Double.NaN, 1, 0}});
        assertThatThrownBy(() -> Basins.of(hole)).hasMessageContaining("the gap of m0 and m2 is NaN");
    }

    @Test
    void movementsAreToldOnOneOrientation() {
        Basins late = Basins.of(blocks(0.4, 1), FEW);
        double[][] d = blocks(0.2, 2).values();
        // Model 0 is among the large cluster first, which makes the sizes 10 and 4.
        for (int j = 1; j < 14; j++) {
            d[0][j] = j < 5 ? 0.22 : 0.01;
            d[j][0] = d[0][j];
        }
        Basins early = Basins.of(new GapMatrix(names(14), d), FEW);
        BasinDynamics dynamics = BasinDynamics.of(List.of(10L, 20L), List.of(early, late));
        assertThat(dynamics.moves().stream()
                        .filter(BasinDynamics.Move::switched)
                        .map(BasinDynamics.Move::model))
                .containsExactly("m0");
        assertThat(dynamics.sentence()).contains("1 of 14 movements change from cluster 0 to 1 and 0 from 1 to 0");
        Basins turned = new Basins(
                early.models(),
                Arrays.stream(early.labels()).map(l -> 1 - l).toArray(),
                early.embedding(),
                early.fiedler(),
                Arrays.stream(early.coordinate()).map(x -> -x).toArray(),
                early.gapCoordinate(),
                early.evidence());
        assertThat(BasinDynamics.of(List.of(10L, 20L), List.of(turned, late)).moves())
                .usingRecursiveFieldByFieldElementComparator()
                .isEqualTo(dynamics.moves());
    }

    @Test
    void clustersAreComparedInTheirBehaviour() {
        Basins basins = Basins.of(blocks(0.4, 1), FEW);
        double[] scores = IntStream.range(0, 14)
                .mapToDouble(i -> i < 5 ? 0.1 : 0.8 + 0.01 * i)
                .toArray();
        ClusterEffect effect = ClusterEffect.of(basins, scores, 7);
        assertThat(effect.small().mean()).isCloseTo(0.1, within(1e-12));
        assertThat(effect.difference().upper()).isLessThan(-0.7);
        assertThat(effect.p()).isLessThan(0.01);
        Association association = Association.of(basins, scores, 7);
        assertThat(association.rows().get(0).pearson().estimate()).isLessThan(-0.98);
        assertThat(association.sentence()).startsWith("Pearson's r");
        ExtremeModels selection = ExtremeModels.of(names(14), scores, 4);
        assertThat(selection.highest()).containsExactly("m10", "m11", "m12", "m13");
        assertThat(selection.middle()).containsExactly("m5", "m6", "m7", "m8");
    }
}
