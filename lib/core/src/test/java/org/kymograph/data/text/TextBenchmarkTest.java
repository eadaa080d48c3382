package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.files.RecordException;

class TextBenchmarkTest {
    @TempDir
    Path dir;

    private void write(String name, String... lines) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private static double[] labels(Texts texts) {
        return texts.examples().stream().mapToDouble(Texts.Example::label).toArray();
    }

    @Test
    void inferenceIsReadAndItsClassesTakeTheOrderOfAClassifier() throws IOException {
        String header = "index\tpromptID\tpairID\tgenre\ta\tb\tc\td\tsentence1\tsentence2\tlabel1\tgold_label";
        write("MNLI/train.tsv", header, "0\tp\tq\tg\t\t\t\t\tA man runs.\tHe moves.\tx\tentailment");
        write(
                "MNLI/dev_matched.tsv",
                header,
                "0\tp\tq\tg\t\t\t\t\tOne.\tTwo.\tx\tcontradiction",
                "1\tp\tq\tg\t\t\t\t\tOne.\tOne.\tx\tentailment",
                "2\tp\tq\tg\t\t\t\t\tOne.\tOld.\tx\tneutral");
        write("MNLI/dev_mismatched.tsv", header, "0\tp\tq\tg\t\t\t\t\tX.\tY.\tx\tneutral");
        Texts test = TextBenchmark.MNLI.read(dir, "test");
        assertThat(test.labels()).containsExactly("entailment", "neutral", "contradiction");
        assertThat(labels(test)).containsExactly(2, 0, 1);
        // As of the hundred BERTs of McCoy et al.
        Texts ordered = test.withOrder(List.of("Contradiction", "entailment", "neutral"));
        assertThat(labels(ordered)).containsExactly(0, 1, 2);
        assertThat(ordered.examples().get(1).texts()).containsExactly("One.", "One.");
        assertThat(TextBenchmark.MNLI.read(dir, "mismatched").size()).isEqualTo(1);
        assertThat(labels(TextBenchmark.of("Mnli").read(dir, "train"))).containsExactly(0);
        assertThatThrownBy(() -> test.withOrder(List.of("yes", "no", "perhaps")))
                .hasMessageContaining("names of the classes");
        assertThatThrownBy(() -> test.withOrder(List.of("entailment", "neutral")))
                .hasMessageContaining("names of the classes");
    }

    @Test
    void acceptabilityHasTwoHalves() throws IOException {
        String[] lines = new String[530];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "src\t" + i % 2 + "\t\tSentence " + i + ".";
        }
        write("dev.tsv", lines);
        assertThat(TextBenchmark.COLA.read(dir, "test").size()).isEqualTo(530);
        assertThat(TextBenchmark.COLA.read(dir, "in_domain_dev").size()).isEqualTo(527);
        assertThat(TextBenchmark.COLA.read(dir, "out_domain_dev").lines())
                .containsExactly("Sentence 527.", "Sentence 528.", "Sentence 529.");
        write("dev.tsv", lines[0], lines[1]);
        assertThatThrownBy(() -> TextBenchmark.COLA.read(dir, "out_domain_dev"))
                .hasMessageContaining("CoLA's dev.tsv is 2; expected more than 527");
    }

    @Test
    void heuristicsArePartsByHeuristicAndLabel() throws IOException {
        write(
                "HANS/heuristics_evaluation_set.txt",
                "gold_label\tsentence1\tsentence2\theuristic",
                "non-entailment\tThe doctor saw the lawyer .\tThe lawyer saw the doctor .\tlexical_overlap",
                "entailment\tThe doctor and the lawyer ran .\tThe lawyer ran .\tlexical_overlap",
                "non-entailment\tThe judge near the actor ran .\tThe actor ran .\tsubsequence");
        assertThat(TextBenchmark.HANS.read(dir, "test").size()).isEqualTo(3);
        assertThat(labels(TextBenchmark.HANS.read(dir, "lexical_overlap"))).containsExactly(1, 0);
        assertThat(labels(TextBenchmark.HANS.read(dir, "lexical_overlap_non_entailed")))
                .containsExactly(1);
        assertThat(labels(TextBenchmark.HANS.read(dir, "lexical_overlap_entailed")))
                .containsExactly(0);
        assertThatThrownBy(() -> TextBenchmark.HANS.read(dir, "constituent")).hasMessageContaining("examples");
        assertThatThrownBy(() -> TextBenchmark.HANS.read(dir, "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("heuristics_train_set.txt");
        assertThat(TextBenchmark.HANS.splits()).hasSize(11).contains("constituent_non_entailed");
    }

    @Test
    void questionsAndTheirScramblesAreRead() throws IOException {
        write("QQP/dev.tsv", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", "7\t1\t2\tWho?\tWho is it?\t1");
        assertThat(labels(TextBenchmark.QQP.read(dir, "test"))).containsExactly(1);
        write("PAWS/dev_and_test.tsv", "id\tsentence1\tsentence2\tlabel", "1\ta b\tb a\t0", "2\ta c\tc a\t1");
        assertThat(labels(TextBenchmark.PAWS.read(dir, "test"))).containsExactly(0, 1);
        assertThatThrownBy(() -> TextBenchmark.PAWS.read(dir, "dev")).hasMessageContaining("\"dev\"");
        assertThatThrownBy(() -> TextBenchmark.of("snli")).hasMessageContaining("mnli");
    }
}
