package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.cartography.metrics.Agreement;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Tables;
import org.kymograph.record.tensors.Tensor;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class HardnessTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"104743,73318,31424", "67349,47142,20206"})
    void sizesAreThePublishedOnes(int samples, int train, int validation) {
        double[] confidence = new double[samples];
        Arrays.setAll(confidence, i -> Math.sin(i));
        Hardness task = Hardness.of(Samples.of(null, confidence, confidence), 1);
        assertThat(task.train()).hasSize(train);
        assertThat(task.validation()).hasSize(validation);
        int[] all = IntStream.concat(Arrays.stream(task.train()), Arrays.stream(task.validation()))
                .toArray();
        assertThat(Arrays.stream(all).distinct().count()).isEqualTo(all.length);
        for (int[] part : new int[][] {task.train(), task.validation()}) {
            assertThat(Arrays.stream(part).map(task::label).sum()).isEqualTo(part.length / 2);
        }
        double hardest = Arrays.stream(all)
                .filter(i -> task.label(i) == Hardness.HARD)
                .mapToDouble(i -> confidence[i])
                .max()
                .orElseThrow();
        double easiest = Arrays.stream(all)
                .filter(i -> task.label(i) == Hardness.EASY)
                .mapToDouble(i -> confidence[i])
                .min()
                .orElseThrow();
        assertThat(hardest).isLessThanOrEqualTo(easiest);
    }

    @Test
    void splitsExamplesWithTheirHardnessAsClass() {
        SampleMetrics samples =
                Samples.of(null, new double[] {.1, .9, .2, .8, .3, .7, .4, .6, .45, .55}, new double[10]);
        float[] inputs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
        Dataset data =
                new Dataset("toy", "train", 0, Tensor.of(inputs, 10, 1), Tensor.of(new long[10], 10), 5, Scaling.NONE);
        Split split = Hardness.of(samples, 1).split(data);
        assertThat(split.train().size()).isEqualTo(6);
        assertThat(split.test().size()).isEqualTo(4);
        for (Dataset part : new Dataset[] {split.train(), split.test()}) {
            assertThat(part.classes()).isEqualTo(2);
            for (int k = 0; k < part.size(); k++) {
                boolean hard =
                        samples.value(Metric.CONFIDENCE, (int) part.inputs().getDouble(k)) < 0.5;
                assertThat(part.targets().getDouble(k)).isEqualTo(hard ? Hardness.HARD : Hardness.EASY);
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Hardness.of(samples, 1).split(data.take(9)))
                .withMessageContaining("data has length 9; expected 10");
    }

    @Test
    void filesHaveTextsIdxAndLabel() throws IOException {
        SampleMetrics samples =
                Samples.of(null, new double[] {.1, .9, .2, .8, .3, .7, .4, .6, .45, .55}, new double[10]);
        Table texts = Table.create(
                "toy",
                LongColumn.create(
                        "id",
                        IntStream.range(100, 110)
                                .map(i -> 209 - i)
                                .asLongStream()
                                .toArray()),
                StringColumn.create("question", IntStream.range(100, 110).mapToObj(i -> "q" + (209 - i))),
                StringColumn.create("sentence", IntStream.range(100, 110).mapToObj(i -> "s, \"" + (209 - i))));
        Hardness task = Hardness.of(samples, 1);
        task.write(folder.resolve("datasets"), "qnli", texts, "id", true);
        Path train = folder.resolve("datasets/qnli-easy-hard_train.csv");
        assertThat(Files.readAllLines(train).get(0)).isEqualTo(",question,sentence,idx,label");
        Table read = Tables.readCsv(train);
        assertThat(read.rowCount()).isEqualTo(6);
        for (int k = 0; k < 6; k++) {
            int i = task.train()[k];
            assertThat(read.longColumn(0).get(k)).isEqualTo(k);
            assertThat(read.stringColumn("question").get(k)).isEqualTo("q" + (100 + i));
            assertThat(read.stringColumn("sentence").get(k)).isEqualTo("s, \"" + (100 + i));
            assertThat(read.longColumn("idx").get(k)).isEqualTo(100 + i);
            assertThat(read.longColumn("label").get(k)).isEqualTo(i % 2 == 0 ? 1 : 0);
        }
        assertThat(Tables.readCsv(folder.resolve("datasets/qnli-easy-hard_valid.csv"))
                        .rowCount())
                .isEqualTo(4);
        task.write(folder, "clean", texts, "id", false);
        assertThat(Files.readAllLines(folder.resolve("clean-easy-hard_train.csv"))
                        .get(0))
                .isEqualTo("question,sentence,idx,label");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> task.write(folder, "x", texts, "guid", true))
                .withMessageContaining("column of guids is \"guid\"; expected one of id, question, sentence");
        assertThatIllegalArgumentException().isThrownBy(() -> Hardness.of(samples.at(new int[] {0}), 1));
    }

    private static Table pairs() {
        return Table.create(
                "pairs",
                IntColumn.create("idx", new int[] {102, 100}),
                StringColumn.create("premise", "a", "b"),
                StringColumn.create("hypothesis", "c", null),
                IntColumn.create("label", new int[] {2, 0}));
    }

    @Test
    void confidencesAreJoinedById() throws IOException {
        SampleMetrics samples = Samples.of(null, new double[] {.25, .5, .75}, new double[3]);
        Table joined = TextColumns.withConfidence(pairs(), "idx", samples);
        assertThat(joined.doubleColumn("confidence").asDoubleArray()).containsExactly(.75, .25);
        Path file = folder.resolve("with_conf/train.jsonl");
        TextColumns.writeJsonl(file, joined);
        assertThat(Files.readString(file))
                .isEqualTo("{\"idx\":102,\"premise\":\"a\",\"hypothesis\":\"c\",\"label\":2,\"confidence\":0.75}\n"
                        + "{\"idx\":100,\"premise\":\"b\",\"hypothesis\":null,\"label\":0,\"confidence\":0.25}\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextColumns.withConfidence(pairs(), "idx", samples.at(new int[] {0, 1})))
                .withMessageContaining("1 of 2 guids");
    }

    @Test
    void reversedPairsAreAppended() {
        Table more = TextColumns.withReversedPairs(pairs(), "idx", Guids.of(102), "premise", "hypothesis");
        assertThat(more.columnNames()).containsExactly("idx", "premise", "hypothesis", "label");
        assertThat(more.rowCount()).isEqualTo(3);
        assertThat(more.row(2).getString("premise")).isEqualTo("c");
        assertThat(more.row(2).getString("hypothesis")).isEqualTo("a");
        assertThat(more.row(2).getInt("idx")).isEqualTo(102);
        assertThat(more.row(2).getInt("label")).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextColumns.withReversedPairs(pairs(), "idx", Guids.of(102), "premise", "text"));
    }

    @Test
    void agreementIsBinned() {
        SampleMetrics samples = Samples.of(null, new double[] {.2, .4, .9, .5}, new double[] {.1, .3, .0, .2});
        Agreement.Bins bins = Agreement.Bins.of(samples, new double[] {3, 3, 5, Double.NaN});
        assertThat(bins.bins()).hasSize(2);
        assertThat(bins.bins().get(0).agreement()).isEqualTo(3);
        assertThat(bins.bins().get(0).samples()).isEqualTo(2);
        assertThat(bins.table().doubleColumn("confidence").asDoubleArray()[0]).isEqualTo((.2 + .4) / 2);
        assertThat(Agreement.Bins.variabilityCorrelation(samples, new double[] {1, 3, 0, 2}))
                .isEqualTo(1);
        assertThat(Agreement.Bins.variabilityCorrelation(samples, new double[] {3, 1, 4, 2}))
                .isEqualTo(-1);
    }

    @Test
    void densitiesIntegrateToOneAndMove() {
        SampleMetrics before = Samples.of(null, new double[] {.9, 1, .95, .5}, new double[4]);
        SampleMetrics after = Samples.of(null, new double[] {.05, 0, .5, .5}, new double[4]);
        DensityShift shift = DensityShift.of(before, after, Guids.of(100, 101, 102), Metric.CONFIDENCE, 4);
        assertThat(shift.centres()).containsExactly(.125, .375, .625, .875);
        assertThat(shift.before()).containsExactly(0, 0, 0, 4);
        assertThat(shift.after()[0]).isEqualTo(8.0 / 3);
        assertThat(Arrays.stream(shift.after()).sum() / 4).isEqualTo(1);
        assertThat(shift.table().doubleColumn("log10_before").isMissing(0)).isTrue();
        DensityShift point = DensityShift.of(before, before, Guids.of(103), Metric.CONFIDENCE, 2);
        assertThat(point.before()).containsExactly(1, 0);
    }
}
