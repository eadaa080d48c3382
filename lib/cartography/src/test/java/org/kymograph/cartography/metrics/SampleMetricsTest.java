package org.kymograph.cartography.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;

class SampleMetricsTest {
    @TempDir
    Path folder;

    private static Dynamics random(int samples, int epochs, int classes, double scale) {
        Random random = new Random(5);
        int[] gold = new int[samples];
        float[][] logits = new float[epochs][samples * classes];
        for (int i = 0; i < samples; i++) {
            gold[i] = random.nextInt(classes);
        }
        for (float[] epoch : logits) {
            for (int i = 0; i < epoch.length; i++) {
                epoch[i] = (float) (scale * random.nextGaussian());
            }
        }
        return Dynamics.of(Guids.rows(samples), gold, logits, classes);
    }

    /** Two classes, gold 0, right in epochs with a 1. */
    private static Dynamics pattern(String right) {
        float[][] logits = new float[right.length()][];
        for (int e = 0; e < logits.length; e++) {
            logits[e] = right.charAt(e) == '1' ? new float[] {1, 0} : new float[] {0, 1};
        }
        return Dynamics.of(Guids.rows(1), new int[] {0}, logits, 2);
    }

    @ParameterizedTest
    @CsvSource({
        "00000,0,1000,0,NaN,5",
        "11111,5,0,0,0,0",
        "01010,2,2,4,1,5",
        "00111,3,0,1,2,2",
        "10001,2,1,2,0,4",
        "1,1,0,0,0,0",
        "0,0,1000,0,NaN,1"
    })
    void countsFollowThePattern(
            String right, double correctness, double forgetfulness, double flips, Double first, double forGood) {
        SampleMetrics m = SampleMetrics.of(pattern(right));
        assertThat(m.value(Metric.CORRECTNESS, 0)).isEqualTo(correctness);
        assertThat(m.value(Metric.FORGETFULNESS, 0)).isEqualTo(forgetfulness);
        assertThat(m.value(Metric.FLIPS, 0)).isEqualTo(flips);
        assertThat(m.value(Metric.FIRST_LEARNED, 0)).isEqualTo(first);
        assertThat(m.value(Metric.LEARNED_FOR_GOOD, 0)).isEqualTo(forGood);
    }

    @Test
    void rulesForWhatIsNeverRight() {
        Metric.Options options = Metric.Options.defaults();
        assertThat(SampleMetrics.of(pattern("000"), options.withForgetting(Metric.Options.ForgettingRule.EPOCHS))
                        .value(Metric.FORGETFULNESS, 0))
                .isEqualTo(3);
        assertThat(SampleMetrics.of(pattern("000"), options.withForgetting(Metric.Options.ForgettingRule.INFINITE))
                        .value(Metric.FORGETFULNESS, 0))
                .isInfinite();
        assertThat(SampleMetrics.of(pattern("010"), options.withForgetting(Metric.Options.ForgettingRule.INFINITE))
                        .value(Metric.FORGETFULNESS, 0))
                .isEqualTo(1);
    }

    @Test
    void rangesAndIdentities() {
        Dynamics d = random(20_000, 7, 4, 2);
        SampleMetrics m = SampleMetrics.of(d);
        SampleMetrics ci = SampleMetrics.of(d, Metric.Options.defaults().withIncludeCi(true));
        for (int i = 0; i < m.size(); i++) {
            double confidence = m.value(Metric.CONFIDENCE, i);
            double variability = m.value(Metric.VARIABILITY, i);
            assertThat(confidence).isBetween(0.0, 1.0);
            assertThat(variability).isBetween(0.0, 0.5);
            assertThat(ci.value(Metric.VARIABILITY, i)).isGreaterThanOrEqualTo(variability);
            assertThat(m.value(Metric.ALEATORIC, i))
                    .isCloseTo(m.value(Metric.THRESHOLD_CLOSENESS, i) - variability * variability, within(1e-14));
            assertThat(m.value(Metric.CORRECTNESS, i) == 0).isEqualTo(m.value(Metric.FORGETFULNESS, i) == 1000);
            if (m.value(Metric.CORRECTNESS, i) == 7) {
                assertThat(m.value(Metric.FORGETFULNESS, i)).isZero();
            }
            assertThat(m.value(Metric.SELF_CONFIDENCE, i)).isEqualTo(confidence);
            assertThat(m.value(Metric.ENTROPY_MEAN, i)).isBetween(0.0, Math.log(4));
            assertThat(m.value(Metric.EL2N, i)).isBetween(0.0, Math.sqrt(2));
            assertThat(m.value(Metric.CONFIDENCE_WEIGHTED_ENTROPY, i)).isBetween(0.0, 1.0);
            assertThat(m.value(Metric.LOSS_MEAN, i)).isGreaterThanOrEqualTo(-Math.log(confidence) - 1e-12);
        }
        double el2n = 0;
        for (int e = 0; e < 7; e++) {
            el2n += SampleMetrics.of(d.only(e)).value(Metric.EL2N, 17) / 7;
        }
        assertThat(m.value(Metric.EL2N, 17)).isCloseTo(el2n, within(1e-14));
    }

