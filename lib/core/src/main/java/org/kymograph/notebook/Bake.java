package org.kymograph.notebook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.kymograph.base.Columns;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * Puts a picture of each figure into a notebook's outputs, for readers whose front end runs no scripts: inside the HTML, where the script
 * replaces it when it can run, and beside it as {@code image/png}. A notebook that has its pictures is left as it is, to the byte.
 */
public final class Bake {
    /** The size that a notebook with pictures should stay below, in bytes. */
    public static final long LIMIT = 3_000_000;

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .configure(JsonWriteFeature.WRITE_HEX_UPPER_CASE, false)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private Bake() {}

    /**
     * What was done to a notebook.
     *
     * @param figures how many figures it has
     * @param drawn for how many of them a picture was made now
     * @param bytes the size of the notebook's file
     */
    public record Result(int figures, int drawn, long bytes) {}

    /**
     * Bakes one notebook.
     *
     * @param notebook an {@code .ipynb} file, rewritten in one step
     * @param again true to make new pictures in place of those it has
     * @return what was done
     * @throws RecordException if there is no such file, or it is not a notebook
     * @throws IllegalStateException if there is no Chromium, or it can't draw a figure
     * @throws UncheckedIOException if the file can't be read or written
     */
    public static Result notebook(Path notebook, boolean again) {
        AtomicFiles.checkReadable(notebook);
        try {
            JsonNode root = read(notebook);
            List<ObjectNode> outputs = figures(root);
            List<ObjectNode> missing = outputs.stream()
                    .filter(data -> again || !data.has("image/png") || !FigureHtml.hasPicture(html(data)))
                    .toList();
            if (!missing.isEmpty()) {
                Chromium chromium = Chromium.found();
                byte[] baked = bake(root, missing, chromium, 2);
                for (double scale = 1.5; baked.length >= LIMIT && scale >= 1; scale -= 0.5) {
                    baked = bake(root, missing, chromium, scale);
                }
                write(notebook, baked);
            }
            return new Result(outputs.size(), missing.size(), Files.size(notebook));
        } catch (IOException e) {
            throw new UncheckedIOException(notebook + ": " + e.getMessage(), e);
        }
    }

    private static byte[] bake(JsonNode root, List<ObjectNode> outputs, Chromium chromium, double scale)
            throws IOException {
        List<String> pictures =
                Columns.each(chromium.pictures(outputs.stream().map(Bake::html).toList(), scale), Palettized::png);
        for (int i = 0; i < outputs.size(); i++) {
            ObjectNode data = outputs.get(i);
            String html = FigureHtml.withPicture(html(data), pictures.get(i));
            if (data.get("text/html").isArray()) {
                ArrayNode lines = data.putArray("text/html");
                for (String line : html.split("(?<=\n)", 0)) {
                    lines.add(line);
                }
            } else {
                data.put("text/html", html);
            }
            data.put("image/png", pictures.get(i));
        }
        return format(root);
    }

    private static JsonNode read(Path notebook) throws IOException {
        JsonNode root;
        try {
            root = MAPPER.readTree(Files.readAllBytes(notebook));
        } catch (JsonProcessingException e) {
            throw new RecordException(
                    notebook,
                    e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    "not JSON: " + e.getOriginalMessage().replaceAll("\\s*\\(start marker.*", ""));
        }
        if (!root.path("cells").isArray()) {
            throw new RecordException(
                    notebook,
                    "field cells: found " + root.path("cells").getNodeType()
                            + ", expected a list; only notebooks of format 4 can be baked");
        }
        return root;
    }

    private static List<ObjectNode> figures(JsonNode root) {
        List<ObjectNode> found = new ArrayList<>();
        for (JsonNode cell : root.path("cells")) {
            for (JsonNode output : cell.path("outputs")) {
                if (output.path("data") instanceof ObjectNode data
                        && data.has("text/html")
                        && FigureHtml.key(html(data)) != null) {
                    found.add(data);
                }
            }
        }
        return found;
    }

    private static String html(ObjectNode data) {
        JsonNode html = data.get("text/html");
        if (!html.isArray()) {
            return html.asText();
        }
        StringBuilder text = new StringBuilder();
        html.forEach(line -> text.append(line.asText()));
        return text.toString();
    }

    /** As Jupyter itself writes notebooks, so that nothing but the pictures differs. */
    private static byte[] format(JsonNode root) throws IOException {
        String text = MAPPER.writer(Json.pythonPrinter(" ")).writeValueAsString(root);
        return (text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void write(Path notebook, byte[] content) throws IOException {
        Path whole = notebook.toRealPath();
        boolean posix = Files.getFileStore(whole).supportsFileAttributeView("posix");
        Set<PosixFilePermission> rights = posix ? Files.getPosixFilePermissions(whole) : Set.of();
        AtomicFiles.write(whole, out -> out.write(content));
        if (posix) {
            Files.setPosixFilePermissions(whole, rights);
        }
    }
}
