package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.SparseParity;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class CurvatureReportTest {
    private static final Curvature SMALL =
            Curvature.withDefaults().withEigenvalues(10).withIterations(120).withSteps(30);

    private static Experiment experiment() {
        return Experiment.of(
                        "parity",
                        new SparseParity(6, 2, 64, 8),
                        Mlp.of(1, 8).withActivation(Mlp.Activation.TANH),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.adam(0.01))
                .withLength(Span.steps(40))
                .withCheckpoints(Span.steps(20));
    }

    private static double[] dense(Objective objective, ParameterVector at, String block) {
        try (ObjectiveSession session = objective.withDtype(Dtype.F64).open()) {
            HessianOperator h = HessianOperator.of(session, at);
            double[] values = new EigenDecomposition(MatrixUtils.createRealMatrix(
                            (block.isEmpty() ? h : h.restrictedTo(at.mask(block))).matrix()))
                    .getRealEigenvalues();
            Arrays.sort(values);
            return values;
        }
    }

    @Test
    @Tag("slow")
    void agreesWithTheDenseHessianAtEveryCheckpoint(@TempDir Path folder) {
        Experiment e = experiment();
        RunFolder run = Trainer.of(e).train(folder, 3).runs().get(0);
        Objective objective = Objective.of(e, e.task().sample(3).train());
        List<HessianSpectrum> spectra = SMALL.along(run, objective);
        assertThat(spectra).extracting(HessianSpectrum::name).containsExactly("step 0", "step 20", "step 40");
        assertThat(spectra.get(2).largest()).isNotEqualTo(spectra.get(0).largest());
        for (int k = 0; k < 3; k++) {
            ParameterVector at;
            try (TensorFile checkpoint = run.checkpoint(20L * k)) {
                at = objective.parameters(checkpoint);
            }
            for (String block : List.of("", "weight")) {
                HessianSpectrum found = SMALL.withBlock(block).of("", objective, at);
                double[] exact = dense(objective, at, block);
                double scale = exact[exact.length - 1];
                assertThat(found.size()).isEqualTo(exact.length);
                for (int i = 0; i < 10; i++) {
                    assertThat(found.largest()[i])
                            .as("checkpoint %d, eigenvalue %d of '%s'", k, i, block)
                            .isCloseTo(exact[exact.length - 1 - i], within(1e-4 * scale));
                }
                assertThat(found.smallest()[0]).isCloseTo(exact[0], within(1e-4 * scale));
                assertThat(found.converged()).isEqualTo(15);
                assertThat(found.trace())
                        .isCloseTo(Arrays.stream(exact).sum(), within(4 * found.traceError() + 1e-6 * scale));
                double mass = 0;
                for (double d : found.density()) {
                    mass += d * (found.places()[1] - found.places()[0]);
                }
                assertThat(mass).isCloseTo(1, within(0.01));
            }
        }
        // Readings are there, and are read instead of computed again.
        Table table = Readings.of(run).table("hessian");
        assertThat(table.doubleColumn("largest").asDoubleArray())
                .containsExactly(
                        spectra.stream().mapToDouble(s -> s.largest()[0]).toArray());
        HessianSpectrum again = SMALL.along(run, objective, 20).get(0);
        assertThat(again.density()).isEqualTo(spectra.get(1).density());
        assertThat(again.table().rowCount()).isEqualTo(10);
        assertThat(HessianSpectrum.summary(spectra).doubleColumn("converged").asDoubleArray())
                .containsOnly(1);
        assertThat(again.above(again.largest()[3])).isEqualTo(3);
    }

    @Test
    void saysWhatIsWrong() {
        Experiment e = experiment();
        Objective objective = Objective.of(e, e.task().sample(0).train());
        assertThatThrownBy(() -> SMALL.withBlock("attention").of("", objective, objective.initial(0)))
                .hasMessageContaining("block is \"attention\"; expected to occur in one of");
        assertThatThrownBy(() -> SMALL.withEigenvalues(0)).hasMessage("eigenvalues is 0; expected at least 1");
        assertThat(SMALL.withBlock("^embed.*").reading()).isEqualTo("hessian-embed");
    }
}