    @Test
    void aConstantOnAllLogitsChangesNothing() {
        Dynamics d = random(100, 3, 3, 1);
        float[][] moved = new float[3][300];
        for (int e = 0; e < 3; e++) {
            for (int k = 0; k < 300; k++) {
                moved[e][k] = d.logit(e, k / 3, k % 3) + 64;
            }
        }
        SampleMetrics before = SampleMetrics.of(d);
        SampleMetrics after = SampleMetrics.of(Dynamics.of(d.guids(), d.golds(), moved, 3));
        for (Metric m : before.metrics()) {
            for (int i = 0; i < 100; i++) {
                if (!Double.isNaN(before.value(m, i))) {
                    assertThat(after.value(m, i)).as(m.column()).isCloseTo(before.value(m, i), within(1e-4));
                }
            }
        }
    }

    @Test
    void saturatedLogitsStayFinite() {
        Dynamics d = Dynamics.of(Guids.rows(2), new int[] {0, 1}, new float[][] {{1e4f, -1e4f, 1e4f, -1e4f}}, 2);
        SampleMetrics m = SampleMetrics.of(d);
        assertThat(m.values(Metric.LOSS_MEAN)).containsExactly(0, 20_000);
        assertThat(m.values(Metric.CONFIDENCE)).containsExactly(1, 0);
        assertThat(m.values(Metric.ENTROPY_MEAN)).containsExactly(0, 0);
        assertThat(m.values(Metric.AUM)).containsExactly(20_000, -20_000);
        assertThat(m.values(Metric.CONFIDENCE_WEIGHTED_ENTROPY)).doesNotContain(Double.NaN);
    }

    @Test
    void tiesGoToTheFirstClass() {
        Dynamics d = Dynamics.of(Guids.rows(2), new int[] {0, 1}, new float[][] {{0, 0, 0, 0}}, 2);
        assertThat(SampleMetrics.of(d).values(Metric.CORRECTNESS)).containsExactly(1, 0);
    }

    @Test
    void ciOfOneEpochIsNull() throws IOException {
        Path file = folder.resolve("td_metrics.jsonl");
        SampleMetrics.of(pattern("1"), Metric.Options.defaults().withIncludeCi(true))
                .write(file);
        assertThat(Files.readString(file))
                .isEqualTo("{\"guid\":0,\"index\":0,\"threshold_closeness\":0.1966119332,"
                        + "\"confidence\":0.7310585786,\"variability\":null,\"correctness\":1,\"forgetfulness\":0}\n");
        assertThat(SampleMetrics.read(file).value(Metric.VARIABILITY, 0)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
        "1,1.0",
        "0,0.0",
        "-0.0,0.0",
        "0.5,0.5",
        "0.00001,0.00001",
        "4e-11,0.0",
        "6e-11,0.0000000001",
        "0.99999999999,1.0",
        "-2.25,-2.25",
        "-4e-11,0.0",
        "123456.5,123456.5",
        "1e20,100000000000000000000.0",
        "99999.99999999999,100000.0",
        "0.0009765625,0.0009765625",
        "0.12345678905,0.123456789"
    })
    void numbersAreWrittenAsPandasDoes(double value, String text) throws IOException {
        Path file = folder.resolve("numbers.jsonl");
        SampleMetrics.of(Guids.of(12), null, Map.of(Metric.CONFIDENCE, new double[] {value}), 0)
                .write(file);
        assertThat(Files.readString(file)).isEqualTo("{\"guid\":12,\"index\":0,\"confidence\":" + text + "}\n");
    }

