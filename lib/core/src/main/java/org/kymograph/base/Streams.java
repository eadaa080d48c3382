package org.kymograph.base;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;

/**
 * Named streams of random numbers: one seed per run feeds separate streams such as {@code "split"}, {@code "init"},
 * {@code "batches"} and {@code "noise"}, so that drawing more from one leaves the others as they were.
 *
 * <p>A stream is a function of its seed, name and counters alone, on every platform and JDK: its key is cut from a
 * SHA-256 digest and seeds {@code L64X128MixRandom}. What is drawn through this class and through
 * {@link RandomGenerator#nextLong()}, {@code nextDouble()} and {@code nextBoolean()} is fixed; {@code nextInt(bound)}
 * and {@code nextGaussian()} of the JDK are not promised to stay as they are, so use {@link #below} and
 * {@link #gaussian} instead.
 */
public final class Streams {
    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private Streams() {}

    /**
     * Returns a generator at the start of that stream, for one thread.
     *
     * @param seed the run's seed
     * @param name what the numbers are for
     * @param counters which of several streams of that name, such as the epoch; may be none
     * @return a generator at the start of that stream, for one thread
     */
    public static RandomGenerator of(long seed, String name, long... counters) {
        return FACTORY.create(key(seed, name, counters));
    }

    /**
     * Returns 64 bits that stand for this stream, to seed a foreign generator with.
     *
     * @param seed the run's seed
     * @param name what the numbers are for
     * @param counters which of several streams of that name; may be none
     * @return 64 bits that stand for this stream, to seed a foreign generator with
     */
    public static long key(long seed, String name, long... counters) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = ByteBuffer.allocate(Long.BYTES * (2 + counters.length) + text.length);
        all.putLong(seed).putLong(counters.length);
        for (long counter : counters) {
            all.putLong(counter);
        }
        all.put(text);
        return ByteBuffer.wrap(Checksums.sha256().digest(all.array())).getLong();
    }

    /**
     * Returns one of 0 … bound-1, each as likely as the others.
     *
     * @param random where to draw from
     * @param bound the number of outcomes, at least 1
     * @return one of 0 … bound-1, each as likely as the others
     * @throws IllegalArgumentException if the bound is below 1
     */
    public static int below(RandomGenerator random, int bound) {
        Arguments.atLeast("bound", bound, 1);
        // 31 bits, without the last incomplete round of the bound, which would favour small outcomes.
        int bits;
        int outcome;
        do {
            bits = (int) (random.nextLong() >>> 33);
            outcome = bits % bound;
        } while (bits - outcome + (bound - 1) < 0);
        return outcome;
    }

    /**
     * Returns numbers in the order of a {@link #permutation}.
     *
     * @param random where to draw from
     * @param rows any numbers
     * @return the same numbers in random order
     */
    public static int[] shuffled(RandomGenerator random, int... rows) {
        return IntStream.of(permutation(random, rows.length)).map(k -> rows[k]).toArray();
    }

    /**
     * Returns 0 … n-1 in random order, each order as likely as the others.
     *
     * @param random where to draw from
     * @param n how many, at least 0
     * @return 0 … n-1 in random order, each order as likely as the others (Fisher–Yates)
     * @throws IllegalArgumentException if n is below 0
     */
    public static int[] permutation(RandomGenerator random, int n) {
        Arguments.atLeast("n", n, 0);
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = below(random, i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /**
     * Returns a standard normal number.
     *
     * @param random where to draw from
     * @return a standard normal number (Marsaglia's polar method)
     */
    public static double gaussian(RandomGenerator random) {
        double u;
        double s;
        do {
            u = 2 * random.nextDouble() - 1;
            double v = 2 * random.nextDouble() - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        // StrictMath, because Math.log may differ in the last bit between platforms.
        return u * Math.sqrt(-2 * StrictMath.log(s) / s);
    }
}
