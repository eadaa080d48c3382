package org.kymograph.record.dynamics;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * One log in memory: what is expected of each sample and, epoch by epoch, what the model gave for it. Samples are in
 * the order of epoch 0's file. Immutable.
 */
public final class Dynamics {
    /** What a log's samples are. */
    public enum Kind {
        /** One class of C each; a logit per class. */
        CLASSES,
        /** Several yes-or-no labels each; a logit per label. */
        MULTI_LABEL,
        /** A number each; one output. */
        REGRESSION,
        /** A sequence of tokens each; the probability of the gold tokens and whether all were right. */
        SEQUENCE
    }

    private final Kind kind;
    private final Guids guids;
    private final int classes;
    private final Golds golds;
    private final float[][] outputs;
    private final BitSet[] correct;
    private final float[][] norms;
    private final DynamicsReader.Coverage coverage;

    Dynamics(
            Kind kind,
            Guids guids,
            int classes,
            Golds golds,
            float[][] outputs,
            BitSet[] correct,
            float[][] norms,
            DynamicsReader.Coverage coverage) {
        this.kind = kind;
        this.guids = guids;
        this.classes = classes;
        this.golds = golds;
        this.outputs = outputs;
        this.correct = correct;
        this.norms = norms;
        this.coverage = coverage;
    }

    /**
     * Reads a log strictly: exactly one row for each sample in every epoch.
     *
     * @param logDir the folder that holds {@code training_dynamics}, or that folder itself
     * @return the log
     * @throws org.kymograph.record.files.RecordException if anything in it is not as it must be; the message names file,
     *     line, field and sample
     */
    public static Dynamics read(Path logDir) {
        return reader().read(logDir);
    }

    /** Returns a strict reader of all epochs. */
    public static DynamicsReader reader() {
        return DynamicsReader.STRICT;
    }

    /**
     * Takes the logits without a copy: they must not be changed afterwards.
     *
     * @param guids the N samples
     * @param gold their labels, 0 to C - 1
     * @param logits for each epoch N * C finite logits, a sample's side by side
     * @param classes C, at least 2
     * @return these as a log of kind {@link Kind#CLASSES}
     * @throws IllegalArgumentException if lengths differ, or a label or logit is out of range
     */
    public static Dynamics of(Guids guids, int[] gold, float[][] logits, int classes) {
        Arguments.atLeast("classes", classes, 2);
        checkLength("gold", gold.length, guids.size());
        for (int i = 0; i < gold.length; i++) {
            if (gold[i] < 0 || gold[i] >= classes) {
                throw Arguments.unexpected("gold[" + i + "]", gold[i], "0 to " + (classes - 1));
            }
        }
        checkOutputs("logits", logits, (long) guids.size() * classes);
        return whole(Kind.CLASSES, guids, classes, Golds.classes(gold.clone()), logits, null);
    }

    /**
     * Takes the logits without a copy: they must not be changed afterwards.
     *
     * @param guids the N samples
     * @param labels N rows of K labels
     * @param logits for each epoch N * K finite logits, a sample's side by side
     * @return these as a log of kind {@link Kind#MULTI_LABEL}
     * @throws IllegalArgumentException if lengths differ or a logit isn't finite
     */
    public static Dynamics multiLabel(Guids guids, boolean[][] labels, float[][] logits) {
        checkLength("labels", labels.length, guids.size());
        int k = labels.length == 0 ? 1 : labels[0].length;
        byte[] flat = new byte[labels.length * k];
        for (int i = 0; i < labels.length; i++) {
            checkLength("labels[" + i + "]", labels[i].length, k);
            for (int j = 0; j < k; j++) {
                flat[i * k + j] = (byte) (labels[i][j] ? 1 : 0);
            }
        }
        checkOutputs("logits", logits, flat.length);
        return whole(Kind.MULTI_LABEL, guids, k, Golds.labels(flat), logits, null);
    }

    /**
     * Takes the predictions without a copy: they must not be changed afterwards.
     *
     * @param guids the N samples
     * @param targets N finite numbers
     * @param predictions for each epoch N finite numbers
     * @return these as a log of kind {@link Kind#REGRESSION}
     * @throws IllegalArgumentException if lengths differ or a number isn't finite
     */
    public static Dynamics regression(Guids guids, double[] targets, float[][] predictions) {
        checkLength("targets", targets.length, guids.size());
        for (int i = 0; i < targets.length; i++) {
            Arguments.finite("targets[" + i + "]", targets[i]);
        }
        checkOutputs("predictions", predictions, guids.size());
        return whole(Kind.REGRESSION, guids, 1, Golds.targets(targets.clone()), predictions, null);
    }