    @Test
    @Tag("slow")
    void whatIsWrittenIsReadAgain() {
        SampleMetrics m = SampleMetrics.of(random(300, 4, 3, 1));
        Path file = folder.resolve("all.jsonl");
        m.write(file, m.metrics());
        SampleMetrics read = SampleMetrics.read(file);
        assertThat(read.metrics()).isEqualTo(m.metrics());
        assertThat(read.guids()).isEqualTo(m.guids());
        for (Metric metric : m.metrics()) {
            assertThat(read.values(metric)).as(metric.column()).containsExactly(m.values(metric), within(1e-10));
        }
        int[] part = {7, 3, 200};
        m.at(part).write(file);
        SampleMetrics some = SampleMetrics.read(file);
        assertThat(some.index(2)).isEqualTo(200);
        assertThat(some.guids().number(0)).isEqualTo(7);
        assertThat(some.has(Metric.AUM)).isFalse();
    }

    @Test
    void textGuidsAreQuoted() {
        Path file = folder.resolve("text.jsonl");
        SampleMetrics.of(Guids.of(List.of("a\"b", "é\n")), null, Map.of(Metric.CONFIDENCE, new double[] {0.25, 0.5}), 0)
                .write(file);
        SampleMetrics read = SampleMetrics.read(file);
        assertThat(read.guids()).isEqualTo(Guids.of(List.of("a\"b", "é\n")));
    }

    @Test
    void orderIsStableAndKnowsWhatIsValuable() {
        SampleMetrics m = SampleMetrics.of(
                Guids.of(5, 6, 7, 8),
                null,
                Map.of(
                        Metric.CONFIDENCE, new double[] {0.5, 0.1, 0.5, 0.9},
                        Metric.VARIABILITY, new double[] {0.0, -0.0, 0.3, Double.NaN}),
                3);
        assertThat(m.order(Metric.CONFIDENCE, false)).containsExactly(1, 0, 2, 3);
        assertThat(m.order(Metric.CONFIDENCE, true)).containsExactly(3, 0, 2, 1);
        assertThat(m.order(Metric.VARIABILITY, false)).containsExactly(3, 2, 0, 1);
        assertThatThrownBy(() -> m.order(Metric.AUM, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("metric is \"aum\"; expected one of ");
    }

    @Test
    void releasedCoordinatesAreRead() {
        SampleMetrics m = SampleMetrics.read(GoldenMetricsTest.GOLDEN.resolve("winogrande_coordinates_200.jsonl"));
        assertThat(m.size()).isEqualTo(200);
        assertThat(m.guids().number(0)).isEqualTo(17715);
        assertThat(m.value(Metric.CONFIDENCE, 0)).isEqualTo(0.8901795546);
        assertThat(m.value(Metric.CORRECTNESS, 0)).isEqualTo(5);
        assertThat(m.has(Metric.FORGETFULNESS)).isFalse();
        assertThat(m.epochs()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"guid\":1,\"confidence\":0.5}#{\"guid\":1,\"confidence\":0.5}|guid 1 comes twice",
                "{\"guid\":1,\"confidence\":0.5}#{\"guid\":2}|line 2: it has no confidence; expected one as in line 1",
                "{\"guid\":1,\"confidence\":0.5}#{\"guid\":2,\"confidence\":1,\"aum\":3}|line 2: it has aum, which line 1 lacks",
                "{\"guid\":1,\"forgotfulness\":2,\"forgetfulness\":2}|it has forgetfulness twice",
                "{\"confidence\":0.5}|line 1: guid is",
                "{\"guid\":1,\"confidence\":\"x\"}|line 1: confidence is \"x\"; expected a finite number or null",
                "{\"guid\":1,\"index\":-1,\"confidence\":1}|line 1: index is -1; expected a whole number",
                "{\"guid\":1,\"text\":1}|it has no metric; expected confidence",
                "{\"guid\":1,\"confidence\":17}|guid 1: confidence is 17.0; expected 0 to 1",
                "{\"guid\":1,\"confidence\":-0.1}|guid 1: confidence is -0.1; expected 0 to 1",
                "{\"guid\":1,\"variability\":-3}|guid 1: variability is -3.0; expected at least 0",
                "{\"guid\":1,\"correctness\":-1}|guid 1: correctness is -1.0; expected at least 0",
                "{\"guid\":1,\"threshold_closeness\":1.3}|threshold_closeness is 1.3; expected 0 to 1",
                "{\"guid\":1,\"normalized_margin\":-1.5}|normalized_margin is -1.5; expected -1 to 1",
                "{\"guid\":1,\"confidence\":NaN}|line 1: confidence is NaN; expected a finite number or null",
                "{\"guid\":1,\"variability\":Infinity}|line 1: variability is Infinity; expected a finite number",
                "{\"guid\":1,\"aum\":1e999}|line 1: aum is 1E+999; expected a finite number or null",
                "{\"guid\":1.5,\"confidence\":1}|line 1: guid is 1.5; expected a whole number",
                "{\"guid\":1,\"index\":3,\"aum\":1}#{\"guid\":2,\"index\":3,\"aum\":1}|line 2: index 3 comes twice",
                "{\"guid\":1,|isn't JSON",
                "''|is empty"
            })
    void badFilesOfMetrics(String text, String sentence) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.jsonl"), text.replace('#', '\n'));
        assertThatThrownBy(() -> SampleMetrics.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining("bad.jsonl");
    }

    @Test
    void oldSpellingIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("old.jsonl"), "{\"guid\":\"a\",\"forgotfulness\":2}");
        assertThat(SampleMetrics.read(file).value(Metric.FORGETFULNESS, 0)).isEqualTo(2);
    }

