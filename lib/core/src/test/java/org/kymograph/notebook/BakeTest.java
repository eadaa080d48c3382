package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.plot.Plots;
import org.kymograph.record.files.RecordException;

class BakeTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path folder;

    @Tag("slow")
    @Test
    void putsAPictureIntoEveryFigureOnce() throws IOException {
        assumeThat(Chromium.find()).as("Chromium").isPresent();
        Map<String, Object> figures = new LinkedHashMap<>(Gallery.all());
        figures.keySet().retainAll(List.of("lines", "webgl", "jsplot", "table"));
        Path notebook = write(figures);
        JsonNode before = MAPPER.readTree(notebook.toFile());

        Bake.Result first = Bake.notebook(notebook, false);
        assertThat(first).isEqualTo(new Bake.Result(3, 3, Files.size(notebook)));
        byte[] baked = Files.readAllBytes(notebook);
        assertThat(Bake.notebook(notebook, false).drawn()).isZero();
        assertThat(Files.readAllBytes(notebook)).isEqualTo(baked);
        assertThat(new String(baked, StandardCharsets.UTF_8))
                .startsWith("{\n \"cells\": [\n  {\n")
                .contains("\"metadata\": {},\n")
                .endsWith("}\n");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(notebook);
        }

        JsonNode after = MAPPER.readTree(baked);
        for (JsonNode cell : after.path("cells")) {
            JsonNode data = cell.at("/outputs/0/data");
            if (cell.path("id").asText().equals("table") || data.isMissingNode()) {
                assertThat(data.has("image/png")).isFalse();
                continue;
            }
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(
                    Base64.getDecoder().decode(data.path("image/png").asText())));
            assertThat(picture.getWidth()).isIn(900, 1350, 1800);
            assertThat(Arrays.stream(picture.getRGB(
                                    0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth()))
                            .distinct()
                            .count())
                    .as("colours in the picture of " + cell.path("id"))
                    .isGreaterThan(5);
        }
        assertThat(after.path("metadata")).isEqualTo(before.path("metadata"));
    }

    @Test
    void leavesNotebooksWithoutFiguresAlone() throws IOException {
        Path notebook = write(Map.of("text", "just text"));
        byte[] before = Files.readAllBytes(notebook);
        assertThat(Bake.notebook(notebook, false).figures()).isZero();
        assertThat(Files.readAllBytes(notebook)).isEqualTo(before);
    }

    @Test
    void refusesWhatIsNotANotebook() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.ipynb"), "{\n \"cells\": [\n");
        assertThatThrownBy(() -> Bake.notebook(broken, false))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("broken.ipynb");
        Path other = Files.writeString(folder.resolve("other.ipynb"), "{\"worksheets\": []}");
        assertThatThrownBy(() -> Bake.notebook(other, false))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("cells");
    }

    @Test
    void aPalettizedPictureKeepsItsFrequentColours() throws IOException {
        BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64 * 64; i++) {
            picture.setRGB(i % 64, i / 64, i < 2048 ? 0xFFFFFF : i < 3000 ? 0x0072B2 : i * 4001);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", png);
        String small = Palettized.png(Base64.getEncoder().encodeToString(png.toByteArray()));
        BufferedImage read =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(small)));
        assertThat(read.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        assertThat(read.getRGB(0, 40) & 0xFFFFFF).isEqualTo(0x0072B2);
        assertThat(Arrays.stream(read.getRGB(0, 0, 64, 64, null, 0, 64))
                        .distinct()
                        .count())
                .isBetween(200L, 256L);
    }

    @Test
    void anExportedPageNamesNoOtherFile() {
        String html =
                "<html><head><script src=\"https://cdn.example/require.js\"></script><script src='file:///usr/share/x.js'> </script>"
                        + "<link rel=\"stylesheet\" href=\"https://cdn.example/a.css\"><style>@import url(https://cdn.example/b.css); p{}</style>"
                        + "<script type=\"module\">import m from 'https://cdn.example/m.mjs';</script><script>var kept = \"src\";</script></head><body>"
                        + FigureHtml.html(Plots.line(new double[] {1}, new double[] {2})) + "</body></html>";
        String page = Page.standalone(html);
        assertThat(page)
                .doesNotContain("cdn.example")
                .doesNotContain("file:")
                .contains("var kept")
                .contains("p{}");
        assertThat(page.indexOf("prefers-color-scheme: dark"))
                .as("dark colours come behind those that they replace")
                .isBetween(page.indexOf("p{}"), page.indexOf("</head>"));
        assertThat(page.split("id=\"kymograph-plotly\"", -1)).hasSize(2);
        assertThat(page.indexOf("id=\"kymograph-plotly\"")).isLessThan(page.indexOf("<body>"));
        assertThat(Page.standalone("<html><head></head><body>no figure</body></html>"))
                .doesNotContain("kymograph-plotly");
    }

    private Path write(Map<String, Object> figures) throws IOException {
        Path notebook = folder.resolve("notebook.ipynb");
        MAPPER.writeValue(notebook.toFile(), Gallery.notebook(figures));
        return notebook;
    }
}
