package org.kymograph.connectivity.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.connectivity.curves.PairCurve;
import org.kymograph.connectivity.curves.PairCurves;
import org.kymograph.data.text.Hans;
import org.kymograph.record.files.RecordException;

class LogsTest {
    private static final double[] ONE = {.48, .43, .42, .45, .50, .50, .46, .44, .45, .51};
    private static final double[] TWO = {.40, .43, .42, .45, .50, .50, .46, .44, .45, .51};

    /** A pair as the original's program prints it: the first point is the second model. */
    private static String pair(String a, String b, double distance, double... losses) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Euclidean distance between %s and %s: %.3f.%nInterpolating between %s and %s%n",
                a,
                b,
                distance,
                a,
                b));
        for (int k = 0; k < losses.length; k++) {
            text.append(String.format(
                    Locale.ROOT,
                    "coefficients %.4f %.4f%n  point_num    loss    accuracy    f1%n-----------  ------  ----------  ----%n"
                            + "          %d  %.4f      %.4f  %.2f%n",
                    k / 9.0,
                    1 - k / 9.0,
                    k,
                    losses[k],
                    0.8 + 0.01 * k,
                    0.5));
        }
        return text + (losses.length == 10 ? "Completed interpolation from " + a + " to " + b + "\n" : "");
    }

    @Test
    void theFirstPointIsTheSecondModel(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("7_interpolate_models.out");
        Files.writeString(log, "loading…\n" + pair("3", "12", 12.345, ONE) + pair("3", "4", 9.5, TWO));
        Files.writeString(folder.resolve("job.err"), "Euclidean distance between x and y: 1.0.\n");
        for (Path path : List.of(log, folder)) {
            PairCurves curves = InterpolationLogs.read(path);
            assertThat(curves.curves()).hasSize(2);
            PairCurve c = curves.curves().get(0);
            assertThat(c.from()).isEqualTo("3");
            assertThat(c.to()).isEqualTo("12");
            assertThat(c.distance()).isEqualTo(12.345);
            assertThat(c.losses()[0]).isEqualTo(.51);
            assertThat(c.losses()[9]).isEqualTo(.48);
            assertThat(c.scores().get("accuracy")[0]).isCloseTo(.89, within(1e-12));
            assertThat(curves.find("12", "3").orElseThrow().losses()).containsExactly(ONE);
            assertThat(curves.notes()).isEmpty();
            assertThat(curves.gap().names()).containsExactly("3", "12", "4");
        }
    }

    @Test
    void whatIsCutOrContradictsIsToldOf(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("a.out");
        String cut = pair("1", "2", 3, TWO);
        Files.writeString(log, pair("0", "1", 5, ONE) + cut.substring(0, cut.length() / 2));
        PairCurves curves = InterpolationLogs.read(log);
        assertThat(curves.curves()).hasSize(1);
        assertThat(curves.notes()).hasSize(1);
        assertThat(curves.notes().get(0))
                .matches("the log of 1 and 2 ends after [45] of 10 points: this pair is left out");
        Files.writeString(folder.resolve("b.out"), pair("1", "0", 5, TWO));
        assertThat(InterpolationLogs.read(folder).notes())
                .anyMatch(n -> n.equals("the logs have 1 and 0 twice with different losses: the first is taken"));
        Files.writeString(log, pair("0", "1", 5, ONE) + pair("2", "1", 5, TWO));
        Files.delete(folder.resolve("b.out"));
        assertThat(InterpolationLogs.read(folder).notes())
                .hasSize(1)
                .allMatch(n -> n.startsWith("model 1 has the loss 0.48"));
        Files.writeString(log, pair("0", "1", 5, ONE).replace("0.4600", "0.46oo"));
        assertThatThrownBy(() -> InterpolationLogs.read(log))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("0.46oo");
        Files.writeString(log, "nothing\n");
        assertThatThrownBy(() -> InterpolationLogs.read(log)).hasMessageContaining("has no pair of models");
    }

    @Test
    void evaluationsAreScoredAsAWholeAndInParts(@TempDir Path folder) throws Exception {
        String json =
                """
                {"label_dict": {"entailment": 0, "non-entailment": 1}, "samples": [
                {"probabilities": [0.9, 0.1], "logits": [2.2, 0.0], "label": 0, "sentence": "[CLS] the man ran. [SEP] the man ran. [SEP]"},
                {"probabilities": [0.8, 0.2], "logits": [1.4, 0.0], "label": 1, "sentence": "[CLS] the man the dog saw ran. [SEP] the dog ran. [SEP]"}]}
                """;
        Path file = folder.resolve("hans_eval_bert_07.json");
        Files.writeString(file, json);
        Map<String, EvaluationLog> all = EvaluationLog.readAll(folder, "hans_eval_bert_");
        assertThat(all).containsOnlyKeys("7");
        EvaluationLog log = all.get("7");
        assertThat(log.scores().accuracy()).isEqualTo(0.5);
        assertThat(log.scores().loss()).isCloseTo(-(Math.log(.9) + Math.log(.2)) / 2, within(1e-12));
        assertThat(log.samples().get(0).parts()).containsExactly("the man ran.", "the man ran.");
        Hans hans = new Hans(List.of(
                new Hans.Example("The man ran .", "The man ran .", true, "lexical_overlap"),
                new Hans.Example("The man the dog saw ran .", "The dog ran .", false, "subsequence")));
        assertThat(log.select(hans, "subsequence", false).scores().accuracy()).isZero();
        assertThat(log.select(hans, "lexical_overlap", true).scores().accuracy())
                .isEqualTo(1);
        assertThatThrownBy(() -> log.select(hans, "constituent", true)).isInstanceOf(IllegalArgumentException.class);
        assertThat(log.table().rowCount()).isEqualTo(2);
        Files.writeString(file, json.replace("\"label\": 1", "\"label\": 2"));
        assertThatThrownBy(() -> EvaluationLog.read(file))
                .hasMessageContaining("samples[1] has the label 2; expected 0 to 1");
        Files.writeString(file, "{\"samples\": []}");
        assertThatThrownBy(() -> EvaluationLog.read(file)).hasMessageContaining("has no samples");
    }
}
