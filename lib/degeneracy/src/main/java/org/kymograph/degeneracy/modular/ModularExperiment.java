package org.kymograph.degeneracy.modular;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.Population;
import org.kymograph.record.files.RecordException;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;

/**
 * The settings of a modular-addition training, field by field those of the original's {@code ExperimentParams}, whose JSON files are
 * read and written. Everything but the run's seed is here.
 *
 * <pre>{@code
 * Population runs = ModularExperiment.example1().train("runs", 0, 1, 2);
 * }</pre>
 *
 * <p>Of the steps i = 0, 1, …, a checkpoint, a tracked event or a frame is taken before the update i: checkpoint 0 is the initial state. The
 * end of the training is in the run's last checkpoint. Intervals are at least 1 step.
 *
 * <p>Source: the code of Panickssery and Vaintrob, Investigating the learning coefficient of modular addition (2023). Its last steps were
 * meant to be without weight decay too, but never were.
 *
 * @param p the modulus, 2 to 1000
 * @param trainFrac the share of the p² pairs to learn from, above 0 and at most 1
 * @param hiddenSize the hidden units h, at least 1
 * @param lr Adam's learning rate, at least 0
 * @param batchSize the pairs in a batch, drawn with replacement, at least 1
 * @param embedDim the width e of the embedding, at least 1
 * @param tieUnembed whether the embedding is the unembedding too
 * @param weightDecay Adam's coupled weight decay of all parameters, at least 0
 * @param movie whether the embedding is kept at every frame, for the movie
 * @param magnitude whether the modes' magnitudes are tracked
 * @param ablationFourier whether the test loss with one mode alone is tracked
 * @param ablationEmbed the same with projections in the space of the embedding; has no effect beside {@code ablationFourier}
 * @param nBatches the optimizer steps, at least 1
 * @param trackTimes how many times to track: after every ⌊nBatches / trackTimes⌋ steps, from step 0, and at the end; at least 1
 * @param printTimes how many lines {@code metrics.jsonl} has, at least 1
 * @param frameTimes how many frames a movie has, at least 1
 * @param freezeMiddle whether only the embedding learns, and the last layer where the unembedding is not tied
 * @param scaleLinear1Factor the factor on the initial weights of the first layer, finite
 * @param scaleEmbed the factor on the initial embedding, finite
 * @param saveActivations whether what the second linear map gives for all pairs is kept at the end
 * @param linear1Tied whether both numbers go through one projection
 * @param runId a label of the parameter file and of file names; seeds nothing
 * @param randomSeed deals out the pairs and makes random labels; the run's own seed gives the initial parameters and the batches
 * @param useRandomDataset whether labels are random in place of the sums
 * @param nSaveModelCheckpoints a checkpoint after every ⌊nBatches / nSaveModelCheckpoints⌋ steps, from step 0; 0 for none but the first and the last
 * @param doVizWeightsModes whether the circles of the final embedding are drawn
 * @param numNoWeightDecaySteps how many steps at the end are taken without weight decay, at least 0
 * @param activation what follows the hidden sum
 * @param lambdaHat the learning coefficient, once it was estimated; null before
 * @param testLoss the test loss that belongs to it
 * @param trainLoss the training loss that belongs to it
 */
