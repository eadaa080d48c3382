package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.kymograph.base.Arguments;

/** What is measured of one tensor, by the number of its axes. */
public sealed interface TensorStatistics
        permits MatrixStatistics, TensorStatistics.Stack, TensorStatistics.Convolution, VectorStatistics {

    /** Returns the numbers by name; one that is not finite is null. */
    ObjectNode toJson();

    /**
     * The statistics of a tensor of three axes, such as the stacked heads of an attention layer.
     *
     * @param slices one for each index of the leading axis
     */
    record Stack(List<MatrixStatistics> slices) implements TensorStatistics {
        /** Keeps a copy. */
        public Stack {
            slices = List.copyOf(slices);
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode array = json.putArray("slices");
            slices.forEach(slice -> array.add(slice.toJson()));
            return json;
        }
    }

    /**
     * Returns that number, or null if it isn't finite: JSON has neither NaN nor infinity.
     *
     * @param value any number
     * @return that number, or null if it isn't finite: JSON has neither NaN nor infinity
     */
    static JsonNode number(double value) {
        return Double.isFinite(value) ? DoubleNode.valueOf(value) : NullNode.getInstance();
    }

    /**
     * Norms of a convolution's weight {@code [out, in, h, w]}: each computed for every h × w kernel alone, then averaged
     * over the out · in kernels.
     *
     * <p>Source: Hu et al., Latent State Models of Training Dynamics (TMLR 2023), and their code.
     *
     * @param l1 the mean of the kernels' Σ |x|
     * @param l2 the mean of the kernels' √(Σ x²)
     * @param codeSparsity the mean of the kernels' l1 / l2; NaN if a kernel is all zeros
     */
    public record Convolution(double l1, double l2, double codeSparsity) implements TensorStatistics {
        /**
         * Returns the statistics of the weight.
         *
         * @param rowMajor the elements of the weight
         * @param kernels out · in, at least 1
         * @return the statistics of the weight
         * @throws IllegalArgumentException if the elements can't be cut into that many kernels
         */
        public static Convolution of(double[] rowMajor, int kernels) {
            Arguments.check(
                    kernels >= 1 && rowMajor.length > 0 && rowMajor.length % kernels == 0,
                    "kernels",
                    kernels,
                    "a divisor of the number of elements, which is " + rowMajor.length);
            int size = rowMajor.length / kernels;
            double l1 = 0;
            double l2 = 0;
            double sparsity = 0;
            for (int k = 0; k < kernels; k++) {
                double sum = 0;
                double squares = 0;
                for (int i = k * size; i < (k + 1) * size; i++) {
                    sum += Math.abs(rowMajor[i]);
                    squares += rowMajor[i] * rowMajor[i];
                }
                l1 += sum;
                l2 += Math.sqrt(squares);
                sparsity += sum / Math.sqrt(squares);
            }
            return new Convolution(l1 / kernels, l2 / kernels, sparsity / kernels);
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.set("l1", TensorStatistics.number(l1));
            json.set("l2", TensorStatistics.number(l2));
            json.set("code_sparsity", TensorStatistics.number(codeSparsity));
            return json;
        }
    }
}
