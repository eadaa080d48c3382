package org.kymograph.states.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.kymograph.states.em.Covariance;
import org.kymograph.states.em.HmmParameters;
import org.kymograph.states.em.Observations;
import org.kymograph.states.hmm.DecodedRuns;
import org.kymograph.states.hmm.HmmModel;
import org.kymograph.states.hmm.StatePaths;
import org.kymograph.states.hmm.Toy;
import org.kymograph.stats.MeanSd;

/** Paths, stays, onsets, histograms, outliers and transfer. */
class PathSummariesTest {
    private static final Offset<Double> EPSILON = Offset.offset(1e-9);

    private final StatePaths paths = Toy.paths(
            4, new int[] {1, 1, 3, 0}, new int[] {1, 3, 3, 0}, new int[] {1, 2, 2, 0}, new int[] {1, 1, 1, 1});
    private final Outcome convergence = Toy.outcome(110, 253, 400, 999);

    @Test
    void groupsRunsByPath() {
        PathTable table = PathTable.of(paths, convergence.scaled(10));
        assertThat(table.groups()).extracting(PathTable.Group::label).containsExactly("1→3→0", "1", "1→2→0");
        PathTable.Group fast = table.groups().get(0);
        assertThat(fast.runs()).containsExactly("seed0", "seed1");
        assertThat(fast.share()).isEqualTo(0.5);
        assertThat(fast.convergence()).hasToString("1815.0 ± 715.0");
        assertThat(table.table().stringColumn("members").get(0)).isEqualTo("seed0, seed1");
        assertThat(PathTable.firstTransitions(paths, convergence).groups())
                .extracting(PathTable.Group::label)
                .containsExactly("1→3", "1", "1→2");
    }

    @Test
    void measuresStays() {
        PathTable.Dwells dwell = PathTable.Dwells.of(paths);
        assertThat(dwell.states().get(1).lengths()).containsExactly(1, 1, 2, 4);
        assertThat(dwell.states().get(1).summary().mean()).isEqualTo(2);
        assertThat(dwell.states().get(1).median()).isEqualTo(1.5);
        assertThat(dwell.states().get(1).cut()).isEqualTo(1);
        assertThat(dwell.states().get(0).cut()).isEqualTo(3);
        assertThat(dwell.table().doubleColumn("most").get(1)).isEqualTo(4);
        assertThat(PathTable.Dwells.of(Toy.paths(2, new int[] {0}))
                        .table()
                        .doubleColumn("least")
                        .isMissing(1))
                .isTrue();
    }

    @Test
    void findsOnsets() {
        StatePaths.Onsets onsets = paths.onsets().scaled(10);
        assertThat(onsets.onsets()[0]).containsExactly(30, 0, Double.NaN, 20);
        assertThat(onsets.summary(3)).isEqualTo(MeanSd.of(20, 10));
        assertThat(onsets.summary(0).count()).isEqualTo(3);
        assertThat(onsets.table().columnNames()).containsExactly("run", "state 0", "state 1", "state 2", "state 3");
        assertThat(Toy.paths(2, new int[] {0, 1, 0}).onsets().onsets()[0])
                .as("first visits")
                .containsExactly(0, 1);
    }

    @Test
    void countsConvergenceInEqualBins() {
        Outcome.Histogram histogram =
                Toy.outcome(49, 50, 66, 67, 150, 200, 201, 202).histogram(50, 200, Outcome.Histogram.PAPER_BINS);
        assertThat(histogram.counts()).containsExactly(2, 1, 0, 0, 0, 0, 1, 0, 1);
        assertThat(histogram.below()).isEqualTo(1);
        assertThat(histogram.above()).isEqualTo(2);
        assertThat(histogram.edge(6)).isEqualTo(150);
        assertThat(histogram.edge(9)).isEqualTo(200);
        assertThat(histogram.table().rowCount()).isEqualTo(9);
        Outcome.Histogram fine = Toy.outcome(0.1, 0.3, 0.7).histogram(0, 1, 10);
        assertThat(fine.counts()).containsExactly(0, 1, 0, 1, 0, 0, 0, 1, 0, 0);
        assertThatThrownBy(() -> convergence.histogram(3, 3, 9))
                .hasMessageContaining("to is 3; expected a finite number above from, which is 3.0");
    }

