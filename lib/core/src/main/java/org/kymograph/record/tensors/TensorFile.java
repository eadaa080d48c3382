package org.kymograph.record.tensors;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.kymograph.record.files.RecordException;

/**
 * An open file of named tensors, safetensors or PyTorch's. Opening reads and checks only what describes the tensors;
 * the elements are read when asked for. A tensor of a type that can't be read is listed as {@link Dtype#OPAQUE}, and a Python
 * object that can't be read is named in the {@link #metadata}; neither stands in the way of the other tensors.
 *
 * <p>Weights that PyTorch keeps in parts are put together: those that are pruned ({@code weight_orig} times
 * {@code weight_mask}), weight-normed ({@code weight_g} and {@code weight_v}) or spectrally normed ({@code weight_orig},
 * {@code weight_u} and {@code weight_v}), and those of {@code parametrizations}. {@link #names} has them under the name of the
 * weight, in place of their parts, which can be read by their own names all the same.
 */
public interface TensorFile extends AutoCloseable {
    /**
     * Opens a file whose format is told from its content, or the weights in a folder.
     *
     * @param path a safetensors file; a PyTorch file as {@code torch.save} writes it since 1.6, whatever its ending; the
     *     {@code *.index.json} of a checkpoint in several files; or a folder of Hugging Face with any of these
     * @return the open file
     * @throws RecordException if the file can't be read, is damaged, or is none of these; the message says what it is instead
     *     where that can be told
     */
    static TensorFile open(Path path) {
        TensorFile file = TensorFormats.open(path);
        try {
            return EffectiveWeights.of(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens one of several networks in a file.
     *
     * @param path what {@link #open(Path)} opens
     * @param prefix the beginning of the names of its tensors, such as {@code "ema."}; empty for all tensors of the file
     * @return the tensors whose names begin with the prefix, without it
     * @throws RecordException if the file can't be opened or no name begins with the prefix
     */
    static TensorFile open(Path path, String prefix) {
        TensorFile file = open(path);
        try {
            return prefix.isEmpty() ? file : file.part(prefix);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Finds the weights in a folder of Hugging Face.
     *
     * @param folder a folder
     * @return the file to be opened: {@code model.safetensors}, {@code pytorch_model.bin}, the index of one in parts, …;
     *     empty if there is none
     * @throws RecordException if the folder can't be listed
     */
    static Optional<Path> weightsIn(Path folder) {
        return Files.isDirectory(folder) ? TensorFormats.weightsIn(folder) : Optional.empty();
    }

    /**
     * Returns a checksum of all that {@link #open(Path)} would read.
     *
     * @param path what it would open
     * @return the SHA-256 checksum of the file; of a checkpoint in several files that of its index and parts together
     * @throws RecordException if a file can't be read
     */
    static String checksum(Path path) {
        return TensorFormats.checksum(path);
    }

    /**
     * Returns the tensors whose names begin with a prefix, without the prefix: one of several networks in a file.
     *
     * @param prefix the beginning of the names, such as {@code "ema."}
     * @return a view of this file, which is closed with it
     * @throws RecordException if no name begins with the prefix
     */
    default TensorFile part(String prefix) {
        return PartOfFile.of(this, prefix);
    }

    /**
     * Returns the file that is open.
     *
     * @return its path
     */
    Path path();

    /**
     * Returns the tensors' names, in the order of the file.
     *
     * @return the names, each once
     */
    List<String> names();

    /**
     * Returns the element type of a tensor.
     *
     * @param name one of {@link #names()}
     * @return the type
     * @throws IllegalArgumentException if there is no such tensor
     */
    Dtype dtype(String name);

    /**
     * Returns the shape of a tensor.
     *
     * @param name one of {@link #names()}
     * @return the sizes of its axes, a copy; empty for a scalar
     * @throws IllegalArgumentException if there is no such tensor
     */
    long[] shape(String name);

    /**
     * Reads a tensor.
     *
     * @param name one of {@link #names()}
     * @return the tensor, which stays usable after {@link #close()}
     * @throws IllegalArgumentException if there is no such tensor
     * @throws RecordException if the tensor takes 2 GiB or more, can't be read, is {@link Dtype#OPAQUE}, or is BOOL with bytes
     *     other than 0 and 1
     */
    Tensor read(String name);

    /**
     * Returns the shapes of all tensors.
     *
     * @return their shapes by name, in the file's order
     */
    default Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        names().forEach(name -> shapes.put(name, shape(name)));
        return shapes;
    }

    /**
     * Returns some of the tensors as a file of their own; closing either closes both.
     *
     * @param wanted which names to keep
     * @return those tensors
     */
    default TensorFile only(Predicate<String> wanted) {
        return new PartOfFile(this, "", names().stream().filter(wanted).toList(), metadata());
    }

    /**
     * Returns what the file says beside its tensors.
     *
     * @return texts and numbers by name, unmodifiable; a Python object that can't be read has its class in angle brackets
     */
    Map<String, String> metadata();

    @Override
    void close();
}
