package org.kymograph.record.tensors;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * An open file of named tensors, safetensors or PyTorch's. Opening reads and checks only what describes the tensors;
 * the elements are read when asked for.
 */
public interface TensorFile extends AutoCloseable {
    /**
     * Opens a file whose format is told from its first bytes.
     *
     * @param path a safetensors file, or a {@code .pt}/{@code .bin} file as {@code torch.save} writes it since 1.6
     * @return the open file
     * @throws RecordException if the file can't be read, is damaged, or is neither
     */
    static TensorFile open(Path path) {
        byte[] start = new byte[9];
        int length;
        try (RandomAccessFile file = AtomicFiles.open(path)) {
            length = Math.max(0, file.read(start));
        } catch (IOException e) {
            throw AtomicFiles.failure(path, "can't be read", e);
        }
        if (length >= 4 && start[0] == 'P' && start[1] == 'K' && (start[2] == 3 || start[2] == 5)) {
            return TorchCheckpoint.open(path);
        }
        if (length >= 2 && (start[0] & 0xff) == 0x80 && start[1] >= 2 && start[1] <= 5) {
            throw new RecordException(
                    path,
                    "is a PyTorch file of the kind written before 1.6; in Python, "
                            + "torch.save(torch.load(old), new) writes it anew so that it can be read");
        }
        if (length == 9 && start[8] == '{' || String.valueOf(path.getFileName()).endsWith(".safetensors")) {
            return Safetensors.open(path);
        }
        throw new RecordException(
                path,
                length == 0
                        ? "is empty; expected a safetensors or PyTorch file"
                        : "is neither a safetensors file nor a PyTorch zip file");
    }

    /** @return the file that is open */
    Path path();

    /** @return the tensors' names, in the order of the file */
    List<String> names();

    /**
     * @param name one of {@link #names()}
     * @return the element type of that tensor
     * @throws IllegalArgumentException if there is no such tensor
     */
    Dtype dtype(String name);

    /**
     * @param name one of {@link #names()}
     * @return the sizes of that tensor's axes, a copy; empty for a scalar
     * @throws IllegalArgumentException if there is no such tensor
     */
    long[] shape(String name);

    /**
     * @param name one of {@link #names()}
     * @return the tensor, which stays usable after {@link #close()}
     * @throws IllegalArgumentException if there is no such tensor
     * @throws RecordException if the tensor takes 2 GiB or more, can't be read, or is BOOL with bytes other than 0 and 1
     */
    Tensor read(String name);

    /** @return what the file says beside its tensors, unmodifiable */
    Map<String, String> metadata();

    @Override
    void close();
}
