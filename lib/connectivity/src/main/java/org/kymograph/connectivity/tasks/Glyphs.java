package org.kymograph.connectivity.tasks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.loss.Loss;

/**
 * Digits of 5 × 7 pixels at one of six places of a 12 × 12 canvas, with Gaussian noise. Networks that start alike stay
 * connected on it; those that start differently are connected only after their hidden units are aligned.
 *
 * <p>A cue may be added to the training images: a pixel of value 3 in the first row, whose column is the class. Networks with
 * and without it behave differently and still have no barrier, which shows that different behaviour need not mean one.
 *
 * @param train the number of training images, at least 1
 * @param test the number of test images, at least 1
 * @param noise the standard deviation of the noise, at least 0
 * @param cue whether training images have the cue
 * @param dataSeed the seed of the images, which are the same for all runs
 */
public record Glyphs(int train, int test, double noise, boolean cue, long dataSeed) implements Task {
    private static final int SIDE = 12;
    private static final int CLASSES = 10;
    private static final float CUE = 3;
    // Rows of 5 bits, from the top; the leftmost pixel is the highest bit.
    private static final int[][] DIGITS = {
        {14, 17, 19, 21, 25, 17, 14},
        {4, 12, 4, 4, 4, 4, 14},
        {14, 17, 1, 2, 4, 8, 31},
        {31, 2, 4, 2, 1, 17, 14},
        {2, 6, 10, 18, 31, 2, 2},
        {31, 16, 30, 1, 1, 17, 14},
        {6, 8, 16, 30, 17, 17, 14},
        {31, 1, 2, 4, 8, 8, 8},
        {14, 17, 17, 14, 17, 17, 14},
        {14, 17, 17, 15, 1, 2, 12}
    };

    /** What the cue of an image tells. */
    public enum Cue {
        /** There is none. */
        NONE,
        /** The class. */
        CLASS,
        /** A class drawn at random. */
        RANDOM
    }

    /** Checks the ranges. */
    public Glyphs {
        Arguments.atLeast("train", train, 1);
        Arguments.atLeast("test", test, 1);
        Arguments.atLeast("noise", noise, 0);
    }

    /** Returns 6,000 training and 2,000 test images with noise of sd 0.35 and without a cue. */
    public static Glyphs withDefaults() {
        return new Glyphs(6000, 2000, 0.35, false, 0);
    }

    /** Returns a copy whose training images have the cue or not. */
    public Glyphs withCue(boolean cue) {
        return Copies.with(this, "cue", cue);
    }

    /** Returns a copy with other numbers of images. */
    public Glyphs withSizes(int train, int test) {
        return new Glyphs(train, test, noise, cue, dataSeed);
    }

    @Override
    public String name() {
        return "glyphs";
    }

    @Override
    public Split sample(long seed) {
        Cue both = cue ? Cue.CLASS : Cue.NONE;
        return new Split(images("train", train, both), images("test", test, both));
    }

    /**
     * Returns test images with another cue.
     *
     * @param cue what their cue tells
     * @return the test images, alike but for their cues
     */
    public Dataset test(Cue cue) {
        return images("test", test, cue);
    }

    /** Returns the tests without a cue, with the class's and with random ones: {@code cue-none}, {@code cue-class}, {@code cue-random}. */
    @Override
    public Map<String, Dataset> tests(long seed) {
        Map<String, Dataset> tests = new LinkedHashMap<>();
        for (Cue cued : Cue.values()) {
            String name = "cue-" + cued.name().toLowerCase(Locale.ROOT);
            tests.put(name, test(cued).withSplit(name));
        }
        return tests;
    }

    private Dataset images(String part, int n, Cue cued) {
        RandomGenerator random = Streams.of(dataSeed, "glyphs " + part);
        RandomGenerator cues = Streams.of(dataSeed, "glyphs cue " + part);
        float[] x = new float[n * SIDE * SIDE];
        long[] y = new long[n];
        for (int i = 0; i < n; i++) {
            int digit = Streams.below(random, CLASSES);
            y[i] = digit;
            int left = 2 + Streams.below(random, 3);
            int top = 2 + Streams.below(random, 2);
            int at = i * SIDE * SIDE;
            for (int p = 0; p < SIDE * SIDE; p++) {
                x[at + p] = (float) (noise * Streams.gaussian(random));
            }
            for (int r = 0; r < 7; r++) {
                for (int c = 0; c < 5; c++) {
                    x[at + (top + r) * SIDE + left + c] += DIGITS[digit][r] >> (4 - c) & 1;
                }
            }
            int told = cued == Cue.RANDOM ? Streams.below(cues, CLASSES) : digit;
            if (cued != Cue.NONE) {
                x[at + told] = CUE;
            }
        }
        return new Dataset(
                name(), part, dataSeed, Tensor.of(x, n, SIDE * SIDE), Tensor.of(y, n), CLASSES, Scaling.NONE);
    }

    /** Returns the training of an MLP with two hidden layers of 128: Adam at 1e-3, 1,500 steps of 64 images. */
    public Experiment experiment() {
        return Experiment.of("glyphs", this, Mlp.of(CLASSES, 128, 128), Loss.CROSS_ENTROPY, Optimizer.adam(1e-3))
                .withBatchSize(64)
                .withLength(Span.steps(1500))
                .withEvaluation(Span.steps(500))
                .withCheckpoints(Span.steps(500));
    }
}
