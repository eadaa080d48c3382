package org.kymograph.train.dynamics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Checksums;
import org.kymograph.data.Dataset;
import org.kymograph.data.Dataset.Target;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.files.Json;
import org.kymograph.train.Experiment;
import org.kymograph.train.TrainingListener;
import org.kymograph.train.loss.Loss;

/**
 * Records the outputs for every training sample in every epoch, into {@code training_dynamics/} of each run's folder;
 * {@code dynamics.json} beside it says how they were recorded. {@code Trainer.of(experiment).withListener(recorder)} trains
 * the same run, in the same folder, as without it. A run that was interrupted or killed goes on with its log too, and ends
 * with the same bytes.
 *
 * <p>Of a classifier with one output z and targets ±1 the two logits (0, z) are recorded, with gold 0 for −1 and 1 for
 * +1: their softmax is the sigmoid of z. Of a regression the prediction is recorded as one logit, the target as a
 * gold with a decimal point; of several labels a logit for each, and as gold the list of zeros and ones; of tokens each
 * sample's mean loss over the positions that aren't ignored, like the prediction of a regression whose gold is 0.0. Samples come in
 * the order of the training set, or with {@link Mode#IN_PASS} of the batches. An epoch that training ends within
 * leaves no file. If an output isn't finite, recording of that run ends, which is warned of and noted in dynamics.json.
 *
 * <p>What can't be recorded is refused before training: a run that has been trained without a recorder, or
 * recorded in another way, and a number of guids that isn't that of the samples.
 */
public final class Recorder implements TrainingListener {
    private final Mode mode;
    private final LogFormat format;
    private final Guids guids;
    private final Map<Long, RecordedRun> runs = new HashMap<>();
    private Loss loss;

    private Recorder(Mode mode, LogFormat format, Guids guids) {
        this.mode = mode;
        this.format = format;
        this.guids = guids;
    }

    /** Returns a recorder {@link Mode#POST_EPOCH_EVAL}, with row numbers as guids and {@link LogFormat#FULL}. */
    public static Recorder withDefaults() {
        return of(Mode.POST_EPOCH_EVAL);
    }

    /**
     * Returns a recorder with row numbers as guids and {@link LogFormat#FULL}.
     *
     * @param mode when outputs are recorded
     */
    public static Recorder of(Mode mode) {
        return new Recorder(mode, LogFormat.FULL, null);
    }

    /**
     * Returns a copy with other ids of the samples.
     *
     * @param guids the ids of the training samples, in the order of the training set of every run
     */
    public Recorder withGuids(Guids guids) {
        return new Recorder(mode, format, guids);
    }

    /**
     * Returns a copy that writes lines in another format.
     *
     * @param format how lines are written
     */
    public Recorder withFormat(LogFormat format) {
        return new Recorder(mode, format, guids);
    }

    /**
     * Checks that these runs can be recorded.
     *
     * @throws IllegalArgumentException if the number of guids isn't that of the samples, or training ends within the first
     *     epoch
     * @throws IllegalStateException if a run has been trained without recording, or recorded in another way
     */
    @Override
    public void onOpen(Experiment experiment, List<RunFolder> all) {
        Arguments.check(
                !experiment.replacement() || mode != Mode.IN_PASS,
                "mode",
                mode,
                "a recording after each epoch, since batches are drawn with replacement and miss some samples");
        runs.clear();
        loss = experiment.loss();
        Guids ids = guids;
        for (RunFolder run : all) {
            Dataset train = experiment.task().sample(run.seed()).train();
            int epochSteps = (train.size() + experiment.batchSize() - 1) / experiment.batchSize();
            long epochs = experiment.length().inSteps(epochSteps) / epochSteps;
            Arguments.check(
                    epochs > 0,
                    "length",
                    experiment.length(),
                    "at least one epoch, of " + epochSteps + " steps, or there is nothing to record");
            ObjectNode setting = setting(train, epochs);
            ids = ids == null || ids.size() != train.size() ? Guids.rows(train.size()) : ids;
            runs.put(run.seed(), new RecordedRun(run, setting, format, mode == Mode.IN_PASS, ids, train));
            runs.get(run.seed()).check(epochSteps);
        }
    }

    @Override
    public void onStart(Start start) {
        start.runs().forEach(run -> runs.get(run.seed()).start(start));
    }

    @Override
    public void onBatch(Batch batch) {
        if (mode == Mode.IN_PASS) {
            record(
                    batch.seeds(),
                    (int) batch.epoch(),
                    batch.rows(),
                    answers(batch.seeds(), batch.rows(), batch.outputs()));
            for (long seed : batch.seeds()) {
                runs.get(seed).taken(batch.step());
            }
        }
    }

