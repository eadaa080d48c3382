package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.data.text.GlueTask;
import org.kymograph.data.text.GlueTsv;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

class TsvFilterTest {
    private static final String HEADER =
            "index\tcaptionID\tpairID\tb1\tb2\tp1\tp2\tsentence1\tsentence2\tlabel1\tgold_label";
    private static final String LETTERS = "ecn";

    @TempDir
    Path dir;

    private final List<String> lines = new ArrayList<>();

    /** 40 rows with confidences 0.00, 0.02, …, one of them without a label behind the others. */
    @BeforeEach
    void writeSnli() throws IOException {
        for (int i = 0; i < 40; i++) {
            lines.add(String.join("\t", "" + i, "c", id(i), "b", "b", "p", "p", "A \"man " + i, "B", "n", "neutral"));
        }
        lines.set(7, lines.get(7).replace("\tneutral", "\textra\tneutral"));
        Path folder = Files.createDirectories(dir.resolve("glue/SNLI"));
        Files.writeString(
                folder.resolve("train.tsv"),
                HEADER + "\n" + String.join("\n", lines) + "\n"
                        + lines.get(3).replace(id(3), "9r9n").replace("\tneutral", "\t-") + "\n");
        Files.writeString(folder.resolve("dev.tsv"), HEADER + "\ndev\n");
        Files.writeString(folder.resolve("test.tsv"), "test without line feed");
    }

    private static String id(int i) {
        return (100 + i) + ".jpg#0r1" + LETTERS.charAt(i % 3);
    }

    private static SampleMetrics metrics(int... samples) {
        Map<Metric, double[]> columns = new EnumMap<>(Metric.class);
        columns.put(
                Metric.CONFIDENCE,
                IntStream.of(samples).mapToDouble(i -> i / 50.0).toArray());
        return SampleMetrics.of(
                Guids.of(IntStream.of(samples)
                        .mapToLong(i -> GuidConversion.DIGITS.number(id(i)))
                        .toArray()),
                null,
                columns,
                3);
    }

    private static int[] all() {
        return IntStream.range(0, 40).map(i -> 39 - i).toArray();
    }

    @Test
    void writesTheOriginalsFoldersWithLinesAsTheyAre() throws IOException {
        TsvFilter.Written written = TsvFilter.of(GlueTask.SNLI)
                .write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        assertThat(folders("out"))
                .containsExactly(
                        "cartography_confidence_0.05",
                        "cartography_confidence_0.10",
                        "cartography_confidence_0.17",
                        "cartography_confidence_0.25",
                        "cartography_confidence_0.33",
                        "cartography_confidence_0.50",
                        "cartography_confidence_0.75");
        assertThat(written.parts().stream().map(TsvFilter.Part::rows)).containsExactly(2, 4, 6, 10, 13, 20, 30);
        assertThat(written.tooSmall()).containsExactly(0.01);
        assertThat(written.skipped()).isEqualTo(new GlueTsv.Skipped(40, 1, 0, 0, 1));
        assertThat(written.unknown()).isZero();
        assertThat(Files.readString(train("out/cartography_confidence_0.25")))
                .isEqualTo(HEADER + "\n" + lines.subList(0, 10).stream().collect(Collectors.joining("\n")) + "\n");
        assertThat(Files.readString(dir.resolve("out/cartography_confidence_0.05/SNLI/dev.tsv")))
                .isEqualTo(HEADER + "\ndev\n");
        assertThat(Files.readString(dir.resolve("out/cartography_confidence_0.75/SNLI/test.tsv")))
                .isEqualTo("test without line feed");
    }

    @Test
    void takesOneRowMoreAsTheOriginalDoes() {
        TsvFilter.Written written = TsvFilter.of(GlueTask.SNLI)
                .withExtraRow(true)
                .write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue/SNLI"), dir.resolve("out"));
        assertThat(written.parts().stream().map(TsvFilter.Part::rows)).containsExactly(1, 3, 5, 7, 11, 14, 21, 31);
    }

