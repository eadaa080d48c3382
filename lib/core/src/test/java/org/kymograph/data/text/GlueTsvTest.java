package org.kymograph.data.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.data.text.GlueTask.Order;
import org.kymograph.record.files.RecordException;

class GlueTsvTest {
    static final String MNLI = "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse"
            + "\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label\n";
    static final String SNLI = "index\tcaptionID\tpairID\tsentence1_binary_parse\tsentence2_binary_parse"
            + "\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\tgold_label\n";

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SST-2|sentence,label|a 'fine film,1|a 'fine film|1|0",
                "MRPC|Quality,#1 ID,#2 ID,#1 String,#2 String|1,7,8,He ran .,He was running .|He ran ./He was running .|1|0",
                "QQP|id,qid1,qid2,question1,question2,is_duplicate|42,1,2,Why?,How?,0|Why?/How?|0|42",
                "STS-B|index,genre,filename,year,old_index,source1,source2,sentence1,sentence2,score|"
                        + "3,m,f,y,o,s,t,A cat.,A dog.,2.750|A cat./A dog.|2.75|3",
                "QNLI|index,question,sentence,label|5,Who?,Nobody.,not_entailment|Who?/Nobody.|1|5",
                "RTE|index,sentence1,sentence2,label|9,It rains.,It is wet.,entailment|It rains./It is wet.|0|9",
                "WNLI|index,sentence1,sentence2,label|4,The cup fell.,It fell.,1|The cup fell./It fell.|1|4",
                "WINOGRANDE|id,x,sentence,option1,option2,answer|10017,q,The cat hid as _ was shy.,Tom,Ann,2|"
                        + "The cat hid as /Tom was shy./Ann was shy.|1|10017"
            })
    void readsEachTasksColumns(String task, String header, String row, String texts, double label, String id) {
        write(task, "dev", header.replace(',', '\t') + "\n" + row.replace(',', '\t') + "\n");
        GlueTsv.Read read = GlueTsv.of(GlueTask.of(task)).read(dir, "dev");
        assertThat(read.texts().examples()).containsExactly(new Texts.Example(id, List.of(texts.split("/")), label));
        assertThat(read.skipped()).isEqualTo(new GlueTsv.Skipped(1, 0, 0, 0, 0));
        assertThat(read.texts().name()).isEqualToIgnoringCase(task);
    }

    @Test
    void readsColaWithoutHeader() {
        write("CoLA", "train", "gj04\t1\t\tThe dog barked.\nks08\t0\t*\tBarked \"dog the.\n");
        Texts cola =
                GlueTsv.of(GlueTask.COLA).read(dir.resolve("CoLA"), "train").texts();
        assertThat(cola.examples())
                .containsExactly(
                        new Texts.Example("0", List.of("The dog barked."), 1),
                        new Texts.Example("1", List.of("Barked \"dog the."), 0));
        assertThat(cola.labels()).containsExactly("unacceptable", "acceptable");
    }

    @Test
    void numbersClassesAsEitherCodeDoes() {
        write(
                "MNLI",
                "dev_matched",
                MNLI
                        + nli("0", "x", "A", "B", "contradiction")
                        + nli("1", "x", "A", "B", "neutral")
                        + nli("2", "x", "A", "B", "entailment"));
        assertThat(labels(Order.HUGGING_FACE)).containsExactly(2.0, 1.0, 0.0);
        assertThat(labels(Order.CARTOGRAPHY_BERT)).containsExactly(0.0, 2.0, 1.0);
        assertThat(labels(Order.CARTOGRAPHY_ROBERTA)).containsExactly(0.0, 1.0, 2.0);
    }

    private List<Double> labels(Order order) {
        Texts texts = GlueTsv.of(GlueTask.MNLI)
                .withOrder(order)
                .read(dir, "dev_matched")
                .texts();
        assertThat(texts.labels().get((int) texts.examples().get(0).label())).isEqualTo("contradiction");
        return texts.examples().stream().map(Texts.Example::label).toList();
    }

    @Test
    void toleratesAndCountsWhatTheOriginalTolerates() {
        String longer = snli("5", "p.jpg#4", "He said \"no", "He spoke", "entailment\tneutral\tneutral\tentailment");
        write(
                "SNLI",
                "train",
                SNLI
                        + snli("0", "p.jpg#1", "A", "B", "neutral")
                        + snli("1", "p.jpg#2", "A", "B", "-")
                        + snli("2", "p.jpg#3", "A", "B", "")
                        + snli("3", "p.jpg#1", "C", "D", "neutral")
                        + longer);
        GlueTsv.Read read = GlueTsv.of(GlueTask.SNLI).read(dir, "train");
        assertThat(read.texts().ids()).containsExactly("p.jpg#1", "p.jpg#4");
        assertThat(read.texts().examples().get(1))
                .isEqualTo(new Texts.Example("p.jpg#4", List.of("He said \"no", "He spoke"), 0));
        assertThat(read.skipped()).isEqualTo(new GlueTsv.Skipped(2, 2, 1, 0, 1));
        assertThat(read.skipped().toString()).contains("2 rows taken", "2 without a label", "1 with the id");
    }

    @Test
    void leavesOutSurplusWhereTheLabelIsNotLast() {
        write("MRPC", "train", "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\tA.\tB.\tmore\n");
        GlueTsv.Read read = GlueTsv.of(GlueTask.MRPC).read(dir, "train");
        assertThat(read.texts().examples()).containsExactly(new Texts.Example("0", List.of("A.", "B."), 0));
        assertThat(read.skipped().longer()).isEqualTo(1);
    }

    @Test
    void passesOverShortRowsInQqpOnly() {
        write("QQP", "train", "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate\n1\t2\t3\tWhy\n4\t5\t6\tA?\tB?\t1\n");
        assertThat(GlueTsv.of(GlueTask.QQP).read(dir, "train").skipped()).isEqualTo(new GlueTsv.Skipped(1, 0, 0, 1, 0));
        bad("RTE", "index\tsentence1\tsentence2\tlabel\n0\tA\tentailment\n", "line 2: has 3 cells; expected 4");
    }

    @Test
    void keepsLinesWithOtherLineEndsWhole() {
        String row = nli("0", "x", "one\rtwo\u2028three\u0085four", "B", "neutral\r");
        write("MNLI", "train", MNLI + row);
        List<GlueTsv.Row> rows = new ArrayList<>();
        GlueTsv.of(GlueTask.MNLI).rows(dir.resolve("MNLI/train.tsv"), rows::add);
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).line() + "\n").isEqualTo(row);
        assertThat(rows.get(0).label()).isEqualTo(1);
    }

    @Test
    void readsFilesOfManyBlocks() {
        StringBuilder text = new StringBuilder("sentence\tlabel\n");
        for (int i = 0; i < 3000; i++) {
            text.append("caf\u00e9 ".repeat(i % 50))
                    .append(i)
                    .append('\t')
                    .append(i % 2)
                    .append('\n');
        }
        text.append("x".repeat(200_000)).append("\t1");
        write("SST-2", "train", text.toString());
        Texts texts = GlueTsv.of(GlueTask.SST_2).read(dir, "train").texts();
        assertThat(texts.size()).isEqualTo(3001);
        for (int i = 0; i < 3000; i++) {
            assertThat(texts.examples().get(i).texts().get(0)).isEqualTo("caf\u00e9 ".repeat(i % 50) + i);
        }
        assertThat(texts.examples().get(3000).texts().get(0)).hasSize(200_000);
    }

    @Test
    void saysWhatIsWrongAndWhereFilesAre() {
        assertThatThrownBy(() -> GlueTsv.of(GlueTask.MNLI).read(dir, "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("MNLI/train.tsv")
                .hasMessageContaining("gluebenchmark.com");
        assertThatThrownBy(() -> GlueTsv.of(GlueTask.SNLI).read(dir, "train"))
                .hasMessageContaining("nlp.stanford.edu/projects/snli");
        bad("SST-2", "", "is empty");
        bad("SST-2", "sentence\n", "line 1: has 1 columns; expected at least 2");
        bad(
                "SST-2",
                "sentence\tlabel\ngood\tpositive\n",
                "line 2: field 'label' is 'positive'; expected one of [0, 1]");
        for (String label : List.of("Infinity", "NaN", "0x1p3", " 1 ", "-17d", "1f", "1e999", "one")) {
            bad(
                    "STS-B",
                    "a\tb\tc\td\te\tf\tg\th\ti\tj\na\tb\tc\td\te\tf\tg\th\ti\t" + label + "\n",
                    "expected a number");
        }
        bad("WINOGRANDE", "id\tx\tsentence\to\to\ta\n1\tx\tNothing open.\tA\tB\t1\n", "line 2: field 'sentence'");
        assertThatThrownBy(() -> GlueTask.of("MNIST"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MNLI");
    }

    @Test
    void saysWhereTextIsNotUtf8() throws IOException {
        Path file = Files.createDirectories(dir.resolve("SST-2")).resolve("train.tsv");
        Files.write(file, "sentence\tlabel\ncaf\u00e9\t1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> GlueTsv.of(GlueTask.SST_2).read(dir, "train"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("line 2: isn't UTF-8");
    }

    @ParameterizedTest
    @CsvSource({"mnli,MNLI", "sst2,SST_2", "STS-B,STS_B", "stsb,STS_B", "winogrande,WINOGRANDE", "CoLA,COLA"})
    void knowsTasksByEitherSpelling(String name, GlueTask task) {
        assertThat(GlueTask.of(name)).isEqualTo(task);
    }

    static String nli(String index, String pair, String first, String second, String gold) {
        return String.join("\t", index, "p", pair, "g", "( b )", "( b )", "(P)", "(P)", first, second, "l", gold)
                + "\n";
    }

    static String snli(String index, String pair, String first, String second, String gold) {
        return nli(index, pair, first, second, gold).replaceFirst("\tg\t", "\t");
    }

    private void bad(String task, String text, String message) {
        write(task, "dev", text);
        assertThatThrownBy(() -> GlueTsv.of(GlueTask.of(task)).read(dir, "dev"))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
    }

    private void write(String task, String part, String text) {
        try {
            Files.writeString(Files.createDirectories(dir.resolve(task)).resolve(part + ".tsv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
