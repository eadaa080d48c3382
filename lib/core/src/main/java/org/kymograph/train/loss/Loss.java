package org.kymograph.train.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import org.kymograph.base.Arguments;
import org.kymograph.data.Dataset;

/**
 * What training minimises, the mean over a batch of a loss of each sample. Outputs are {@code [R, B, C]}, one row of R a
 * run; targets {@code [R, B]}, or {@code [R, B, K]} for K labels.
 *
 * <p>Where each position of a sample has a target, as in a language model, outputs are {@code [R, B, T, C]}, targets
 * {@code [R, B, T]}, and the mean is over all positions of the batch that aren't {@link Dataset#IGNORED};
 * the loss of those is 0. {@link #CROSS_ENTROPY}, {@link #smoothed} and what is wrapped around them can do that.
 *
 * <p>A loss may read the numbers that samples bring along ({@link Dataset#auxiliary}). One that wraps another
 * takes the first of them and leaves the others to the loss inside: {@code distilled(weighted(CROSS_ENTROPY), …)} reads
 * the old outputs, then the weight.
 *
 * <p>An implementation must not use DJL's operators with a Java number on what needs gradients, unless they only add:
 * DJL frees its copy of the number before the backward pass reads it.
 */
// Nothing but this interface names the enum, so that it is always the first of the two to be initialised.
@SuppressWarnings("ClassInitializationDeadlock")
public interface Loss {
    /** −log softmax(outputs)[class]; targets are class numbers. A tie counts for the first class. */
    Loss CROSS_ENTROPY = PlainLoss.CROSS_ENTROPY;

    /** max(0, 1 − y·output) with targets y = ±1 and one output; an output of 0 counts as wrong. */
    Loss HINGE = PlainLoss.HINGE;

    /**
     * The squared error: with one output (output − target)², with C outputs the mean over them of the squared
     * distance to the one-hot class. With one output, right means on the target's side of 0.
     */
    Loss MEAN_SQUARED_ERROR = PlainLoss.SQUARED;

    /**
     * −log of the probability σ(±output) of every label's being there or not, the mean over the K labels. Right means that
     * all of them are: above 0 for the labels that are there.
     */
    Loss BINARY_CROSS_ENTROPY = PlainLoss.LABELS;

    /**
     * What training minimises.
     *
     * @param outputs the networks' outputs, {@code [R, B, C]}
     * @param targets the targets
     * @param auxiliary the samples' auxiliary targets, {@code [R, B, S]}; null if they have none
     * @return the loss of every sample, {@code [R, B]}, or of every position, {@code [R, B, T]}
     */
    NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary);

    /**
     * What an evaluation reports: the loss without what is for training only. Test samples have no auxiliary targets.
     *
     * @param outputs the networks' outputs, {@code [R, B, C]}
     * @param targets the targets
     * @return the loss of every sample, {@code [R, B]}, or of every position, {@code [R, B, T]}
     */
    default NDArray evaluation(NDArray outputs, NDArray targets) {
        return perSample(outputs, targets, null);
    }

    /**
     * Returns which samples the outputs get right, boolean {@code [R, B]}, or which positions, {@code [R, B, T]}.
     *
     * @param outputs the networks' outputs, {@code [R, B, C]}
     * @param targets the targets
     * @return which samples the outputs get right, boolean {@code [R, B]}, or which positions, {@code [R, B, T]}
     */
    NDArray correct(NDArray outputs, NDArray targets);

    /**
     * What is recorded of the outputs: where networks put out more than their answer, the answer.
     *
     * @param outputs the networks' outputs, {@code [R, B, C]}
     * @return a number for each class before the softmax, or what else the targets are compared with; no gradients
     */
    default NDArray answer(NDArray outputs) {
        return outputs;
    }

    /**
     * Returns how many auxiliary targets the loss reads.
     *
     * @param outputs how many outputs the network has for a sample, those of all positions counted
     * @return how many auxiliary targets the loss reads
     */
    default int auxiliaryTargets(int outputs) {
        return 0;
    }

    /**
     * Says which outputs the loss expects where those of a network don't fit, in words that complete "expects …". It is asked
     * before the first step, so that nothing is trained on numbers that only happen to broadcast.
     *
     * @param outputs the shape of a network's output for one sample: empty for a single number, {@code [C]} for C numbers
     * @param data the samples with their targets
     * @return what is expected, such as {@code "[B] or [B, 1]"}; null if the outputs fit
     */
    default String expected(long[] outputs, Dataset data) {
        return null;
    }

    /**
     * What {@code run.json} says of the loss: goes into the run's folder name.
     *
     * @return a name, or something that can be written as a JSON object
     */
    Object setting();

    /**
     * Cross-entropy with smoothed labels, (1 − ε)·CE + ε·mean over the classes of −log softmax.
     *
     * @param epsilon ε, 0 to below 1
     * @return the loss
     */
    static Loss smoothed(double epsilon) {
        return new SmoothedLoss(epsilon);
    }

    /**
     * Cross-entropy that is bounded, −log(softmax(s·outputs)[class] + floor): no sample's loss exceeds −log(floor), and where a
     * class has a probability far below the floor the gradient vanishes.
     *
     * @param scaling s, above 0
     * @param floor what is added to the probability, such as 1e-7; 0 for the exact loss of the scaled outputs
     * @return the loss
     */
    static Loss clamped(double scaling, double floor) {
        return new ClampedLoss(scaling, floor);
    }

    /**
     * A loss times each sample's weight, which is its first auxiliary target: a batch's mean is divided by its samples, not by
     * their weights. Evaluations are not weighted.
     *
     * @param loss the loss
     * @return that, weighted
     */
    static Loss weighted(Loss loss) {
        return new WeightedLoss(loss);
    }

    /**
     * Learning without forgetting: a loss plus weight·T²·KL(softmax(old / T) ‖ softmax(new / T)), where the sample's first
     * C auxiliary targets are the outputs of the old network. Evaluations report the loss alone.
     *
     * <p>Source: Li and Hoiem, Learning without Forgetting (2016); Hinton et al., Distilling the Knowledge in a Neural Network
     * (2015), for T².
     *
     * @param loss the loss
     * @param weight the factor on the second term, at least 0
     * @param temperature T, above 0
     * @return the sum
     */
    static Loss distilled(Loss loss, double weight, double temperature) {
        return new DistilledLoss(loss, weight, temperature);
    }

    /**
     * Makes a number that lasts until the backward pass; DJL frees the copy that its operators with Java numbers make.
     *
     * @param like an array in whose scope the number is to live
     * @param number a number
     * @return it, as a scalar
     */
    static NDArray number(NDArray like, double number) {
        return like.getDataType() == DataType.FLOAT64
                ? like.getManager().create(number)
                : like.getManager().create((float) number);
    }

    /**
     * Returns those columns, {@code [R, B, to - from]}; null if there are none.
     *
     * @param of {@code [R, B, S]}, or null for S = 0
     * @param from the first column
     * @param to behind the last column; -1 for all that follow
     * @return those columns, {@code [R, B, to - from]}; null if there are none
     * @throws IllegalArgumentException if there are fewer
     */
    static NDArray columns(NDArray of, int from, int to) {
        int size = of == null ? 0 : (int) of.getShape().get(2);
        int end = to < 0 ? size : to;
        Arguments.check(
                from <= size && end <= size,
                "the number of columns",
                size,
                "at least " + Math.max(from, end)
                        + ", which the loss reads: the data's auxiliary targets don't fit it");
        return from == end ? null : of.get(new NDIndex(":, :, " + from + ":" + end));
    }
}
