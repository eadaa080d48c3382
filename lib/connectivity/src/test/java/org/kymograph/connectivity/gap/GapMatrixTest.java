package org.kymograph.connectivity.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;

class GapMatrixTest {
    private static final GapMatrix GAP = new GapMatrix(
            List.of("00", "07", "b,c"),
            new double[][] {{0, 0.01, Double.NaN}, {0.01, 0, 1 / 3.0}, {Double.NaN, 1 / 3.0, 0}});

    @Test
    void namesAndNumbersComeBackFromCsv(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("gap.csv");
        GAP.write(file);
        assertThat(Files.readAllLines(file).get(0)).isEqualTo(",00,07,\"b,c\"");
        assertThat(GapMatrix.read(file)).isEqualTo(GAP);
        GapMatrix unknown = new GapMatrix(List.of("1", "2"), new double[][] {{0, Double.NaN}, {Double.NaN, 0}});
        unknown.write(file);
        assertThat(GapMatrix.read(file)).isEqualTo(unknown);
    }

    @Test
    void aMatrixIsOneOfPairs() {
        assertThatThrownBy(() -> new GapMatrix(List.of("a"), new double[][] {{0}}))
                .hasMessageContaining("number of models is 1; expected at least 2");
        assertThatThrownBy(() -> new GapMatrix(List.of("a", "b"), new double[][] {{0, 1}, {2, 0}}))
                .hasMessageContaining("in the other direction");
        assertThatThrownBy(() -> new GapMatrix(List.of("a", "b"), new double[][] {{0.1, 1}, {1, 0}}))
                .hasMessageContaining("a with itself is 0.1; expected 0");
        assertThatThrownBy(GAP::complete).hasMessageContaining("the gap of 00 and b,c is NaN");
        assertThatThrownBy(() -> GAP.select(List.of("00", "7"))).hasMessageContaining("07");
    }

    @Test
    void pairsAreTakenWithinGroupsAndAcross() {
        assertThat(GAP.pairs(new int[] {1, 1, 0}, true)).containsExactly(0.01);
        assertThat(GAP.pairs(new int[] {1, 0, 0}, false)).containsExactly(0.01, Double.NaN);
        assertThatThrownBy(() -> GAP.pairs(new int[2], true)).hasMessageContaining("labels");
    }

    @Test
    void aFileThatIsNoMatrixIsRefusedWithItsLine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("gap.csv");
        Files.writeString(file, ",a,b\na,0,1\nc,1,0\n");
        assertThatThrownBy(() -> GapMatrix.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is the row of 'c'; expected 'b'");
        Files.writeString(file, ",a,b\na,0,x\nb,1,0\n");
        assertThatThrownBy(() -> GapMatrix.read(file)).hasMessageContaining("column 'b' holds text");
        Files.writeString(file, ",a,b\na,0,1\n");
        assertThatThrownBy(() -> GapMatrix.read(file)).hasMessageContaining("1 rows for 2 models");
    }

    @Test
    void groupsBelowAThresholdAreJoinedOverOthers() {
        GapMatrix chain = new GapMatrix(
                List.of("a", "b", "c", "d"), new double[][] {{0, 1, 3, 9}, {1, 0, 1, 9}, {3, 1, 0, 9}, {9, 9, 9, 0}});
        assertThat(chain.components(2)).containsExactly(List.of("a", "b", "c"), List.of("d"));
        assertThat(chain.components(1)).hasSize(4);
        assertThat(chain.median()).isEqualTo(6);
    }

    @Test
    void equalGapsAreTransitive() {
        Transitivity t = Transitivity.of(
                new GapMatrix(List.of("a", "b", "c"), new double[][] {{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}));
        assertThat(t.clusteringCoefficient()).isEqualTo(1);
        assertThat(t.weightedCoefficient()).isEqualTo(1);
        assertThat(t.satisfied()).isEqualTo(27);
        assertThat(t.triples()).isEqualTo(27);
        Transitivity broken = Transitivity.of(
                new GapMatrix(List.of("a", "b", "c"), new double[][] {{0, 1, 3}, {1, 0, 1}, {3, 1, 0}}));
        assertThat(broken.satisfied()).isEqualTo(25);
        assertThat(broken.totalViolation()).isEqualTo(2);
        assertThat(broken.meanPercentage()).isBetween(49.99, 50.01);
    }

    @Test
    void chainsAreNotTransitive() {
        // Neighbours of a chain are joined, and others are as far apart as their places are: on a line no triangle is
        // violated.
        int n = 5;
        double[][] line = new double[n][n];
        double[][] chain = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                line[i][j] = Math.abs(i - j);
                chain[i][j] = Math.abs(i - j) > 1 ? 1 : 0;
            }
        }
        List<String> names = List.of("a", "b", "c", "d", "e");
        Transitivity straight = Transitivity.of(new GapMatrix(names, line));
        assertThat(straight.satisfied()).isEqualTo(125);
        assertThat(straight.totalViolation()).isZero();
        Transitivity broken = Transitivity.of(new GapMatrix(names, chain));
        // By hand: i and k without a barrier to j, but with one between them, that is i, j, k = i, i ± 1, i ± 2, for
        // each of 3 in both directions.
        assertThat(broken.triples() - broken.satisfied()).isEqualTo(6);
        assertThat(broken.totalViolation()).isEqualTo(6);
        // The graph of barriers has one triangle, a c e, so 6 closed walks of length 3; degrees are 3, 2, 2, 2, 3.
        assertThat(broken.clusteringCoefficient()).isCloseTo(6.0 / (6 + 2 + 2 + 2 + 6), within(1e-12));
        assertThat(broken.weightedCoefficient()).isCloseTo(6.0 / 18, within(1e-12));
    }
}
