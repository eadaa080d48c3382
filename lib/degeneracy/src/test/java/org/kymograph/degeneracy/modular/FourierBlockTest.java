package org.kymograph.degeneracy.modular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.data.ModularArithmetic;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.degeneracy.llc.LlcEstimate;
import org.kymograph.degeneracy.sampling.DrawObserver;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.Transformer;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class FourierBlockTest {
    private static final long SEED = 3;

    private static double[] normals(int n) {
        RandomGenerator random = Streams.of(SEED, "vector");
        double[] v = new double[n];
        Arrays.setAll(v, i -> Streams.gaussian(random));
        return v;
    }

    private static void isTheProjection(ParameterVector parameters, int p, int width) {
        FourierBlock block = FourierBlock.of(parameters, 2, p - 1);
        assertThat(block.modes()).containsExactly(1, 2);
        assertThat(block.dimension()).isEqualTo(4 * width);
        ParameterVector random = parameters.withValues(normals(parameters.size()));
        double[] projected = random.toArray();
        block.project(projected);
        double[][] kept = FourierModes.keepOnly(Embeddings.of(random), 1, 2);
        double[][] zero = FourierModes.keepOnly(kept, 3);
        double[][] found = Embeddings.of(parameters.withValues(projected));
        for (int j = 0; j < p; j++) {
            for (int c = 0; c < width; c++) {
                // keepOnly keeps mode 0 beside them, which is all that a mode of size 0 leaves of it.
                assertThat(found[j][c]).as("seed %d", SEED).isCloseTo(kept[j][c] - zero[j][c], within(1e-12));
            }
        }
        assertThat(Arrays.stream(projected).filter(x -> x != 0).count()).isEqualTo((long) p * width);
        double[] again = projected.clone();
        block.project(again);
        assertThat(again).containsExactly(projected, within(1e-12));
        double[] rest = random.toArray();
        block.others().project(rest);
        assertThat(parameters.withValues(rest).dot(parameters.withValues(projected)))
                .isCloseTo(0, within(1e-9));
        assertThat(block.others().dimension()).isEqualTo((p - 1 - 4) * width);
    }

    @Test
    void itProjectsTheEmbeddingsOfBothNetworks() {
        ModularExperiment settings =
                ModularExperiment.example1().withP(7).withEmbedDim(4).withHiddenSize(8);
        isTheProjection(
                Objective.of(
                                settings.network(),
                                Loss.CROSS_ENTROPY,
                                settings.task().sample(0).train())
                        .initial(0),
                7,
                4);
        ModularArithmetic task = ModularArithmetic.withDefaults().withModulus(7);
        isTheProjection(
                Objective.of(
                                Transformer.of(task.vocabulary()).withSizes(8, 2, 16),
                                Loss.CROSS_ENTROPY,
                                task.sample(0).train())
                        .initial(0),
                7,
                8);
    }

    @Test
    @Tag("slow")
    void chainsStayInIt(@TempDir Path folder) {
        ModularRun run = ModularRun.of(ModularExperiment.example1()
                .withMovie(false)
                .withP(7)
                .withEmbedDim(4)
                .withHiddenSize(8)
                .withNBatches(20)
                .train(folder.toString(), 0)
                .runs()
                .get(0));
        Objective objective = run.objective(run.split().train());
        ParameterVector at = run.parameters(run.last());
        FourierBlock block = FourierBlock.ofKeyModes(run);
        LearningCoefficient settings = LearningCoefficient.withDefaults()
                .withSteps(60)
                .withBatch(16)
                .withChains(2)
                .withSubspace(block);
        for (LearningCoefficient each : List.of(
                settings,
                settings.withOrthogonal(true),
                settings.withSampler(Sampler.mala()),
                settings.withSampler(Sampler.hmc(3)),
                settings.withSampler(Sampler.sgnht(0.01)))) {
            double[] moved = new double[1];
            DrawObserver inside = () -> new DrawObserver.Eye() {
                @Override
                public void look(int[] chains, int draw, double[][] positions) {
                    double[] by = new double[at.size()];
                    Arrays.setAll(by, i -> positions[0][i] - at.toArray()[i]);
                    double[] in = by.clone();
                    block.project(in);
                    assertThat(in).containsExactly(by, within(1e-9));
                    moved[0] = at.withValues(by).norm();
                }

                @Override
                public void close() {}
            };
            LlcEstimate e = each.estimate(objective.withThreads(1), at, inside);
            assertThat(moved[0]).isPositive();
            assertThat(e.directions()).isEqualTo(block.dimension() - (each.orthogonal() ? 1 : 0));
        }
        double curvature = settings.withCurvature(20).estimate(objective, at).curvature();
        double embedding = settings.withSubspace(null)
                .withMask("^embedding")
                .withCurvature(20)
                .estimate(objective, at)
                .curvature();
        assertThat(curvature).isPositive().isLessThanOrEqualTo(embedding * 1.02);
        assertThat(settings.json().at("/subspace/modes")).hasSize(block.modes().size());
        assertThatThrownBy(() -> settings.withMask("head")).hasMessageContaining("a subspace says which");
        assertThatThrownBy(() -> settings.withSampler(Sampler.rmsprop(0.99, 0.1)))
                .hasMessageContaining("sampler is \"rmsprop\"");
        assertThatThrownBy(() -> settings.withBox(1).estimate(objective, at)).hasMessageContaining("along the axes");
        assertThatThrownBy(() -> FourierBlock.of(at)).hasMessageContaining("modes");
    }
}