    @Test
    void worstAndBothEndsHaveFoldersOfTheirOwn() throws IOException {
        TsvFilter quarter = TsvFilter.of(GlueTask.SNLI).withFractions(List.of(0.25));
        quarter.withWorst(true).write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        List<String> easiest = new ArrayList<>(lines.subList(30, 40));
        Collections.reverse(easiest);
        assertThat(rows("out/cartography_confidence_0.25_worst")).isEqualTo(easiest);
        quarter.withBothEnds(true).write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        List<String> both = new ArrayList<>(lines.subList(0, 7));
        both.addAll(lines.subList(37, 40));
        assertThat(rows("out/cartography_confidence_0.25_both_ends")).isEqualTo(both);
        assertThat(folders("out")).hasSize(2);
    }

    @Test
    void fractionsAreOfTheRowsWhereTheLogHasFewerSamples() {
        TsvFilter.Written written = TsvFilter.of(GlueTask.SNLI)
                .withFractions(List.of(0.1, 0.75))
                .write(metrics(3, 4, 5, 6, 7, 8, 9), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        assertThat(written.parts().stream().map(TsvFilter.Part::rows)).containsExactly(4, 7);
        assertThat(written.unknown()).isEqualTo(33);
    }

    @Test
    void saysWhichReadingOfTheIdsWouldFit() {
        SampleMetrics rows = SampleMetrics.of(Guids.rows(40), null, Map.of(Metric.CONFIDENCE, new double[40]), 3);
        assertThatThrownBy(() -> TsvFilter.of(GlueTask.SNLI)
                        .write(rows, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("train.tsv")
                .hasMessageContaining("no row for 40 of the 40 samples, guid 0")
                .hasMessageContaining("as the numbers of rows (--guids row), 40 are found");
        TsvFilter.Written written = TsvFilter.of(GlueTask.SNLI)
                .withRowNumbers()
                .withFractions(List.of(0.5))
                .write(rows, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        assertThat(written.parts().get(0).rows()).isEqualTo(20);
        SampleMetrics unknown =
                SampleMetrics.of(Guids.of(List.of("a")), null, Map.of(Metric.CONFIDENCE, new double[1]), 3);
        assertThatThrownBy(() -> TsvFilter.of(GlueTask.SNLI)
                        .write(unknown, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")))
                .hasMessageContaining("no other reading");
    }

    @Test
    void countsIdsThatBecomeTheSameGuid() throws IOException {
        Path train = dir.resolve("glue/SNLI/train.tsv");
        Files.writeString(train, Files.readString(train) + lines.get(5).replace(id(5), "1-05.jpg#0r1n") + "\n");
        TsvFilter.Written written = TsvFilter.of(GlueTask.SNLI)
                .withFractions(List.of(0.5))
                .write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        assertThat(written.clashing()).isEqualTo(1);
        assertThat(written.skipped().rows()).isEqualTo(41);
        assertThat(rows("out/cartography_confidence_0.50"))
                .contains(lines.get(5))
                .hasSize(20);
    }

    @Test
    void drawsTheRandomBaseline() throws IOException {
        TsvFilter random = TsvFilter.of(GlueTask.SNLI).withFractions(TsvFilter.RANDOM_FRACTIONS);
        TsvFilter.Written written =
                random.writeRandom(dir.resolve("glue"), dir.resolve("random"), TsvFilter.RANDOM_SEED);
        assertThat(folders("random_725862"))
                .containsExactly(
                        "SNLI_0.05", "SNLI_0.10", "SNLI_0.17", "SNLI_0.25", "SNLI_0.33", "SNLI_0.50", "SNLI_0.75");
        assertThat(written.parts().stream().map(TsvFilter.Part::rows)).containsExactly(2, 4, 6, 10, 13, 20, 30);
        assertThat(rows("random_725862/SNLI_0.75")).doesNotHaveDuplicates().isSubsetOf(lines);
        random.writeRandom(dir.resolve("glue"), dir.resolve("again"), TsvFilter.RANDOM_SEED);
        assertThat(rows("again_725862/SNLI_0.50")).isEqualTo(rows("random_725862/SNLI_0.50"));
        random.writeRandom(dir.resolve("glue"), dir.resolve("random"), 1);
        assertThat(rows("random_1/SNLI_0.50")).isNotEqualTo(rows("random_725862/SNLI_0.50"));
    }

    @Test
    void fractionsOfLessThanARowAreRefused() {
        TsvFilter filter = TsvFilter.of(GlueTask.SNLI).withFractions(List.of(0.5, 0.02));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> filter.write(metrics(all()), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")),
                () -> filter.writeRandom(dir.resolve("glue"), dir.resolve("out"), 1))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("fraction is 0.02; expected at least one of 40 rows, which is 0.025");
        }
        assertThat(dir.resolve("out")).doesNotExist();
        assertThat(dir.resolve("out_1")).doesNotExist();
    }

    /** 26 rows of three classes, those at 5 and 11 without a label. */
    private List<String> writePartlyLabelled() throws IOException {
        List<String> rows = new ArrayList<>();
        String[] classes = {"neutral", "entailment", "contradiction"};
        for (int i = 0; i < 26; i++) {
            String label = i == 5 || i == 11 ? "-" : classes[i * 7 % 5 % 3];
            rows.add(String.join("\t", "" + i, "c", "x" + i, "b", "b", "p", "p", "A " + i, "B", "n", label));
        }
        Files.writeString(dir.resolve("glue/SNLI/train.tsv"), HEADER + "\n" + String.join("\n", rows) + "\n");
        rows.remove(11);
        rows.remove(5);
        return rows;
    }

    private static SampleMetrics numbered(Guids guids, int[] gold) {
        double[] confidence = new double[gold.length];
        Arrays.setAll(confidence, i -> i / 100.0);
        return SampleMetrics.of(guids, gold, Map.of(Metric.CONFIDENCE, confidence), 3);
    }

    @Test
    void rowsMayBeNumberedAmongThoseWithALabel() throws IOException {
        List<String> labelled = writePartlyLabelled();
        Map<String, Integer> renamed = Map.of("neutral", 2, "entailment", 0, "contradiction", 1);
        int[] gold = labelled.stream()
                .mapToInt(row -> renamed.get(row.substring(row.lastIndexOf('\t') + 1)))
                .toArray();
        TsvFilter filter = TsvFilter.of(GlueTask.SNLI).withFractions(List.of(0.5));
        SampleMetrics log = numbered(Guids.rows(24), gold);
        filter.withConversion(GuidConversion.LABELLED_ROW)
                .write(log, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        assertThat(rows("out/cartography_confidence_0.50")).isEqualTo(labelled.subList(0, 12));
        assertThatThrownBy(() ->
                        filter.withRowNumbers().write(log, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")))
                .hasMessageContaining("as the numbers of rows with a label (--guids labelled-row), 24 are found");
        // Where the log is of some rows only, the numbers exist; the labels differ.
        SampleMetrics some = log.at(new int[] {0, 1, 2, 3, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20});
        assertThatThrownBy(() -> filter.withRowNumbers()
                        .write(some, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("wrong")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("of the 17 samples, guid")
                .hasMessageContaining("differ from gold in the log, whatever the classes are called")
                .hasMessageContaining("--guids")
                .hasMessageContaining("--other-labels");
        assertThat(dir.resolve("wrong")).doesNotExist();
    }

    @Test
    void labelsOfTheLogMustBeThoseOfTheFile() throws IOException {
        List<String> labelled = writePartlyLabelled();
        Map<String, Integer> names = Map.of("neutral", 0, "entailment", 1, "contradiction", 2);
        int[] gold = labelled.stream()
                .mapToInt(row -> names.get(row.substring(row.lastIndexOf('\t') + 1)))
                .toArray();
        TsvFilter filter = TsvFilter.of(GlueTask.SNLI)
                .withConversion(GuidConversion.LABELLED_ROW)
                .withFractions(List.of(0.5));
        gold[3] = (gold[3] + 1) % 3;
        SampleMetrics log = numbered(Guids.rows(24), gold);
        assertThatThrownBy(() -> filter.write(log, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")))
                .hasMessageContaining("the labels of 1 of the 24 samples, guid 3 the first, differ from gold");
        filter.withOtherLabels(true).write(log, Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out"));
        // Two classes of the log that are one of the file can't be renamed.
        int[] split = gold.clone();
        Arrays.setAll(split, i -> gold[i] == 0 && i % 2 == 0 ? 3 : gold[i]);
        split[3] = (gold[3] + 2) % 3;
        assertThatThrownBy(() -> filter.write(
                        numbered(Guids.rows(24), split), Metric.CONFIDENCE, dir.resolve("glue"), dir.resolve("out")))
                .hasMessageContaining("several classes of the log are one of the file");
    }

    @Test
    void fractionsOfSnliGiveThePublishedSizes() {
        assertThat((int) (TsvFilter.FRACTIONS.get(5) * 549_367) + 1).isEqualTo(182_335);
        assertThat((int) (TsvFilter.RANDOM_FRACTIONS.get(5) * 549_367)).isEqualTo(181_291);
    }

    @Test
    void mnliHasTwoFilesToMeasureOn() throws IOException {
        Path folder = Files.createDirectories(dir.resolve("glue/MNLI"));
        String header = HEADER.replace("\tp1", "\tgenre\tp1");
        Files.writeString(
                folder.resolve("train.tsv"),
                header + "\n" + String.join("\t", "17", "q", "x", "b", "b", "g", "p", "p", "A", "B", "l", "neutral")
                        + "\n");
        Files.writeString(folder.resolve("dev_matched.tsv"), "m\n");
        SampleMetrics one = SampleMetrics.of(Guids.of(173), null, Map.of(Metric.VARIABILITY, new double[] {0.2}), 3);
        TsvFilter filter = TsvFilter.of(GlueTask.MNLI).withFractions(List.of(1.0));
        assertThatThrownBy(() -> filter.write(one, Metric.VARIABILITY, dir.resolve("glue"), dir.resolve("out")))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("dev_mismatched.tsv");
        assertThat(dir.resolve("out")).doesNotExist();
        Files.writeString(folder.resolve("dev_mismatched.tsv"), "mm\n");
        filter.write(one, Metric.VARIABILITY, dir.resolve("glue"), dir.resolve("out"));
        assertThat(folders("out/cartography_variability_1.00/MNLI"))
                .containsExactly("dev_matched.tsv", "dev_mismatched.tsv", "train.tsv");
    }

    @Test
    void refusesFractionsThatNameOneFolder() {
        TsvFilter filter = TsvFilter.of(GlueTask.SNLI);
        assertThatThrownBy(() -> filter.withFractions(List.of(0.33, 0.3319)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0.3319")
                .hasMessageContaining("0.33");
        assertThatThrownBy(() -> filter.withFractions(List.of(0.0)))
                .hasMessageContaining("fraction is 0; expected above 0 to 1");
        assertThatThrownBy(() -> filter.withFractions(List.of()))
                .hasMessageContaining("fractions is empty; expected at least one element");
        assertThatThrownBy(() -> filter.write(metrics(1), Metric.AUM, dir.resolve("glue"), dir.resolve("out")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aum");
    }

    @Test
    void writesOptionsAsPythonDoes() throws IOException {
        TsvFilter.writeConfigs(
                dir,
                Json.object()
                        .put("worst", false)
                        .put("burn_out", 100)
                        .putNull("model")
                        .put("data_dir", "/a/b"));
        assertThat(Files.readString(dir.resolve("filtering_configs.json")))
                .isEqualTo(
                        """
                {
                    "burn_out": 100,
                    "data_dir": "/a/b",
                    "model": null,
                    "worst": false
                }
                """);
    }

    private List<String> folders(String in) throws IOException {
        try (var paths = Files.list(dir.resolve(in))) {
            return paths.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    private Path train(String folder) {
        return dir.resolve(folder).resolve("SNLI/train.tsv");
    }

    private List<String> rows(String folder) throws IOException {
        List<String> all = Files.readAllLines(train(folder));
        return all.subList(1, all.size());
    }
}
