package org.kymograph.notebook;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Chromium without a window, which draws figures and hands back pictures of them; it talks to this machine only. */
final class Chromium {
    private static final long SECONDS = 180;
    private static final List<String> NAMES = List.of(
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Chromium.app/Contents/MacOS/Chromium");
    private static final Pattern SIZE = Pattern.compile("<svg[^>]*? width=\"([\\d.]+)\"[^>]*? height=\"([\\d.]+)\"");
    private final Path program;

    private Chromium(Path program) {
        this.program = program;
    }

    /** The browser that the variable CHROME names, or else the first one of a known name on the path. */
    static Optional<Chromium> find() {
        String chosen = System.getenv("CHROME");
        Stream<String> names = chosen == null || chosen.isBlank() ? NAMES.stream() : Stream.of(chosen);
        List<Path> folders = Arrays.stream(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(f -> !f.isEmpty())
                .map(Path::of)
                .toList();
        return names.flatMap(name -> name.contains("/")
                        ? Stream.of(Path.of(name))
                        : folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Chromium::new);
    }

    /** The browser, or the sentence that says how to get one. */
    static Chromium found() {
        return find().orElseThrow(() -> new IllegalStateException(
                "pictures of figures need Chromium or Chrome: install it, or name its program in the variable CHROME"));
    }

    /**
     * Draws figures one after the other, each 900 pixels wide.
     *
     * @param figures their HTML
     * @param scale pixels of the picture per pixel of the page
     * @return a PNG in base64 for each
     * @throws IllegalStateException if the browser doesn't start, or a figure can't be drawn
     */
    List<String> pictures(List<String> figures, double scale) {
        return drawn(figures, scale, "png");
    }

    /**
     * Draws figures as {@link #pictures} does.
     *
     * @param figures their HTML
     * @return an SVG for each
     * @throws IllegalStateException if the browser doesn't start, or a figure can't be drawn
     */
    List<String> drawings(List<String> figures) {
        return drawn(figures, 1, "svg");
    }

    /**
     * Prints a drawing on a page of its size.
     *
     * @param svg the drawing
     * @return a PDF
     * @throws IllegalStateException if the browser doesn't start, or gives no PDF
     */
    byte[] print(String svg) {
        Path folder = null;
        Process browser = null;
        try {
            folder = Files.createTempDirectory("kymograph-print");
            Path pdf = folder.resolve("page.pdf");
            Matcher size = SIZE.matcher(svg);
            String page = size.find()
                    ? "@page{size:" + size.group(1) + "px " + size.group(2) + "px;margin:0}"
                    : "@page{margin:0}";
            Files.writeString(
                    folder.resolve("page.html"),
                    "<!DOCTYPE html><meta charset=\"utf-8\"><style>" + page
                            + "html,body{margin:0}svg{display:block}</style>" + svg);
            browser = start(
                    folder,
                    folder.resolve("page.html").toUri().toString(),
                    "--no-pdf-header-footer",
                    "--print-to-pdf=" + pdf);
            if (!browser.waitFor(SECONDS, TimeUnit.SECONDS) || !Files.exists(pdf)) {
                throw new IllegalStateException(program.getFileName() + ": printed no page");
            }
            return Files.readAllBytes(pdf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            stop(browser, null, folder);
        }
    }

    private List<String> drawn(List<String> figures, double scale, String format) {
        Path folder = null;
        PictureServer server = null;
        Process browser = null;
        try {
            folder = Files.createTempDirectory("kymograph-bake");
            server = new PictureServer(figures, scale, format);
            // Others can read a command line, but not this folder.
            Path start = folder.resolve("start.html");
            Files.writeString(start, "<!DOCTYPE html><script>location.replace('" + server.url() + "')</script>");
            browser = start(folder, start.toUri().toString());
            CompletableFuture<String> end = server.end();
            CompletableFuture<?> unused = browser.onExit()
                    .thenAccept(p -> end.complete("the browser ended early, with code " + p.exitValue()));
            String problem = end.get(SECONDS, TimeUnit.SECONDS);
            if (!problem.isEmpty()) {
                throw new IllegalStateException(program.getFileName() + ": " + problem);
            }
            return server.pictures();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(program.getFileName() + ": no pictures after " + SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            stop(browser, server, folder);
        }
    }

    private Process start(Path folder, String url, String... more) throws IOException {
        String options = "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
                + "--disable-component-update --disable-sync --disable-extensions --hide-scrollbars --use-angle=swiftshader "
                + "--enable-unsafe-swiftshader --no-proxy-server --window-size=1000,1000";
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(options.split(" ")));
        command.add("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1");
        command.add("--user-data-dir=" + folder.resolve("profile"));
        if ("root".equals(System.getProperty("user.name"))) {
            // Chromium's sandbox refuses to run as root, which is what containers run as.
            command.addAll(List.of("--no-sandbox", "--disable-dev-shm-usage"));
        }
        command.addAll(List.of(more));
        command.add(url);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void stop(Process browser, PictureServer server, Path folder) {
        if (browser != null) {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
            browser.onExit()
                    .orTimeout(10, TimeUnit.SECONDS)
                    .exceptionally(late -> null)
                    .join();
        }
        if (server != null) {
            server.close();
        }
        if (folder != null) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException | UncheckedIOException e) {
                // A profile left in the temporary folder harms nobody.
                folder.toFile().deleteOnExit();
            }
        }
    }
}