    @Test
    void severalLabels() {
        Dynamics d = Dynamics.multiLabel(Guids.rows(1), new boolean[][] {{true, false}}, new float[][] {
            {0, 0}, {(float) Math.log(3), (float) -Math.log(3)}
        });
        SampleMetrics m = SampleMetrics.of(d);
        assertThat(m.value(Metric.CONFIDENCE, 0)).isCloseTo(0.625, within(1e-7));
        assertThat(m.value(Metric.VARIABILITY, 0)).isCloseTo(0.125, within(1e-7));
        assertThat(m.value(Metric.CORRECTNESS, 0)).isEqualTo(1);
        assertThat(m.value(Metric.LOSS_LAST, 0)).isCloseTo(-Math.log(0.75), within(1e-7));
        assertThat(m.value(Metric.WORST_LABEL, 0)).isZero();
        assertThat(m.has(Metric.AUM)).isFalse();
    }

    @Test
    void numbersAndSequences() {
        Dynamics d = Dynamics.regression(Guids.rows(2), new double[] {0, 2}, new float[][] {{0, 3}, {0.25f, 2}});
        SampleMetrics m = SampleMetrics.of(d);
        assertThat(m.value(Metric.CONFIDENCE, 0)).isCloseTo(Math.exp(-0.125), within(1e-12));
        assertThat(m.values(Metric.CORRECTNESS)).containsExactly(2, 1);
        assertThat(m.value(Metric.VARIABILITY, 1)).isEqualTo(0.5);
        assertThat(m.has(Metric.LOSS_MEAN)).isFalse();
        assertThat(SampleMetrics.epochTable(d).doubleColumn("loss").getDouble(0))
                .isNaN();
        assertThatThrownBy(() -> SampleMetrics.of(
                        Dynamics.regression(Guids.rows(2), new double[] {1, 1}, new float[][] {{0, 0}})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the targets are all the same");

        SampleMetrics s = SampleMetrics.of(
                Dynamics.sequences(Guids.rows(1), new float[][] {{0.25f}, {0.75f}}, new boolean[][] {{true}, {false}}));
        assertThat(s.value(Metric.CONFIDENCE, 0)).isEqualTo(0.5);
        assertThat(s.value(Metric.VARIABILITY, 0)).isEqualTo(0.25);
        assertThat(s.value(Metric.FORGETFULNESS, 0)).isEqualTo(1);
        assertThat(s.has(Metric.EL2N)).isFalse();
    }

    @Test
    void tableHasAColumnForEachMetric() {
        SampleMetrics m = SampleMetrics.of(random(10, 2, 3, 1));
        assertThat(m.table().columnNames()).startsWith("guid", "index", "gold", "threshold_closeness", "confidence");
        assertThat(m.table().doubleColumn("confidence").get(3)).isEqualTo(m.value(Metric.CONFIDENCE, 3));
    }

    @Test
    void gzippedFilesReadAsPlainOnes() throws IOException {
        SampleMetrics metrics = SampleMetrics.of(random(20, 3, 4, 2));
        Path plain = folder.resolve("td_metrics.jsonl");
        metrics.write(plain);
        Path packed = folder.resolve("packed");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(plain, out);
        }
        SampleMetrics read = SampleMetrics.read(packed);
        assertThat(read.guids()).isEqualTo(metrics.guids());
        assertThat(read.values(Metric.CONFIDENCE))
                .containsExactly(SampleMetrics.read(plain).values(Metric.CONFIDENCE));
        byte[] bytes = Files.readAllBytes(packed);
        Files.write(packed, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> SampleMetrics.read(packed))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("packed")
                .hasMessageContaining("can't be read");
        Files.write(packed, new byte[] {0x1f});
        assertThatThrownBy(() -> SampleMetrics.read(packed)).isInstanceOf(RecordException.class);
    }

    @Test
    void metricsOfTheSameSamplesAreCompared() {
        SampleMetrics m = Samples.of(null, new double[] {.1, .2, .3, .4}, new double[] {.3, .4, .1, .2});
        double[][] spearman = m.spearman(List.of(Metric.CONFIDENCE, Metric.VARIABILITY));
        // Ranks 1 2 3 4 against 3 4 1 2: 1 - 6 * 16 / (4 * 15).
        assertThat(spearman[0]).containsExactly(new double[] {1, -.6}, within(1e-15));
        assertThat(spearman[1]).containsExactly(new double[] {-.6, 1}, within(1e-15));
        assertThatThrownBy(() -> m.spearman(List.of(Metric.AUM))).hasMessageContaining("metric is \"aum\"");
        assertThatThrownBy(() -> m.at(new int[] {1}).spearman(List.of(Metric.CONFIDENCE)))
                .hasMessageContaining("expected at least 2");
    }

    @Test
    void valuesAreCounted() {
        SampleMetrics m =
                SampleMetrics.of(Guids.rows(5), null, Map.of(Metric.FORGETFULNESS, new double[] {0, 1000, 0, 2, 0}), 3);
        assertThat(m.counts(Metric.FORGETFULNESS).doubleColumn(0).asDoubleArray())
                .containsExactly(0, 2, 1000);
        assertThat(m.counts(Metric.FORGETFULNESS).intColumn("samples").asObjectArray())
                .containsExactly(3, 1, 1);
        assertThat(m.counts(Metric.FORGETFULNESS).doubleColumn("share").asDoubleArray())
                .containsExactly(.6, .2, .2);
    }

    @Test
    void unknownGuidsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleRows.of(Guids.rows(3), Guids.of(2, 3, 4)))
                .withMessageContaining("2 of 3 guids")
                .withMessageContaining("3, 4");
    }

    @Test
    void everyMetricIsInItsRange() {
        for (long seed = 0; seed < 5; seed++) {
            Dynamics d = random(40, 3, 4, (int) seed);
            SampleMetrics m = SampleMetrics.of(d);
            Path file = folder.resolve("range" + seed);
            m.write(file, m.metrics());
            assertThat(SampleMetrics.read(file).metrics()).as("seed %d", seed).isEqualTo(m.metrics());
        }
    }
}
