package org.kymograph.cartography.experts;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.select.SampleWeights;
import org.kymograph.data.Dataset;
import org.kymograph.evaluate.PartTrial;
import org.kymograph.model.Network;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Outputs;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;

/**
 * Two experts over one encoder, one for easy and one for hard samples, with a gate that learns from the samples'
 * confidence which of them a sample needs. The code that it follows calls it HCT, which it doesn't spell out; so do records.
 *
 * <p>With the encoder's outputs v: gate g = W<sub>g</sub> v + b in R² (easy, hard), u = dropout(v), and the experts' outputs
 * are linear in u. Gate weights are w = softmax(g / T). With the target t = (c, 1 − c) of a sample of confidence c,
 * its loss is μ Σ<sub>k</sub> t<sub>k</sub> (ln t<sub>k</sub> − ln softmax(g)<sub>k</sub>) + (1 − μ) Σ<sub>k</sub> w<sub>k</sub>
 * L<sub>k</sub> / 2, where L<sub>k</sub> are the experts' own losses. Evaluations report the second sum alone.
 *
 * <p>A network's outputs are {@code [B, 2 + 2C]}: the gate, the easy expert, the hard one.
 *
 * @param encoder gives v; its outputs may be of any number, such as a perceptron's or a BERT's pooled token's
 * @param outputs C, the number of outputs of each expert
 * @param head the loss of each expert: cross-entropy of classes, {@link Loss#MEAN_SQUARED_ERROR} of numbers, {@link Loss#BINARY_CROSS_ENTROPY}
 * @param temperature T, above 0
 * @param mu μ, from 0 to 1
 * @param smoothing the label smoothing of the hard expert's cross-entropy, from 0 to below 1; 0 for none
 * @param moreAmbiguous whether a weight w above 0.5 becomes 1.5 − w, so that samples that the gate is sure of count less
 * @param easyOnly whether only the easy expert is trained, with weights that are divided by their mean over the batch
 * @param dropout the dropout before the experts, from 0 to below 1; above 0 runs train singly
 * @param inference which outputs count as the answer
 */
