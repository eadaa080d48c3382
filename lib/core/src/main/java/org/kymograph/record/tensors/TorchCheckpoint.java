package org.kymograph.record.tensors;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.kymograph.base.Wording;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * A PyTorch zip file, {@code .pt} or {@code .bin}, read without Python: a state dict, or any nest of dictionaries, lists
 * and tuples with tensors in it. Nested names are joined with dots; text, numbers and None beside the tensors are the
 * metadata. Python objects other than tensors and dictionaries are not read: the metadata has their class in angle brackets.
 * Nothing is ever run.
 */
final class TorchCheckpoint implements TensorFile {
    private static final String PICKLE = "/data.pkl";
    private static final int MAX_PICKLE = 64 << 20;
    private static final int MAX_INFLATED = 256 << 20;

    private final Path path;
    private final ZipFile zip;
    private final long fileLength;
    private final String prefix;
    private final boolean bigEndian;
    private final Map<String, TorchTensor> tensors;
    private final Map<String, String> metadata;
    private String lastKey;
    private SoftReference<byte[]> lastStorage = new SoftReference<>(null);

    private TorchCheckpoint(Path path, ZipFile zip) throws IOException {
        this.path = path;
        this.zip = zip;
        fileLength = Files.size(path);
        List<String> pickles = zip.stream()
                .map(ZipEntry::getName)
                .filter(n -> n.endsWith(PICKLE))
                .toList();
        if (pickles.size() != 1) {
            throw new RecordException(
                    path, "is a zip file with " + pickles.size() + " entries called data.pkl; a PyTorch file has one");
        }
        prefix = pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
        bigEndian = readByteOrder();
        StateDict dict = new StateDict(path, TorchPickle.read(path, bytes(prefix + PICKLE, MAX_PICKLE)));
        tensors = Collections.unmodifiableMap(dict.tensors);
        metadata = Collections.unmodifiableMap(dict.scalars);
        if (tensors.isEmpty() && !dict.objects.isEmpty()) {
            Map.Entry<String, String> first = dict.objects.entrySet().iterator().next();
            throw new RecordException(
                    path,
                    "holds no tensors but the Python object "
                            + (first.getKey().isEmpty() ? "" : "'" + Wording.shown(first.getKey()) + "' of type ")
                            + Wording.shown(first.getValue())
                            + "; in Python, torch.save(model.state_dict(), file) writes what can be read");
        }
        for (Map.Entry<String, TorchTensor> t : tensors.entrySet()) {
            checkStorage(t.getKey(), t.getValue().storage());
        }
    }

    /**
     * Opens a file and checks everything but the elements of its tensors.
     *
     * @param path the file, as {@code torch.save} writes it since PyTorch 1.6
     * @return the open file
     * @throws RecordException if the file can't be read, is damaged, or holds no tensors but Python objects
     */
    public static TorchCheckpoint open(Path path) {
        AtomicFiles.checkReadable(path);
        ZipFile zip = null;
        try {
            zip = new ZipFile(path.toFile());
            return new TorchCheckpoint(path, zip);
        } catch (ZipException e) {
            close(zip);
            throw new RecordException(
                    path,
                    "isn't a whole zip file: it was cut off, its download did not end, or it is damaged ("
                            + e.getMessage() + ")",
                    e);
        } catch (IOException e) {
            close(zip);
            throw AtomicFiles.failure(path, "can't be read", e);
        } catch (RecordException e) {
            close(zip);
            throw e;
        } catch (RuntimeException e) {
            close(zip);
            throw new RecordException(path, "is damaged (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public List<String> names() {
        return List.copyOf(tensors.keySet());
    }

    @Override
    public Dtype dtype(String name) {
        return tensor(name).dtype();
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape().clone();
    }

    @Override
    public synchronized Tensor read(String name) {
        TorchTensor described = tensor(name);
        if (described.dtype() == Dtype.OPAQUE) {
            throw new RecordException(
                    path, "tensor '" + Wording.shown(name) + "' has a type whose elements can't be read");
        }
        Tensor tensor;
        try {
            tensor = described.read(storage(described.storage()), bigEndian);
        } catch (ArithmeticException e) {
            throw new RecordException(path, "tensor '" + name + "' takes 2 GiB or more, which can't be read", e);
        }
        int bad = tensor.firstBadBoolean();
        if (bad >= 0) {
            throw new RecordException(path, "element " + bad + " of BOOL tensor '" + name + "' isn't 0 or 1");
        }
        return tensor;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        close(zip);
    }

    private TorchTensor tensor(String name) {
        TorchTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw TensorFormats.unknown(this, name);
        }
        return tensor;
    }

    private boolean readByteOrder() {
        String name = prefix + "/byteorder";
        if (zip.getEntry(name) == null) {
            return false;
        }
        String order = new String(bytes(name, 64), StandardCharsets.UTF_8);
        if (!order.equals("little") && !order.equals("big")) {
            throw new RecordException(
                    path, "entry " + name + " is '" + Wording.shown(order) + "'; expected little or big");
        }
        return order.equals("big");
    }

    private void checkStorage(String tensor, TorchTensor.Storage storage) {
        ZipEntry entry = zip.getEntry(entryName(storage));
        if (entry == null || storage.dtype() != Dtype.OPAQUE && entry.getSize() != storage.bytes()) {
            throw new RecordException(
                    path,
                    "tensor '" + Wording.shown(tensor) + "' needs "
                            + storage.bytes() + " bytes in entry " + Wording.shown(entryName(storage))
                            + "; there "
                            + (entry == null ? "is no such entry" : "are " + entry.getSize()));
        }
    }

    private String entryName(TorchTensor.Storage storage) {
        return prefix + "/data/" + storage.key();
    }

    private byte[] storage(TorchTensor.Storage storage) {
        byte[] bytes = storage.key().equals(lastKey) ? lastStorage.get() : null;
        if (bytes == null) {
            bytes = bytes(entryName(storage), Integer.MAX_VALUE - 8);
            lastKey = storage.key();
            lastStorage = new SoftReference<>(bytes);
        }
        return bytes;
    }

    /** An entry's bytes. Its size is believed only as far as the file's length or, if compressed, a limit allows. */
    private byte[] bytes(String name, int limit) {
        ZipEntry entry = zip.getEntry(name);
        boolean stored = entry.getMethod() == ZipEntry.STORED;
        long most = stored ? Math.min(limit, fileLength) : Math.min(limit, MAX_INFLATED);
        long size = entry.getSize();
        if (size < 0 || size > most || stored && size != entry.getCompressedSize()) {
            throw new RecordException(
                    path,
                    "entry " + Wording.shown(name) + " claims " + size + " bytes" + (stored ? "" : " once inflated")
                            + "; at most " + most + " can be there and be read");
        }
        byte[] bytes = new byte[(int) size];
        try (InputStream in = zip.getInputStream(entry)) {
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length || in.read() >= 0) {
                throw new RecordException(
                        path,
                        "entry " + Wording.shown(name) + " isn't " + size
                                + " bytes long, as the zip file's directory says");
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(path, "entry " + Wording.shown(name) + " is damaged", e);
        }
        CRC32 crc = new CRC32();
        crc.update(bytes);
        if (crc.getValue() != entry.getCrc()) {
            throw new RecordException(
                    path, "entry " + Wording.shown(name) + " doesn't match its checksum: it is damaged");
        }
        return bytes;
    }

    private static void close(ZipFile zip) {
        try {
            if (zip != null) {
                zip.close();
            }
        } catch (IOException e) {
            // Nothing is lost: the file was only read.
            return;
        }
    }
}
