package org.kymograph.cartography.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;
import org.kymograph.cartography.metrics.Samples;
import org.kymograph.cartography.select.Regions.Region;
import org.kymograph.record.dynamics.Dynamics;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.files.RecordException;

class RegionsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/cartography");

    @TempDir
    Path folder;

    private static SampleMetrics golden() {
        return SampleMetrics.of(Dynamics.read(GOLDEN.resolve("log")).upTo(6));
    }

    @Test
    void regionsAreTheOriginals() {
        SampleMetrics metrics = golden();
        Regions ours = Regions.of(metrics, .33);
        Regions theirs = Regions.read(GOLDEN.resolve("three_regions_data_indices.json"), metrics.guids());
        for (Region region : List.of(Region.HARD, Region.EASY, Region.AMBIGUOUS)) {
            assertThat(ours.of(region)).as(region.key()).hasSize(19).containsExactlyInAnyOrder(theirs.of(region));
        }
    }

    @Test
    void writesWhatItReads() throws IOException {
        SampleMetrics metrics = golden();
        Regions regions = Regions.of(metrics, .33);
        Path file = folder.resolve("deep/three_regions_data_indices.json");
        regions.write(file, 1);
        assertThat(Files.readString(file))
                .matches("\\{\"hard\": \\[\\d+(, \\d+){18}], \"easy\": \\[\\d+(, \\d+){18}], "
                        + "\"ambiguous\": \\[\\d+(, \\d+){18}]}");
        Regions again = Regions.read(file, metrics.guids());
        assertThat(again.hard()).containsExactlyInAnyOrder(regions.hard()).isNotEqualTo(regions.hard());
        assertThat(again.easy()).containsExactlyInAnyOrder(regions.easy());
        assertThat(again.ambiguous()).containsExactlyInAnyOrder(regions.ambiguous());
        byte[] first = Files.readAllBytes(file);
        regions.write(file, 1);
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
    }

    @Test
    void textsAreQuoted() throws IOException {
        SampleMetrics samples = SampleMetrics.of(
                Guids.of(List.of("a\"b", "c")),
                null,
                java.util.Map.of(Metric.CONFIDENCE, new double[] {.1, .9}, Metric.VARIABILITY, new double[] {.1, .2}),
                2);
        Path file = folder.resolve("regions.json");
        Regions.of(samples, .5).write(file, 0);
        assertThat(Files.readString(file))
                .isEqualTo("{\"hard\": [\"a\\\"b\"], \"easy\": [\"c\"], \"ambiguous\": [\"c\"]}");
        assertThat(Regions.read(file, samples.guids()).hard()).containsExactly(0);
    }

    @Test
    void overlapsAreToldAndLabelsAreExclusive() {
        SampleMetrics samples =
                Samples.of(null, new double[] {.1, .2, .3, .6, .9, .95}, new double[] {.05, .4, .45, .3, .1, .0});
        Regions regions = Regions.of(samples, .5);
        assertThat(regions.hard()).containsExactly(0, 1, 2);
        assertThat(regions.ambiguous()).containsExactly(2, 1, 3);
        assertThat(regions.overlap(Region.HARD, Region.AMBIGUOUS)).isEqualTo(new SampleRows.Overlap(3, 3, 2));
        assertThat(regions.overlap(Region.HARD, Region.AMBIGUOUS).share()).isEqualTo(2.0 / 3);
        assertThat(regions.overlaps().intColumn("shared").asList()).containsExactly(0, 2, 1);
        // 2 stands first among the ambiguous and third among the hard; 1 second in both, so hard; 3 third in both.
        assertThat(regions.labels())
                .containsExactly(Region.HARD, Region.HARD, Region.AMBIGUOUS, Region.EASY, Region.EASY, Region.EASY);
        assertThat(regions.of(Region.NONE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1,.33", "2,.2", "3,.01", "4,.3333"})
    void exclusiveRegionsShareNothingAndAreFull(long seed, double proportion) {
        SampleMetrics metrics = SampleMetrics.of(Samples.walks(300, 6, 3, seed));
        Regions regions = Regions.exclusive(metrics, proportion);
        int n = (int) (proportion * 300);
        int[] all = Stream.of(regions.hard(), regions.easy(), regions.ambiguous())
                .flatMapToInt(Arrays::stream)
                .toArray();
        assertThat(all).hasSize(3 * n).doesNotHaveDuplicates();
        assertThat(regions.hard()).isEqualTo(Regions.of(metrics, proportion).hard());
        assertThat(regions.of(Region.NONE)).hasSize(300 - 3 * n).doesNotContain(all);
        for (Region region : Region.values()) {
            assertThat(IntStream.range(0, 300)
                            .filter(i -> regions.labels()[i] == region)
                            .toArray())
                    .containsExactlyInAnyOrder(regions.of(region));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"hard\": [], \"easy\": []}|field 'ambiguous': expected an array of guids, found none",
                "{\"hard\": [1000, 1000], \"easy\": [], \"ambiguous\": []}|field 'hard': guid 1000 comes twice",
                "{\"hard\": [7], \"easy\": [], \"ambiguous\": []}|field 'hard': guid 7 isn't among the 60 samples",
                "{\"hard\": [1000.5], \"easy\": [], \"ambiguous\": []}|field 'hard': guid 1000.5 isn't among",
                "[]|doesn't hold a JSON object"
            })
    void badFilesAreRefused(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), text);
        assertThatThrownBy(() -> Regions.read(file, golden().guids()))
                .isInstanceOf(RecordException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void badProportionsAreRefused() {
        SampleMetrics metrics = golden();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Regions.of(metrics, 0))
                .withMessageContaining("proportion is 0; expected");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Regions.exclusive(metrics, .34))
                .withMessageContaining("above 0 to 1/3");
        assertThat(Arrays.stream(Regions.of(metrics, 1).hard()).distinct().count())
                .isEqualTo(60);
    }
}
