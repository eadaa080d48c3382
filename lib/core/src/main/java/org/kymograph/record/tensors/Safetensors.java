package org.kymograph.record.tensors;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.kymograph.base.Wording;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * A safetensors file: 8 bytes of header length, a JSON header, and the tensors' bytes, little-endian and row-major.
 * Large tensors are mapped, so reading one tensor of a large file touches only its own bytes.
 *
 * <p>Source: the format's description at github.com/huggingface/safetensors.
 */
public final class Safetensors implements TensorFile {
    /** Below this a copy is cheaper than a mapping, and mappings are limited in number. */
    private static final long MAPPED_FROM = 1 << 20;

    private final Path path;
    private final RandomAccessFile file;
    private final SafetensorsHeader header;
    private final long dataStart;

    private Safetensors(Path path, RandomAccessFile file) throws IOException {
        this.path = path;
        this.file = file;
        long fileLength = file.length();
        if (fileLength < 8) {
            throw new RecordException(path, "is " + fileLength + " bytes long; a safetensors file has at least 8");
        }
        long headerLength = Long.reverseBytes(file.readLong());
        if (headerLength < 0 || headerLength > SafetensorsHeader.MAX_BYTES) {
            throw new RecordException(
                    path,
                    "claims a header of " + Long.toUnsignedString(headerLength) + " bytes; at most "
                            + SafetensorsHeader.MAX_BYTES + " are allowed: it isn't a safetensors file");
        }
        if (headerLength > fileLength - 8) {
            throw new RecordException(
                    path,
                    "claims a header of " + headerLength + " bytes but has only " + (fileLength - 8)
                            + " behind the length: it was cut off, its download did not end, or it is damaged");
        }
        byte[] json = new byte[(int) headerLength];
        file.readFully(json);
        dataStart = 8 + headerLength;
        header = SafetensorsHeader.parse(path, json, fileLength - dataStart);
    }

    /**
     * Opens a file and checks its header.
     *
     * @param path the file
     * @return the open file
     * @throws RecordException if the file can't be read, or its header or length isn't as the format demands
     */
    public static Safetensors open(Path path) {
        RandomAccessFile file = AtomicFiles.open(path);
        try {
            return new Safetensors(path, file);
        } catch (IOException e) {
            close(file);
            throw AtomicFiles.failure(path, "can't be read", e);
        } catch (RuntimeException e) {
            close(file);
            throw e;
        }
    }

    /**
     * Writes tensors to a file that appears whole or not at all. The same arguments give the same bytes: tensors are
     * ordered by element size, largest first, so that all are aligned; within a size a {@link LinkedHashMap} and a
     * {@link SortedMap} keep their order and any other map is sorted by name.
     *
     * @param path the file to write or replace
     * @param tensors the tensors by name
     * @param metadata what else the file shall say
     * @throws IllegalArgumentException if a tensor is named {@code __metadata__} or is BOOL with bytes other than 0, 1
     * @throws RecordException if the file can't be written
     */
    public static void write(Path path, Map<String, Tensor> tensors, Map<String, String> metadata) {
        AtomicFiles.write(path, out -> writeTo(out, tensors, metadata));
    }

    /**
     * Writes the bytes of a safetensors file, as {@link #write} does.
     *
     * @param out where to write; stays open
     * @param tensors the tensors by name
     * @param metadata what else the file shall say
     * @throws IOException if that fails
     * @throws IllegalArgumentException if a tensor is named {@code __metadata__} or is BOOL with bytes other than 0, 1
     */
    public static void writeTo(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        Map<String, Tensor> ordered = ordered(tensors);
        byte[] json = SafetensorsHeader.of(ordered, metadata).toBytes();
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        out.write(json);
        byte[] chunk = new byte[1 << 16];
        for (Tensor tensor : ordered.values()) {
            ByteBuffer bytes = tensor.bytes();
            while (bytes.hasRemaining()) {
                int n = Math.min(chunk.length, bytes.remaining());
                bytes.get(chunk, 0, n);
                out.write(chunk, 0, n);
            }
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public List<String> names() {
        return List.copyOf(header.tensors.keySet());
    }

    @Override
    public Dtype dtype(String name) {
        return entry(name).dtype();
    }

    @Override
    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    @Override
    public synchronized Tensor read(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        if (entry.dtype() == Dtype.OPAQUE) {
            throw new RecordException(
                    path,
                    "tensor '" + Wording.shown(name) + "' has the type " + Wording.shown(entry.type())
                            + ", whose elements can't be read");
        }
        long length = entry.end() - entry.begin();
        if (length > Integer.MAX_VALUE) {
            throw new RecordException(
                    path,
                    "tensor '" + name + "' takes " + length + " bytes; one tensor of 2 GiB or more can't be read");
        }
        ByteBuffer bytes;
        try {
            bytes = length < MAPPED_FROM
                    ? copy(entry.begin(), (int) length)
                    : AtomicFiles.uninterrupted(() ->
                            file.getChannel().map(FileChannel.MapMode.READ_ONLY, dataStart + entry.begin(), length));
        } catch (EOFException e) {
            throw new RecordException(path, "was cut off after it was opened", e);
        } catch (IOException e) {
            throw AtomicFiles.failure(path, "tensor '" + name + "' can't be read", e);
        }
        Tensor tensor = Tensor.of(entry.dtype(), entry.shape(), bytes);
        int bad = tensor.firstBadBoolean();
        if (bad >= 0) {
            throw new RecordException(
                    path,
                    "element " + bad + " of BOOL tensor '" + name + "' is the byte "
                            + (tensor.bytes().get(bad) & 0xff) + "; expected 0 or 1");
        }
        return tensor;
    }

    @Override
    public Map<String, String> metadata() {
        return header.metadata;
    }

    @Override
    public void close() {
        close(file);
    }

    private ByteBuffer copy(long begin, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.seek(dataStart + begin);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes);
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.tensors.get(name);
        if (entry == null) {
            throw TensorFormats.unknown(this, name);
        }
        return entry;
    }

    private static Map<String, Tensor> ordered(Map<String, Tensor> tensors) {
        List<String> names = new ArrayList<>(tensors.keySet());
        if (!(tensors instanceof LinkedHashMap) && !(tensors instanceof SortedMap)) {
            names.sort(null);
        }
        names.sort(Comparator.comparingInt(name -> -tensors.get(name).dtype().bytes()));
        Map<String, Tensor> out = new LinkedHashMap<>();
        for (String name : names) {
            if (name.equals(SafetensorsHeader.METADATA)) {
                throw new IllegalArgumentException("a tensor can't be named " + SafetensorsHeader.METADATA);
            }
            int bad = tensors.get(name).firstBadBoolean();
            if (bad >= 0) {
                throw new IllegalArgumentException("element " + bad + " of BOOL tensor '" + name + "' isn't 0 or 1");
            }
            out.put(name, tensors.get(name));
        }
        return out;
    }

    private static void close(RandomAccessFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // Nothing is lost: the file was only read.
            return;
        }
    }
}
