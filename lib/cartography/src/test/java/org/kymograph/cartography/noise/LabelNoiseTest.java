package org.kymograph.cartography.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;

class LabelNoiseTest {
    private static final int N = 2490;
    private static final int[] LABELS = IntStream.range(0, N).map(i -> i % 3).toArray();
    private static final Guids IDS = Guids.rows(N);

    @TempDir
    Path folder;

    @Test
    void uniformNoiseIsExactAndReachesEveryOtherClass() {
        NoisyLabels noise = LabelNoise.uniform(.4).inject(IDS, LABELS, 3, 0);
        assertThat(noise.size()).isEqualTo(996);
        int[][] counts = new int[3][3];
        for (int i = 0; i < noise.size(); i++) {
            counts[noise.original()[i]][noise.assigned()[i]]++;
        }
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                // 166 each, standard deviation about 10.
                assertThat(counts[a][b]).isBetween(a == b ? 0 : 110, a == b ? 0 : 220);
            }
        }
        assertThat(LabelNoise.uniform(.4).inject(IDS, LABELS, 3, 0).guids()).isEqualTo(noise.guids());
        assertThat(LabelNoise.uniform(.4).inject(IDS, LABELS, 3, 1).guids()).isNotEqualTo(noise.guids());
        assertThat(LabelNoise.uniform(0).inject(IDS, LABELS, 3, 0).size()).isZero();
        assertThat(LabelNoise.uniform(1).inject(IDS, LABELS, 3, 0).size()).isEqualTo(N);
    }

    @Test
    void flipsGoToTheNextClass() {
        NoisyLabels noise = LabelNoise.flip(.1).inject(IDS, LABELS, 3, 5);
        assertThat(noise.size()).isEqualTo(249);
        for (int i = 0; i < noise.size(); i++) {
            assertThat(noise.assigned()[i]).isEqualTo((noise.original()[i] + 1) % 3);
        }
        int[] two = Arrays.stream(LABELS).map(c -> c % 2).toArray();
        NoisyLabels binary = LabelNoise.binary(.4).inject(IDS, two, 2, 0);
        assertThat(binary.size()).isEqualTo(996);
        int[] noisy = binary.applyTo(IDS, two);
        assertThat(IntStream.range(0, N).filter(i -> noisy[i] != two[i]).count())
                .isEqualTo(996);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.binary(.4).inject(IDS, LABELS, 3, 0))
                .withMessageContaining("classes is 3; expected 2 for binary noise");
    }

    @Test
    void theEasiestAreTheMostConfident() {
        SampleMetrics metrics = Samples.of(null, new double[] {.2, .9, .8, .95, .1}, new double[5]);
        NoisyLabels noise = LabelNoise.easiest(.4, metrics).inject(metrics.guids(), new int[5], 4, 0);
        assertThat(noise.guids()).isEqualTo(Guids.of(101, 103));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.easiest(.4, metrics).inject(Guids.rows(5), new int[5], 4, 0))
                .withMessageContaining("same order");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.easiest(.4, metrics).inject(IDS, LABELS, 4, 0));
    }

    @Test
    void matricesGiveTheirRates() {
        double[][] uniform = LabelNoise.uniformMatrix(.3, 4);
        assertThat(uniform[1][1]).isEqualTo(.7);
        assertThat(uniform[1][0]).isCloseTo(.1, within(1e-15));
        double[][] matrix = {{1, 0, 0}, {.5, .5, 0}, {0, 0, 1}};
        NoisyLabels noise = LabelNoise.matrix(matrix).inject(IDS, LABELS, 3, 3);
        // Half of the 830 samples of class 1, standard deviation 14.
        assertThat(noise.size()).isBetween(350, 480);
        assertThat(noise.original()).containsOnly(1);
        assertThat(noise.assigned()).containsOnly(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.matrix(new double[][] {{1, 0}, {.5, .4}}))
                .withMessageContaining("row 1")
                .withMessageContaining("is 0.9; expected 1");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelNoise.matrix(new double[][] {{1}, {0, 1}}));
        assertThatIllegalArgumentException().isThrownBy(() -> LabelNoise.matrix(new double[][] {{2, -1}, {0, 1}}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.matrix(matrix).inject(IDS, LABELS, 4, 0));
    }

    @Test
    void datasetsGetTheWrongTargets() {
        Dataset train = new Dataset(
                "toy",
                "train",
                0,
                Tensor.of(new float[] {1, 2, 3, 4}, 4, 1),
                Tensor.of(new long[] {0, 1, 2, 0}, 4),
                3,
                Scaling.NONE);
        Guids ids = Guids.of(40, 30, 20, 10);
        NoisyLabels noise = new NoisyLabels(Guids.of(20, 40), new int[] {2, 0}, new int[] {1, 2});
        Dataset noisy = noise.applyTo(train, ids);
        assertThat(noisy.targets().toLongs()).containsExactly(2, 1, 1, 0);
        assertThat(noisy.inputs()).isEqualTo(train.inputs());
        assertThat(train.targets().toLongs()).containsExactly(0, 1, 2, 0);
        assertThat(noise.truth(ids)).containsExactly(true, false, true, false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> noise.applyTo(noisy, ids))
                .withMessageContaining("expected 2, as when the noise was made");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> noise.truth(Guids.rows(4)))
                .withMessageContaining("aren't among");
    }

    @Test
    void filesComeBack() throws IOException {
        NoisyLabels noise = new NoisyLabels(Guids.of(50325, 7), new int[] {0, 2}, new int[] {2, 1});
        Path file = folder.resolve("noise.jsonl");
        noise.write(file);
        assertThat(Files.readString(file))
                .isEqualTo("{\"guid\":50325,\"original\":0,\"assigned\":2}\n"
                        + "{\"guid\":7,\"original\":2,\"assigned\":1}\n");
        NoisyLabels again = NoisyLabels.read(file);
        assertThat(again.guids()).isEqualTo(noise.guids());
        assertThat(again.original()).isEqualTo(noise.original());
        assertThat(again.assigned()).isEqualTo(noise.assigned());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'guid':1,'original':0}|line 1: field 'assigned': expected a class, found none",
                "{'guid':1,'original':-1,'assigned':0}|field 'original': expected a class, found -1",
                "{'guid':1,'original':1,'assigned':1}|original and assigned are both 1",
                "{'guid':1,'original':1,'assigned':0};{'guid':1,'original':1,'assigned':0}|line 2: guid 1 comes twice"
            })
    void badFilesAreRefused(String text, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("bad.jsonl"), text.replace('\'', '"').replace(';', '\n'));
        assertThatThrownBy(() -> NoisyLabels.read(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining(message);
    }

    @Test
    void badArgumentsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.uniform(1.1))
                .withMessageContaining("rate is 1.1; expected 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> LabelNoise.flip(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.uniform(.1).inject(IDS, LABELS, 2, 0))
                .withMessageContaining("label of sample 2 is 2; expected 0 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.uniform(.1).inject(IDS, LABELS, 1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.uniform(.1).inject(IDS, new int[3], 2, 0));
    }
}
