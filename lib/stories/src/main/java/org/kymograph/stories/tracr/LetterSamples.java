package org.kymograph.stories.tracr;

import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.tensors.Tensor;

/** Samples of letters as a {@link CompiledProgram} reads them, the beginning first, with their answers. */
final class LetterSamples {
    // Numbers in memory, two gigabytes of them.
    private static final int MOST = 1 << 28;

    private final int letters;
    private final int length;
    private final long[] inputs;
    private final long[] targets;
    private int size;

    /** Makes room for n samples of so many positions, of letters 0 to {@code letters - 1}. */
    LetterSamples(int n, int letters, int positions) {
        this.letters = letters;
        length = positions + 1;
        inputs = new long[Math.multiplyExact(n, length)];
        targets = new long[n];
    }

    /** Checks that there is a sample, and that all of them have room in memory. */
    static void checkSize(String name, int samples, int positions) {
        Arguments.within(name, samples, 1, MOST / (positions + 1));
    }

    void add(int[] sample, int answer) {
        int at = size * length;
        inputs[at] = letters;
        for (int letter : sample) {
            inputs[++at] = letter;
        }
        targets[size++] = answer;
    }

    /** Returns the data set of all samples, each with one of so many answers. */
    Dataset dataset(String name, String part, long seed, int answers) {
        return new Dataset(
                name,
                part,
                seed,
                Tensor.of(inputs, targets.length, length),
                Tensor.of(targets, targets.length),
                answers,
                Scaling.NONE);
    }
}
