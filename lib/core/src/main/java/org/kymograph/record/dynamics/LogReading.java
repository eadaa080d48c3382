package org.kymograph.record.dynamics;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.kymograph.base.Progress;
import org.kymograph.record.files.RecordException;

/** Reads a log's files, several at a time, a thread for each. */
final class LogReading {
    /** Each thread holds one file's rows besides what is kept. */
    private static final int MAX_THREADS = 4;

    private final LogFolder folder;
    private final DynamicsReader settings;
    private final AlignedEpoch[] epochs;
    private final RuntimeException[] failures;
    private final AtomicInteger next = new AtomicInteger();
    private final CompletableFuture<AlignedEpoch.First> first = new CompletableFuture<>();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean failed;

    LogReading(LogFolder folder, DynamicsReader settings) {
        this.folder = folder;
        this.settings = settings;
        epochs = new AlignedEpoch[folder.epochs().size()];
        failures = new RuntimeException[epochs.length];
    }

    Dynamics read() {
        int threads = Math.min(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()), epochs.length);
        long total = 0;
        for (LogFolder.Epoch epoch : folder.epochs()) {
            total += epoch.file().toFile().length();
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "log-reader");
            thread.setDaemon(true);
            return thread;
        });
        try (Progress progress =
                Progress.start("reading " + folder.folder().getFileName(), "MB", Math.max(1, total / 1_000_000))) {
            List<Future<?>> workers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                workers.add(pool.submit(() -> work(progress)));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("reading the log was interrupted");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        for (RuntimeException failure : failures) {
            if (failure != null) {
                throw failure;
            }
        }
        return assembled();
    }

    private void work(Progress progress) {
        EpochRows rows = new EpochRows();
        for (int e = next.getAndIncrement(); e < epochs.length && !failed; e = next.getAndIncrement()) {
            try {
                Path file = folder.epochs().get(e).file();
                String name = file.getFileName().toString();
                new EpochFile(
                                file,
                                folder.epochs().get(e).number(),
                                settings,
                                n -> progress.update(bytes.addAndGet(n) / 1_000_000, name))
                        .read(rows);
                if (e == 0) {
                    first.complete(
                            AlignedEpoch.first(file, folder.epochs().get(e).number(), rows, settings));
                }
                epochs[e] = new AlignedEpoch(file, e == 0, rows, first.join(), settings);
            } catch (CompletionException x) {
                // Epoch 0's own failure is the one to tell.
                failed = true;
            } catch (RuntimeException x) {
                failures[e] = x;
                failed = true;
                if (e == 0) {
                    first.completeExceptionally(x);
                }
            } catch (OutOfMemoryError x) {
                first.completeExceptionally(x);
                throw x;
            }
        }
    }

    private Dynamics assembled() {
        AlignedEpoch.First form = first.join();
        BitSet complete = new BitSet();
        complete.set(0, form.guids().size());
        List<String> repeated = new ArrayList<>();
        Map<String, String> dropped = new LinkedHashMap<>();
        long rows = 0;
        for (AlignedEpoch epoch : epochs) {
            complete.and(epoch.present);
            repeated.addAll(epoch.repeated);
            epoch.dropped.forEach(dropped::putIfAbsent);
            rows += epoch.rows;
        }
        if (complete.isEmpty()) {
            throw new RecordException(folder.folder(), "has no sample that is in every epoch");
        }
        int[] kept = complete.cardinality() == form.guids().size()
                ? null
                : complete.stream().toArray();
        Guids guids = kept == null ? form.guids() : form.guids().at(kept);
        boolean sequences = form.kind() == Dynamics.Kind.SEQUENCE;
        float[][] outputs = new float[epochs.length][];
        float[][] norms = form.hasExtras() && !sequences ? new float[epochs.length][] : null;
        BitSet[] correct = sequences ? new BitSet[epochs.length] : null;
        for (int e = 0; e < epochs.length; e++) {
            outputs[e] = at(epochs[e].outputs, kept, form.width());
            if (norms != null) {
                norms[e] = at(epochs[e].extras, kept, 1);
            } else if (sequences) {
                float[] right = at(epochs[e].extras, kept, 1);
                correct[e] = new BitSet(right.length);
                for (int i = 0; i < right.length; i++) {
                    correct[e].set(i, right[i] == 1);
                }
            }
        }
        return new Dynamics(
                form.kind(),
                guids,
                form.width(),
                golds(form, kept),
                outputs,
                correct,
                norms,
                new DynamicsReader.Coverage(
                        guids.size(),
                        epochs.length,
                        rows,
                        repeated,
                        List.copyOf(dropped.values()),
                        Stream.of(epochs)
                                .map(e -> e.cutOff)
                                .filter(Objects::nonNull)
                                .toList(),
                        folder.strayFiles()));
    }

    private static float[] at(float[] values, int[] kept, int width) {
        if (kept == null) {
            return values;
        }
        float[] part = new float[kept.length * width];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(values, kept[i] * width, part, i * width, width);
        }
        return part;
    }

    private static Golds golds(AlignedEpoch.First form, int[] kept) {
        int n = kept == null ? form.guids().size() : kept.length;
        int width = form.goldWidth();
        double[] golds = new double[n * width];
        for (int i = 0; i < n; i++) {
            System.arraycopy(form.golds(), (kept == null ? i : kept[i]) * width, golds, i * width, width);
        }
        return switch (form.kind()) {
            case CLASSES ->
                Golds.classes(Arrays.stream(golds).mapToInt(g -> (int) g).toArray());
            case MULTI_LABEL -> {
                byte[] labels = new byte[golds.length];
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = (byte) golds[i];
                }
                yield Golds.labels(labels);
            }
            case REGRESSION -> Golds.targets(golds);
            case SEQUENCE -> Golds.none();
        };
    }
}
