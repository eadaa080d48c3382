package org.kymograph.model;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * A classifier of texts that doesn't look at the order of their words. The embeddings of a text's words are pooled; a
 * bias, a ReLU and dropout make that its vector, and further layers of a linear map, a ReLU and dropout and a last
 * linear map make the outputs. So with {@link Pooling#SUM} the embedding is the first layer of a perceptron on the
 * counts of words. The vectors of several texts stand side by side.
 *
 * <p>An input is I64 of shape {@code [L]}, or {@code [S, L]} for S texts: the words' numbers, padding anywhere.
 * Weights and biases are drawn uniformly within ±1 / √(inputs of the layer), as PyTorch draws those of a linear layer;
 * the vocabulary counts as the inputs of the first. The parameters are {@code embedding.weight} of shape
 * {@code [vocabulary, width]}, {@code embedding.bias}, and {@code 0.weight} of shape {@code [out, in]}, {@code 0.bias}
 * and so on.
 *
 * <p>Source: Iyyer et al., Deep Unordered Composition Rivals Syntactic Methods for Text Classification (ACL 2015); the
 * interactions: Conneau et al., Supervised Learning of Universal Sentence Representations (EMNLP 2017).
 *
 * @param vocabulary the number of words, padding counted, at least 2
 * @param width the size of an embedding, at least 1
 * @param pooling how the embeddings of a text become one
 * @param hidden the sizes of further hidden layers, each at least 1; may be none
 * @param outputs the number of outputs, at least 1
 * @param dropout the share of each hidden layer's results that training sets to 0, from 0 to below 1
 * @param interactions whether the vectors u and v of two texts are followed by |u − v| and u ⊙ v
 * @param padding the word number that stands for no word
 */
public record BagOfEmbeddings(
        int vocabulary,
        int width,
        Pooling pooling,
        List<Integer> hidden,
        int outputs,
        double dropout,
        boolean interactions,
        int padding)
        implements Network {

    /** How the embeddings of a text become one vector. */
    public enum Pooling {
        /** Their sum. */
        SUM,
        /** Their mean; 0 for a text without words. */
        MEAN
    }

    /** Checks the ranges. */
    public BagOfEmbeddings {
        hidden = List.copyOf(hidden);
        Arguments.atLeast("vocabulary", vocabulary, 2);
        Arguments.atLeast("width", width, 1);
        hidden.forEach(h -> Arguments.atLeast("hidden size", h, 1));
        Arguments.atLeast("outputs", outputs, 1);
        Arguments.check(dropout >= 0 && dropout < 1, "dropout", dropout, "0 to below 1");
        Arguments.within("padding", padding, 0, vocabulary - 1);
    }

    /**
     * Returns a network that sums embeddings of size 256, with one further hidden layer of 256 and dropout 0.1.
     *
     * @param vocabulary the number of words, padding counted
     * @param outputs the number of outputs
     * @return a network that sums embeddings of size 256, with one further hidden layer of 256 and dropout 0.1; padding
     *     is 0
     */
    public static BagOfEmbeddings of(int vocabulary, int outputs) {
        return new BagOfEmbeddings(vocabulary, 256, Pooling.SUM, List.of(256), outputs, 0.1, false, 0);
    }

    /**
     * Returns a copy with that size.
     *
     * @param width the size of an embedding
     * @return the copy
     */
    public BagOfEmbeddings withWidth(int width) {
        return Copies.with(this, "width", width);
    }

    /**
     * Returns a copy with that pooling.
     *
     * @param pooling how the embeddings of a text become one
     * @return the copy
     */
    public BagOfEmbeddings withPooling(Pooling pooling) {
        return Copies.with(this, "pooling", pooling);
    }

    /**
     * Returns a copy with those further hidden layers.
     *
     * @param hidden the sizes of further hidden layers
     * @return the copy
     */
    public BagOfEmbeddings withHidden(List<Integer> hidden) {
        return Copies.with(this, "hidden", hidden);
    }

    /**
     * Returns a copy with that dropout.
     *
     * @param dropout the share of each hidden layer's results that training sets to 0
     * @return the copy
     */
    public BagOfEmbeddings withDropout(double dropout) {
        return Copies.with(this, "dropout", dropout);
    }

    /**
     * Returns a copy with or without interactions: with them words that two texts share are easy to see, but a linear relation of
     * the texts is learned worse.
     *
     * @param interactions whether the vectors u and v of two texts are followed by |u − v| and u ⊙ v
     * @return a copy with or without them
     */
    public BagOfEmbeddings withInteractions(boolean interactions) {
        return Copies.with(this, "interactions", interactions);
    }

    /**
     * Returns a copy with that padding.
     *
     * @param padding the word number that stands for no word
     * @return the copy
     */
    public BagOfEmbeddings withPadding(int padding) {
        return Copies.with(this, "padding", padding);
    }

    @Override
    public String name() {
        return "bag-of-embeddings";
    }

    @Override
    public Block single(NDManager manager, Shape inputShape, long seed) {
        int axes = inputShape.dimension();
        Arguments.check(
                axes == 1 || axes == 2, "shape of an input", inputShape, "(L) words, or (S, L) words of S texts");
        Arguments.check(
                !interactions || axes == 2 && inputShape.get(0) == 2,
                "shape of an input",
                inputShape,
                "(2, L) for interactions");
        return new BagBlock(this, manager, inputShape.dimension() == 1 ? 1 : (int) inputShape.get(0), seed);
    }
}