public record ModularExperiment(
        int p,
        double trainFrac,
        int hiddenSize,
        double lr,
        int batchSize,
        int embedDim,
        boolean tieUnembed,
        double weightDecay,
        boolean movie,
        boolean magnitude,
        boolean ablationFourier,
        boolean ablationEmbed,
        int nBatches,
        int trackTimes,
        int printTimes,
        int frameTimes,
        boolean freezeMiddle,
        double scaleLinear1Factor,
        double scaleEmbed,
        boolean saveActivations,
        boolean linear1Tied,
        int runId,
        long randomSeed,
        boolean useRandomDataset,
        int nSaveModelCheckpoints,
        boolean doVizWeightsModes,
        int numNoWeightDecaySteps,
        ModularMlp.Activation activation,
        Double lambdaHat,
        Double testLoss,
        Double trainLoss) {

    /** Checks the ranges. */
    public ModularExperiment {
        Arguments.within("p", p, 2, 1000);
        ModularPairs.trained("trainFrac", p, trainFrac);
        Arguments.atLeast("hiddenSize", hiddenSize, 1);
        Arguments.atLeast("lr", lr, 0);
        Arguments.atLeast("batchSize", batchSize, 1);
        Arguments.atLeast("embedDim", embedDim, 1);
        Arguments.atLeast("weightDecay", weightDecay, 0);
        Arguments.atLeast("nBatches", nBatches, 1);
        Arguments.atLeast("trackTimes", trackTimes, 1);
        Arguments.atLeast("printTimes", printTimes, 1);
        Arguments.atLeast("frameTimes", frameTimes, 1);
        Arguments.finite("scaleLinear1Factor", scaleLinear1Factor);
        Arguments.finite("scaleEmbed", scaleEmbed);
        Arguments.atLeast("nSaveModelCheckpoints", nSaveModelCheckpoints, 0);
        Arguments.atLeast("numNoWeightDecaySteps", numNoWeightDecaySteps, 0);
        Objects.requireNonNull(activation, "activation");
    }

    /**
     * Returns the original's defaults: p = 53 from 0.8 of the pairs, h = 32, e = 8, a tied unembedding, 1000 batches of 256.
     *
     * @return the settings
     */
    public static ModularExperiment withDefaults() {
        return new ModularExperiment(
                53,
                0.8,
                32,
                0.01,
                256,
                8,
                true,
                2e-4,
                true,
                true,
                true,
                false,
                1000,
                20,
                10,
                100,
                false,
                1,
                1,
                false,
                false,
                0,
                0,
                false,
                0,
                true,
                0,
                ModularMlp.Activation.GELU,
                null,
                null,
                null);
    }

    /**
     * Returns the first published example: p = 53 from 0.95 of the pairs, h = 48, e = 12, weight decay 2e-4, 1500 batches of 128, a
     * checkpoint every 60 steps. It generalises in 600 to 800 steps.
     *
     * @return the settings
     */
    public static ModularExperiment example1() {
        return withDefaults()
                .withTrainFrac(0.95)
                .withHiddenSize(48)
                .withEmbedDim(12)
                .withTieUnembed(false)
                .withLr(0.005)
                .withBatchSize(128)
                .withMagnitude(false)
                .withAblationFourier(false)
                .withNBatches(1500)
                .withNSaveModelCheckpoints(25);
    }

    /**
     * Returns the second published example, without regularisation: h = 32, e = 16, 2000 batches, a checkpoint every 50 steps.
     *
     * @return the settings
     */
    public static ModularExperiment example2() {
        return example1()
                .withHiddenSize(32)
                .withEmbedDim(16)
                .withWeightDecay(0)
                .withNBatches(2000)
                .withNSaveModelCheckpoints(40);
    }

    /**
     * Returns the settings of 2023, whose learning coefficients grow linearly with p: 10,000 batches of 64 at a learning rate of 0.01
     * from 0.8 of the pairs. Published sizes (h, e) are (32, 8), (32, 16), (64, 8), (64, 12), (64, 16), (64, 24), (96, 12), (96, 16) and
     * (144, 36), some with up to 30,000 batches.
     *
     * @param p the modulus
     * @param hiddenSize h
     * @param embedDim e
     * @return the settings
     */
    public static ModularExperiment sweep2023(int p, int hiddenSize, int embedDim) {
        return withDefaults()
                .withP(p)
                .withHiddenSize(hiddenSize)
                .withEmbedDim(embedDim)
                .withTieUnembed(false)
                .withBatchSize(64)
                .withNBatches(10_000);
    }

    /**
     * Returns the checkpointed training of 2023: {@code sweep2023(53, 32, 8)} of 1500 batches with 25 checkpoints.
     *
     * @return the settings
     */
    public static ModularExperiment checkpoints2023() {
        return sweep2023(53, 32, 8).withNBatches(1500).withNSaveModelCheckpoints(25);
    }

    /**
     * Reads a parameter file.
     *
     * @param json a file with one JSON object; fields that it lacks are as in {@link #withDefaults}
     * @return the settings
     * @throws RecordException if it has another field, or one of another kind or out of range
     */
    public static ModularExperiment read(Path json) {
        return ModularFile.read(json);
    }

    /**
     * Writes a parameter file that the original reads.
     *
     * @param json the file to write or replace
     */
    public void write(Path json) {
        ModularFile.write(json, this);
    }

    /** Returns the task: the pairs, their labels and the split. */
    public ModularPairs task() {
        return new ModularPairs(p, trainFrac, randomSeed, useRandomDataset);
    }

    /** Returns the network. */
    public ModularMlp network() {
        return new ModularMlp(
                p, embedDim, hiddenSize, activation, tieUnembed, linear1Tied, scaleEmbed, scaleLinear1Factor);
    }

    /** Returns the training that the settings describe, to be given to a {@link Trainer}; {@link #train} tracks modes too. */
    public Experiment experiment() {
        Optimizer adam = Optimizer.adam(lr).withWeightDecay(weightDecay).withUndecayedSteps(numNoWeightDecaySteps);
        if (freezeMiddle) {
            adam = adam.withGroup(new Optimizer.Group(tieUnembed ? "^linear" : "^linear1", 0, 0));
        } else if (linear1Tied) {
            // Without use and so without a gradient, which the original's optimizer takes for no step at all.
            adam = adam.withGroup(new Optimizer.Group("^linear1l", 0, 0));
        }
        return Experiment.of("modular-mlp", task(), network(), Loss.CROSS_ENTROPY, adam)
                .withBatchSize(batchSize)
                .withReplacement(true)
                .withLength(Span.steps(nBatches))
                .withEvaluation(Span.steps(every(printTimes)))
                .withCheckpoints(Span.steps(nSaveModelCheckpoints == 0 ? nBatches : every(nSaveModelCheckpoints)));
    }

    /**
     * Returns the distance between events.
     *
     * @param times how many events there are to be, at least 1
     * @return the steps from one to the next, at least 1
     */
    int every(int times) {
        return Math.max(1, nBatches / times);
    }

    /**
     * Trains runs, or what is missing of them, and tracks them: the reading {@code "modes"} of every run has losses, accuracies, the
     * weights' norm, and of each mode k the {@code magnitude_k} and the test loss {@code keep_k} with it alone, as far as asked for;
     * {@code "frames"} has the embeddings of the movie, and {@code "activations"} those of the end.
     *
     * @param root the folder of all experiments
     * @param seeds the seeds, each once
     * @return the runs, in the order of the seeds
     */
    public Population train(String root, long... seeds) {
        return train(Trainer.of(experiment()), Path.of(root), seeds);
    }

    /**
     * Trains and tracks runs with a trainer of one's own.
     *
     * @param trainer trains {@link #experiment}, under any name
     * @param root the folder of all experiments
     * @param seeds the seeds, each once
     * @return the runs, in the order of the seeds
     */
    public Population train(Trainer trainer, Path root, long... seeds) {
        return trainer.withListener(new ModularTracking(this)).train(root, seeds);
    }

    /**
     * Trains runs for each value of one setting, such as {@code sweep("runs", "p", List.of(23, 29, 37), 0, 1)}.
     *
     * @param root the folder of all experiments
     * @param setting the name of a setting, as in {@code withX}
     * @param values its values, at least one
     * @param seeds the seeds, each once
     * @return the runs of all values, in their order
     * @throws IllegalArgumentException if there is no such setting, or a value does not fit it
     */
    public Population sweep(String root, String setting, List<?> values, long... seeds) {
        Arguments.notEmpty("values", values);
        return Population.of(values.stream()
                .map(value -> Copies.with(this, setting, value))
                .flatMap(one -> one.train(root, seeds).runs().stream())
                .toList());
    }

    /**
     * Returns what the original's files of these settings are called: {@code models/model_SUFFIX.pt},
     * {@code models/params_SUFFIX.json}. Settings that differ only in activation, rates or length share it.
     *
     * @return the suffix
     */
    public String suffix() {
        return (useRandomDataset ? "RANDOM_" : "") + "P" + p + "_frac" + trainFrac + "_hid" + hiddenSize + "_emb"
                + embedDim
                + "_tieunembed" + python(tieUnembed) + "_tielin" + python(linear1Tied) + "_freeze"
                + python(freezeMiddle) + "_run" + runId;
    }

    /**
     * Returns what the original's file of a checkpoint is called, in {@code models/checkpoints/SUFFIX.pt}.
     *
     * @param checkpoint its number, from 0
     * @return the suffix
     */
    public String suffix(int checkpoint) {
        return "CHECKPOINT_" + Arguments.atLeast("checkpoint", checkpoint, 0) + "_" + suffix();
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }

    /** Returns a copy with another modulus. */
    public ModularExperiment withP(int p) {
        return Copies.with(this, "p", p);
    }

    /** Returns a copy with another share of the pairs to learn from. */
    public ModularExperiment withTrainFrac(double trainFrac) {
        return Copies.with(this, "trainFrac", trainFrac);
    }

    /** Returns a copy with another number of hidden units. */
    public ModularExperiment withHiddenSize(int hiddenSize) {
        return Copies.with(this, "hiddenSize", hiddenSize);
    }

    /** Returns a copy with another learning rate. */
    public ModularExperiment withLr(double lr) {
        return Copies.with(this, "lr", lr);
    }

    /** Returns a copy with other batches. */
    public ModularExperiment withBatchSize(int batchSize) {
        return Copies.with(this, "batchSize", batchSize);
    }

    /** Returns a copy with another width of the embedding. */
    public ModularExperiment withEmbedDim(int embedDim) {
        return Copies.with(this, "embedDim", embedDim);
    }

    /** Returns a copy with a tied or a separate unembedding. */
    public ModularExperiment withTieUnembed(boolean tieUnembed) {
        return Copies.with(this, "tieUnembed", tieUnembed);
    }

    /** Returns a copy with another weight decay. */
    public ModularExperiment withWeightDecay(double weightDecay) {
        return Copies.with(this, "weightDecay", weightDecay);
    }

    /** Returns a copy with or without frames of a movie. */
    public ModularExperiment withMovie(boolean movie) {
        return Copies.with(this, "movie", movie);
    }

    /** Returns a copy with or without the modes' magnitudes. */
    public ModularExperiment withMagnitude(boolean magnitude) {
        return Copies.with(this, "magnitude", magnitude);
    }

    /** Returns a copy with or without the ablations of modes. */
    public ModularExperiment withAblationFourier(boolean ablationFourier) {
        return Copies.with(this, "ablationFourier", ablationFourier);
    }

    /** Returns a copy with or without the ablations in the space of the embedding. */
    public ModularExperiment withAblationEmbed(boolean ablationEmbed) {
        return Copies.with(this, "ablationEmbed", ablationEmbed);
    }

    /** Returns a copy with another number of steps. */
    public ModularExperiment withNBatches(int nBatches) {
        return Copies.with(this, "nBatches", nBatches);
    }

    /** Returns a copy with another number of tracked events. */
    public ModularExperiment withTrackTimes(int trackTimes) {
        return Copies.with(this, "trackTimes", trackTimes);
    }

    /** Returns a copy with another number of lines of metrics. */
    public ModularExperiment withPrintTimes(int printTimes) {
        return Copies.with(this, "printTimes", printTimes);
    }

    /** Returns a copy with another number of frames. */
    public ModularExperiment withFrameTimes(int frameTimes) {
        return Copies.with(this, "frameTimes", frameTimes);
    }

    /** Returns a copy with or without a frozen middle. */
    public ModularExperiment withFreezeMiddle(boolean freezeMiddle) {
        return Copies.with(this, "freezeMiddle", freezeMiddle);
    }

    /** Returns a copy with another factor on the first layer. */
    public ModularExperiment withScaleLinear1Factor(double scaleLinear1Factor) {
        return Copies.with(this, "scaleLinear1Factor", scaleLinear1Factor);
    }

    /** Returns a copy with another factor on the embedding. */
    public ModularExperiment withScaleEmbed(double scaleEmbed) {
        return Copies.with(this, "scaleEmbed", scaleEmbed);
    }

    /** Returns a copy with or without the activations. */
    public ModularExperiment withSaveActivations(boolean saveActivations) {
        return Copies.with(this, "saveActivations", saveActivations);
    }

    /** Returns a copy with one projection for both numbers or one for each. */
    public ModularExperiment withLinear1Tied(boolean linear1Tied) {
        return Copies.with(this, "linear1Tied", linear1Tied);
    }

    /** Returns a copy with another label. */
    public ModularExperiment withRunId(int runId) {
        return Copies.with(this, "runId", runId);
    }

    /** Returns a copy with another split and other random labels. */
    public ModularExperiment withRandomSeed(long randomSeed) {
        return Copies.with(this, "randomSeed", randomSeed);
    }

    /** Returns a copy with random labels or with the sums. */
    public ModularExperiment withUseRandomDataset(boolean useRandomDataset) {
        return Copies.with(this, "useRandomDataset", useRandomDataset);
    }

    /** Returns a copy with another number of checkpoints. */
    public ModularExperiment withNSaveModelCheckpoints(int nSaveModelCheckpoints) {
        return Copies.with(this, "nSaveModelCheckpoints", nSaveModelCheckpoints);
    }

    /** Returns a copy with or without the final circles. */
    public ModularExperiment withDoVizWeightsModes(boolean doVizWeightsModes) {
        return Copies.with(this, "doVizWeightsModes", doVizWeightsModes);
    }

    /** Returns a copy with another number of last steps without weight decay. */
    public ModularExperiment withNumNoWeightDecaySteps(int numNoWeightDecaySteps) {
        return Copies.with(this, "numNoWeightDecaySteps", numNoWeightDecaySteps);
    }

    /** Returns a copy with another activation. */
    public ModularExperiment withActivation(ModularMlp.Activation activation) {
        return Copies.with(this, "activation", activation);
    }

    /**
     * Returns a copy with the learning coefficient and the losses that belong to it, as {@link #write} records them.
     *
     * @param lambdaHat the learning coefficient
     * @param testLoss the test loss
     * @param trainLoss the training loss
     * @return the copy
     */
    public ModularExperiment withLambdaHat(double lambdaHat, double testLoss, double trainLoss) {
        ModularExperiment copy = Copies.with(this, "lambdaHat", lambdaHat);
        return Copies.with(Copies.with(copy, "testLoss", testLoss), "trainLoss", trainLoss);
    }
}
