package org.kymograph.data;

import java.util.Arrays;
import org.kymograph.base.Arguments;

/**
 * How a data set's numbers become a network's inputs: as they are, or, for pixels of 0…255, x/255 or
 * (x/255 - mean) / deviation by channel. Immutable.
 */
public final class Scaling {
    /** The numbers as they are. */
    public static final Scaling NONE = new Scaling(false, new double[] {0}, new double[] {1});
    /** Pixels divided by 255. */
    public static final Scaling UNIT = new Scaling(true, new double[] {0}, new double[] {1});
    /** MNIST's own mean and deviation, as LeNet is commonly given it. */
    public static final Scaling MNIST = standard(new double[] {0.1307}, new double[] {0.3081});
    /** CIFAR-100's mean and deviation of red, green and blue. */
    public static final Scaling CIFAR100 =
            standard(new double[] {0.5071, 0.4867, 0.4408}, new double[] {0.2675, 0.2565, 0.2761});

    private final boolean pixels;
    private final double[] mean;
    private final double[] deviation;

    private Scaling(boolean pixels, double[] mean, double[] deviation) {
        this.pixels = pixels;
        this.mean = mean;
        this.deviation = deviation;
    }

    /**
     * Returns the scaling.
     *
     * @param mean the mean of x/255 by channel; one value stands for all channels
     * @param deviation the standard deviation of x/255 by channel, each above 0
     * @return the scaling (x/255 - mean) / deviation
     * @throws IllegalArgumentException if a number is out of range, or there are not as many deviations as means
     */
    public static Scaling standard(double[] mean, double[] deviation) {
        Arguments.atLeast("the number of channels", mean.length, 1);
        Arguments.sameLength("deviation", deviation.length, "mean", mean.length);
        for (int c = 0; c < mean.length; c++) {
            Arguments.finite("mean of channel " + c, mean[c]);
            Arguments.positive("deviation of channel " + c, deviation[c]);
        }
        return new Scaling(true, mean.clone(), deviation.clone());
    }

    /**
     * Says whether it is for pixels of 0…255.
     *
     * @return whether it is for pixels of 0…255
     */
    boolean pixels() {
        return pixels;
    }

    /**
     * Returns the number of channels that it tells apart.
     *
     * @return the number of channels that it tells apart; 1 for a scaling of all alike
     */
    int channels() {
        return mean.length;
    }

    /**
     * Returns for each channel, what each pixel value 0…255 becomes.
     *
     * @return for each channel, what each pixel value 0…255 becomes
     */
    float[][] table() {
        float[][] table = new float[mean.length][256];
        for (int c = 0; c < mean.length; c++) {
            for (int x = 0; x < 256; x++) {
                table[c][x] = pixels ? (float) ((x / 255.0 - mean[c]) / deviation[c]) : x;
            }
        }
        return table;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Scaling s
                && pixels == s.pixels
                && Arrays.equals(mean, s.mean)
                && Arrays.equals(deviation, s.deviation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
    }

    @Override
    public String toString() {
        if (!pixels) {
            return "none";
        }
        return equals(UNIT) ? "x/255" : "(x/255 - " + Arrays.toString(mean) + ") / " + Arrays.toString(deviation);
    }
}
