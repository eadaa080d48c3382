package org.kymograph.train;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.kymograph.base.Arguments;

/**
 * About how much native memory a step of a training takes, to be told before it is taken: a process that takes more than there is gets
 * killed without a word. The data, the Java heap and the stories or outputs that a training writes come on top.
 *
 * @param fixed the bytes that don't depend on the batch: parameters, gradients and the optimiser's moments
 * @param perSample the bytes for each sample of a batch
 */
public record TrainingMemory(long fixed, long perSample) {
    // A parameter, its leaf, its gradient, two moments and what an update holds.
    private static final int COPIES = 6;

    /** Checks the ranges. */
    public TrainingMemory {
        Arguments.atLeast("fixed", fixed, 0);
        Arguments.atLeast("perSample", perSample, 0);
    }

    /**
     * Returns the memory of a network's step in single precision.
     *
     * @param parameters the number of parameters of all runs that train at once
     * @param numbers how many numbers a forward and a backward pass hold together for a sample
     * @return the memory
     */
    public static TrainingMemory of(long parameters, long numbers) {
        return new TrainingMemory(Float.BYTES * COPIES * parameters, Float.BYTES * numbers);
    }

    /**
     * Returns about how many bytes a step takes.
     *
     * @param batch the samples that are computed at once
     * @return the bytes
     */
    public double bytes(long batch) {
        return fixed + (double) perSample * batch;
    }

    /**
     * Returns how many bytes can be taken now: what the system says is available and, in a container, its limit.
     *
     * @return the bytes
     */
    public static long available() {
        long limit = total();
        Path told = Path.of("/proc/meminfo");
        if (Files.isReadable(told)) {
            try {
                for (String line : Files.readAllLines(told)) {
                    if (line.startsWith("MemAvailable:")) {
                        return Math.min(limit, 1024 * Long.parseLong(line.replaceAll("\\D", "")));
                    }
                }
            } catch (IOException e) {
                return limit;
            }
        }
        return limit;
    }

    /** Returns the memory of the machine or container in bytes. */
    static long total() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /**
     * Checks that a step's memory is there.
     *
     * @param name the setting that says how many samples are computed at once
     * @param batch its value
     * @param otherwise what else would help, such as {@code "or a smaller dim"}; may be empty
     * @throws IllegalArgumentException if it isn't: what a step would take, what there is, and the largest batch that fits
     */
    public void checkBatch(String name, int batch, String otherwise) {
        checkBatch(name, batch, otherwise, available());
    }

    void checkBatch(String name, int batch, String otherwise, long there) {
        long most = perSample == 0 ? batch : Math.max(0, (there - fixed) / perSample);
        String expected = most > 0 ? "at most " + most : "";
        String or = otherwise.isEmpty() ? (most > 0 ? "" : "less") : (most > 0 ? ", or " : "") + otherwise;
        Arguments.check(batch <= most, name, batch, expected + or + ", since a step takes " + text(batch, there));
    }

    /**
     * Checks that a step's memory is there, whose batch can't be changed.
     *
     * @param name the setting that says how large everything is
     * @param value its value
     * @param expected what would help, such as {@code "a smaller one"}
     * @param batch the samples that are computed at once
     * @throws IllegalArgumentException if it isn't: what a step would take and what there is
     */
    public void check(String name, Object value, String expected, int batch) {
        check(name, value, expected, batch, available());
    }

    void check(String name, Object value, String expected, int batch, long there) {
        Arguments.check(bytes(batch) <= there, name, value, expected + ", since a step takes " + text(batch, there));
    }

    private String text(int batch, long there) {
        return "about " + gigabytes(bytes(batch)) + " of memory and " + gigabytes((double) there) + " are available";
    }

    private static String gigabytes(double bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
