package org.kymograph.base;

/**
 * A named stream of standard normal numbers in bulk, such as the noise of a sampler: some ten times as fast as
 * {@link Streams#gaussian} with a generator of {@link Streams}, and from other bits. Like those, it is a function of its seed, name and counters
 * alone, on every platform and JDK. For one thread.
 *
 * <p>Source: Doornik, An improved ziggurat method to generate normal random samples (2005), with 256 layers; the bits are
 * SplitMix64's of Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014).
 */
public final class NormalStream {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final int LAYERS = 256;
    // Where the tail begins, and the area of a layer.
    private static final double TAIL = 3.654152885361009;
    private static final double AREA = 0.00492867323399;
    private static final double[] EDGE = new double[LAYERS + 1];
    private static final double[] RATIO = new double[LAYERS];
    private static final double[] DENSITY = new double[LAYERS + 1];
    // RATIO and EDGE for the 53 bits as an integer: the same numbers, with a conversion less.
    private static final long[] INSIDE = new long[LAYERS];
    private static final double[] SCALE = new double[LAYERS];

    static {
        EDGE[0] = AREA / density(TAIL);
        EDGE[1] = TAIL;
        for (int i = 2; i < LAYERS; i++) {
            EDGE[i] = Math.sqrt(-2 * StrictMath.log(AREA / EDGE[i - 1] + density(EDGE[i - 1])));
        }
        for (int i = 0; i < LAYERS; i++) {
            RATIO[i] = EDGE[i + 1] / EDGE[i];
            INSIDE[i] = (long) Math.ceil(RATIO[i] * 0x1.0p52);
            SCALE[i] = EDGE[i] * 0x1.0p-52;
        }
        for (int i = 0; i <= LAYERS; i++) {
            DENSITY[i] = density(EDGE[i]);
        }
    }

    private long state;

    /**
     * Opens the stream.
     *
     * @param seed the run's seed
     * @param name what the numbers are for
     * @param counters which of several streams of that name; may be none
     */
    public NormalStream(long seed, String name, long... counters) {
        state = Streams.key(seed, name, counters);
    }

    /**
     * Fills an array with standard normal numbers.
     *
     * @param out the array to fill
     */
    public void fill(double[] out) {
        long s = state;
        for (int k = 0; k < out.length; k++) {
            s += GOLDEN;
            long bits = mix(s);
            int layer = (int) bits & LAYERS - 1;
            // The upper 53 bits with their sign, −1 to below 1; the layer is of the lowest 8.
            long u = bits >> 11;
            if (Math.abs(u) < INSIDE[layer]) {
                out[k] = u * SCALE[layer];
            } else {
                state = s;
                out[k] = outside(layer, u * 0x1.0p-52);
                s = state;
            }
        }
        state = s;
    }

    /** Returns a number from 0 to below 1, each as likely as the others. */
    public double uniform() {
        state += GOLDEN;
        return (mix(state) >>> 11) * 0x1.0p-53;
    }

    private static long mix(long s) {
        long z = (s ^ s >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    // StrictMath, so that the last bits are the same everywhere.
    private static double density(double x) {
        return StrictMath.exp(-x * x / 2);
    }

    // What lies at the edge of a layer or in the tail, about one draw in a hundred.
    private double outside(int first, double start) {
        int layer = first;
        double u = start;
        while (Math.abs(u) >= RATIO[layer]) {
            if (layer == 0) {
                return u < 0 ? -tail() : tail();
            }
            double x = u * EDGE[layer];
            double low = DENSITY[layer];
            if (low + uniform() * (DENSITY[layer + 1] - low) < density(x)) {
                return x;
            }
            state += GOLDEN;
            long bits = mix(state);
            layer = (int) bits & LAYERS - 1;
            u = (bits >> 11) * 0x1.0p-52;
        }
        return u * EDGE[layer];
    }

    // Marsaglia, Generating a variable from the tail of the normal distribution (1964).
    private double tail() {
        double x;
        double y;
        do {
            x = -StrictMath.log(1 - uniform()) / TAIL;
            y = -StrictMath.log(1 - uniform());
        } while (2 * y < x * x);
        return TAIL + x;
    }
}
