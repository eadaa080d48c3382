package org.kymograph.degeneracy.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooks;
import org.kymograph.model.ParameterVector;

/**
 * The cosine between the gradients of a logit with respect to the two embeddings of a pair (a, b): cos(∂Q_abc/∂E_a, ∂Q_abc/∂E_b), over
 * random triples. Near 1 the network adds the embeddings first, as pizzas do; clocks multiply them (Zhong et al., The Clock and the
 * Pizza, 2023, equation 5).
 */
final class GradientSymmetricity {
    private GradientSymmetricity() {}

    /** Returns the cosine of each triple; those of a gradient of 0 are NaN. */
    static double[] cosines(ModularRun run, ParameterVector parameters, int triples, long seed) {
        Dataset all = run.all();
        int classes = run.p();
        RandomGenerator random = Streams.of(seed, "triples");
        int[] rows = new int[triples];
        int[] targets = new int[triples];
        for (int i = 0; i < triples; i++) {
            rows[i] = Streams.below(random, all.size());
            targets[i] = Streams.below(random, classes);
        }
        int width = all.inputSize();
        long[] tokens = new long[triples * width];
        all.gather(rows, tokens, 0);
        float[] gradients;
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = run.network().single(manager, new Shape(all.inputShape()), 0);
            parameters.restore(block);
            NDArray inputs = manager.create(tokens, new Shape(triples, width));
            try (Hooks hooks = Hooks.on(block).gradients("embed")) {
                NDArray logits = GradientMode.on(
                        () -> block.forward(new ParameterStore(manager, false), new NDList(inputs), false)
                                .singletonOrThrow());
                int outputs = (int) logits.getShape().get(1);
                float[] chosen = new float[triples * outputs];
                for (int i = 0; i < triples; i++) {
                    chosen[i * outputs + targets[i]] = 1;
                }
                NDArray weights = manager.create(chosen, logits.getShape());
                JniUtils.backward((PtNDArray) logits, (PtNDArray) weights, false, false);
                gradients = hooks.gradient("embed").toFloatArray();
            }
        }
        // [triples, positions, e]
        int e = gradients.length / (triples * width);
        double[] cosines = new double[triples];
        Arrays.setAll(cosines, i -> cosine(gradients, i * width * e, e));
        return cosines;
    }

    private static double cosine(float[] gradients, int at, int e) {
        double dot = 0;
        double left = 0;
        double right = 0;
        for (int c = at; c < at + e; c++) {
            dot += (double) gradients[c] * gradients[c + e];
            left += (double) gradients[c] * gradients[c];
            right += (double) gradients[c + e] * gradients[c + e];
        }
        return dot / Math.sqrt(left * right);
    }
}
