package org.kymograph.data.images;

import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;

/**
 * An artefact in images that gives most labels away, as the wording of a hypothesis does in natural language inference:
 * a bright bar, 3 pixels high and 2 wide, at the top edge, whose column stands for a class. In most training images it
 * stands for the label, in the others for a class drawn at random. Who learns the bar instead of the picture fails where
 * the bar is wrong ({@link #wrong}) or missing (the images as they are).
 *
 * <p>The same seed and number of images give the same bars; the training and the test images of a collection get
 * different ones.
 *
 * @param agreement the share of the images whose bar is made to stand for the label, 0 to 1
 * @param seed draws the other bars
 */
public record ArtefactBar(double agreement, long seed) {
    private static final int HEIGHT = 3;
    private static final int WIDTH = 2;

    /** Checks the range. */
    public ArtefactBar {
        Arguments.within("agreement", agreement, 0.0, 1.0);
    }

    /**
     * Returns bars that agree with the label in 90 % of the images.
     *
     * @return bars that agree with the label in 90 % of the images
     */
    public static ArtefactBar withDefaults() {
        return new ArtefactBar(0.9, 0);
    }

    /**
     * Returns a copy with the given agreement.
     *
     * @param agreement the share of the images whose bar is made to stand for the label, 0 to 1
     * @return a copy with that share
     */
    public ArtefactBar withAgreement(double agreement) {
        return Copies.with(this, "agreement", agreement);
    }

    /**
     * Returns a copy with the given seed.
     *
     * @param seed draws the other bars
     * @return a copy with that seed
     */
    public ArtefactBar withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns the images with their bars.
     *
     * @param images U8 images {@code [N, 1, height, width]} with classes, wide enough for a column of bars per class
     * @return the images with their bars
     * @throws IllegalArgumentException if the inputs aren't such images
     */
    public Dataset draw(Dataset images) {
        return draw(images, classes(images));
    }

    /**
     * Returns the rows, ascending, whose bar stands for another class than the label.
     *
     * @param images images as {@link #draw(Dataset)} takes them
     * @return the rows, ascending, whose bar stands for another class than the label
     */
    public int[] conflicting(Dataset images) {
        int[] drawn = classes(images);
        long[] labels = images.targets().toLongs();
        return IntStream.range(0, drawn.length)
                .filter(i -> drawn[i] != labels[i])
                .toArray();
    }

    /**
     * Returns the images, each with the bar of a wrong class, drawn at random.
     *
     * @param images images as {@link #draw(Dataset)} takes them
     * @return the images, each with the bar of a wrong class, drawn at random
     */
    public Dataset wrong(Dataset images) {
        RandomGenerator random = Streams.of(seed, "wrong bars of " + images.split());
        int[] drawn = labels(images);
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = (drawn[i] + 1 + Streams.below(random, images.classes() - 1)) % images.classes();
        }
        return draw(images, drawn);
    }

    private int[] classes(Dataset images) {
        RandomGenerator random = Streams.of(seed, "bars of " + images.split());
        int[] drawn = labels(images);
        int[] order = Streams.permutation(random, drawn.length);
        for (int k = (int) Math.round(agreement * drawn.length); k < drawn.length; k++) {
            drawn[order[k]] = Streams.below(random, images.classes());
        }
        return drawn;
    }

    private static int[] labels(Dataset images) {
        return IntStream.range(0, images.size())
                .map(i -> (int) images.targets().getDouble(i))
                .toArray();
    }

    private static Dataset draw(Dataset images, int[] drawn) {
        long[] shape = images.inputs().shape();
        if (images.inputs().dtype() != Dtype.U8
                || shape.length != 4
                || shape[1] != 1
                || shape[2] < HEIGHT
                || shape[3] < (long) WIDTH * images.classes()
                || images.target() != Dataset.Target.CLASS) {
            throw Arguments.unexpected(
                    "inputs",
                    images.inputs(),
                    "U8 images [N, 1, height, width], at least " + HEIGHT + " high and " + WIDTH
                            + " wide for each of the " + images.classes() + " classes");
        }
        int width = (int) shape[3];
        int left = (width - WIDTH * images.classes()) / 2;
        byte[] pixels = new byte[Math.toIntExact(images.inputs().size())];
        images.inputs().bytes().get(0, pixels);
        for (int i = 0; i < drawn.length; i++) {
            int at = i * images.inputSize() + left + WIDTH * drawn[i];
            for (int row = 0; row < HEIGHT; row++) {
                for (int column = 0; column < WIDTH; column++) {
                    pixels[at + row * width + column] = (byte) 255;
                }
            }
        }
        return Copies.with(Copies.with(images, "name", images.name() + "-bars"), "inputs", Tensor.of(pixels, shape));
    }
}
