package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.model.Mlp;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class NliDiagnosticsTest {
    private static final String HEADER =
            "Lexical Semantics\tPredicate-Argument Structure\tLogic\tKnowledge\tDomain\tPremise\tHypothesis\tLabel\n";

    @TempDir
    Path folder;

    private NliDiagnostics four() throws IOException {
        Path file = folder.resolve("diagnostic-full.tsv");
        Files.writeString(
                file,
                HEADER + "\t\tNegation\t\tNews\tA.\tB.\tentailment\n"
                        + "\t\tNegation;Double negation\tWorld knowledge\tNews\tC.\tD.\tcontradiction\n"
                        + "\t\tConditionals\t\tNews\tE.\tF.\tentailment\n"
                        + "\t\tTemporal\t\tNews\tI.\tJ.\tcontradiction\n"
                        + "\t\t\t\tNews\tG.\tH.\tneutral\n");
        return NliDiagnostics.read(file);
    }

    @Test
    void scoresAreByCategory() throws IOException {
        Table scores =
                four().scores(List.of("entailment", "contradiction", "entailment", "entailment", "contradiction"));
        assertThat(scores.stringColumn("category").asList())
                .containsExactly("logic", "predicate_argument_structure", "lexical_semantics", "knowledge", "all");
        assertThat(scores.intColumn("pairs").asObjectArray()).containsExactly(4, 0, 1, 1, 5);
        assertThat(scores.doubleColumn("accuracy").get(0)).isEqualTo(0.75);
        // Of two labels [[2, 0], [1, 1]]: 2 / sqrt(3 * 2 * 2 * 1).
        assertThat(scores.doubleColumn("r3").get(0)).isEqualTo(2 / Math.sqrt(12), within(1e-12));
        assertThat(scores.doubleColumn("accuracy").get(4)).isEqualTo(0.6);
        assertThat(four().table().intColumn("entailment").get(0)).isEqualTo(2);
    }

    @Test
    void predictionsComeBackFromTheirFile() throws IOException {
        float[][] logits = {{2, 0, 0, 0, 3, 0}};
        Dynamics log = Dynamics.of(Guids.of(7, 5), new int[] {0, 0}, logits, 3);
        PredictionFiles.write(
                folder, "SNLI_dev_in_training", log, 0, List.of("contradiction", "entailment", "neutral"));
        Path file = folder.resolve("predictions_SNLI_dev_in_training.lst");
        assertThat(PredictionFiles.read(file)).isEqualTo(Map.of("7", "contradiction", "5", "entailment"));
        assertThat(Files.readAllLines(file).get(0))
                .startsWith(
                        "{\"guid\":7,\"label\":\"contradiction\",\"gold\":\"contradiction\",\"confidence\":0.786986")
                .contains("\"probabilities\":[0.786986");
        assertThat(Files.readString(folder.resolve("eval_metrics_SNLI_dev_in_training.json")))
                .isEqualTo("{\"acc\":0.5}\n");
    }

    @Test
    void wrongInputIsNamed() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> four().scores(List.of("neutral")))
                .withMessageContaining("predicted");
        Path short1 = Files.writeString(folder.resolve("short.tsv"), HEADER + "a\tb\n");
        assertThatThrownBy(() -> NliDiagnostics.read(short1))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has 2 fields; expected 8");
        Path other = Files.writeString(folder.resolve("other.tsv"), "Logic\tLabel\n");
        assertThatThrownBy(() -> NliDiagnostics.read(other))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("has no column 'Predicate-Argument Structure'");
        Path lst = Files.writeString(folder.resolve("x.lst"), "{\"guid\": 1}\n");
        assertThatThrownBy(() -> PredictionFiles.read(lst))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("field 'label'");
    }

    @Test
    void publishedTrainingsKeepTaskAndNetwork() {
        Dataset none = new Dataset(
                "none", "train", 0, Tensor.of(new float[2], 1, 2), Tensor.of(new long[1], 1), 2, Scaling.NONE);
        Experiment mine = Experiment.of(
                "mine",
                Task.byContent("none", new Split(none, none)),
                Mlp.of(2, 4),
                Loss.CROSS_ENTROPY,
                Optimizer.sgd(1));
        Experiment snli = PublishedTraining.SNLI.applyTo(mine);
        assertThat(snli.optimizer().learningRate()).isEqualTo(1.0708609960508476e-05);
        assertThat(snli.batchSize()).isEqualTo(96);
        assertThat(snli.length()).isEqualTo(Span.epochs(23));
        assertThat(snli.clipNorm()).isEqualTo(1);
        assertThat(PublishedTraining.WINOGRANDE.applyTo(mine).patience()).isEqualTo(5);
        assertThat(snli.network()).isSameAs(mine.network());
        assertThat(PublishedTraining.MNLI.seed()).isEqualTo(36_891);
    }
}
