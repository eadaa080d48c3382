package org.kymograph.cartography.figures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.noise.DensityShift;
import org.kymograph.cartography.noise.Detection;
import org.kymograph.cartography.select.Comparison;
import org.kymograph.cartography.select.Regions;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.notebook.FigureFile;
import org.kymograph.notebook.Notebook;
import org.kymograph.plot.Plot;
import org.kymograph.plot.Plots;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.tensors.Tensor;

class CartographyRenderersTest {
    private static final SampleMetrics METRICS = MapExample.metrics(200, 4, 1);

    @Test
    void metricsShowTheirMapOrTheirRows() {
        assertThat(Notebook.bundle(METRICS).get("text/html")).contains("kymograph-figure");
        assertThat(Notebook.bundle(DataMapPlot.of(METRICS)).get("text/html")).contains("kymograph-figure");
        SampleMetrics few = SampleMetrics.of(Guids.rows(3), null, Map.of(Metric.AUM, new double[] {1, 2, 3}), 0);
        assertThat(Notebook.bundle(few).get("text/html")).contains("<table").contains("aum");
    }

    @Test
    void resultsShowThemselves() {
        SampleMetrics weak = MapExample.metrics(200, 4, 0.3);
        Comparison both = Comparison.of(weak, METRICS);
        assertThat(Notebook.bundle(both).get("text/html")).contains("strong vs. weak");
        assertThat(Notebook.bundle(Comparison.Migration.of(both, 5, true)).get("text/html"))
                .contains("kymograph-figure");
        assertThat(Notebook.bundle(DensityShift.of(weak, METRICS, weak.guids(), Metric.CONFIDENCE, 10))
                        .get("text/html"))
                .contains("kymograph-figure");
        assertThat(Notebook.bundle(Regions.of(METRICS, 0.33)).get("text/html")).contains("<table");
        assertThat(Notebook.bundle(Detection.topK(METRICS, Metric.CONFIDENCE, 5))
                        .get("text/html"))
                .contains("<table");
    }

    @Test
    void largeFiguresArePackedAndSmallOnesAreNot() throws IOException {
        Plot large = DataMapPlot.of(MapExample.metrics(6_000, 6, 1)).plot();
        Matcher call = Pattern.compile("page\\.draw\\(\"[0-9a-f]+\", \"([A-Za-z0-9+/=]+)\"\\);")
                .matcher(Notebook.bundle(large).get("text/html"));
        assertThat(call.find()).isTrue();
        String json = new String(
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(call.group(1)))).readAllBytes(),
                StandardCharsets.UTF_8);
        assertThat(json).isEqualTo(large.json());
        assertThat(call.group(1).length()).isLessThan(6_000 * 13);
        Plot small = Plots.line(new double[] {1, 2}, new double[] {3, 4});
        assertThat(Notebook.bundle(small).get("text/html")).contains(small.json());
    }

    @Test
    void galleriesShowImagesTextsAndNumbers() throws IOException {
        byte[] pixels = new byte[200 * 4];
        pixels[4 * 5] = (byte) 200;
        Dataset images = new Dataset(
                "x", "train", 0, Tensor.of(pixels, 200, 2, 2), Tensor.of(new long[200], 200), 2, Scaling.UNIT);
        SampleGallery gallery = SampleGallery.of(METRICS).withImages(images).withClasses("<boot>", "b", "c");
        String html = Notebook.bundle(gallery.samples("chosen", 5)).get("text/html");
        Matcher png = Pattern.compile("base64,([^\"]+)\"").matcher(html);
        assertThat(png.find()).isTrue();
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png.group(1))));
        assertThat(image.getRaster().getSample(0, 0, 0)).isEqualTo(200);
        assertThat(html).doesNotContain("<boot>");
        String hardest = Notebook.bundle(gallery.hardest(3)).get("text/plain");
        assertThat(hardest.lines()).hasSize(4);
        assertThat(hardest.lines().skip(1).findFirst().orElseThrow())
                .startsWith(METRICS.guids().text(METRICS.order(Metric.CONFIDENCE, false)[0]) + " ");
        assertThat(Notebook.bundle(gallery.withTexts(i -> "text <i>" + i).mostAmbiguous(2))
                        .get("text/html"))
                .contains("text &lt;i&gt;");
        assertThat(Notebook.bundle(gallery.easiest(500)).get("text/plain").lines())
                .hasSize(201);
        assertThatThrownBy(() -> gallery.samples("x", 200))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("200");
        assertThatThrownBy(() -> gallery.withImages(images.take(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("images has length 3; expected 200");
    }

    @Tag("slow")
    @Test
    void figuresGoToFilesByTheirNames(@TempDir Path folder) throws IOException {
        Plot map = DataMapPlot.of(METRICS).withTask("RTE").plot();
        map.save(folder.resolve("map.html"));
        assertThat(folder.resolve("map.html"))
                .content()
                .contains("kymograph-plotly")
                .contains("<title>RTE Data Map</title>");
        assertThatThrownBy(() -> map.save(folder.resolve("map.gif")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".html, .png, .svg, .pdf");
        assertThatThrownBy(() -> map.save(folder.resolve("none/map.html")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a name in a folder that exists");
        assumeThat(FigureFile.drawsPictures()).isTrue();
        map.save(folder.resolve("map.png"));
        assertThat(ImageIO.read(folder.resolve("map.png").toFile()).getWidth()).isEqualTo(4200);
        map.save(folder.resolve("map.svg"));
        assertThat(folder.resolve("map.svg"))
                .content()
                .startsWith("<svg")
                .contains("RTE Data Map")
                .contains("easy-to-learn");
        map.save(folder.resolve("map.pdf"));
        assertThat(Files.readAllBytes(folder.resolve("map.pdf")))
                .startsWith("%PDF".getBytes(StandardCharsets.US_ASCII));
    }
}
