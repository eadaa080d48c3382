package org.kymograph.notebook;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * Exports a notebook as one HTML page that needs no network and no other file; its figures are drawn by a script that the page holds once. On the screen it is
 * light or dark as the reader's system is.
 */
public final class Page {
    private static final Pattern SCRIPT =
            Pattern.compile("<script\\b([^>]*)>(.*?)</script>\\s*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
    private static final Pattern OTHER_FILE =
            Pattern.compile("<link\\b[^>]*href=[\"']?(?!data:)[^>]*>\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern REMOTE_IMPORT =
            Pattern.compile("@import\\s+(?:url\\()?[\"']?(?:https?:)?//[^;]*;", Pattern.CASE_INSENSITIVE);
    private static final String STYLE = "<style>" + FigureHtml.resource("page.css") + "</style>";

    private Page() {}

    /**
     * Exports one notebook, by Jupyter's own nbconvert.
     *
     * @param notebook an executed {@code .ipynb} file
     * @param page where the page is written
     * @throws IllegalArgumentException if there is no folder for the page
     * @throws IllegalStateException if Jupyter is missing or can't convert the notebook
     * @throws RecordException if there is no such notebook, or the page can't be written
     * @throws UncheckedIOException if nbconvert's answer can't be read
     */
    public static void export(Path notebook, Path page) {
        AtomicFiles.checkReadable(notebook);
        checkFolder("page", page);
        String chosen = System.getenv("JUPYTER");
        String jupyter = chosen == null || chosen.isBlank() ? "jupyter" : chosen;
        try {
            Path log = Files.createTempFile("kymograph-export", ".log");
            try {
                List<String> command = List.of(
                        jupyter, "nbconvert", "--to=html", "--stdout", "--log-level=ERROR", notebook.toString());
                Process convert = start(command, log);
                String html = new String(convert.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (convert.waitFor() != 0) {
                    List<String> said = Files.readAllLines(log);
                    throw new IllegalStateException("jupyter nbconvert: "
                            + (said.isEmpty() ? "code " + convert.exitValue() : said.get(said.size() - 1)));
                }
                put(page, html);
            } finally {
                Files.deleteIfExists(log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(page + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Writes objects below each other as one HTML page, each as a notebook would show it.
     *
     * @param page where the page is written
     * @param title the page's title
     * @param shown figures, tables and other objects; text becomes a paragraph
     * @throws IllegalArgumentException if there is no folder for the page
     * @throws RecordException if it can't be written
     */
    public static void write(Path page, String title, List<?> shown) {
        checkFolder("page", page);
        StringBuilder html = new StringBuilder(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">"
                        + "<title>" + Renderers.escape(title)
                        + "</title><style>body{font-family:system-ui,sans-serif}</style></head><body>\n");
        for (Object value : shown) {
            String part = Notebook.bundle(value).get("text/html");
            html.append((part == null ? "<p>" + Renderers.escape(String.valueOf(value)) + "</p>" : part) + "\n");
        }
        put(page, html.append("</body></html>\n").toString());
    }

    /**
     * Writes the script that draws figures, plotly.js 2.35.3 (MIT), compressed if the name ends in {@code .gz} (some 2.4 MB).
     *
     * <p>Figures look for it as {@code plotly.js.gz} in the folder of the kernelspec named {@code kymograph}.
     *
     * @param file where to write
     * @throws UncheckedIOException if it can't be written
     */
    public static void writePlotly(Path file) {
        Plotly.write(file);
    }

    static void checkFolder(String name, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        Arguments.check(folder != null && Files.isDirectory(folder), name, file, "a name in a folder that exists");
    }

    private static void put(Path page, String html) {
        byte[] text = standalone(html).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.write(page, out -> out.write(text));
    }

    private static Process start(List<String> command, Path log) {
        try {
            return new ProcessBuilder(command).redirectError(log.toFile()).start();
        } catch (IOException e) {
            throw new IllegalStateException(
                    "exporting needs Jupyter's nbconvert: install it, or name the jupyter program in the variable JUPYTER",
                    e);
        }
    }

    /** Takes out whatever would be fetched from the network or from another file and puts the figures' script into the head, if there is a figure. */
    static String standalone(String html) {
        Matcher scripts = SCRIPT.matcher(html);
        String local = scripts.replaceAll(
                script -> needsFile(script.group(1), script.group(2)) ? "" : Matcher.quoteReplacement(script.group()));
        local = REMOTE_IMPORT.matcher(OTHER_FILE.matcher(local).replaceAll("")).replaceAll("");
        String head = STYLE + (FigureHtml.key(local) == null ? "" : "\n" + Plotly.inlined());
        int end = local.indexOf("</head>");
        return end < 0 ? head + local : local.substring(0, end) + head + "\n" + local.substring(end);
    }

    private static boolean needsFile(String attributes, String body) {
        return attributes.matches("(?is).*\\bsrc\\s*=\\s*[\"']?(?!data:)[^\"'].*")
                || attributes.contains("module") && body.matches("(?s).*\\bimport\\b[^;]*https?://.*");
    }
}
