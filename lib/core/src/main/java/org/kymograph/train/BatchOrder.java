package org.kymograph.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Streams;

/** Says which samples are in each batch of each run. */
final class BatchOrder {
    private final Experiment experiment;
    private final long[] seeds;
    private final int samples;
    private int[][] permutations;
    private long permutedEpoch = -1;

    BatchOrder(Experiment experiment, long[] seeds, int samples) {
        this.experiment = experiment;
        this.seeds = seeds;
        this.samples = samples;
    }

    /**
     * Returns the rows of a batch.
     *
     * @param step the steps taken before
     * @return each run's rows, R × B
     */
    int[][] batch(long step) {
        int size = experiment.batchSize();
        int[][] rows = new int[seeds.length][];
        if (experiment.replacement()) {
            Arrays.setAll(rows, r -> {
                RandomGenerator random = Streams.of(seeds[r], "batches with replacement", step);
                return IntStream.range(0, size)
                        .map(i -> Streams.below(random, samples))
                        .toArray();
            });
            return rows;
        }
        int epochSteps = (samples + size - 1) / size;
        long epoch = step / epochSteps;
        if (epoch != permutedEpoch) {
            permutations = Arrays.stream(seeds)
                    .mapToObj(s -> Streams.permutation(Streams.of(s, "batches", epoch), samples))
                    .toArray(int[][]::new);
            permutedEpoch = epoch;
        }
        int from = (int) (step % epochSteps) * size;
        Arrays.setAll(rows, r -> Arrays.copyOfRange(permutations[r], from, Math.min(samples, from + size)));
        return rows;
    }

    /** Cuts a batch into parts of nearly the same size; none is empty. */
    static List<int[][]> parts(int[][] rows, int parts) {
        int size = rows[0].length;
        List<int[][]> out = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int from = (int) ((long) size * i / parts);
            int to = (int) ((long) size * (i + 1) / parts);
            if (to > from) {
                out.add(Arrays.stream(rows)
                        .map(r -> Arrays.copyOfRange(r, from, to))
                        .toArray(int[][]::new));
            }
        }
        return out;
    }
}
