package org.kymograph.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.MarkovText;
import org.kymograph.data.SparseParity;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

/** Activations of trained networks, and what CKA and probes make of them. */
class ActivationsTest {
    @TempDir
    Path root;

    private RunFolder trained(Network network, Split split, Loss loss, int epochs) {
        return Trainer.of(Experiment.of("net", Task.of("data", split), network, loss, Optimizer.adamW(0.01))
                        .withBatchSize(50)
                        .withLength(Span.epochs(epochs)))
                .train(root, 1)
                .runs()
                .get(0);
    }

    private static TensorFile end(RunFolder run) {
        return run.checkpoint(run.lastGoodCheckpoint().orElseThrow());
    }

    @Test
    void aPerceptronsLayersFollowFromItsWeights() {
        Mlp net = Mlp.of(1, 8, 4);
        Split split = SparseParity.withDefaults().withBits(6).withTrain(300).sample(0);
        RunFolder run = trained(net, split, Loss.HINGE, 2);
        Dataset data = split.train();
        try (TensorFile checkpoint = end(run)) {
            Activations a = Activations.of(net, checkpoint, data, "mlp_pre.0", "mlp_post.0", "mlp_pre.1");
            assertThat(a.points()).containsExactly("mlp_pre.0", "mlp_post.0", "mlp_pre.1");
            assertThat(a.get("mlp_post.0").shape()).containsExactly(300, 8);
            double[][] w = matrix(checkpoint.read("0.weight"));
            double[] bias = checkpoint.read("0.bias").toDoubles();
            float[] x = data.inputs().toFloats();
            double[][] pre = a.rows("mlp_pre.0");
            double[][] post = a.rows("mlp_post.0");
            for (int i : new int[] {0, 255, 256, 299}) {
                for (int u = 0; u < 8; u++) {
                    double sum = bias[u];
                    for (int k = 0; k < 6; k++) {
                        sum += w[u][k] * x[i * 6 + k];
                    }
                    assertThat(pre[i][u]).isCloseTo(sum, within(1e-5));
                    assertThat(post[i][u]).isEqualTo(Math.max(0, pre[i][u]));
                }
            }
            Activations same = Activations.of(
                    net, ParameterVector.of(Trained.tensors(checkpoint)), data, "mlp_pre.0", "mlp_post.0");
            assertThat(same.get("mlp_post.0").toFloats())
                    .isEqualTo(a.get("mlp_post.0").toFloats());
            assertThat(a.outputs().shape()).containsExactly(300, 1);
            Activations cut = Activations.patched(
                    net, checkpoint, data, Map.of("mlp_post.1", NDArray::zerosLike), "mlp_post.1", "mlp_post.0");
            float[] constant = new float[300];
            Arrays.fill(constant, checkpoint.read("4.bias").toFloats()[0]);
            assertThat(cut.outputs().toFloats()).isEqualTo(constant);
            assertThat(cut.get("mlp_post.1").toFloats()).containsOnly(0);
            assertThat(cut.get("mlp_post.0").toFloats())
                    .isEqualTo(a.get("mlp_post.0").toFloats());
            double[][] cka = Cka.between(a, same);
            assertThat(cka).hasDimensions(3, 2);
            assertThat(cka[0][0]).isCloseTo(1, within(1e-9));
            assertThat(cka[1][1]).isCloseTo(1, within(1e-9));
            assertThat(cka[0][1]).isLessThan(1);
            assertThatThrownBy(() -> a.get("mlp_pre.2"))
                    .hasMessageContaining("one of those that were kept, [mlp_pre.0, mlp_post.0, mlp_pre.1]");
            assertThatThrownBy(() -> Activations.of(net, checkpoint, data, "mlp_past.0"))
                    .hasMessageEndingWith("did you mean 'mlp_post.0'?");
        }
        assertThat(Activations.points(net, data)).containsExactly("mlp_pre.0", "mlp_post.0", "mlp_pre.1", "mlp_post.1");
    }

    private static double[][] matrix(Tensor t) {
        double[] all = t.toDoubles();
        int columns = (int) t.shape()[1];
        double[][] rows = new double[(int) t.shape()[0]][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
        return rows;
    }

    /** What a checkpoint holds of a network, without its optimiser's moments. */
    private static final class Trained {
        static Map<String, Tensor> tensors(TensorFile file) {
            Map<String, Tensor> out = new LinkedHashMap<>();
            file.names().stream()
                    .filter(name -> !name.startsWith("optimizer."))
                    .forEach(name -> out.put(name, file.read(name)));
            return out;
        }
    }

    @Test
    @Tag("slow")
    void probesReadWhatIsThereAndNothingElse() {
        Llama net = Llama.of(16).withSizes(32, 2, 4, 4, 64);
        Split split = MarkovText.withDefaults().withSizes(8, 1200, 10).sample(3);
        RunFolder run = trained(net, split, Loss.CROSS_ENTROPY, 1);
        try (TensorFile checkpoint = end(run)) {
            Activations a = Activations.of(net, checkpoint, split.train(), "embed", "resid_post.1");
            long[] tokens = split.train().inputs().toLongs();
            int[] current = new int[1200];
            int[] coin = new int[1200];
            for (int i = 0; i < 1200; i++) {
                current[i] = (int) tokens[i * 8 + 7];
                coin[i] = (int) tokens[i * 8] % 2;
            }
            double[][] last = a.rows("embed", -1);
            assertThat(last[0]).hasSize(32);
            assertThat(a.rows("embed")[0]).hasSize(256);
            LinearProbe read = LinearProbe.of(
                    "embed",
                    Arrays.copyOf(last, 800),
                    Arrays.copyOf(current, 800),
                    Arrays.copyOfRange(last, 800, 1200),
                    Arrays.copyOfRange(current, 800, 1200));
            // The embedding of a token tells the token.
            assertThat(read.accuracy()).isGreaterThan(0.95);
            assertThat(read.majority()).isLessThan(0.3);
            assertThat(read.lower()).isLessThan(read.accuracy()).isGreaterThan(0.9);
            // It doesn't tell the first token of the text.
            LinearProbe none = LinearProbe.of(
                    "embed",
                    Arrays.copyOf(last, 800),
                    Arrays.copyOf(coin, 800),
                    Arrays.copyOfRange(last, 800, 1200),
                    Arrays.copyOfRange(coin, 800, 1200));
            assertThat(none.lower()).isLessThan(none.majority() + 0.05);
            assertThat(LinearProbe.table(List.of(read, none)).columnNames())
                    .containsExactly("point", "units", "samples", "accuracy", "lower", "upper", "majority");
        }
    }

    @Test
    void wilsonsIntervalIsTheTextbooks() {
        // 8 of 10: 0.4902 to 0.9433 (Newcombe 1998's method 3).
        double[][] x = new double[20][1];
        int[] y = new int[20];
        for (int i = 0; i < 20; i++) {
            x[i][0] = i % 2;
            y[i] = i % 2;
        }
        double[][] test = Arrays.copyOf(x, 10);
        int[] labels = Arrays.copyOf(y, 10);
        labels[0] = 1;
        labels[1] = 0;
        LinearProbe probe = LinearProbe.of("x", x, y, test, labels);
        assertThat(probe.accuracy()).isEqualTo(0.8);
        assertThat(probe.lower()).isCloseTo(0.4902, within(1e-4));
        assertThat(probe.upper()).isCloseTo(0.9433, within(1e-4));
        assertThat(probe.majority()).isEqualTo(0.5);
    }
}
