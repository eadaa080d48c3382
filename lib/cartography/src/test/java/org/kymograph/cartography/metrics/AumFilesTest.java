package org.kymograph.cartography.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;

class AumFilesTest {
    @TempDir
    Path folder;

    @Test
    void writesBothFilesInThePublishedOrder() throws IOException {
        float[][] logits = {{1, 3, 2, 0, 0.5f, 0.25f}, {2, 1, 0, 4, 0, 0}};
        AumFiles.write(Dynamics.of(Guids.of(20, 3), new int[] {1, 0}, logits, 3), folder);
        assertThat(Files.readAllLines(folder.resolve(AumFiles.VALUES)))
                .containsExactly("sample_id,aum", "3,1.75", "20,0.0");
        assertThat(Files.readAllLines(folder.resolve(AumFiles.RECORDS)))
                .containsExactly(
                        "sample_id,num_measurements,target_logit,target_val,other_logit,other_val,margin,aum",
                        "3,1,0,0.0,1,0.5,-0.5,-0.5",
                        "3,2,0,4.0,1,0.0,4.0,1.75",
                        "20,1,1,3.0,2,2.0,1.0,1.0",
                        "20,2,1,1.0,0,2.0,-1.0,0.0");
    }

    @Test
    void readsWhatItWrites() {
        Dynamics log = Samples.walks(60, 5, 4, 3);
        AumFiles.write(log, folder);
        SampleMetrics read = AumFiles.read(folder.resolve(AumFiles.VALUES));
        SampleMetrics all = SampleMetrics.of(log);
        assertThat(read.size()).isEqualTo(60);
        for (int i = 0; i < 60; i++) {
            int at = all.guids().indexOf(read.guids().text(i));
            assertThat(read.value(Metric.AUM, i))
                    .as("seed 3, sample %d", i)
                    .isEqualTo(all.value(Metric.AUM, at), org.assertj.core.api.Assertions.within(1e-6));
            assertThat(i == 0 || read.value(Metric.AUM, i) <= read.value(Metric.AUM, i - 1))
                    .isTrue();
        }
    }

    @Test
    void idsMayBeTexts() throws IOException {
        Guids ids = Guids.of(java.util.List.of("b,1", "a"));
        AumFiles.write(Dynamics.of(ids, new int[] {0, 0}, new float[][] {{1, 0, 2, 0}}, 2), folder);
        assertThat(Files.readAllLines(folder.resolve(AumFiles.VALUES)))
                .containsExactly("sample_id,aum", "a,2.0", "\"b,1\",1.0");
        assertThat(AumFiles.read(folder.resolve(AumFiles.VALUES)).guids().text(1))
                .isEqualTo("b,1");
    }

    @Test
    void wrongInputIsNamed() throws IOException {
        Dynamics log = Dynamics.regression(Guids.rows(1), new double[1], new float[1][1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AumFiles.write(log, folder))
                .withMessage("the log's kind is REGRESSION; expected CLASSES");
        Path file = Files.writeString(folder.resolve("other.csv"), "sample_id,score\n1,2\n");
        assertThatThrownBy(() -> AumFiles.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("aum");
    }
}
