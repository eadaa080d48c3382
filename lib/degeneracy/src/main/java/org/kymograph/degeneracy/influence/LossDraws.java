package org.kymograph.degeneracy.influence;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Objective;

/**
 * The losses of single samples at many weights: at the draws of chains, or at the checkpoints of a training.
 *
 * <p>How they vary together is the Bayesian influence function: if the loss of sample i counted a little more, the mean loss of
 * sample j over the chains' density would change by −nβ/n·Cov(ℓᵢ, ℓⱼ) for each unit of weight. Only its ratios matter here, and
 * positive means that i helps j.
 *
 * <p>Source: Kreer, Wu, Adam, Furman and Hoogland, Bayesian influence functions for Hessian-free data attribution (2025), arXiv:2509.26544.
 *
 * @param losses F32 {@code [chains, draws, samples]}
 */
public record LossDraws(Tensor losses) {
    /** Checks the shape. */
    public LossDraws {
        Arguments.check(
                losses.shape().length == 3 && losses.size() > 0,
                "losses",
                Arrays.toString(losses.shape()),
                "the shape [chains, draws, samples], each at least 1");
        Arguments.check(losses.firstNonFinite() < 0, "losses", "not all finite", "chains that have not diverged");
    }

    /**
     * Reads what a reading kept of a step, its tensor {@code losses}.
     *
     * @param run the run
     * @param reading the reading, such as {@code llc}
     * @param step the checkpoint's step
     * @return the losses
     */
    public static LossDraws read(RunFolder run, String reading, long step) {
        try (TensorFile file = Readings.of(run).tensors(reading, step)) {
            return new LossDraws(file.read("losses"));
        }
    }

    /**
     * Computes the losses at the checkpoints of a run, as one chain: how samples are learned together.
     *
     * @param run the run, with at least two checkpoints
     * @param objective the loss on the samples
     * @return the losses
     */
    public static LossDraws overCheckpoints(RunFolder run, Objective objective) {
        List<ParameterVector> vectors = new ArrayList<>();
        for (long step : run.checkpointSteps()) {
            vectors.add(objective.parameters(run, step));
        }
        Arguments.atLeast("the number of checkpoints", vectors.size(), 2);
        return of(new double[][][] {objective.losses(vectors)});
    }

    /**
     * Returns given losses.
     *
     * @param losses chains × draws × samples
     * @return the losses in float32
     */
    public static LossDraws of(double[][][] losses) {
        int chains = losses.length;
        int draws = losses[0].length;
        int samples = losses[0][0].length;
        float[] all = new float[Math.multiplyExact(Math.multiplyExact(chains, draws), samples)];
        int at = 0;
        for (double[][] chain : losses) {
            Arguments.sameLength("draws of a chain", chain.length, "the first", draws);
            for (double[] draw : chain) {
                Arguments.sameLength("losses of a draw", draw.length, "the first", samples);
                for (double loss : draw) {
                    all[at++] = (float) loss;
                }
            }
        }
        return new LossDraws(Tensor.of(all, chains, draws, samples));
    }

    /** Returns the number of chains. */
    public int chains() {
        return (int) losses.shape()[0];
    }

    /** Returns the number of draws of a chain. */
    public int draws() {
        return (int) losses.shape()[1];
    }

    /** Returns the number of samples. */
    public int samples() {
        return (int) losses.shape()[2];
    }

    /**
     * Returns the draws without those at the start of each chain.
     *
     * @param share the share that is left out, 0 to below 1
     * @return the later draws
     */
    public LossDraws after(double share) {
        Arguments.check(share >= 0 && share < 1, "share", share, "0 to below 1");
        int from = (int) (share * draws());
        int left = (draws() - from) * samples();
        float[] all = losses.toFloats();
        float[] out = new float[chains() * left];
        for (int c = 0; c < chains(); c++) {
            System.arraycopy(all, (c * draws() + from) * samples(), out, c * left, left);
        }
        return new LossDraws(Tensor.of(out, chains(), draws() - from, samples()));
    }

    /**
     * Returns the covariances of losses over the draws within a chain, pooled over the chains.
     *
     * @param rows the samples i, such as those of the training set
     * @param columns the samples j
     * @return the matrix of Cov(ℓᵢ, ℓⱼ)
     */
    public InfluenceMatrix covariance(int[] rows, int[] columns) {
        return matrix("covariance of losses", rows, columns, false);
    }

    /**
     * Returns the correlations of losses, which do not depend on how far each of them moves.
     *
     * @param rows the samples i
     * @param columns the samples j
     * @return the matrix; 0 where a loss does not move at all
     */
    public InfluenceMatrix correlation(int[] rows, int[] columns) {
        return matrix("correlation of losses", rows, columns, true);
    }

    private InfluenceMatrix matrix(String name, int[] rows, int[] columns, boolean scaled) {
        int freedom = chains() * (draws() - 1);
        Arguments.atLeast("draws", draws(), 2);
        float[] all = losses.toFloats();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray x = manager.create(centred(all, rows, scaled), new Shape((long) chains() * draws(), rows.length));
            NDArray y =
                    manager.create(centred(all, columns, scaled), new Shape((long) chains() * draws(), columns.length));
            float[] flat = x.transpose().matMul(y).toFloatArray();
            float[][] out = new float[rows.length][columns.length];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < columns.length; j++) {
                    out[i][j] = scaled ? flat[i * columns.length + j] : flat[i * columns.length + j] / freedom;
                }
            }
            return new InfluenceMatrix(name, rows, columns, out);
        }
    }

    // Draws × samples, each sample less its mean in the chain; divided by its norm over all chains if scaled.
    private float[] centred(float[] all, int[] which, boolean scaled) {
        int n = samples();
        float[] out = new float[chains() * draws() * which.length];
        for (int k = 0; k < which.length; k++) {
            Arguments.within("sample", which[k], 0, n - 1);
            double squares = 0;
            for (int c = 0; c < chains(); c++) {
                double mean = 0;
                for (int d = 0; d < draws(); d++) {
                    mean += all[(c * draws() + d) * n + which[k]] / (double) draws();
                }
                for (int d = c * draws(); d < (c + 1) * draws(); d++) {
                    double x = all[d * n + which[k]] - mean;
                    squares += x * x;
                    out[d * which.length + k] = (float) x;
                }
            }
            double norm = Math.sqrt(squares);
            for (int d = 0; scaled && norm > 0 && d < chains() * draws(); d++) {
                out[d * which.length + k] /= (float) norm;
            }
        }
        return out;
    }
}