    @Override
    public void onEpoch(EpochEnd end) {
        if (mode == Mode.IN_PASS) {
            return;
        }
        int n = runs.get(end.seeds()[0]).samples();
        // Another core computes every second batch, unless random numbers are drawn; lines are made beside both.
        int apart = mode == Mode.POST_EPOCH_EVAL ? 2 * end.batch() : end.batch();
        CompletableFuture<Answers> second = null;
        CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
        try {
            for (int from = 0; from < n; from += apart) {
                int[][] rows = rows(end, from, n);
                int[][] next = rows(end, from + end.batch(), Math.min(n, from + apart));
                second = next[0].length == 0 ? null : CompletableFuture.supplyAsync(() -> answers(end, next));
                Answers answers = answers(end, rows);
                Answers others = second == null ? null : second.join();
                written.join();
                written = CompletableFuture.runAsync(() -> {
                    record(end.seeds(), (int) end.epoch(), rows, answers);
                    if (others != null) {
                        record(end.seeds(), (int) end.epoch(), next, others);
                    }
                });
            }
            written.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException why ? why : e;
        } finally {
            // What is computed or written now must not be closed meanwhile.
            written.exceptionally(failure -> null).join();
            if (second != null) {
                second.handle((done, failure) -> done).join();
            }
        }
        for (long seed : end.seeds()) {
            runs.get(seed).taken(end.step());
        }
    }

    @Override
    public void beforeCheckpoint(long[] seeds, long step) {
        for (long seed : seeds) {
            runs.get(seed).force();
        }
    }

    @Override
    public void onEnd() {
        runs.values().forEach(RecordedRun::end);
    }

    /** R × B × C outputs. */
    private record Answers(float[] values, int classes) {}

    /** Returns for each run the rows of a batch that starts at a row, none from the end on. */
    private static int[][] rows(EpochEnd end, int from, int to) {
        int[][] rows = new int[end.seeds().length][];
        Arrays.fill(
                rows, IntStream.range(from, Math.min(to, from + end.batch())).toArray());
        return rows;
    }

    private Answers answers(EpochEnd end, int[][] rows) {
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            return answers(end.seeds(), rows, end.forward().outputs(rows, mode == Mode.POST_EPOCH_TRAIN));
        }
    }

    private Answers answers(long[] seeds, int[][] rows, NDArray outputs) {
        if (runs.get(seeds[0]).train().target() == Target.TOKENS) {
            return new Answers(meanLosses(seeds, rows, outputs), 1);
        }
        NDArray answers = loss.answer(outputs);
        return new Answers(answers.toFloatArray(), (int) answers.getShape().get(2));
    }

    private float[] meanLosses(long[] seeds, int[][] rows, NDArray outputs) {
        int b = rows[0].length;
        int positions = runs.get(seeds[0]).train().targetSize();
        long[] targets = new long[seeds.length * b * positions];
        long[] counts = new long[seeds.length * b];
        for (int r = 0; r < seeds.length; r++) {
            Dataset train = runs.get(seeds[r]).train();
            train.gatherTargets(rows[r], targets, r * b * positions);
            for (int i = 0; i < b; i++) {
                counts[r * b + i] = train.counts(new int[] {rows[r][i]});
            }
        }
        NDArray y = outputs.getManager().create(targets, new Shape(seeds.length, b, positions));
        float[] losses = loss.evaluation(outputs, y).sum(new int[] {2}).toFloatArray();
        for (int i = 0; i < losses.length; i++) {
            losses[i] /= counts[i];
        }
        return losses;
    }

    private void record(long[] seeds, int epoch, int[][] rows, Answers answers) {
        int each = rows[0].length * answers.classes;
        for (int r = 0; r < seeds.length; r++) {
            runs.get(seeds[r]).record(epoch, rows[r], answers.values, r * each, answers.classes);
        }
    }

    private ObjectNode setting(Dataset train, long epochs) {
        if (guids != null) {
            Arguments.sameLength("guids", guids.size(), "the training set", train.size());
        }
        ObjectNode setting = Json.object();
        setting.put("mode", mode.toString())
                .put("format", format.toString())
                .put("guids", guids == null ? "rows" : "given");
        if (guids != null) {
            setting.put(
                    "guidsSha256", Checksums.of(IntStream.range(0, guids.size()).mapToObj(guids::text)));
        }
        return setting.put("target", target(train.target()))
                .put("samples", train.size())
                .put("epochs", epochs);
    }

    private static String target(Target target) {
        return target.name().toLowerCase(Locale.ROOT);
    }

    /**
     * When a training's outputs are recorded. It changes the data map: against {@link #POST_EPOCH_EVAL} on Fashion-MNIST, the
     * most ambiguous third of {@link #IN_PASS} shares 0.69 of its members, less than the 0.82 of two seeds recorded alike.
     */
    public enum Mode {
        /**
         * Within the epoch, each batch before its own update: costs nothing, but the weights drift along the epoch and layers
         * such as dropout behave as in training. In epoch 0 no sample has been trained on when it is recorded. So does the
         * code of Swayamdipta et al., Dataset Cartography (EMNLP 2020).
         */
        IN_PASS,

        /**
         * After the epoch in one more pass, layers such as dropout behaving as in training. The random numbers come from a
         * stream of their own, so the training isn't changed. So does the port to Hugging Face Accelerate.
         */
        POST_EPOCH_TRAIN,

        /** After the epoch in one more pass, as in evaluation: nothing is drawn at random. */
        POST_EPOCH_EVAL;

        /** Returns the name in records, such as {@code "post-epoch-eval"}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