    /**
     * Takes the probabilities without a copy: they must not be changed afterwards.
     *
     * @param guids the N samples
     * @param probabilities for each epoch the N probabilities of the gold tokens, 0 to 1
     * @param correct for each epoch whether each of the N was predicted exactly
     * @return these as a log of kind {@link Kind#SEQUENCE}
     * @throws IllegalArgumentException if lengths differ or a probability is out of range
     */
    public static Dynamics sequences(Guids guids, float[][] probabilities, boolean[][] correct) {
        checkOutputs("probabilities", probabilities, guids.size());
        checkLength("correct", correct.length, probabilities.length);
        BitSet[] right = new BitSet[correct.length];
        for (int e = 0; e < correct.length; e++) {
            checkLength("correct[" + e + "]", correct[e].length, guids.size());
            right[e] = new BitSet(guids.size());
            for (int i = 0; i < correct[e].length; i++) {
                right[e].set(i, correct[e][i]);
                if (!(probabilities[e][i] >= 0 && probabilities[e][i] <= 1)) {
                    throw Arguments.unexpected("probabilities[" + e + "][" + i + "]", probabilities[e][i], "0 to 1");
                }
            }
        }
        return whole(Kind.SEQUENCE, guids, 1, Golds.none(), probabilities, right);
    }

    private static Dynamics whole(
            Kind kind, Guids guids, int classes, Golds golds, float[][] outputs, BitSet[] correct) {
        var coverage = DynamicsReader.Coverage.whole(guids.size(), outputs.length);
        return new Dynamics(kind, guids, classes, golds, outputs.clone(), correct, null, coverage);
    }

    private static void checkLength(String name, int length, long expected) {
        Arguments.check(length == expected, "the length of " + name, length, "" + expected);
    }

    private static void checkOutputs(String name, float[][] outputs, long expected) {
        Arguments.atLeast("the number of epochs in " + name, outputs.length, 1);
        for (int e = 0; e < outputs.length; e++) {
            checkLength(name + "[" + e + "]", outputs[e].length, expected);
            for (int i = 0; i < outputs[e].length; i++) {
                if (!Float.isFinite(outputs[e][i])) {
                    throw Arguments.unexpected(name + "[" + e + "][" + i + "]", outputs[e][i], "a finite number");
                }
            }
        }
    }

    /** Returns the kind of the samples. */
    public Kind kind() {
        return kind;
    }

    /** Returns N, the number of samples. */
    public int samples() {
        return guids.size();
    }

    /** Returns E, the number of epochs. */
    public int epochs() {
        return outputs.length;
    }

    /** Returns C, the number of outputs of a sample in an epoch: classes, labels, or 1. */
    public int classes() {
        return classes;
    }

    /** Returns the samples' ids. */
    public Guids guids() {
        return guids;
    }

    /**
     * Returns the label of a sample, 0 to C - 1.
     *
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#CLASSES}
     */
    public int gold(int i) {
        require(Kind.CLASSES);
        return golds.classes()[i];
    }

    /**
     * Returns whether a sample should have a label.
     *
     * @param i a sample, 0 to N - 1
     * @param label a label, 0 to C - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#MULTI_LABEL}
     */
    public boolean hasLabel(int i, int label) {
        require(Kind.MULTI_LABEL);
        return golds.labels()[i * classes + Objects.checkIndex(label, classes)] == 1;
    }

    /**
     * Returns the number that should be predicted for a sample.
     *
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#REGRESSION}
     */
    public double target(int i) {
        require(Kind.REGRESSION);
        return golds.targets()[i];
    }

    /**
     * Returns a logit; of a regression the prediction.
     *
     * @param epoch 0 to E - 1
     * @param i a sample, 0 to N - 1
     * @param c an output, 0 to C - 1
     * @throws IllegalStateException if the log is of kind {@link Kind#SEQUENCE}
     */
    public float logit(int epoch, int i, int c) {
        if (kind == Kind.SEQUENCE) {
            throw new IllegalStateException("a log of sequences has no logits");
        }
        return outputs[epoch][i * classes + Objects.checkIndex(c, classes)];
    }

