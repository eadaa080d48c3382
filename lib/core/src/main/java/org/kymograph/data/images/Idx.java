package org.kymograph.data.images;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * The IDX format of MNIST and its successors: two zero bytes, the element type, the number of axes, each axis' length
 * as a big-endian 32-bit integer, then the elements in row-major order. Only unsigned bytes are read.
 */
final class Idx {
    private static final int UNSIGNED_BYTE = 8;
    private static final int MOST_AXES = 8;
    /** Real pictures shrink to a tenth at best; a file that claims to hold more than this many times its size is a bomb. */
    private static final int MOST_INFLATION = 100;

    private static final int ALWAYS_INFLATED = 64 << 20;

    private Idx() {}

    /**
     * Reads a file.
     *
     * @param file an IDX file, plain or gzipped, which is told from its first bytes
     * @return the U8 tensor in it
     * @throws RecordException if the file can't be read, is cut, has anything behind its elements, or isn't such a file
     */
    static Tensor read(Path file) {
        return parse(file, content(file));
    }

    /** The uncompressed bytes of a file, header included. */
    static byte[] content(Path file) {
        byte[] raw = readAll(file);
        return raw.length >= 2 && (raw[0] & 0xff) == 0x1f && (raw[1] & 0xff) == 0x8b ? gunzip(file, raw) : raw;
    }

    static byte[] readAll(Path file) {
        try {
            if (Files.isDirectory(file)) {
                throw new RecordException(file, "is a folder; expected a file");
            }
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE - 8) {
                throw new RecordException(file, "has " + size + " bytes; expected less than 2 GiB");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new RecordException(file, "there is no such file", e);
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    // The header says how much to inflate, within limits, so that a small file can't fill the memory.
    private static byte[] gunzip(Path file, byte[] raw) {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(raw), 1 << 16)) {
            byte[] start = in.readNBytes(4);
            byte[] axes = in.readNBytes(4 * Math.min(MOST_AXES, start.length < 4 ? 0 : start[3] & 0xff));
            byte[] header = Arrays.copyOf(start, start.length + axes.length);
            System.arraycopy(axes, 0, header, start.length, axes.length);
            int elements = elements(file, header);
            if (elements > Math.max(ALWAYS_INFLATED, (long) MOST_INFLATION * raw.length)) {
                throw new RecordException(
                        file,
                        "announces " + elements + " elements in " + raw.length + " compressed bytes; expected at most "
                                + MOST_INFLATION + " times as many");
            }
            byte[] content = Arrays.copyOf(header, header.length + elements);
            int length = header.length + in.readNBytes(content, header.length, elements);
            content = length == content.length ? content : Arrays.copyOf(content, length);
            boolean more = in.read() >= 0;
            if (more) {
                throw tooLong(file, header.length, elements, "more than " + content.length);
            }
            // The reader stops at the first stream's end, so look whether the file does too.
            CRC32 crc = new CRC32();
            crc.update(content);
            ByteBuffer trailer = ByteBuffer.wrap(raw, raw.length - 8, 8).order(ByteOrder.LITTLE_ENDIAN);
            if (trailer.getInt() != (int) crc.getValue() || trailer.getInt() != content.length) {
                throw new RecordException(file, "has bytes behind its compressed data; expected none");
            }
            return content;
        } catch (EOFException e) {
            throw new RecordException(file, "ends within its compressed data", e);
        } catch (ZipException e) {
            throw new RecordException(file, "has damaged compressed data: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    static Tensor parse(Path file, byte[] content) {
        int elements = elements(file, content);
        int axes = content[3];
        int header = 4 + 4 * axes;
        if (content.length < header + elements) {
            throw new RecordException(
                    file,
                    "ends after " + content.length + " bytes; expected " + header + " + " + elements
                            + " by its header");
        }
        if (content.length > header + elements) {
            throw tooLong(file, header, elements, "" + content.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(content);
        long[] shape = new long[axes];
        Arrays.setAll(shape, axis -> bytes.getInt(4 + 4 * axis));
        return Tensor.of(Dtype.U8, shape, bytes.position(header));
    }

    private static RecordException tooLong(Path file, int header, int elements, String found) {
        return new RecordException(
                file, "has " + found + " bytes; expected " + header + " + " + elements + " by its header");
    }

    /** Checks the header at the start of the content, and counts the elements that should follow it. */
    private static int elements(Path file, byte[] content) {
        if (content.length < 4) {
            throw new RecordException(file, "ends within the magic number of an IDX file");
        }
        if (content[0] != 0 || content[1] != 0) {
            throw new RecordException(
                    file,
                    String.format(
                            "starts with bytes %02x %02x; expected 00 00 of an IDX file", content[0], content[1]));
        }
        if (content[2] != UNSIGNED_BYTE) {
            throw new RecordException(
                    file, String.format("has elements of IDX type %02x; expected 08, unsigned bytes", content[2]));
        }
        int axes = content[3] & 0xff;
        if (axes < 1 || axes > MOST_AXES) {
            throw new RecordException(file, "has " + axes + " axes; expected 1 to " + MOST_AXES);
        }
        if (content.length < 4 + 4 * axes) {
            throw new RecordException(file, "ends within the lengths of its " + axes + " axes");
        }
        long elements = 1;
        for (int axis = 0; axis < axes; axis++) {
            int length = ByteBuffer.wrap(content).getInt(4 + 4 * axis);
            if (length < 0) {
                throw new RecordException(
                        file,
                        "has an axis " + axis + " of length " + Integer.toUnsignedString(length)
                                + "; expected less than 2^31");
            }
            elements *= length;
            if (elements > Integer.MAX_VALUE - 64) {
                throw new RecordException(
                        file, "announces 2 GiB of elements or more by axis " + axis + "; expected less");
            }
        }
        return (int) elements;
    }
}
