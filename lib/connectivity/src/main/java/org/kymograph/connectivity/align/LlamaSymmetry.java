package org.kymograph.connectivity.align;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.ParameterVector.Segment;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.tensors.Tensor;

/**
 * What may be done to a Llama without a change of its function: with the weights of norms moved into the matrices behind them,
 * the residual stream may be rotated, and heads and units of the SwiGLU be permuted.
 *
 * @param rotation Q, d × d orthogonal; the stream h becomes h Q
 * @param keyHeads for each layer, which key and value head comes to each place
 * @param heads for each layer, which query head comes to each place
 * @param units for each layer, which unit of the SwiGLU comes to each place
 */
record LlamaSymmetry(RealMatrix rotation, int[][] keyHeads, int[][] heads, int[][] units) {
    /** Returns the parameters with all norms at 1 and the logits' matrix apart from the embeddings. */
    static ParameterVector folded(Llama network, ParameterVector w) {
        Map<String, Tensor> out = new LinkedHashMap<>();
        double[] embeddings = w.segment("tok_embeddings.weight");
        for (Segment s : w.segments()) {
            String name = s.name();
            double[] values = w.segment(name);
            String norm = norm(name);
            if (norm != null) {
                scaleColumns(values, w.segment(norm));
            } else if (name.endsWith("norm.weight")) {
                Arrays.fill(values, 1);
            }
            out.put(name, Tensor.of(values, s.shape().stream().mapToLong(n -> n).toArray()));
        }
        if (network.tied()) {
            scaleColumns(embeddings, w.segment("norm.weight"));
            out.put("output.weight", Tensor.of(embeddings, network.vocabulary(), network.dModel()));
        }
        return ParameterVector.of(out);
    }

    // The norm before a matrix; null if it reads no norm's output.
    private static String norm(String name) {
        if (name.equals("output.weight")) {
            return "norm.weight";
        }
        String layer = name.replaceFirst("^(layers\\.\\d+\\.).*", "$1");
        return name.matches(".*attention\\.w[qkv]\\.weight")
                ? layer + "attention_norm.weight"
                : name.matches(".*feed_forward\\.w[13]\\.weight") ? layer + "ffn_norm.weight" : null;
    }

    private static void scaleColumns(double[] matrix, double[] by) {
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] *= by[i % by.length];
        }
    }

    /** Returns a matrix of the parameters. */
    static RealMatrix matrix(ParameterVector w, String name, int columns) {
        double[] values = w.segment(name + ".weight");
        RealMatrix m = new Array2DRowRealMatrix(values.length / columns, columns);
        for (int i = 0; i < values.length; i++) {
            m.setEntry(i / columns, i % columns, values[i]);
        }
        return m;
    }

    /** Returns folded parameters, moved. */
    ParameterVector applied(Llama network, ParameterVector w) {
        int d = network.dModel();
        double[] out = w.toArray();
        for (Segment s : w.segments()) {
            if (s.shape().size() < 2) {
                continue;
            }
            String name = s.name().replaceFirst("\\.weight$", "");
            String part = name.substring(name.lastIndexOf('.') + 1);
            int layer = name.startsWith("layers.") ? Integer.parseInt(name.split("\\.", -1)[1]) : -1;
            int[] order =
                    switch (part) {
                        case "wq", "wo" -> spread(heads[layer], d / network.heads());
                        case "wk", "wv" -> spread(keyHeads[layer], d / network.heads());
                        case "w1", "w2", "w3" -> units[layer];
                        default -> null;
                    };
            int columns = s.shape().get(1).intValue();
            boolean writes = part.equals("wo") || part.equals("w2");
            RealMatrix m = matrix(w, name, columns);
            RealMatrix moved = writes ? rotation.transpose().multiply(m) : m.multiply(rotation);
            for (int i = 0; i < s.length(); i++) {
                int row = i / columns;
                int column = i % columns;
                out[s.offset() + i] = order == null
                        ? moved.getEntry(row, column)
                        : writes ? moved.getEntry(row, order[column]) : moved.getEntry(order[row], column);
            }
        }
        return w.withValues(out);
    }

    private static int[] spread(int[] order, int width) {
        int[] out = new int[order.length * width];
        for (int i = 0; i < out.length; i++) {
            out[i] = order[i / width] * width + i % width;
        }
        return out;
    }
}
