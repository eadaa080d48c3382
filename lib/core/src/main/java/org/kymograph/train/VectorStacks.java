package org.kymograph.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.kymograph.base.Columns;
import org.kymograph.base.Parallel;
import org.kymograph.model.GradientMode;

/** Deals vectors out to stacks, several of them at a time, and keeps the stacks for the next call. */
final class VectorStacks implements AutoCloseable {
    private static final int MOST = 32;
    private static final int KEPT_WIDTHS = 4;

    /** What is done with the vectors {@code from} to {@code to} in a stack. */
    @FunctionalInterface
    interface Work {
        /**
         * Does the work.
         *
         * @param stack the stack that has the vectors
         * @param from the first of them
         * @param to the one behind the last
         * @param check throws if the work is to end
         */
        void run(VectorStack stack, int from, int to, Runnable check);
    }

    private final Objective objective;
    private final boolean stacked;
    private final int most;
    private final int threads;
    private final long bytesPerVector;
    private final Map<Integer, List<VectorStack>> byWidth = new LinkedHashMap<>(8, 0.75f, true);
    private ExecutorService pool;

    VectorStacks(Objective objective, NetworkProbe probe) {
        this.objective = objective;
        stacked = objective.network().stackable() && probe.wholeBlocks();
        threads = stacked ? objective.threads() : 1;
        long batch = Math.min(objective.batchSize(), objective.data().size());
        // A vector, its leaf, its gradient; what its forward pass holds, and as much again in the backward pass.
        long numbers =
                3L * probe.initial().size() + 2 * batch * (objective.data().inputSize() + probe.activations());
        bytesPerVector = objective.dtype().bytes() * numbers;
        long fit = objective.memory() / (threads * bytesPerVector);
        int cached = Math.min(
                MOST, Trainer.CACHED_PARAMETERS / Math.max(1, probe.initial().size()));
        most = (int) Math.max(2, Math.min(fit, objective.stackSize() > 0 ? objective.stackSize() : cached));
    }

    /** Returns the most vectors in a stack, 1 if the network can't be stacked. */
    int size() {
        return stacked ? most : 1;
    }

    long bytesPerVector() {
        return bytesPerVector;
    }

    /**
     * Does work on n vectors.
     *
     * @param n the number of vectors
     * @param inStacks whether networks may be stacked
     * @param work what to do with some of them
     * @throws CancellationException if this thread is interrupted
     */
    void run(int n, boolean inStacks, Work work) {
        if (n == 0) {
            return;
        }
        boolean stacks = stacked && inStacks;
        int lanes = stacks ? threads : 1;
        // As few chunks as the size allows, the same number for each thread.
        int rounds = (n + lanes * most - 1) / (lanes * most);
        // A lone vector has a twin: the last bits of a product depend on whether it is of one matrix or of several.
        int width = stacks ? Math.max(2, (n + lanes * rounds - 1) / (lanes * rounds)) : 1;
        int chunks = (n + width - 1) / width;
        List<VectorStack> all = stacks(Math.min(lanes, chunks), stacks ? width : 1, stacks);
        AtomicBoolean stop = new AtomicBoolean();
        Runnable check = () -> {
            if (stop.get() || all.size() == 1 && Thread.interrupted()) {
                throw new CancellationException("the evaluation of " + n + " vectors was interrupted");
            }
        };
        List<Runnable> tasks = Columns.each(all.size(), lane -> (Runnable) () -> GradientMode.off(() -> {
            for (int c = lane; c < chunks; c += all.size()) {
                work.run(all.get(lane), c * width, Math.min(n, (c + 1) * width), check);
            }
            return null;
        }));
        if (tasks.size() == 1) {
            tasks.get(0).run();
        } else {
            List<Future<?>> running = new ArrayList<>();
            tasks.forEach(t -> running.add(pool().submit(t)));
            Parallel.await(running, stop, "the evaluation of " + n + " vectors was interrupted");
        }
    }

    private List<VectorStack> stacks(int count, int width, boolean inStacks) {
        List<VectorStack> all = byWidth.computeIfAbsent(inStacks ? width : 0, w -> new ArrayList<>());
        if (byWidth.size() > KEPT_WIDTHS) {
            Integer oldest = byWidth.keySet().iterator().next();
            byWidth.remove(oldest).forEach(VectorStack::close);
        }
        while (all.size() < count) {
            all.add(new VectorStack(objective, width, inStacks));
        }
        return all.subList(0, count);
    }

    private ExecutorService pool() {
        if (pool == null) {
            pool = Executors.newFixedThreadPool(threads, work -> {
                Thread thread = new Thread(work, "kymograph-objective");
                thread.setDaemon(true);
                return thread;
            });
        }
        return pool;
    }

    int liveArrays() {
        return byWidth.values().stream()
                .flatMap(List::stream)
                .mapToInt(VectorStack::liveArrays)
                .sum();
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.shutdown();
        }
        byWidth.values().forEach(stacks -> stacks.forEach(VectorStack::close));
        byWidth.clear();
    }
}
