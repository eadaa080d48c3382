package org.kymograph.train.dynamics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.SequenceSampler;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.translate.TranslateException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.record.dynamics.DynamicsWriter;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.files.Json;

/**
 * Records training dynamics in DJL's own training loop: give it to {@code DefaultTrainingConfig.addTrainingListeners} and
 * train a classifier with {@code EasyTrain.fit}. Its labels are class numbers and its first output is
 * {@code [B, C]} before the softmax. A guid is a sample's number in the dataset, unless ids are given. What is recorded
 * again, as by a sampler that draws with replacement, is left out.
 *
 * <p>There is no mode {@link Recorder.Mode#POST_EPOCH_TRAIN}: its dropout would draw from the engine's random numbers, and
 * the training would be another one. One recorder is for one training.
 */
public final class DjlRecorder extends TrainingListenerAdapter {
    private static final int BATCH = 1000;

    private final Path logDir;
    private final RandomAccessDataset data;
    private final Guids guids;
    private final LogFormat format;
    private DynamicsWriter writer;
    private int epoch;

    private DjlRecorder(Path logDir, RandomAccessDataset data, Guids guids, LogFormat format) {
        this.logDir = logDir;
        this.data = data;
        this.guids = guids;
        this.format = format;
    }

    /**
     * Records each batch as it is trained on, with the outputs before the update.
     *
     * @param logDir the folder that will hold {@code training_dynamics/}
     * @return a recorder {@link Recorder.Mode#IN_PASS}
     */
    public static DjlRecorder inPass(Path logDir) {
        return new DjlRecorder(logDir, null, null, LogFormat.FULL);
    }

    /**
     * Records all samples after each epoch, as in evaluation. The samples are taken in order, past the dataset's own
     * sampling, so that nothing is drawn at random.
     *
     * @param logDir the folder that will hold {@code training_dynamics/}
     * @param data the samples, for one the training set
     * @return a recorder {@link Recorder.Mode#POST_EPOCH_EVAL}
     */
    public static DjlRecorder postEpoch(Path logDir, RandomAccessDataset data) {
        return new DjlRecorder(logDir, Objects.requireNonNull(data, "data"), null, LogFormat.FULL);
    }

    /**
     * Returns a copy with other ids of the samples.
     *
     * @param guids the ids of the dataset's samples, in its order
     * @throws IllegalArgumentException if there are more or fewer than samples
     */
    public DjlRecorder withGuids(Guids guids) {
        if (data != null) {
            Arguments.sameLength("guids", guids.size(), "data", (int) data.size());
        }
        return new DjlRecorder(logDir, data, guids, format);
    }

    /**
     * Returns a copy that writes lines in another format.
     *
     * @param format how lines are written
     */
    public DjlRecorder withFormat(LogFormat format) {
        return new DjlRecorder(logDir, data, guids, format);
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
        Json.write(
                logDir.resolve("dynamics.json"),
                Json.object()
                        .put("mode", (data == null ? Recorder.Mode.IN_PASS : Recorder.Mode.POST_EPOCH_EVAL).toString())
                        .put("format", format.toString())
                        .put("guids", guids == null ? "rows" : "given"));
    }

    /**
     * Records a batch {@link Recorder.Mode#IN_PASS}.
     *
     * @throws IllegalStateException if the dataset doesn't tell which samples a batch holds
     */
    @Override
    public void onTrainingBatch(Trainer trainer, BatchData taken) {
        if (data != null) {
            return;
        }
        List<NDArray> outputs = new ArrayList<>();
        List<NDArray> labels = new ArrayList<>();
        for (var device : trainer.getDevices()) {
            if (taken.getPredictions().containsKey(device)) {
                outputs.add(taken.getPredictions().get(device).head());
                labels.add(taken.getLabels().get(device).head());
            }
        }
        record(taken.getBatch(), outputs, labels);
    }

    @Override
    public void onEpoch(Trainer trainer) {
        if (data != null) {
            pass(trainer);
        }
        if (writer != null) {
            writer.finish();
            writer = null;
        }
        epoch++;
    }

    @Override
    public void onTrainingEnd(Trainer trainer) {
        if (writer != null) {
            writer.close();
            writer = null;
        }
    }

    private void pass(Trainer trainer) {
        try (NDManager manager = trainer.getManager().newSubManager()) {
            for (Batch batch : data.getData(manager, new BatchSampler(new SequenceSampler(), BATCH, false))) {
                try (batch;
                        NDList outputs = trainer.evaluate(batch.getData())) {
                    record(
                            batch,
                            List.of(outputs.head()),
                            List.of(batch.getLabels().head()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TranslateException e) {
            throw new IllegalStateException("a sample can't be made ready: " + e.getMessage(), e);
        }
    }

    private void record(Batch batch, List<NDArray> outputs, List<NDArray> labels) {
        if (batch.getIndices() == null) {
            throw new IllegalStateException("the dataset doesn't tell which samples a batch holds: only a"
                    + " RandomAccessDataset does, as DjlRecorder.postEpoch takes");
        }
        if (writer == null) {
            writer = DynamicsWriter.open(logDir, epoch, format);
        }
        int at = 0;
        for (int d = 0; d < outputs.size(); d++) {
            long[] shape = outputs.get(d).getShape().getShape();
            if (shape.length != 2) {
                throw new IllegalStateException("the outputs have the shape "
                        + outputs.get(d).getShape()
                        + "; expected a row for each sample and a number for each class");
            }
            int b = (int) shape[0];
            int[] gold;
            float[] logits;
            try (NDArray classes = labels.get(d).toType(DataType.INT32, true);
                    NDArray numbers = outputs.get(d).toType(DataType.FLOAT32, true)) {
                gold = classes.toIntArray();
                logits = numbers.toFloatArray();
            }
            if (at + b > batch.getIndices().size()) {
                throw new IllegalStateException("more outputs than the batch has samples, "
                        + batch.getIndices().size());
            }
            if (guids == null || guids.numeric()) {
                long[] ids = new long[b];
                for (int i = 0; i < b; i++) {
                    int row = row(batch, at + i);
                    ids[i] = guids == null ? row : guids.number(row);
                }
                writer.record(ids, logits, gold);
            } else {
                String[] ids = new String[b];
                for (int i = 0; i < b; i++) {
                    ids[i] = guids.text(row(batch, at + i));
                }
                writer.record(ids, logits, gold);
            }
            at += b;
        }
    }

    private int row(Batch batch, int i) {
        int row = ((Number) batch.getIndices().get(i)).intValue();
        if (guids != null && row >= guids.size()) {
            throw new IllegalStateException(
                    "there are " + guids.size() + " guids, but the dataset has a sample " + row);
        }
        return row;
    }
}
