package org.kymograph.notebook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** The script that draws figures, plotly.js 2.35.3 (MIT), as the jar on the class path has it. */
final class Plotly {
    private static final String RESOURCE = "/META-INF/resources/webjars/plotly.js-dist/2.35.3/plotly.js";

    private Plotly() {}

    /**
     * The script's text, not minified, some 11 MB.
     *
     * @return the text
     * @throws IllegalStateException if the jar is not on the class path
     */
    static String script() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /**
     * Writes the script to a file, compressed if the name ends in {@code .gz} (some 2.4 MB).
     *
     * <p>Figures look for it as {@code plotly.js.gz} in the folder of the kernelspec named {@code kymograph}.
     *
     * @param file where to write
     * @throws UncheckedIOException if it can't be written
     */
    static void write(Path file) {
        try {
            Files.write(file, file.toString().endsWith(".gz") ? gzip(bytes()) : bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An element for a page's head that gives the script to all figures of the page. */
    static String inlined() {
        return "<script type=\"application/octet-stream\" id=\"kymograph-plotly\">"
                + Base64.getEncoder().encodeToString(gzip(bytes())) + "</script>";
    }

    private static byte[] bytes() {
        try (InputStream in = Plotly.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("plotly.js is not on the class path: expected " + RESOURCE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed) {
            {
                def.setLevel(9);
            }
        }) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
