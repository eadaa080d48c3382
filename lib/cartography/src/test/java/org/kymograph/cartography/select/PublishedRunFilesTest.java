package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class PublishedRunFilesTest {
    @TempDir
    Path folder;

    private static Dataset signs(String split, int samples) {
        float[] x = new float[3 * samples];
        long[] y = new long[samples];
        RandomGenerator random = Streams.of(5, split);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
            y[i / 3] = x[i / 3 * 3] > 0 ? 1 : 0;
        }
        return new Dataset("signs", split, 0, Tensor.of(x, samples, 3), Tensor.of(y, samples), 2, Scaling.NONE);
    }

    private static Experiment small() {
        return Experiment.of(
                        "files",
                        Task.byContent("signs", new Split(signs("train", 64), signs("test", 32))),
                        Mlp.of(2, 8),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(0.01).withWeightDecay(0.1).withoutDecayOfBiasesAndNorms())
                .withSchedule(Schedule.LINEAR.withWarmup(2))
                .withBatchSize(16)
                .withGradientAccumulation(2)
                .withLength(Span.epochs(4))
                .withEvaluation(Span.epochs(1))
                .withClipNorm(2)
                .withPatience(5);
    }

    @Test
    void aTrainingComesBackFromItsFiles() throws IOException {
        RunFolder run = Trainer.of(small()).train(folder, 3).runs().get(0);
        PublishedRunFiles.write(folder, "train", run);
        assertThat(Files.readAllLines(folder.resolve("eval_metrics_train.json")))
                .hasSize(4)
                .first()
                .asString()
                .matches(
                        "\\{\"epoch\":0,\"train_acc\":[^,]+,\"best_dev_performance\":[^,]+,\"avg_batch_loss\":[^,]+,\"learning_rate\":.+}");
        Table table = PublishedRunFiles.readMetrics(folder.resolve("eval_metrics_train.json"));
        assertThat(table.columnNames())
                .containsExactly("epoch", "train_acc", "best_dev_performance", "avg_batch_loss", "learning_rate");
        List<ObjectNode> metrics = run.metrics().read();
        double best = 0;
        for (int e = 0; e < 4; e++) {
            best = Math.max(best, metrics.get(e).get("eval_accuracy").asDouble());
            assertThat(table.doubleColumn("best_dev_performance").get(e)).isEqualTo(best);
            assertThat(table.doubleColumn("avg_batch_loss").get(e))
                    .isEqualTo(metrics.get(e).get("train_loss").asDouble());
            // 4 steps an epoch, of which the first two rise: what is left of the other 14.
            assertThat(table.doubleColumn("learning_rate").get(e))
                    .isEqualTo(0.01 * (16 - 4 * (e + 1)) / 14.0, within(1e-12));
        }

        Path config = folder.resolve("cartography_config_train.json");
        assertThat(Files.readString(config))
                .startsWith(
                        "{\n    \"adam_epsilon\": 1.0E-8,\n    \"gradient_accumulation_steps\": 2,\n    \"learning_rate\": 0.01,\n")
                .contains("\n    \"per_gpu_train_batch_size\": 8,\n", "\n    \"seed\": 3,\n")
                .endsWith("\n}\n");
        Experiment other =
                Experiment.of("files", small().task(), small().network(), Loss.CROSS_ENTROPY, Optimizer.sgd(1));
        Experiment again = PublishedRunFiles.readConfig(config, other);
        assertThat(again.withCheckpoints(small().checkpoints()).setting()).isEqualTo(small().setting());
    }

    @Test
    void whatTheFilesLackIsAsPublishedAndWhatIsWrongIsTold() throws IOException {
        Path config = folder.resolve("cartography_config_eval.json");
        Files.writeString(
                config, "{\"seed\": 93078, \"device\": \"cuda\", \"learning_rate\": 2e-05, \"max_grad_norm\": 0}");
        Experiment found = PublishedRunFiles.readConfig(config, small());
        assertThat(found.optimizer().learningRate()).isEqualTo(2e-5);
        assertThat(found.batchSize()).isEqualTo(96);
        assertThat(found.length()).isEqualTo(Span.epochs(3));
        assertThat(found.patience()).isEqualTo(3);
        assertThat(found.clipNorm()).isInfinite();
        Files.writeString(config, "{\"patience\": 1.5}");
        assertThatThrownBy(() -> PublishedRunFiles.readConfig(config, small()))
                .isInstanceOf(RecordException.class)
                .hasMessageEndingWith("field patience is 1.5; expected a whole number");
        Files.writeString(config, "{\"learning_rate\": \"fast\"}");
        assertThatThrownBy(() -> PublishedRunFiles.readConfig(config, small()))
                .hasMessageEndingWith("field learning_rate is \"fast\"; expected a number");
        Files.writeString(config, "{\"num_train_epochs\": 0}");
        assertThatThrownBy(() -> PublishedRunFiles.readConfig(config, small()))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("expected at least 1");

        Path metrics = folder.resolve("eval_metrics_train.json");
        Files.writeString(metrics, "{\"epoch\": 0, \"train_acc\": 0.5, \"learning_rate\": null}\n");
        assertThat(PublishedRunFiles.readMetrics(metrics)
                        .doubleColumn("train_acc")
                        .get(0))
                .isEqualTo(0.5);
        assertThat(PublishedRunFiles.readMetrics(metrics)
                        .doubleColumn("learning_rate")
                        .countMissing())
                .isEqualTo(1);
        Files.writeString(metrics, "{\"epoch\": 0}\n{\"train_acc\": 0.5}\n");
        assertThatThrownBy(() -> PublishedRunFiles.readMetrics(metrics))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("eval_metrics_train.json, line 2: field 'epoch': expected a whole number");
        RunFolder none = RunFolder.openOrCreate(folder, "none", 0, Json.object());
        none.close();
        assertThatThrownBy(() -> PublishedRunFiles.write(folder, "train", none))
                .hasMessageContaining("has no metrics at the end of an epoch");
    }
}
