package org.kymograph.train.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.util.RandomUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.DynamicsWriter;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;

class DjlRecorderTest {
    private static final int N = 50;
    private static final int EPOCHS = 3;

    @TempDir
    Path folder;

    private interface Listeners {
        TrainingListener[] of(ArrayDataset data);
    }

    private static ArrayDataset data(NDManager manager) {
        float[] x = new float[2 * N];
        long[] y = new long[N];
        for (int i = 0; i < N; i++) {
            y[i] = i % 3;
            x[2 * i] = (float) Math.cos(i * 2.1);
            x[2 * i + 1] = i / 25f - 1;
        }
        return new ArrayDataset.Builder()
                .setData(manager.create(x, new Shape(N, 2)))
                .optLabels(manager.create(y))
                .setSampling(16, true)
                .build();
    }

    /** @return the outputs of the trained network for all samples */
    private static float[] train(Listeners listeners) throws Exception {
        Engine.getInstance().setRandomSeed(5);
        RandomUtils.RANDOM.setSeed(5);
        try (NDManager manager = NDManager.newBaseManager();
                Model model = Model.newInstance("tiny")) {
            ArrayDataset data = data(manager);
            model.setBlock(new SequentialBlock()
                    .add(Linear.builder().setUnits(8).build())
                    .add(Activation.reluBlock())
                    .add(Dropout.builder().optRate(0.2f).build())
                    .add(Linear.builder().setUnits(3).build()));
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                    .optOptimizer(Optimizer.sgd()
                            .setLearningRateTracker(Tracker.fixed(0.5f))
                            .build())
                    .addTrainingListeners(listeners.of(data)))) {
                trainer.initialize(new Shape(16, 2));
                EasyTrain.fit(trainer, EPOCHS, data, null);
                NDArray all = data.getByIndices(
                                manager, IntStream.range(0, N).asLongStream().toArray())
                        .getData()
                        .head();
                return model.getBlock()
                        .forward(new ParameterStore(manager, false), new NDList(all), false)
                        .head()
                        .toFloatArray();
            }
        }
    }

    private Map<Integer, JsonNode> lines(int epoch) throws Exception {
        Map<Integer, JsonNode> all = new TreeMap<>();
        List<Integer> order = new ArrayList<>();
        for (String line : Files.readAllLines(DynamicsWriter.file(folder, epoch))) {
            JsonNode sample = new ObjectMapper().readTree(line);
            all.put(sample.get("guid").asInt(), sample);
            order.add(sample.get("guid").asInt());
        }
        assertThat(order).hasSize(N).doesNotHaveDuplicates();
        return all;
    }

    @Test
    void recordsEachBatchBeforeItsUpdate() throws Exception {
        float[] alone = train(data -> new TrainingListener[0]);
        float[] recorded = train(data -> new TrainingListener[] {DjlRecorder.inPass(folder)});
        assertThat(recorded).isEqualTo(alone);
        for (int e = 0; e < EPOCHS; e++) {
            assertThat(lines(e))
                    .allSatisfy((guid, line) -> {
                        assertThat(line.get("gold").asInt()).isEqualTo(guid % 3);
                    })
                    .hasSize(N);
            assertThat(lines(e).get(7).get("logits_epoch_" + e)).hasSize(3);
        }
        assertThat(folder.resolve("training_dynamics").toFile().list()).hasSize(EPOCHS);
        assertThat(Files.readString(folder.resolve("dynamics.json"))).contains("in-pass");
    }

    @Test
    void recordsAllSamplesAfterEachEpochWithoutBeingFelt() throws Exception {
        float[] alone = train(data -> new TrainingListener[0]);
        float[] recorded = train(data -> new TrainingListener[] {DjlRecorder.postEpoch(folder, data)});
        assertThat(recorded).isEqualTo(alone);
        Map<Integer, JsonNode> last = lines(EPOCHS - 1);
        for (int i = 0; i < N; i++) {
            for (int c = 0; c < 3; c++) {
                assertThat(last.get(i).get("logits_epoch_2").get(c).asDouble())
                        .isCloseTo(alone[3 * i + c], within(1e-5));
            }
        }
        assertThat(lines(0)).isNotEqualTo(lines(1));
        assertThat(Dynamics.read(folder).epochs()).isEqualTo(EPOCHS);
    }

    @Test
    void takesGuidsAndAFormat() throws Exception {
        List<String> ids = IntStream.range(0, N).mapToObj(i -> "id" + i).toList();
        train(data -> new TrainingListener[] {
            DjlRecorder.postEpoch(folder, data).withGuids(Guids.of(ids)).withFormat(LogFormat.ROUNDED)
        });
        assertThat(Files.readString(DynamicsWriter.file(folder, 0)))
                .startsWith("{\"guid\":\"id0\",\"logits_epoch_0\":[")
                .contains("\"gold\":2}\n")
                .doesNotContain("device");
        assertThatThrownBy(() -> train(data -> new TrainingListener[] {
                    DjlRecorder.postEpoch(folder, data).withGuids(Guids.rows(3))
                }))
                .hasMessage("guids has length 3; expected 50, the length of data");
        assertThatThrownBy(() -> train(data ->
                        new TrainingListener[] {DjlRecorder.inPass(folder).withGuids(Guids.rows(3))}))
                .hasMessageContaining("there are 3 guids");
    }
}
