package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.loss.Loss;

/** Four steps of every optimiser, loss and norm against what PyTorch computes in double precision. */
class PyTorchAgreementTest {
    private static final JsonNode GOLDEN =
            Json.read(Path.of("src/test/resources/org/kymograph/train/pytorch-training.json"));

    @TempDir
    Path root;

    static Stream<Arguments> cases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false)
                .map(c -> Arguments.of(
                        c.get("loss").asText() + " " + c.get("norm").asText() + " "
                                + c.get("optimizer").asText(),
                        c));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    @Tag("slow")
    void fourSteps(String name, JsonNode golden) {
        Loss loss = Stream.of(Loss.CROSS_ENTROPY, Loss.HINGE, Loss.MEAN_SQUARED_ERROR)
                .filter(l -> l.setting().equals(golden.get("loss").asText()))
                .findFirst()
                .orElseThrow();
        boolean classes = loss == Loss.CROSS_ENTROPY;
        Tensor targets = classes
                ? Tensor.of(Golden.longs(GOLDEN.get("classes")), 24)
                : Tensor.of(Golden.floats(GOLDEN.get("signs")), 24);
        Dataset data = new Dataset(
                "golden",
                "train",
                0,
                Tensor.of(Golden.floats(GOLDEN.get("inputs")), 24, 6),
                targets,
                classes ? 3 : 2,
                Scaling.NONE);
        Optimizer optimizer =
                switch (golden.get("optimizer").asText()) {
                    case "sgd" -> Optimizer.sgd(0.2).withWeightDecay(0.03);
                    case "momentum" -> Optimizer.sgd(0.2).withMomentum(0.8).withWeightDecay(0.03);
                    case "adam" -> Optimizer.adam(0.05).withWeightDecay(0.1).withEpsilon(1e-3);
                    default -> Optimizer.adamW(0.05).withWeightDecay(0.5).withEpsilon(1e-3);
                };
        Mlp mlp = Mlp.of(classes ? 3 : 1, 7)
                .withNorm(Mlp.Norm.valueOf(golden.get("norm").asText()));
        Experiment e = Experiment.of(
                        "golden",
                        Task.of("golden", new Split(data, data)),
                        new Golden.Started(mlp, Golden.tensors(golden.get("start"))),
                        loss,
                        optimizer)
                .withBatchSize(24)
                .withLength(Span.steps(4));
        if (!golden.get("clip").isNull()) {
            e = e.withClipNorm(golden.get("clip").asDouble());
        }
        RunFolder run = Golden.stack(e, root, 7, 8).get(1);

        double[] losses = run.metrics().table().doubleColumn("train_loss").asDoubleArray();
        for (int i = 0; i < 4; i++) {
            assertThat(losses[i]).isCloseTo(golden.get("losses").get(i).asDouble(), within(2e-6));
        }
        assertThat(run.metrics().table().doubleColumn("eval_loss").get(3))
                .isCloseTo(golden.get("eval_loss").asDouble(), within(2e-6));
        try (TensorFile end = run.checkpoint(4)) {
            Golden.tensors(golden.get("end")).forEach((parameter, expected) -> {
                double[] found = end.read(parameter).toDoubles();
                double[] wanted = expected.toDoubles();
                assertThat(end.shape(parameter)).isEqualTo(expected.shape());
                for (int i = 0; i < wanted.length; i++) {
                    // Single precision against double: 4 steps of numbers around 1.
                    assertThat(found[i]).as(parameter + " " + i).isCloseTo(wanted[i], within(3e-6));
                }
            });
        }
    }
}
