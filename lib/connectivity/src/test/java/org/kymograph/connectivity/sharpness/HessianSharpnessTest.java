package org.kymograph.connectivity.sharpness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kymograph.connectivity.tasks.CueReader;
import org.kymograph.connectivity.tasks.TwoCue;
import org.kymograph.evaluate.HessianOperator;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.train.Objective;
import org.kymograph.train.ObjectiveSession;
import org.kymograph.train.loss.Loss;
import smile.math.blas.UPLO;
import smile.math.matrix.Matrix;

class HessianSharpnessTest {
    @Test
    void theEndsOfTheSpectrumAndTheTraceAreThoseOfTheWholeMatrix() {
        Objective objective = Objective.of(
                        new CueReader(16, 4, 2),
                        Loss.CROSS_ENTROPY,
                        TwoCue.withDefaults().sample(0).test().take(64))
                .withThreads(1);
        ParameterVector at = objective.initial(3);
        double[][] matrix = new double[at.size()][at.size()];
        for (int i = 0; i < at.size(); i++) {
            matrix[i][i] = 1;
        }
        try (ObjectiveSession session = objective.withDtype(Dtype.F64).open()) {
            matrix = HessianOperator.of(session, at).apply(matrix);
        }
        double trace = 0;
        for (int i = 0; i < matrix.length; i++) {
            trace += matrix[i][i];
            for (int j = 0; j < i; j++) {
                matrix[i][j] = (matrix[i][j] + matrix[j][i]) / 2;
                matrix[j][i] = matrix[i][j];
            }
        }
        Matrix symmetric = new Matrix(matrix);
        symmetric.uplo(UPLO.LOWER);
        double[] values = symmetric.eigen(false, false, true).wr;
        HessianSharpness found = HessianSharpness.of(objective, at, 80, 1);
        assertThat(found.largest().value())
                .isCloseTo(Arrays.stream(values).max().orElseThrow(), within(1e-4));
        assertThat(found.smallest().value())
                .isCloseTo(Arrays.stream(values).min().orElseThrow(), within(1e-4));
        assertThat(found.trace().trace()).isCloseTo(trace, within(0.05 * Math.abs(trace) + 1e-3));
        double sum = found.spectrum().doubleColumn("density").sum();
        double[] places = found.spectrum().doubleColumn("eigenvalue").asDoubleArray();
        assertThat(sum * (places[1] - places[0])).isCloseTo(1, within(0.02));
        assertThat(found.table().rowCount()).isEqualTo(1);
        assertThat(Map.of("converged", found.largest().converged())).containsEntry("converged", true);
        assertThatThrownBy(() -> HessianSharpness.of(objective, at, 3, 1))
                .hasMessageContaining("products is 3; expected at least 4");
    }
}
