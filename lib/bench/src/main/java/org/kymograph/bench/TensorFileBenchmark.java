package org.kymograph.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.kymograph.record.tensors.Safetensors;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Opening a safetensors file of 400 MB and reading one tensor of 4 kB from its middle. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class TensorFileBenchmark {
    private Path file;

    /**
     * Writes the file.
     *
     * @throws IOException if there is no room for it
     */
    @Setup
    public void write() throws IOException {
        file = Files.createTempFile("bench", ".safetensors");
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        float[] large = new float[12_500_000];
        for (int i = 0; i < 8; i++) {
            tensors.put("large." + i, Tensor.of(large, 12_500, 1000));
            tensors.put("small." + i, Tensor.of(new float[1000], 1000));
        }
        Safetensors.write(file, tensors, Map.of());
    }

    /**
     * Deletes the file.
     *
     * @throws IOException if that fails
     */
    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    /**
     * Opens the file and reads one tensor.
     *
     * @return the tensor's values
     */
    @Benchmark
    public float[] openAndReadOne() {
        try (TensorFile opened = TensorFile.open(file)) {
            return opened.read("small.4").toFloats();
        }
    }
}
