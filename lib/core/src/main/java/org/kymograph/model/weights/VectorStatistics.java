package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import smile.sort.QuickSelect;

/**
 * The distribution of a set of numbers; all NaN if there are none or one of them is NaN or infinite.
 *
 * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), and their code.
 *
 * @param mean the mean
 * @param var the unbiased variance; NaN of a single number
 * @param median the middle number, the lower of two, as in PyTorch
 */
record VectorStatistics(double mean, double var, double median) implements TensorStatistics {
    private static final int SELECT_AT_MOST = 1 << 12;
    // How many numbers are looked at for a guess, and how far around it the sought one is looked for: six deviations.
    private static final int SAMPLE = 1 << 10;
    private static final int SPREAD = 96;
    // As many buckets as stay in the innermost cache.
    private static final int BITS = 12;

    /**
     * Returns their distribution.
     *
     * @param values the numbers
     * @return their distribution
     */
    public static VectorStatistics of(double... values) {
        return of(List.of(values));
    }

    /**
     * Returns the distribution of all of them.
     *
     * @param parts the numbers in parts, such as all weights tensor by tensor; iterated several times, so that parts
     *     may be read anew each time instead of being held in memory together
     * @return the distribution of all of them
     */
    public static VectorStatistics of(Iterable<double[]> parts) {
        long count = 0;
        double sum = 0;
        for (double[] part : parts) {
            count += part.length;
            sum += sum(part, 0, false);
        }
        if (count == 0 || !Double.isFinite(sum)) {
            return new VectorStatistics(Double.NaN, Double.NaN, Double.NaN);
        }
        double mean = sum / count;
        double squares = 0;
        for (double[] part : parts) {
            squares += sum(part, mean, true);
        }
        return new VectorStatistics(mean, squares / (count - 1), select(parts, count, (count - 1) / 2));
    }

    // Σ v, or Σ (v − centre)²; four sums at a time, since each addition waits for the one before it.
    private static double sum(double[] x, double centre, boolean squared) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        if (squared) {
            for (; i + 3 < x.length; i += 4) {
                a += (x[i] - centre) * (x[i] - centre);
                b += (x[i + 1] - centre) * (x[i + 1] - centre);
                c += (x[i + 2] - centre) * (x[i + 2] - centre);
                d += (x[i + 3] - centre) * (x[i + 3] - centre);
            }
            for (; i < x.length; i++) {
                a += (x[i] - centre) * (x[i] - centre);
            }
        } else {
            for (; i + 3 < x.length; i += 4) {
                a += x[i];
                b += x[i + 1];
                c += x[i + 2];
                d += x[i + 3];
            }
            for (; i < x.length; i++) {
                a += x[i];
            }
        }
        return a + b + (c + d);
    }

    // The number of that rank, from 0. A sample says between which two numbers it nearly always is; those in between
    // are
    // gathered, and where it isn't among them, it is found by its bits.
    private static double select(Iterable<double[]> parts, long count, long rank) {
        double[] sample = sample(parts, count);
        Arrays.sort(sample);
        int guess = (int) (rank * sample.length / count);
        double low = sample[Math.max(0, guess - SPREAD)];
        double high = sample[Math.min(sample.length - 1, guess + SPREAD)];
        long below = 0;
        int n = 0;
        double[] between = new double[SAMPLE];
        for (double[] part : parts) {
            for (double v : part) {
                if (n == between.length) {
                    between = Arrays.copyOf(between, 2 * n);
                }
                // Stored always and kept if it counts: a branch on unordered numbers is mispredicted half of the time.
                between[n] = v;
                below += v < low ? 1 : 0;
                n += v >= low && v <= high ? 1 : 0;
            }
        }
        if (rank < below || rank >= below + n) {
            return selectByBits(parts, count, rank);
        }
        return QuickSelect.select(Arrays.copyOf(between, n), (int) (rank - below));
    }

    private static double[] sample(Iterable<double[]> parts, long count) {
        long every = Math.max(1, count / SAMPLE);
        double[] out = new double[(int) ((count + every - 1) / every)];
        long seen = 0;
        int n = 0;
        for (double[] part : parts) {
            for (long i = (every - seen % every) % every; i < part.length; i += every) {
                out[n++] = part[(int) i];
            }
            seen += part.length;
        }
        return out;
    }

    // Numbers are counted by the leading bits of an order-preserving code, 12 more bits in each round, until those that
    // share the sought one's bits are few enough to be gathered.
    private static double selectByBits(Iterable<double[]> parts, long count, long rank) {
        long prefix = 0;
        int shift = Long.SIZE;
        while (count > SELECT_AT_MOST && shift > 0) {
            int bits = Math.min(BITS, shift);
            int above = shift;
            shift -= bits;
            long[] histogram = new long[1 << bits];
            for (double[] part : parts) {
                for (double v : part) {
                    long code = code(v);
                    if (above == Long.SIZE || code >>> above == prefix) {
                        histogram[(int) (code >>> shift & histogram.length - 1)]++;
                    }
                }
            }
            int bucket = 0;
            while (rank >= histogram[bucket]) {
                rank -= histogram[bucket++];
            }
            count = histogram[bucket];
            prefix = prefix << bits | bucket;
        }
        if (shift == 0) {
            return value(prefix);
        }
        double[] few = new double[(int) count];
        int i = 0;
        for (double[] part : parts) {
            for (double v : part) {
                if (shift == Long.SIZE || code(v) >>> shift == prefix) {
                    few[i++] = v;
                }
            }
        }
        return QuickSelect.select(few, (int) rank);
    }

    // Unsigned codes in the order of the numbers; -0 just below +0.
    private static long code(double v) {
        long bits = Double.doubleToRawLongBits(v);
        return bits < 0 ? ~bits : bits | Long.MIN_VALUE;
    }

    private static double value(long code) {
        return Double.longBitsToDouble(code < 0 ? code & Long.MAX_VALUE : ~code);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("mean", TensorStatistics.number(mean));
        json.set("var", TensorStatistics.number(var));
        json.set("median", TensorStatistics.number(median));
        return json;
    }
}
