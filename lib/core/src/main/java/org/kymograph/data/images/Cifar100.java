package org.kymograph.data.images;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * CIFAR-100 in its binary version: records of a coarse label, a fine label and 3 × 32 × 32 pixels, plane by plane in
 * red, green and blue. The inputs are U8 {@code [N, 3, 32, 32]} with {@link Scaling#CIFAR100}, the targets the 100 fine
 * classes, and the split is the published one: 500 and 100 images of each class.
 *
 * <p>The published checksum is that of the archive, MD5 {@code 03b5dce01913d631647c71ecec9e9cb8}, and can't be checked
 * on the unpacked files. So these are checked by their size, by the number of images of each fine class, and by every
 * fine class lying in one coarse class.
 *
 * <p>Source: Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009).
 */
final class Cifar100 {
    private static final int PIXELS = 3 * 32 * 32;
    private static final int RECORD = 2 + PIXELS;
    private static final int COARSE = 20;
    private static final int FINE = 100;
    private static final String GET =
            "take cifar-100-binary.tar.gz from www.cs.toronto.edu/~kriz/cifar.html and unpack" + " it";

    private Cifar100() {}

    /**
     * Reads a collection of CIFAR-100's form.
     *
     * @param folder where {@code train.bin} and {@code test.bin} are
     * @param trainOfEach how many images of each class there are to learn from
     * @param testOfEach how many images of each class there are to test on
     * @return all of them
     * @throws RecordException if a file is missing, which says where to get it, or isn't CIFAR-100's
     */
    static Split load(Path folder, int trainOfEach, int testOfEach) {
        int[] coarseOf = new int[FINE];
        Arrays.fill(coarseOf, -1);
        return new Split(part(folder, "train", trainOfEach, coarseOf), part(folder, "test", testOfEach, coarseOf));
    }

    private static Dataset part(Path folder, String split, int ofEach, int[] coarseOf) {
        Path file = file(folder, split + ".bin");
        int n = FINE * ofEach;
        byte[] content = Idx.readAll(file);
        if (content.length != (long) n * RECORD) {
            throw new RecordException(
                    file, "has " + content.length + " bytes; expected " + n + " records of " + RECORD);
        }
        byte[] pixels = new byte[n * PIXELS];
        long[] labels = new long[n];
        int[] counts = new int[FINE];
        for (int i = 0; i < n; i++) {
            int coarse = content[i * RECORD] & 0xff;
            int fine = content[i * RECORD + 1] & 0xff;
            if (coarse >= COARSE || fine >= FINE) {
                throw new RecordException(
                        file,
                        "record " + i + " has coarse label " + coarse + " and fine label " + fine + "; expected 0 to "
                                + (COARSE - 1) + " and 0 to " + (FINE - 1));
            }
            if (coarseOf[fine] >= 0 && coarseOf[fine] != coarse) {
                throw new RecordException(
                        file,
                        "record " + i + " has coarse label " + coarse + " for fine label " + fine + "; expected "
                                + coarseOf[fine] + " as in an earlier record");
            }
            coarseOf[fine] = coarse;
            counts[fine]++;
            labels[i] = fine;
            System.arraycopy(content, i * RECORD + 2, pixels, i * PIXELS, PIXELS);
        }
        for (int fine = 0; fine < FINE; fine++) {
            if (counts[fine] != ofEach) {
                throw new RecordException(
                        file, "has " + counts[fine] + " images of fine label " + fine + "; expected " + ofEach);
            }
        }
        return new Dataset(
                "cifar-100",
                split,
                0,
                Tensor.of(Dtype.U8, new long[] {n, 3, 32, 32}, ByteBuffer.wrap(pixels)),
                Tensor.of(labels, n),
                FINE,
                Scaling.CIFAR100);
    }

    private static Path file(Path folder, String name) {
        for (Path candidate :
                List.of(folder.resolve(name), folder.resolve("cifar-100-binary").resolve(name))) {
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        throw new RecordException(folder, "has no " + name + "; " + GET);
    }
}
