package org.kymograph.model.weights;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.kymograph.base.Arguments;

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
public record ConvStatistics(double l1, double l2, double codeSparsity) implements TensorStatistics {
    /**
     * Returns the statistics of the weight.
     *
     * @param rowMajor the elements of the weight
     * @param kernels out · in, at least 1
     * @return the statistics of the weight
     * @throws IllegalArgumentException if the elements can't be cut into that many kernels
     */
    public static ConvStatistics of(double[] rowMajor, int kernels) {
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
        return new ConvStatistics(l1 / kernels, l2 / kernels, sparsity / kernels);
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
