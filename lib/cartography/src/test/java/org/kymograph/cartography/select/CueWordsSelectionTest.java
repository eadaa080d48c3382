package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.data.text.CueTask;
import org.kymograph.model.BagOfEmbeddings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.train.Evaluation;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.TrainingListener;
import org.kymograph.train.loss.Loss;

/** The paper's finding on generated sentences: training on ambiguous samples carries over best where the cue lies. */
@Tag("slow")
class CueWordsSelectionTest {
    private static final CueTask WORDS = CueTask.ofSentences();
    private static final long SEED = 0;

    @TempDir
    Path dir;

    @Tag("slow")
    @Test
    void ambiguousThirdBeatsRandomThirdWhereTheCueLies() {
        Dataset train = WORDS.data(SEED, CueTask.Part.TRAIN);
        List<float[]> logits = new ArrayList<>();
        TrainingListener record = new TrainingListener() {
            @Override
            public void onEpoch(EpochEnd end) {
                logits.add(logits(end, train.size()));
            }
        };
        Experiment all = experiment("all", train, Span.epochs(6));
        Trainer.of(all).withListener(record).train(dir, SEED);
        int[] gold =
                Arrays.stream(train.targets().toLongs()).mapToInt(y -> (int) y).toArray();
        SampleMetrics metrics =
                SampleMetrics.of(Dynamics.of(Guids.rows(train.size()), gold, logits.toArray(float[][]::new), 2));

        int[] ambiguous =
                SampleSelection.by(Metric.VARIABILITY).withFraction(0.33).of(metrics);
        int[] random = SampleSelection.random(0.33, SEED).of(metrics);
        boolean[] conflicting = WORDS.conflicting(train);
        assertThat(share(conflicting, ambiguous)).isGreaterThan(1.8 * share(conflicting, random));
        double[] onAmbiguous = accuracies("ambiguous", train.subset(ambiguous));
        double[] onRandom = accuracies("random", train.subset(random));
        assertThat(onAmbiguous[0] - onRandom[0]).as("same distribution").isGreaterThan(1);
        assertThat(onAmbiguous[1] - onRandom[1]).as("wrong cue").isGreaterThan(6);
        double[] onEasy = accuracies(
                "easy",
                train.subset(SampleSelection.by(Metric.CONFIDENCE)
                        .withWorst(true)
                        .withFraction(0.33)
                        .of(metrics)));
        assertThat(onEasy[1]).as("easy is worst where the cue lies").isLessThan(onRandom[1] - 6);
    }

    private static float[] logits(TrainingListener.EpochEnd end, int n) {
        float[] out = new float[2 * n];
        for (int from = 0; from < n; from += end.batch()) {
            int[] rows = IntStream.range(from, Math.min(n, from + end.batch())).toArray();
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                NDArray z = end.forward().outputs(new int[][] {rows}, false);
                System.arraycopy(z.toFloatArray(), 0, out, 2 * from, 2 * rows.length);
            }
        }
        return out;
    }

    // Half the steps of the whole set's training.
    private double[] accuracies(String name, Dataset third) {
        Experiment e = experiment(name, third, Span.steps(471));
        RunFolder run = Trainer.of(e).train(dir, SEED).runs().get(0);
        return new double[] {
            100 * Evaluation.of(e, run, WORDS.data(SEED, CueTask.Part.SAME)).accuracy(),
            100
                    * Evaluation.of(e, run, WORDS.data(SEED, CueTask.Part.WRONG_CUE))
                            .accuracy()
        };
    }

    private static Experiment experiment(String name, Dataset train, Span length) {
        return Experiment.of(
                        name,
                        Task.of("cue-words-" + name, new Split(train, WORDS.data(SEED, CueTask.Part.SAME))),
                        BagOfEmbeddings.of(WORDS.vocabulary(), 2),
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(1e-3))
                .withSchedule(Schedule.LINEAR)
                .withBatchSize(128)
                .withLength(length)
                .withEvaluation(Span.epochs(100))
                .withCheckpoints(Span.epochs(100));
    }

    private static double share(boolean[] which, int[] rows) {
        return Arrays.stream(rows).filter(i -> which[i]).count() / (double) rows.length;
    }
}
