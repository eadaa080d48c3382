package org.kymograph.connectivity.berts;

import java.nio.file.Path;
import java.util.Locale;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.text.TextBenchmark;
import org.kymograph.data.text.Texts;
import org.kymograph.data.text.WordPieces;
import org.kymograph.model.bert.BertClassifier;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.loss.Loss;

/**
 * How the populations of Juneja et al. (ICLR 2023) were fine-tuned from one pretrained BERT: runs differ in the classifier's
 * initialisation and the order of the data. Of MNLI and QQP three epochs with Adam without bias correction, a tenth of the steps as
 * warm-up, decay of weights but not of biases and norms, gradients clipped at norm 1; of CoLA six epochs without any of these. All
 * with batches of 32 at a learning rate of 2e-5 that falls to 0 linearly.
 *
 * <p>Differences from the originals: those of MNLI and QQP shuffle with a buffer of 100, so that their order is nearly that of the
 * file, ours is a full permutation an epoch; that of CoLA drops the last, smaller batch of an epoch.
 *
 * @param benchmark MNLI, QQP or CoLA
 * @param pretrained the folder of the pretrained network: {@code config.json}, weights and tokenizer
 * @param texts the folder of the benchmark's files
 * @param longest the most word pieces of an input, at least 3
 */
public record BertFineTuning(TextBenchmark benchmark, Path pretrained, Path texts, int longest) {
    /** Checks the benchmark. */
    public BertFineTuning {
        Arguments.check(
                benchmark != TextBenchmark.HANS && benchmark != TextBenchmark.PAWS,
                "benchmark",
                benchmark,
                "MNLI, QQP or COLA; the others are tests out of distribution");
        Arguments.atLeast("longest", longest, 3);
    }

    /**
     * Returns the published fine-tuning: inputs of at most 128 word pieces, of CoLA 512.
     *
     * @param benchmark MNLI, QQP or CoLA
     * @param pretrained the folder of the pretrained network
     * @param texts the folder of the benchmark's files
     * @return the fine-tuning
     */
    public static BertFineTuning of(TextBenchmark benchmark, Path pretrained, Path texts) {
        return new BertFineTuning(benchmark, pretrained, texts, benchmark == TextBenchmark.COLA ? 512 : 128);
    }

    /** Returns a copy with inputs of another length. */
    public BertFineTuning withLongest(int longest) {
        return Copies.with(this, "longest", longest);
    }

    /**
     * Reads a split of these or other texts as inputs of the classifiers.
     *
     * @param of the texts' kind, such as HANS
     * @param folder the folder of their files
     * @param split one of its splits
     * @return the inputs
     */
    public Dataset data(TextBenchmark of, Path folder, String split) {
        return inputs(of.read(folder, split));
    }

    private Dataset inputs(Texts texts) {
        try (WordPieces pieces = WordPieces.open(pretrained, longest)) {
            return texts.pieces(pieces, longest);
        }
    }

    /** Reads training and test texts and returns the training, whose seeds are the runs. */
    public Experiment experiment() {
        Texts train = benchmark.read(texts, "train");
        Dataset test = data(benchmark, texts, "test");
        String name = benchmark.name().toLowerCase(Locale.ROOT);
        boolean cola = benchmark == TextBenchmark.COLA;
        Optimizer adam = Optimizer.adamW(2e-5).withEpsilon(1e-6);
        Experiment all = Experiment.of(
                        "bert-" + name,
                        Task.byContent(name, new Split(inputs(train), test)),
                        BertClassifier.pretrained(pretrained, train.labels()),
                        Loss.CROSS_ENTROPY,
                        cola
                                ? adam.withWeightDecay(0)
                                : adam.withBiasCorrection(false).withoutDecayOfBiasesAndNorms())
                .withBatchSize(32)
                .withLength(Span.epochs(cola ? 6 : 3))
                .withEvaluationBatch(32)
                .withCheckpoints(Span.steps(cola ? 100 : 5000));
        return cola
                ? all.withSchedule(Schedule.LINEAR)
                : all.withSchedule(new Schedule(Schedule.Decay.LINEAR, 0, 0, 0.1, false))
                        .withClipNorm(1);
    }
}
