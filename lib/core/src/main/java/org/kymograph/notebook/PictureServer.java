package org.kymograph.notebook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Gives figures to a browser and takes the pictures it makes of them, on this machine only.
 *
 * <p>All addresses begin with a secret, and requests have to name this server as their host, so that neither other users of the
 * machine nor a web page can read the figures or put in pictures of their own.
 */
final class PictureServer implements AutoCloseable {
    private static final int SECRET_BYTES = 16;
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final String host = "127.0.0.1:" + server.getAddress().getPort();
    private final String secret = secret();
    private final String[] pictures;
    private final CompletableFuture<String> end = new CompletableFuture<>();

    PictureServer(List<String> figures, double scale, String format) throws IOException {
        pictures = new String[figures.size()];
        byte[] order =
                new ObjectMapper().writeValueAsBytes(Map.of("figures", figures, "scale", scale, "format", format));
        byte[] page = FigureHtml.resource("bake.html").getBytes(StandardCharsets.UTF_8);
        byte[] script = Plotly.script().getBytes(StandardCharsets.UTF_8);
        serve("", exchange -> answer(exchange, "text/html", page));
        serve("plotly.js", exchange -> answer(exchange, "text/javascript", script));
        serve("figures.json", exchange -> answer(exchange, "application/json", order));
        serve("picture", exchange -> {
            pictures[Integer.parseInt(exchange.getRequestURI().getQuery())] = body(exchange);
            answer(exchange, "text/plain", new byte[0]);
        });
        serve("done", exchange -> {
            answer(exchange, "text/plain", new byte[0]);
            end.complete("");
        });
        serve("failed", exchange -> {
            String problem = body(exchange);
            answer(exchange, "text/plain", new byte[0]);
            end.complete(problem.isEmpty() ? "unknown problem" : problem);
        });
        server.start();
    }

    /** The page to open; not for a command line, which other users can read. */
    String url() {
        return "http://" + host + "/" + secret + "/";
    }

    /** Empty once all pictures are there, or what went wrong. */
    CompletableFuture<String> end() {
        return end;
    }

    List<String> pictures() {
        return List.of(pictures);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void serve(String name, HttpHandler handler) {
        server.createContext("/" + secret + "/" + name, exchange -> {
            if (host.equals(exchange.getRequestHeaders().getFirst("Host"))) {
                handler.handle(exchange);
            } else {
                exchange.sendResponseHeaders(403, -1);
                exchange.close();
            }
        });
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void answer(HttpExchange exchange, String type, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
        try (var out = exchange.getResponseBody()) {
            out.write(content);
        }
    }
}
