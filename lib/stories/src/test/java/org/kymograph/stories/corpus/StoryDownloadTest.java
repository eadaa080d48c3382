package org.kymograph.stories.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoryDownloadTest {
    private final List<String> ranges = new ArrayList<>();
    private final byte[] content = new byte[300_000];
    private HttpServer server;
    private URI address;

    @TempDir
    Path folder;

    @BeforeEach
    void serve() throws IOException {
        new Random(1).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/file", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(range);
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            if (range != null) {
                exchange.getResponseHeaders()
                        .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            }
            exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
            // The first connection breaks in the middle.
            int end = ranges.size() == 1 ? content.length / 2 : content.length;
            exchange.getResponseBody().write(content, from, end - from);
            exchange.getResponseBody().flush();
            exchange.close();
        });
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/file");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    @Tag("slow")
    void aBrokenDownloadGoesOnWhereItStopped() throws IOException {
        Path file = folder.resolve("all.tar.gz");
        assertThatThrownBy(() -> StoryDownload.fetch(address, file)).hasMessageContaining("try again to go on");
        assertThat(file).doesNotExist();
        long have = Files.size(folder.resolve("all.tar.gz.part"));
        assertThat(have).isBetween(1L, (long) content.length / 2);
        StoryDownload.fetch(address, file);
        assertThat(Files.readAllBytes(file)).isEqualTo(content);
        assertThat(ranges).containsExactly(null, "bytes=" + have + "-");
        StoryDownload.fetch(address, file);
        assertThat(ranges).hasSize(2);
        assertThatThrownBy(() -> StoryDownload.fetch(address.resolve("/none"), folder.resolve("x")))
                .hasMessageContaining("answered with status 404; expected 200 or 206");
    }

    @Test
    void anArchiveIsUnpackedWholeOrNotAtAll() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (String name : List.of("all/data00.json", "../../data01.json", "all/readme.md")) {
            byte[] text = ("[] " + name).getBytes(StandardCharsets.UTF_8);
            byte[] header = new byte[512];
            System.arraycopy(name.getBytes(StandardCharsets.UTF_8), 0, header, 0, name.length());
            byte[] size = String.format("%011o", text.length).getBytes(StandardCharsets.UTF_8);
            System.arraycopy(size, 0, header, 124, size.length);
            header[156] = '0';
            tar.write(header);
            tar.write(Arrays.copyOf(text, 512));
        }
        tar.write(new byte[1024]);
        Path archive = folder.resolve("all.tar.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(tar.toByteArray());
        }
        Path whole = StoryDownload.unpack(archive, folder.resolve("json"));
        assertThat(StoryShards.list(whole)).hasSize(2).allSatisfy(f -> assertThat(f.getParent())
                .isEqualTo(whole));
        assertThat(Files.readString(whole.resolve("data00.json"))).isEqualTo("[] all/data00.json");
        Files.write(archive, Arrays.copyOf(Files.readAllBytes(archive), 60));
        assertThatThrownBy(() -> StoryDownload.unpack(archive, folder.resolve("again")))
                .hasMessageContaining("all.tar.gz");
        assertThat(folder.resolve("again")).doesNotExist();
    }
}
