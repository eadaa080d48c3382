package org.kymograph.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.ParameterStore;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.kymograph.base.Columns;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.model.GradientMode;
import org.kymograph.model.Hooks;
import org.kymograph.model.Network;
import org.kymograph.model.ParameterVector;
import org.kymograph.train.Adam;

/** Fits the affine map of a tuned lens, from the identity on, by Adam on the cross-entropy with the network's own answers. */
final class TunedLensFit {
    private static final int BATCH = 64;

    private TunedLensFit() {}

    static AffineMap of(
            Network network,
            ParameterVector parameters,
            Dataset data,
            String point,
            String last,
            int steps,
            double rate) {
        return GradientMode.on(() -> fit(network, parameters, data, point, last, steps, rate));
    }

    private static AffineMap fit(
            Network network,
            ParameterVector parameters,
            Dataset data,
            String point,
            String last,
            int steps,
            double rate) {
        RandomGenerator random = Streams.of(0, "tuned lens " + point);
        int batch = Math.min(BATCH, data.size());
        double[] w = null;
        Adam adam = null;
        int d = 0;
        try (NDManager manager = NDManager.newBaseManager()) {
            Block block = network.single(manager, new Shape(data.inputShape()), 0);
            parameters.restore(block);
            block.getParameters().forEach(p -> p.getValue().getArray().setRequiresGradient(false));
            ParameterStore store = new ParameterStore(manager, false);
            for (int step = 1; step <= steps; step++) {
                int[] rows = Arrays.copyOf(Streams.permutation(random, data.size()), batch);
                try (NDScope scope = new NDScope()) {
                    scope.suppressNotUsedWarning();
                    NDArray inputs = Activations.inputs(manager, data, rows);
                    NDArray from;
                    NDArray own;
                    try (Hooks hooks = Hooks.on(block).read(point)) {
                        own = block.forward(store, new NDList(inputs), false).singletonOrThrow();
                        NDArray read = hooks.value(point);
                        // A copy of the hooks' array would be closed with them.
                        from = manager.create(read.toFloatArray(), read.getShape());
                    }
                    if (w == null) {
                        d = (int) from.getShape().get(from.getShape().dimension() - 1);
                        w = identity(d);
                        adam = new Adam(w.length);
                    }
                    double[] gradient =
                            gradient(block, store, inputs, from, own.stopGradient(), data, rows, last, w, d);
                    // A cosine to 0 settles what the noise of batches leaves.
                    adam.step(w, gradient, rate * (1 + Math.cos(Math.PI * step / steps)) / 2);
                }
            }
        }
        float[] floats = Columns.floats(w);
        return new AffineMap(Arrays.copyOf(floats, d * d), Arrays.copyOfRange(floats, d * d, floats.length));
    }

    private static double[] identity(int d) {
        double[] w = new double[d * d + d];
        for (int i = 0; i < d; i++) {
            w[i * d + i] = 1;
        }
        return w;
    }

    // The gradient of the mean of −Σ p log q, p the network's answers and q those of the lens, by A and b.
    private static double[] gradient(
            Block block,
            ParameterStore store,
            NDArray inputs,
            NDArray from,
            NDArray own,
            Dataset data,
            int[] rows,
            String last,
            double[] w,
            int d) {
        float[] values = Columns.floats(w);
        NDManager manager = inputs.getManager();
        NDArray a = manager.create(Arrays.copyOf(values, d * d), new Shape(d, d));
        NDArray b = manager.create(Arrays.copyOfRange(values, d * d, values.length), new Shape(d));
        a.setRequiresGradient(true);
        b.setRequiresGradient(true);
        NDArray logits;
        try (Hooks hooks = Hooks.on(block)) {
            hooks.replace(last, x -> from.matMul(a).add(b));
            logits = block.forward(store, new NDList(inputs), false).singletonOrThrow();
        }
        int axis = logits.getShape().dimension() - 1;
        NDArray each = own.softmax(axis).mul(logits.logSoftmax(axis)).sum(new int[] {axis});
        JniUtils.backward((PtNDArray) each, (PtNDArray) weights(each, data, rows), false, false);
        float[] byA = a.getGradient().toFloatArray();
        float[] byB = b.getGradient().toFloatArray();
        double[] out = new double[w.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = i < d * d ? byA[i] : byB[i - d * d];
        }
        return out;
    }

    // −1/n at the n places whose targets count.
    private static NDArray weights(NDArray each, Dataset data, int[] rows) {
        int positions = (int) each.size() / rows.length;
        float[] w = new float[(int) each.size()];
        long n = data.target() == Dataset.Target.TOKENS ? data.counts(rows) : rows.length;
        long[] targets = data.targets().toLongs();
        for (int i = 0; i < w.length; i++) {
            boolean counts = targets[rows[i / positions] * positions + i % positions] != Dataset.IGNORED;
            w[i] = counts ? -1f / n : 0;
        }
        return each.getManager().create(w, each.getShape());
    }
}
