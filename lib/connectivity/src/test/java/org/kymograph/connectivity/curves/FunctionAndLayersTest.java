package org.kymograph.connectivity.curves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.connectivity.gap.GapMatrix;
import org.kymograph.connectivity.tasks.Glyphs;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.FeatureConnectivity;
import org.kymograph.evaluate.LayerBarriers;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.stats.ClusterAgreement;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class FunctionAndLayersTest {
    private static final Dataset DATA =
            Glyphs.withDefaults().withSizes(64, 64).sample(0).test();
    private static final Mlp NETWORK = Mlp.of(10, 12, 12);
    private static final Objective OBJECTIVE =
            Objective.of(NETWORK, Loss.CROSS_ENTROPY, DATA).withThreads(1);

    @Test
    void distancesOfFunctionsAreThoseOfTheirProbabilities() {
        assertThat(FunctionalDistance.jensenShannon(new double[] {1, 0}, new double[] {0, 1}))
                .isCloseTo(Math.sqrt(Math.log(2)), within(1e-12));
        // ½(½ ln(½/⅝) + ½ ln(½/⅜)) + ½(¾ ln(¾/⅝) + ¼ ln(¼/⅜))
        double divergence =
                0.25 * Math.log(0.8) + 0.25 * Math.log(4.0 / 3) + 0.375 * Math.log(1.2) + 0.125 * Math.log(2.0 / 3);
        assertThat(FunctionalDistance.jensenShannon(new double[] {0.5, 0.5}, new double[] {0.75, 0.25}))
                .isCloseTo(Math.sqrt(divergence), within(1e-12));
        Map<String, ParameterVector> vectors = new LinkedHashMap<>();
        vectors.put("a", OBJECTIVE.initial(1));
        vectors.put("same", OBJECTIVE.initial(1));
        vectors.put("b", OBJECTIVE.initial(2));
        GapMatrix distance = FunctionalDistance.jensenShannon(OBJECTIVE, Models.of(vectors));
        GapMatrix share = FunctionalDistance.disagreement(OBJECTIVE, Models.of(vectors));
        assertThat(distance.get(0, 1)).isZero();
        assertThat(distance.get(0, 2)).isPositive().isEqualTo(distance.get(2, 1));
        assertThat(share.get(0, 1)).isZero();
        assertThat(share.get(0, 2)).isBetween(0.3, 1.0);
        vectors.remove("same");
        vectors.remove("b");
        assertThatThrownBy(() -> FunctionalDistance.disagreement(OBJECTIVE, Models.of(vectors)))
                .hasMessageContaining("the number of models is 1; expected at least 2");
    }

    @Test
    void clusteringsAgreeUpToTheirNumbering() {
        assertThat(ClusterAgreement.of(new int[] {0, 0, 1, 1}, new int[] {1, 1, 0, 0})
                        .rand())
                .isEqualTo(1);
        // The worked value of scikit-learn's documentation of adjusted_rand_score.
        ClusterAgreement part = ClusterAgreement.of(new int[] {0, 0, 1, 2}, new int[] {0, 0, 1, 1});
        assertThat(part.rand()).isCloseTo(0.5714285714, within(1e-9));
        assertThat(part.mutualInformation()).isCloseTo(0.8, within(1e-9));
        assertThat(ClusterAgreement.of(new int[] {0, 1, 0, 1}, new int[] {0, 0, 1, 1})
                        .mutualInformation())
                .isCloseTo(0, within(1e-12));
    }

    @Test
    void aLayerThatIsTheOnlyDifferenceCarriesAllOfTheBarrier() {
        ParameterVector a = OBJECTIVE.initial(1);
        ParameterVector b = a.lerp(OBJECTIVE.initial(2), 1, a.mask("^2\\."));
        LayerBarriers layers = LayerBarriers.of(OBJECTIVE, a, b, 5);
        assertThat(layers.layers()).extracting(LayerBarriers.Layer::name).containsExactly("0", "2", "4", "all");
        double[] whole =
                LossCurve.along(OBJECTIVE, ParameterPath.segment(a, b), 5).means();
        assertThat(layers.layers().get(1).inFirst().means()).containsExactly(whole, within(1e-9));
        assertThat(layers.layers().get(1).inSecond().means()[4]).isCloseTo(whole[0], within(1e-9));
        assertThat(layers.layers().get(0).inFirst().means()).containsOnly(new double[] {whole[0]}, within(1e-6));
        assertThat(layers.layers().get(0).without().means()).containsExactly(whole, within(1e-6));
        assertThat(layers.table().rowCount()).isEqualTo(4);
    }

    @Test
    void aLinearNetworkHasFeaturesThatInterpolate() {
        Mlp linear = Mlp.of(10);
        Objective objective = Objective.of(linear, Loss.CROSS_ENTROPY, DATA);
        FeatureConnectivity straight =
                FeatureConnectivity.of(linear, DATA, objective.initial(1), objective.initial(2), 0.3);
        assertThat(straight.layers()).hasSize(1);
        assertThat(straight.layers().get(0).cosine()).isCloseTo(1, within(1e-6));
        assertThat(straight.layers().get(0).ends()).isLessThan(0.9);
        FeatureConnectivity same =
                FeatureConnectivity.of(NETWORK, DATA, OBJECTIVE.initial(1), OBJECTIVE.initial(1), 0.5);
        assertThat(same.layers()).allSatisfy(l -> {
            assertThat(l.cosine()).isCloseTo(1, within(1e-6));
            assertThat(l.cka()).isCloseTo(1, within(1e-6));
        });
        assertThat(same.layers()).extracting(FeatureConnectivity.Layer::point).contains("mlp_pre.1", "outputs");
        FeatureConnectivity apart =
                FeatureConnectivity.of(NETWORK, DATA, OBJECTIVE.initial(1), OBJECTIVE.initial(2), 0.5);
        assertThat(apart.layers().get(2).cosine()).isBetween(-1.0, 0.999);
        assertThat(List.of(apart.table().columnCount())).containsExactly(4);
    }
}
