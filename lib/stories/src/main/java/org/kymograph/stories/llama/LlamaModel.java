package org.kymograph.stories.llama;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * A Llama with its weights and the longest text that it was trained on.
 *
 * @param network the shape
 * @param length the most tokens T of a text, at least 1
 * @param weights F32, with the names and shapes of {@link Llama#shapes}
 */
public record LlamaModel(Llama network, int length, Map<String, Tensor> weights) {
    /**
     * Checks that every weight is there.
     *
     * @throws IllegalArgumentException if one is missing, or has another type or shape
     */
    public LlamaModel {
        Objects.requireNonNull(network, "network");
        Arguments.atLeast("length", length, 1);
        Arguments.check(
                network.positions() == 0,
                "number of learned positions",
                network.positions(),
                "0: the files and the generator of Llamas have rotary positions");
        Map<String, Tensor> all = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> e : network.shapes().entrySet()) {
            Tensor t = weights.get(e.getKey());
            Arguments.require(t != null, "the weights have no tensor '" + e.getKey() + "', which the network asks for");
            Arguments.check(
                    Arrays.equals(t.shape(), e.getValue()) && t.dtype() == Dtype.F32,
                    "tensor '" + e.getKey() + "'",
                    t.dtype() + " " + Arrays.toString(t.shape()),
                    "F32 " + Arrays.toString(e.getValue()));
            all.put(e.getKey(), t);
        }
        weights = Collections.unmodifiableMap(all);
    }

    /**
     * Makes a model of trained parameters.
     *
     * @param network the shape
     * @param length the most tokens of a text
     * @param parameters the parameters
     * @return the model
     */
    public static LlamaModel of(Llama network, int length, ParameterVector parameters) {
        Map<String, Tensor> floats = new LinkedHashMap<>();
        parameters.toTensors().forEach((name, t) -> floats.put(name, Tensor.of(t.toFloats(), t.shape())));
        return new LlamaModel(network, length, floats);
    }

    /**
     * Reads a model: llama2.c's {@code .bin} of version 0, 1 or 2, a PyTorch checkpoint {@code .pt} of the original's training,
     * the folder of that, a Hugging Face folder, a run's checkpoint, or a run's folder, whose last checkpoint is read.
     *
     * @param path the file or folder
     * @return the model
     * @throws org.kymograph.record.files.RecordException if it is none of these, cut off or damaged
     */
    public static LlamaModel read(Path path) {
        return LlamaFiles.read(path);
    }

    /**
     * Reads a model; see {@link #read(Path)}.
     *
     * @param path the file or folder
     * @return the model
     */
    public static LlamaModel read(String path) {
        return read(Path.of(path));
    }

    /**
     * Returns a copy with other rotary frequencies or norms, which llama2.c's files don't hold.
     *
     * @param theta the base of the rotary frequencies
     * @param epsilon what RMS norms add to the mean square
     * @return the copy
     */
    public LlamaModel withConstants(double theta, double epsilon) {
        return Copies.with(this, "network", network.withTheta(theta).withEpsilon(epsilon));
    }

    /**
     * Returns the weights as a vector.
     *
     * @return the vector, with the network's segments
     */
    public ParameterVector parameters() {
        return ParameterVector.of(weights);
    }

    /**
     * Writes llama2.c's file of version 0 (float32, its {@code run.c} reads it), 1 (float32 with a header) or 2 (Q8_0).
     *
     * @param path where to
     * @param version 0 to 2
     */
    public void writeBin(Path path, int version) {
        LlamaBin.write(path, this, version);
    }

    /**
     * Writes a Hugging Face folder: {@code config.json} and {@code model.safetensors}.
     *
     * @param folder where to; made if missing
     */
    public void writeHuggingFace(Path folder) {
        HuggingFaceLlama.write(folder, this);
    }

    float[] floats(String name) {
        return weights.get(name + ".weight").toFloats();
    }

    /** Returns the shape, the number of parameters and the length of a text. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Llama of %,d parameters: V %d, d %d, %d layers, %d heads (%d for keys and values), MLP %d, T %d",
                network.parameters(),
                network.vocabulary(),
                network.dModel(),
                network.layers(),
                network.heads(),
                network.kvHeads(),
                network.dMlp(),
                length);
    }
}
