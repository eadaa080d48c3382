package org.kymograph.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
public record VectorStatistics(double mean, double var, double median) implements TensorStatistics {
    private static final int SELECT_AT_MOST = 1 << 20;

    /**
     * @param values the numbers
     * @return their distribution
     */
    public static VectorStatistics of(double... values) {
        return of(List.of(values));
    }

    /**
     * @param parts the numbers in parts, such as all weights tensor by tensor; iterated several times, so that parts
     *     may be read anew each time instead of being held in memory together
     * @return the distribution of all of them
     */
    public static VectorStatistics of(Iterable<double[]> parts) {
        long count = 0;
        double sum = 0;
        for (double[] part : parts) {
            count += part.length;
            for (double v : part) {
                sum += v;
            }
        }
        if (count == 0 || !Double.isFinite(sum)) {
            return new VectorStatistics(Double.NaN, Double.NaN, Double.NaN);
        }
        double mean = sum / count;
        double squares = 0;
        for (double[] part : parts) {
            for (double v : part) {
                squares += (v - mean) * (v - mean);
            }
        }
        return new VectorStatistics(mean, squares / (count - 1), select(parts, count, (count - 1) / 2));
    }

    // The number of that rank, from 0. Numbers are counted by the leading bits of an order-preserving code, 16 more
    // bits in each round, until those that share the sought one's bits are few enough to be gathered.
    private static double select(Iterable<double[]> parts, long count, long rank) {
        long prefix = 0;
        int shift = Long.SIZE;
        while (count > SELECT_AT_MOST && shift > 0) {
            shift -= 16;
            long[] histogram = new long[1 << 16];
            for (double[] part : parts) {
                for (double v : part) {
                    long code = code(v);
                    if (shift == 48 || code >>> shift + 16 == prefix) {
                        histogram[(int) (code >>> shift & 0xffff)]++;
                    }
                }
            }
            int bucket = 0;
            while (rank >= histogram[bucket]) {
                rank -= histogram[bucket++];
            }
            count = histogram[bucket];
            prefix = prefix << 16 | bucket;
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