    /**
     * Returns the probabilities of the C classes, the softmax of the logits.
     *
     * @param epoch 0 to E - 1
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#CLASSES}
     */
    public double[] probabilities(int epoch, int i) {
        require(Kind.CLASSES);
        double[] p = new double[classes];
        softmax(outputs[epoch], i * classes, p);
        return p;
    }

    /**
     * Returns the means over the epochs of {@link #probabilities} for each class.
     *
     * @param i a sample, 0 to samples - 1
     * @throws IllegalArgumentException if the log isn't of classes
     */
    public double[] meanProbabilities(int i) {
        double[] mean = new double[classes];
        for (int e = 0; e < epochs(); e++) {
            double[] p = probabilities(e, i);
            for (int c = 0; c < p.length; c++) {
                mean[c] += p[c] / epochs();
            }
        }
        return mean;
    }

    /**
     * Returns the probability of a sample's gold tokens.
     *
     * @param epoch 0 to E - 1
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#SEQUENCE}
     */
    public double sequenceProbability(int epoch, int i) {
        require(Kind.SEQUENCE);
        return outputs[epoch][i];
    }

    /**
     * Returns whether all of a sample's tokens were predicted.
     *
     * @param epoch 0 to E - 1
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log isn't of kind {@link Kind#SEQUENCE}
     */
    public boolean sequenceCorrect(int epoch, int i) {
        require(Kind.SEQUENCE);
        return correct[epoch].get(Objects.checkIndex(i, samples()));
    }

    /** Returns whether the log has the norms of the last layer's inputs, which GraNd needs. */
    public boolean hasNorms() {
        return norms != null;
    }

    /**
     * Returns the Euclidean norm of the last layer's input.
     *
     * @param epoch 0 to E - 1
     * @param i a sample, 0 to N - 1
     * @throws IllegalStateException if the log has none
     */
    public double norm(int epoch, int i) {
        if (norms == null) {
            throw new IllegalStateException("the log has no norms of the last layer's inputs (hnorm_epoch_<e>)");
        }
        return norms[epoch][i];
    }

    /**
     * Returns the first epochs of this log ("burn-out").
     *
     * @param epochs how many, 1 to E
     * @throws IllegalArgumentException if there are fewer
     */
    public Dynamics upTo(int epochs) {
        Arguments.within("epochs", epochs, 1, epochs());
        return epochs == epochs() ? this : between(0, epochs);
    }

    /**
     * Returns one epoch as a log of its own: its scores are the scores of that epoch.
     *
     * @param epoch 0 to E - 1
     */
    public Dynamics only(int epoch) {
        Objects.checkIndex(epoch, epochs());
        return between(epoch, epoch + 1);
    }

    private Dynamics between(int from, int to) {
        return new Dynamics(
                kind,
                guids,
                classes,
                golds,
                Arrays.copyOfRange(outputs, from, to),
                correct == null ? null : Arrays.copyOfRange(correct, from, to),
                norms == null ? null : Arrays.copyOfRange(norms, from, to),
                Copies.with(coverage, "epochs", to - from));
    }

    /** Returns what a lenient reader left out, and which files it did not read. */
    public DynamicsReader.Coverage coverage() {
        return coverage;
    }

    /** Returns one epoch's outputs, not to be changed. */
    public float[] outputs(int epoch) {
        return outputs[epoch];
    }

    /** Returns the labels of all samples, not to be changed. */
    public int[] golds() {
        return golds.classes();
    }

    /**
     * Fills p with the softmax of p.length logits from an offset on.
     *
     * @return the logarithm of the sum of their exponentials
     */
    public static double softmax(float[] logits, int from, double[] p) {
        double max = logits[from];
        for (int c = 1; c < p.length; c++) {
            max = Math.max(max, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            p[c] = Math.exp(logits[from + c] - max);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return max + Math.log(sum);
    }

    private void require(Kind wanted) {
        if (kind != wanted) {
            throw new IllegalStateException("the log is of kind " + kind + "; expected " + wanted);
        }
    }

    @Override
    public String toString() {
        return kind + ": " + samples() + " samples, " + epochs() + " epochs, " + classes + " outputs";
    }
}
