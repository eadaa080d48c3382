package org.kymograph.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;

class DatasetFileTest {
    private static final Dataset TOKENS = new Dataset(
            "t", "test", 0, Tensor.of(new long[] {1, 2, 3}, 1, 3), Tensor.of(new long[] {1}, 1), 2, Scaling.NONE);
    private static final Dataset NUMBERS = new Dataset(
            "n", "test", 0, Tensor.of(new float[4], 1, 2, 2), Tensor.of(new long[] {1}, 1), 3, Scaling.NONE);

    @TempDir
    Path dir;

    @Test
    void aTableOfInputsAndTargetsIsRead() throws IOException {
        Path file = Files.writeString(dir.resolve("mine.csv"), "a,b,target,c\n4,5,0,6\n7,8,1,9\n");
        Dataset read = DatasetFile.read(file, TOKENS);
        assertThat(read.split()).isEqualTo("mine");
        assertThat(read.inputs().dtype()).isEqualTo(Dtype.I64);
        assertThat(read.inputs().toLongs()).containsExactly(4, 5, 6, 7, 8, 9);
        assertThat(read.targets().toLongs()).containsExactly(0, 1);
        Files.writeString(file, "a,b,c\n4,5,6\n");
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS)).hasMessageContaining("has no column 'target'");
        Files.writeString(file, "a,target\n4,0\n");
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS))
                .hasMessageContaining("has 1 columns beside 'target'; expected 3");
        Files.writeString(file, "a,b,target,c\n4,5,2,6\n");
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS))
                .hasMessageContaining("has the target 2.0 of sample 0; expected a class, 0 to 1");
        Files.writeString(file, "a,b,target,c\n4,,1,6\n");
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS))
                .hasMessageContaining("has the number NaN in the input of sample 0");
        Files.writeString(file, "a,b,target,c\n4,x,1,6\n");
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS)).hasMessageContaining("column 'b' holds text");
    }

    @Test
    void tensorsAreRead() {
        Path file = dir.resolve("images.safetensors");
        Safetensors.write(
                file,
                Map.of(
                        "inputs", Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2),
                        "targets", Tensor.of(new long[] {2, 0}, 2)),
                Map.of());
        Dataset read = DatasetFile.read(file, NUMBERS);
        assertThat(read.inputs().toFloats()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(read.size()).isEqualTo(2);
        assertThatThrownBy(() -> DatasetFile.read(file, TOKENS))
                .hasMessageContaining("has inputs of shape [2, 2, 2]; expected samples of [3]");
        Safetensors.write(file, Map.of("inputs", Tensor.of(new float[4], 1, 2, 2)), Map.of());
        assertThatThrownBy(() -> DatasetFile.read(file, NUMBERS)).hasMessageContaining("has no tensor 'targets'");
    }
}