public record GatedExperts(
        Network encoder,
        int outputs,
        Loss head,
        double temperature,
        double mu,
        double smoothing,
        boolean moreAmbiguous,
        boolean easyOnly,
        double dropout,
        Inference inference) {

    /** How the answer comes from the experts. */
    public enum Inference {
        /** The outputs of the expert with the larger gate output, of the easy one on a tie. */
        HARD,
        /** The sum of both experts' outputs times their gate weights. */
        SOFT,
        /** The easy expert's. */
        EASY_EXPERT,
        /** The hard expert's. */
        HARD_EXPERT
    }

    /** Checks the ranges. */
    public GatedExperts {
        Objects.requireNonNull(encoder, "encoder");
        Objects.requireNonNull(inference, "inference");
        Arguments.atLeast("outputs", outputs, 1);
        Arguments.positive("temperature", temperature);
        Arguments.within("mu", mu, 0, 1);
        Arguments.check(smoothing >= 0 && smoothing < 1, "smoothing", smoothing, "0 to below 1");
        Arguments.check(dropout >= 0 && dropout < 1, "dropout", dropout, "0 to below 1");
        Arguments.check(
                smoothing == 0 || head == Loss.CROSS_ENTROPY,
                "smoothing",
                smoothing,
                "0, as only the cross-entropy can be smoothed, not " + head.setting());
    }

    /**
     * Returns two experts with cross-entropy, T = 1, μ = 0.5, dropout 0.1 and soft inference.
     *
     * @param encoder gives what the gate and the experts see
     * @param outputs the number of outputs of each expert
     */
    public static GatedExperts of(Network encoder, int outputs) {
        return new GatedExperts(encoder, outputs, Loss.CROSS_ENTROPY, 1, 0.5, 0, false, false, 0.1, Inference.SOFT);
    }

    /**
     * Returns a copy with another loss of the experts.
     *
     * @param head the loss of each expert
     */
    public GatedExperts withHead(Loss head) {
        return Copies.with(this, "head", head);
    }

    /**
     * Returns a copy with another temperature.
     *
     * @param temperature T of the gate weights
     */
    public GatedExperts withTemperature(double temperature) {
        return Copies.with(this, "temperature", temperature);
    }

    /**
     * Returns a copy with another weight of the gate's loss.
     *
     * @param mu the part of the gate's loss
     */
    public GatedExperts withMu(double mu) {
        return Copies.with(this, "mu", mu);
    }

    /**
     * Returns a copy with another label smoothing.
     *
     * @param smoothing the label smoothing of the hard expert, such as 0.1; 0 for none
     */
    public GatedExperts withSmoothing(double smoothing) {
        return Copies.with(this, "smoothing", smoothing);
    }

    /**
     * Returns a copy that does or doesn't turn round weights above 0.5.
     *
     * @param moreAmbiguous whether weights above 0.5 are turned round
     */
    public GatedExperts withMoreAmbiguous(boolean moreAmbiguous) {
        return Copies.with(this, "moreAmbiguous", moreAmbiguous);
    }

    /**
     * Returns a copy that does or doesn't train the easy expert alone.
     *
     * @param easyOnly whether only the easy expert is trained
     */
    public GatedExperts withEasyOnly(boolean easyOnly) {
        return Copies.with(this, "easyOnly", easyOnly);
    }

    /**
     * Returns a copy with another dropout.
     *
     * @param dropout the dropout before the experts
     */
    public GatedExperts withDropout(double dropout) {
        return Copies.with(this, "dropout", dropout);
    }

    /**
     * Returns a copy with another way of inference.
     *
     * @param inference which outputs count as the answer
     */
    public GatedExperts withInference(Inference inference) {
        return Copies.with(this, "inference", inference);
    }

    /** Returns the encoder with the gate and the experts, to be trained with {@link #loss()}. */
    public Network network() {
        return new GatedExpertsNetwork(encoder, outputs, dropout);
    }

    /** Returns the loss, which reads each training sample's confidence from its first auxiliary target. */
    public Loss loss() {
        return new GatedExpertsLoss(this);
    }

    /**
     * Gives training examples their confidence as the first auxiliary target.
     *
     * @param train the examples
     * @param ids the id of each example
     * @param metrics has the confidence of all of them
     * @return the examples with their confidence before the auxiliary targets that they have
     * @throws IllegalArgumentException if there are not as many ids as examples, or an example has no confidence, or one out
     *     of 0 to 1
     */
    public static Dataset join(Dataset train, Guids ids, SampleMetrics metrics) {
        double[] confidence = metrics.values(Metric.CONFIDENCE);
        for (int i = 0; i < confidence.length; i++) {
            Arguments.within("confidence of guid " + metrics.guids().text(i), confidence[i], 0, 1);
        }
        return train.withAuxiliaryBefore(SampleWeights.column(train, ids, metrics.guids(), confidence, "confidence"));
    }

    /**
     * Evaluates the last checkpoints of several runs, one accuracy for each way to answer, for {@link
     * org.kymograph.evaluate.PartTrial#summary}.
     *
     * @param variant what to call this model
     * @param runs runs of it
     * @param data the examples
     * @param batch how many of them are computed at a time
     * @return a row per run and way to answer: selection (the variant), percent (100), test (the way), seed, accuracy
     */
    public Table accuracies(String variant, Population runs, Dataset data, int batch) {
        Table table = PartTrial.noAccuracies();
        for (RunFolder run : runs.runs()) {
            double[] last = accuracies(run, run.lastCheckpointStep(), data, batch);
            for (Inference how : Inference.values()) {
                PartTrial.add(table, variant, 100, column(how), run.seed(), last[how.ordinal()]);
            }
        }
        return table;
    }

    /**
     * Evaluates every checkpoint of a run in every way of inference.
     *
     * @param run a run of {@link #network()}
     * @param data the examples to evaluate on, at least one
     * @param batch how many of them at a time, at least 1
     * @return a row for each checkpoint: its step, and the accuracy by each {@link Inference}, in lower case
     * @throws org.kymograph.record.files.RecordException if a checkpoint is damaged or another network's
     */
    public Table accuracies(RunFolder run, Dataset data, int batch) {
        Table table = Table.create(run.id(), LongColumn.create("step"));
        for (Inference how : Inference.values()) {
            table.addColumns(DoubleColumn.create(column(how)));
        }
        for (long step : run.checkpointSteps()) {
            double[] values = accuracies(run, step, data, batch);
            table.longColumn(0).append(step);
            for (int i = 0; i < values.length; i++) {
                table.doubleColumn(1 + i).append(values[i]);
            }
        }
        return table;
    }

    private static String column(Inference how) {
        return how.name().toLowerCase(Locale.ROOT);
    }

    private double[] accuracies(RunFolder run, long step, Dataset data, int batch) {
        try (TensorFile checkpoint = run.checkpoint(step)) {
            Tensor all = Outputs.of(network(), checkpoint, data, batch);
            return Arrays.stream(Inference.values())
                    .mapToDouble(how ->
                            Evaluation.of(withInference(how).loss(), all, data).accuracy())
                    .toArray();
        }
    }
}
