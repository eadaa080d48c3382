package org.kymograph.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.images.Images;
import org.kymograph.model.LeNet5;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.ResNet18;
import org.kymograph.record.RunFolder;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.loss.Loss;

class ConvNetworksTest {
    private static final JsonNode GOLDEN =
            Json.read(Path.of("src/test/resources/org/kymograph/train/pytorch-conv.json"));

    @TempDir
    Path root;

    static Stream<JsonNode> cases() {
        return StreamSupport.stream(GOLDEN.get("cases").spliterator(), false);
    }

    private static Network network(String name) {
        String[] words = name.split(" ", -1);
        return words.length == 1
                ? new LeNet5(10)
                : new ResNet18(100, Boolean.parseBoolean(words[1]), Boolean.parseBoolean(words[2]));
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("cases")
    void twoStepsAgreeWithPyTorch(JsonNode golden) {
        Network net = network(golden.get("name").asText());
        boolean digits = net instanceof LeNet5;
        int classes = digits ? 10 : 100;
        long[] shape = {4, digits ? 1 : 3, 32, 32};
        float[] x = new float[(int) new Shape(shape).size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) hashed(i, 1000);
        }
        Tensor y =
                Tensor.of(IntStream.range(0, 4).mapToLong(i -> i * 7 % classes).toArray(), 4);
        Dataset data = new Dataset("golden", "train", 0, Tensor.of(x, shape), y, classes, Scaling.NONE);
        Experiment e = Experiment.of(
                        "golden",
                        Task.of("golden", new Split(data, data)),
                        hashed(net),
                        Loss.CROSS_ENTROPY,
                        Optimizer.sgd(0.002))
                .withBatchSize(4)
                .withLength(Span.steps(2));
        List<ObjectNode> lines =
                Trainer.of(e).train(root, 0).runs().get(0).metrics().read();
        for (int i = 0; i < 2; i++) {
            double expected = golden.get("losses").get(i).asDouble();
            // Eighteen layers in single precision, whose batch norms divide by the deviation of few pixels.
            assertThat(lines.get(i).get("train_loss").asDouble()).isCloseTo(expected, within(2e-4 * expected));
        }
        double expected = golden.get("eval_loss").asDouble();
        assertThat(lines.get(1).get("eval_loss").asDouble()).isCloseTo(expected, within(2e-4 * expected));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Tag("slow")
    void hasPyTorchsParameters(JsonNode golden) {
        Network net = network(golden.get("name").asText());
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = net.single(manager, new Shape(net instanceof LeNet5 ? 1 : 3, 32, 32), 0);
            assertThat(parameters(block)).isEqualTo(golden.get("parameters").asLong());
            assertThat(block.getParameters().keys())
                    .containsExactlyElementsOf(
                            StreamSupport.stream(golden.get("names").spliterator(), false)
                                    .map(JsonNode::asText)
                                    .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({"true,true,11220132", "true,false,11046308"})
    @Tag("slow")
    void resNet18HasThePublishedNumberOfParameters(boolean batchNorm, boolean residual, long expected) {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(parameters(new ResNet18(100, batchNorm, residual).single(manager, new Shape(3, 32, 32), 0)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void leNet5HasTheParametersCountedByHand() {
        try (NDManager manager = NDManager.newBaseManager()) {
            assertThat(parameters(new LeNet5(10).single(manager, new Shape(1, 32, 32), 0)))
                    .isEqualTo((6 * 25 + 6 + 12)
                            + (16 * 6 * 25 + 16 + 32)
                            + (400 * 120 + 120)
                            + (120 * 84 + 84)
                            + (84 * 10 + 10));
            assertThatThrownBy(() -> new LeNet5(10).single(manager, new Shape(1, 28, 28), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(1, 32, 32)");
        }
        assertThatThrownBy(() -> new LeNet5(1)).hasMessageContaining("classes is 1; expected at least 2");
        assertThatThrownBy(() -> new ResNet18(0, true, true)).hasMessageContaining("classes is 0; expected at least 2");
    }

    private static long parameters(Block block) {
        return block.getParameters().values().stream()
                .filter(Parameter::requiresGradient)
                .mapToLong(p -> p.getArray().size())
                .sum();
    }

    @Test
    void startsAsPyTorchDoes() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Block b = new ResNet18(100, true, true).single(manager, new Shape(3, 32, 32), 3);
            assertThat(b.getParameters()
                            .get("conv1.weight")
                            .getArray()
                            .abs()
                            .max()
                            .getFloat())
                    .isBetween(0.19f, (float) (1 / Math.sqrt(27)));
            assertThat(b.getParameters()
                                    .get("layer4.1.conv2.weight")
                                    .getArray()
                                    .square()
                                    .mean()
                                    .getFloat()
                            * 512
                            * 9)
                    .isCloseTo(2, within(0.02f));
            assertThat(b.getParameters()
                                    .get("layer2.0.downsample.0.weight")
                                    .getArray()
                                    .square()
                                    .mean()
                                    .getFloat()
                            * 128)
                    .isCloseTo(2, within(0.1f));
            assertThat(b.getParameters().get("fc.bias").getArray().abs().max().getFloat())
                    .isBetween(0.02f, (float) (1 / Math.sqrt(512)));
        }
    }

    @Test
    void leNetTrainsOnFilesOfMnistsForm() throws IOException {
        for (String part : List.of("train", "t10k")) {
            ByteBuffer images = ByteBuffer.allocate(16 + 20 * 784)
                    .putInt(0x803)
                    .putInt(20)
                    .putInt(28)
                    .putInt(28);
            ByteBuffer labels = ByteBuffer.allocate(8 + 20).putInt(0x801).putInt(20);
            for (int i = 0; i < 20; i++) {
                for (int k = 0; k < 784; k++) {
                    images.put((byte) (k % 28 / 3 == i % 10 ? 255 : 0));
                }
                labels.put((byte) (i % 10));
            }
            Files.write(root.resolve(part + "-images-idx3-ubyte"), images.array());
            Files.write(root.resolve(part + "-labels-idx1-ubyte"), labels.array());
        }
        Split stripes = Images.of("stripes", root, 10);
        Experiment e = Experiments.mnistLenet(stripes).withBatchSize(10).withLength(Span.epochs(10));
        RunFolder run = Trainer.of(e).train(root.resolve("runs"), 0).runs().get(0);
        List<ObjectNode> lines = run.metrics().read();
        assertThat(lines).extracting(l -> l.get("step").asInt()).containsExactly(10, 20);
        assertThat(lines.get(1).get("train_loss").asDouble()).isLessThan(2);
        assertThat(lines.get(1).get("tensors").properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "layer1.0.weight",
                        "layer1.0.bias",
                        "layer2.0.weight",
                        "layer2.0.bias",
                        "fc1.weight",
                        "fc1.bias",
                        "fc2.weight",
                        "fc2.bias",
                        "fc3.weight",
                        "fc3.bias");
        Experiment mlp = Experiments.mnist(stripes)
                .withBatchSize(10)
                .withLength(Span.steps(8))
                .withNetwork(Mlp.of(10, 20));
        assertThat(Trainer.of(mlp).train(root.resolve("runs"), 0, 1).runs())
                .allSatisfy(r -> assertThat(r.metrics().read())
                        .extracting(l -> l.get("step").asInt())
                        .containsExactly(4, 8));
    }

    private Split cifar() throws IOException {
        byte[] records = new byte[100 * 3074];
        for (int i = 0; i < 100; i++) {
            records[i * 3074] = (byte) (i / 5);
            records[i * 3074 + 1] = (byte) i;
            for (int k = 0; k < 3072; k++) {
                records[i * 3074 + 2 + k] = (byte) (k * 31 + i * k / 7);
            }
        }
        Files.write(root.resolve("train.bin"), records);
        Files.write(root.resolve("test.bin"), records);
        return Images.cifar100(root, 1, 1);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"true,true", "false,false"})
    void resNetTrainsOnFilesOfCifar100sForm(boolean batchNorm, boolean residual) throws IOException {
        Split few = cifar();
        few = new Split(few.train().take(8), few.test().take(4));
        // Without moments, or every checkpoint would be three times as large.
        Experiment e = Experiments.cifar100(few, batchNorm, residual)
                .withBatchSize(4)
                .withLength(Span.steps(2))
                .withEvaluation(Span.steps(2))
                .withOptimizer(Optimizer.sgd(0.01));
        RunFolder run = Trainer.of(e).train(root, 0).runs().get(0);
        assertThat(run.status()).isEqualTo(Status.DONE);
        JsonNode line = run.metrics().read().get(0);
        assertThat(line.get("tensors").properties().stream().map(Map.Entry::getKey))
                .hasSize(19)
                .startsWith("conv1.weight", "layer1.0.conv1.weight")
                .endsWith("fc.weight", "fc.bias")
                .noneMatch(n -> n.contains("downsample") || n.contains("bn"));
        // The only biases that count are the linear map's, uniform within ±1/√512.
        assertThat(line.at("/b_all/var").asDouble()).isCloseTo(1 / (3.0 * 512), within(2e-4));
        assertThat(run.setting().at("/task/augmentation/padding").asInt()).isEqualTo(4);
    }

    @Test
    @Tag("slow")
    void aResumedRunAugmentsAsAnUndisturbedOne() throws IOException {
        Experiment e = Experiments.cifar100(cifar(), true, true)
                .withNetwork(Mlp.of(100, 8))
                .withBatchSize(16)
                .withLength(Span.steps(20))
                .withEvaluation(Span.steps(5))
                .withCheckpoints(Span.steps(6));
        Path whole =
                Trainer.of(e).train(root.resolve("a"), 0, 1, 2).runs().get(1).path();
        TrainingListener interrupting = new Interrupting(15, -1);
        assertThatThrownBy(() -> Trainer.of(e).withListener(interrupting).train(root.resolve("b"), 1))
                .isInstanceOf(CancellationException.class);
        Path resumed = Trainer.of(e).train(root.resolve("b"), 1).runs().get(0).path();
        Path plain = Trainer.of(e.withTask(Task.of("cifar-100", cifar())))
                .train(root.resolve("c"), 1)
                .runs()
                .get(0)
                .path();
        for (String file : List.of("metrics.jsonl", "checkpoints/step-00000020.safetensors")) {
            assertThat(Files.readAllBytes(resumed.resolve(file)))
                    .isEqualTo(Files.readAllBytes(whole.resolve(file)))
                    .isNotEqualTo(Files.readAllBytes(plain.resolve(file)));
        }
    }

    private static double hashed(long i, int salt) {
        long h = (i * 2654435761L + salt * 97003L) & 0xffffffffL;
        h = (h ^ (h >> 16)) * 73244475L & 0xffffffffL;
        h = (h ^ (h >> 16)) * 73244475L & 0xffffffffL;
        return (h >> 8) / (double) (1 << 23) - 1;
    }

    /** The network with the golden script's parameters. */
    private static Network hashed(Network net) {
        return new Network() {
            @Override
            public String name() {
                return "hashed";
            }

            @Override
            public Block single(NDManager manager, Shape inputShape, long seed) {
                Block block = net.single(manager, inputShape, seed);
                int salt = 0;
                for (Pair<String, Parameter> p : block.getParameters()) {
                    NDArray a = p.getValue().getArray();
                    long n = a.size();
                    double scale = a.getShape().dimension() == 1
                            ? 1 / 8.0
                            : Math.sqrt(3.0 * a.getShape().get(0) / n);
                    double shift = a.getShape().dimension() == 1 && p.getKey().endsWith(".weight") ? 1 : 0;
                    if (p.getValue().requiresGradient()) {
                        float[] values = new float[(int) n];
                        for (int i = 0; i < n; i++) {
                            values[i] = (float) (hashed(i, salt) * scale + shift);
                        }
                        a.set(values);
                    }
                    salt++;
                }
                return block;
            }
        };
    }
}
