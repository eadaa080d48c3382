package org.kymograph.degeneracy.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.degeneracy.circuits.CircuitReport;
import org.kymograph.degeneracy.circuits.FourierHistory;
import org.kymograph.degeneracy.fourier.FourierModes;
import org.kymograph.degeneracy.modular.ModularExperiment;
import org.kymograph.degeneracy.modular.ModularRun;
import org.kymograph.notebook.Notebook;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Series;

class ModeFiguresTest {
    @TempDir
    static Path root;

    private static ModularRun run;
    private static FourierHistory history;

    @BeforeAll
    static void train() {
        ModularExperiment settings = ModularExperiment.withDefaults()
                .withP(7)
                .withHiddenSize(8)
                .withEmbedDim(4)
                .withNBatches(12)
                .withFrameTimes(6)
                .withNSaveModelCheckpoints(3);
        run = ModularRun.of(settings.train(root.toString(), 2).runs().get(0));
        history = FourierHistory.of(run);
    }

    @Test
    void figuresShowWhatTheHistoryHolds() {
        Plot magnitudes = ModeFigures.magnitudes(history.table());
        assertThat(magnitudes.traces()).hasSize(3);
        int key = history.keyModes().get(0);
        Series named = magnitudes.traces().stream()
                .filter(s -> s.name().equals("mode " + key))
                .findFirst()
                .orElseThrow();
        assertThat((double[]) named.get("y"))
                .containsExactly(history.points().stream()
                        .mapToDouble(p -> p.magnitudes()[key])
                        .toArray());
        assertThat(ModeFigures.losses(history).traces().stream().map(Series::name))
                .containsExactly(
                        "train loss",
                        "test loss",
                        "restricted loss (test)",
                        "restricted, unseen pairs (test)",
                        "excluded loss (train)");
        // Train and test have one colour each, whether losses or accuracies are drawn.
        assertThat(ModeFigures.accuracies(history).traces().stream().map(t -> t.get("line.color")))
                .containsExactlyElementsOf(ModeFigures.losses(history).traces().stream()
                        .limit(2)
                        .map(t -> t.get("line.color"))
                        .toList())
                .doesNotHaveDuplicates();
        Plot ablations = ModeFigures.ablations(history.table());
        assertThat(ablations.traces()).hasSize(4);
        assertThat((double[]) ablations.traces().get(3).get("y"))
                .isEqualTo(history.last().keepLosses());
        assertThat(ablations.traces().get(0).get("line.color")).isEqualTo("#440154");
    }

    @Test
    void circlesKeepTheirShapeInOneScale() {
        double[][] embedding = history.last().embedding();
        Series largest = ModeFigures.circles(embedding).traces().get(0);
        double[] magnitudes = FourierModes.magnitudes(embedding);
        int mode = Integer.parseInt(largest.name().replace("mode ", ""));
        for (int k = 1; k < magnitudes.length; k++) {
            assertThat(magnitudes[mode]).isGreaterThanOrEqualTo(magnitudes[k]);
        }
        double[][] circle = FourierModes.circles(embedding)[mode];
        double[] x = (double[]) largest.get("x");
        double[] y = (double[]) largest.get("y");
        double scale = Math.hypot(circle[0][1], circle[1][1]) / Math.hypot(x[1], y[1]);
        for (int j = 0; j < 7; j++) {
            assertThat(x[j] * scale).isCloseTo(circle[0][j], within(2e-3 * scale));
            assertThat(y[j] * scale).isCloseTo(circle[1][j], within(2e-3 * scale));
        }
        assertThat(ModeFigures.circles(history).json()).contains("\"frames\"").contains("mode " + mode);
    }

    @Test
    void theMovieHasAFrameForEachThatWasKeptAndRepeats() throws IOException {
        ModeMovie movie = ModeMovie.of(run);
        assertThat(movie.steps()).containsExactly(0L, 2L, 4L, 6L, 8L, 10L, 12L);
        assertThat(movie.embeddings().get(6)).isDeepEqualTo(history.last().embedding());
        File gif = root.resolve("modes.gif").toFile();
        movie.write(gif.toPath());
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in = ImageIO.createImageInputStream(gif)) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(7);
            BufferedImage last = reader.read(6);
            BufferedImage drawn = movie.frame(6);
            int coloured = 0;
            for (int y = 0; y < drawn.getHeight(); y++) {
                for (int x = 0; x < drawn.getWidth(); x++) {
                    assertThat(last.getRGB(x, y)).isEqualTo(drawn.getRGB(x, y));
                    coloured += drawn.getRGB(x, y) == 0xffffffff || drawn.getRGB(x, y) == 0xff000000 ? 0 : 1;
                }
            }
            assertThat(coloured).isGreaterThan(50);
        } finally {
            reader.dispose();
        }
        assertThat(new String(Files.readAllBytes(gif.toPath()), StandardCharsets.ISO_8859_1))
                .contains("NETSCAPE2.0");
        assertThat(ModeMovie.of(history).steps()).containsExactly(0L, 4L, 8L, 12L);
    }

    @Test
    void resultsShowThemselves() {
        Map<String, String> shown = Notebook.bundle(history);
        assertThat(shown.get("text/html")).contains("restricted").contains("magnitude");
        CircuitReport report = CircuitReport.of(run);
        assertThat(Notebook.bundle(report).get("text/html"))
                .contains("mlp_post.0")
                .contains(">not learned</td>");
        assertThat(Notebook.bundle(ModeMovie.of(run))).containsKey("image/png");
        assertThat(ModeFigures.circuits(report).title()).startsWith("Modes at every stage: not learned");
        assertThat(List.of(report.symmetricity(), report.symmetricityError())).allMatch(Double::isFinite);
    }
}