    @Test
    void flagsRunsThatDeviate() {
        int[] usual = Toy.stays(0, 4, 1, 4, 2, 4);
        int[][] all = {
            usual, usual, usual, Toy.stays(0, 3, 1, 5, 2, 4), usual, usual, usual, Toy.stays(3, 6, 1, 6), usual
        };
        DecodedRuns decoded = Toy.decoded(4, all);
        OutlierRuns outliers = OutlierRuns.of(decoded, 2.5);
        assertThat(outliers.outliers()).containsExactly("seed7");
        OutlierRuns.Judgement odd = outliers.runs().get(7);
        assertThat(odd.pathDistance()).isCloseTo(2 / 3.0, EPSILON);
        assertThat(outliers.runs().get(0).pathDistance()).isCloseTo(2 / 3.0 / 8, EPSILON);
        // Eight equal runs: MAD 0, so the scale is 1.2533 of the mean absolute deviation, a ninth of this one's.
        assertThat(odd.pathZ()).isCloseTo(9 / 1.2533, EPSILON);
        assertThat(odd.reason()).startsWith("path distance 0.667");
        assertThat(outliers.table().rowCount()).isEqualTo(9);
        assertThatThrownBy(() -> OutlierRuns.of(Toy.decoded(2, usual2(), usual2())))
                .hasMessageContaining("the number of runs is 2; expected at least 3");
    }

    private static int[] usual2() {
        return new int[] {0, 1};
    }

    @Test
    void flagsRunsThatTheModelFindsImprobable() {
        List<double[][]> rows = new ArrayList<>();
        for (int run = 0; run < 8; run++) {
            double off = run == 5 ? 4 : 0.1 * run;
            rows.add(new double[][] {{off}, {10 + off}, {10 - off}});
        }
        DecodedRuns decoded = DecodedRuns.of(Toy.ladder(2), Observations.of(Toy.names(8), List.of("x"), rows));
        OutlierRuns outliers = OutlierRuns.of(decoded);
        assertThat(outliers.outliers()).containsExactly("seed5");
        assertThat(outliers.runs().get(5).reason()).startsWith("log-likelihood per row");
        assertThat(outliers.runs().get(5).pathZ()).isZero();
        // Robust z of 1 … 5, by hand: median 3, MAD 1.
        assertThat(OutlierRuns.robustZ(new double[] {1, 2, 3, 4, 5}))
                .containsExactly(new double[] {-1.349, -0.6745, 0, 0.6745, 1.349}, EPSILON);
    }

    @Test
    void comparesSequences() {
        assertThat(OutlierRuns.editDistance(List.of(0, 1, 2), List.of(0, 2))).isCloseTo(1 / 3.0, EPSILON);
        assertThat(OutlierRuns.editDistance(List.of(0, 1), List.of(1, 0, 1, 2))).isEqualTo(0.5);
        assertThat(OutlierRuns.editDistance(List.of(4), List.of(4))).isZero();
    }

    @Test
    void decodesAnotherSettingByItsOwnScale() {
        HmmParameters p = HmmParameters.of(
                Covariance.SPHERICAL,
                new double[] {0.5, 0.5},
                new double[] {0.5, 0.5, 0.5, 0.5},
                new double[] {-1, 1},
                new double[] {0.1, 0.1});
        HmmModel model = Toy.model(p, List.of("l2"), true);
        Observations others = Observations.of(
                List.of("big", "small"),
                List.of("l1", "l2"),
                List.of(new double[][] {{7, 1000}, {8, 1001}, {9, 2000}, {9, 2001}}, new double[][] {{1, 0.2}, {1, 0.1}
                }));
        DecodedRuns.Transfer transfer = DecodedRuns.Transfer.of(model, others);
        assertThat(transfer.decoded().path(0)).containsExactly(0, 0, 1, 1);
        assertThat(transfer.decoded().path(1)).containsExactly(1, 0);
        assertThat(transfer.home()).isEqualTo(-2);
        assertThat(transfer.logLikelihoods().get(1))
                .isCloseTo(Math.log(0.5) - 0.5 * Math.log(2 * Math.PI * 0.1), Offset.offset(1e-8));
        assertThat(transfer.table().stringColumn("path").asList()).containsExactly("0→1", "1→0");
        assertThat(transfer.table().doubleColumn("log-likelihood drop").get(1))
                .isCloseTo(-2 - transfer.logLikelihoods().get(1), EPSILON);
        assertThatThrownBy(() -> DecodedRuns.Transfer.of(model, others.standardized()))
                .hasMessageContaining("others.isStandardized() is true; expected false");
        assertThatThrownBy(() -> DecodedRuns.Transfer.of(model, others.only(List.of("l1"))))
                .hasMessageContaining("feature is \"l2\"; expected one of [l1]");
    }
}
