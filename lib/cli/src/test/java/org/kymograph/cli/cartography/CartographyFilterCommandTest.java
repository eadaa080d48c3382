package org.kymograph.cli.cartography;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cli.Called;
import org.kymograph.record.files.Json;

class CartographyFilterCommandTest {
    private static final int ROWS = 20;

    @TempDir
    Path dir;

    /** Twenty WinoGrande rows; the logits of row i favour its gold class by i - 10 in both epochs. */
    @BeforeEach
    void writeFiles() throws IOException {
        StringBuilder tsv = new StringBuilder("id\tqid\tsentence\toption1\toption2\tanswer\n");
        for (int i = 0; i < ROWS; i++) {
            tsv.append(10_000 + i)
                    .append("\tq\tThe cat hid as _ was shy.\tTom\tAnn\t")
                    .append(1 + i % 2)
                    .append('\n');
        }
        Path data = Files.createDirectories(dir.resolve("data/WINOGRANDE"));
        Files.writeString(data.resolve("train.tsv"), tsv);
        Files.writeString(data.resolve("dev.tsv"), "dev\n");
        Files.writeString(data.resolve("test.tsv"), "test\n");
        log(10_000);
    }

    private void log(int firstGuid) throws IOException {
        Path folder = Files.createDirectories(dir.resolve("model/training_dynamics"));
        for (int e = 0; e < 2; e++) {
            StringBuilder rows = new StringBuilder();
            for (int i = 0; i < ROWS; i++) {
                double z = (i - 10) * (i % 2 == 0 ? 0.5 : -0.5);
                rows.append(String.format(
                        Locale.ROOT,
                        "{\"guid\":%d,\"logits_epoch_%d\":[%.10f,%.10f],\"gold\":%d}%n",
                        firstGuid + i,
                        e,
                        z,
                        -z,
                        i % 2));
            }
            Files.writeString(folder.resolve("dynamics_epoch_" + e + ".jsonl"), rows);
        }
    }

    private Called filter(Object... more) {
        Object[] words = {
            "cartography",
            "filter",
            "-o",
            dir.resolve("model"),
            "-d",
            dir.resolve("data"),
            "-t",
            "WINOGRANDE",
            "--metric",
            "confidence",
            "-f",
            dir.resolve("out")
        };
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Called.with(all);
    }

    @Test
    void filtersWithTheOriginalsOptions() throws IOException {
        Called called = filter("--burn_out", 1);
        assertThat(called.errors()).isEmpty();
        assertThat(called.code()).isZero();
        assertThat(called.out()).contains("20 rows taken", "10 rows: ");
        assertThat(Files.readAllLines(dir.resolve("out/cartography_confidence_0.10/WINOGRANDE/train.tsv")))
                .containsExactly(
                        "id\tqid\tsentence\toption1\toption2\tanswer",
                        "10000\tq\tThe cat hid as _ was shy.\tTom\tAnn\t1",
                        "10001\tq\tThe cat hid as _ was shy.\tTom\tAnn\t2");
        assertThat(dir.resolve("out/cartography_confidence_0.75/WINOGRANDE/test.tsv"))
                .hasContent("test");
        var options = Json.readObject(dir.resolve("out/filtering_configs.json"));
        assertThat(options.get("burn_out").intValue()).isEqualTo(1);
        assertThat(options.get("metric").textValue()).isEqualTo("confidence");
        assertThat(Files.readString(dir.resolve("out/filtering_configs.json")))
                .startsWith("{\n    \"both_ends\": false,\n");
    }

    @Test
    void takesOneMoreOnRequestAndOtherFractions() throws IOException {
        assertThat(filter("--compat", "--worst", "--fractions", "0.1,0.2").code())
                .isZero();
        assertThat(Files.readAllLines(dir.resolve("out/cartography_confidence_0.20_worst/WINOGRANDE/train.tsv")))
                .hasSize(6)
                .element(1)
                .asString()
                .startsWith("10019");
        assertThat(dir.resolve("out/cartography_confidence_0.25_worst")).doesNotExist();
    }

    @Test
    void findsRowsByTheirNumbers() throws IOException {
        log(0);
        Called refused = filter();
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.errors())
                .contains("no row for 20 of the 20 samples", "as the numbers of rows (--guids row), 20 are found");
        assertThat(dir.resolve("out")).doesNotExist();
        assertThat(filter("--guids", "row", "--filter").code()).isZero();
    }

    @Test
    void drawsTheBaseline() throws IOException {
        Called called = Called.with(
                "cartography",
                "random-filter",
                "-i",
                dir.resolve("data"),
                "-o",
                dir.resolve("random"),
                "-t",
                "winogrande");
        assertThat(called.errors()).isEmpty();
        assertThat(Files.readAllLines(dir.resolve("random_725862/WINOGRANDE_0.33/WINOGRANDE/train.tsv")))
                .hasSize(7);
        assertThat(Called.with(
                                "cartography",
                                "random-filter",
                                "-i",
                                dir.resolve("data"),
                                "-o",
                                dir.resolve("random"),
                                "-t",
                                "winogrande",
                                "--seed",
                                3,
                                "-f",
                                0.5)
                        .code())
                .isZero();
        assertThat(Files.readAllLines(dir.resolve("random_3/WINOGRANDE_0.50/WINOGRANDE/train.tsv")))
                .hasSize(11);
        assertThat(dir.resolve("random_3/WINOGRANDE_0.33")).doesNotExist();
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(filter("--fractions", "0.331,0.3319").errors()).contains("0.33");
        Called task = Called.with("cartography", "random-filter", "-i", dir, "-o", dir.resolve("x"), "-t", "MNIST");
        assertThat(task.code()).isEqualTo(2);
        assertThat(task.errors()).contains("--task_name is \"MNIST\"; expected one of CoLA, ");
        Called missing = Called.with("cartography", "random-filter", "-i", dir, "-o", dir.resolve("x"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.errors()).contains("nlp.stanford.edu");
    }
}
