package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;

class LargeSegmentTest {
    @Test
    void theCurveIsThatOfVectorsInMemory(@TempDir Path folder) {
        float[] x = new float[11 * 3];
        long[] y = new long[11];
        for (int i = 0; i < 11; i++) {
            y[i] = i % 3;
            for (int d = 0; d < 3; d++) {
                x[3 * i + d] = (float) Math.sin(i * 3 + d);
            }
        }
        Dataset data = new Dataset("sines", "test", 0, Tensor.of(x, 11, 3), Tensor.of(y, 11), 3, Scaling.NONE);
        Mlp network = Mlp.of(3, 8, 8);
        Objective objective = Objective.of(network, Loss.CROSS_ENTROPY, data).withThreads(1);
        ParameterVector a = objective.initial(1);
        ParameterVector b = objective.initial(2);
        Safetensors.write(folder.resolve("a.safetensors"), a.toTensors(), Map.of());
        Safetensors.write(folder.resolve("b.safetensors"), b.toTensors(), Map.of());
        Safetensors.write(
                folder.resolve("other.safetensors"),
                Objective.of(Mlp.of(3, 9, 8), Loss.CROSS_ENTROPY, data)
                        .initial(1)
                        .toTensors(),
                Map.of());
        try (TensorFile from = TensorFile.open(folder.resolve("a.safetensors"));
                TensorFile to = TensorFile.open(folder.resolve("b.safetensors"));
                TensorFile other = TensorFile.open(folder.resolve("other.safetensors"))) {
            LossCurve large = LargeSegment.along(network, Loss.CROSS_ENTROPY, data, from, to, 5, 4);
            LossCurve vectors = LossCurve.along(objective, ParameterPath.segment(a, b), 5);
            for (int k = 0; k < 5; k++) {
                assertThat(large.losses()[k]).containsExactly(vectors.losses()[k], within(1e-5));
            }
            assertThat(large.length()).isCloseTo(vectors.length(), within(1e-5));
            assertThatThrownBy(() -> LargeSegment.along(network, Loss.CROSS_ENTROPY, data, from, other, 3, 4))
                    .isInstanceOf(RecordException.class)
                    .hasMessageContaining("tensor '0.weight' has the shape [9, 3]; expected (8, 3)");
        }
    }
}
