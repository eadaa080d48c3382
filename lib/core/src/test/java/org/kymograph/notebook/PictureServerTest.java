package org.kymograph.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PictureServerTest {
    @Test
    void onlyWhoHasTheSecretReadsFiguresAndPutsInPictures() throws IOException {
        try (PictureServer server = new PictureServer(List.of("<p>figure</p>"), 1, "svg")) {
            URI url = URI.create(server.url());
            assertThat(request("GET", url, "/figures.json", null)).contains("404");
            assertThat(request("POST", url, "/picture?0", null)).contains("404");
            assertThat(request("POST", url, "/done", null)).contains("404");
            assertThat(server.end()).isNotDone();
            assertThat(request("GET", url, url.getPath() + "figures.json", "evil.example"))
                    .contains("403");
            assertThat(request("POST", url, url.getPath() + "done", "evil.example:" + url.getPort()))
                    .contains("403");
            assertThat(server.end()).isNotDone();

            assertThat(request("GET", url, url.getPath() + "figures.json", null))
                    .contains("200", "<p>figure</p>");
            assertThat(request("POST", url, url.getPath() + "picture?0", null)).contains("200");
            assertThat(request("POST", url, url.getPath() + "done", null)).contains("200");
            assertThat(server.end()).isCompletedWithValue("");
            assertThat(server.pictures()).containsExactly("<svg/>");
        }
    }

    @Test
    void eachServerHasASecretOfItsOwn() throws IOException {
        try (PictureServer one = new PictureServer(List.of(), 1, "svg");
                PictureServer two = new PictureServer(List.of(), 1, "svg")) {
            assertThat(URI.create(one.url()).getPath())
                    .hasSizeGreaterThan(30)
                    .isNotEqualTo(URI.create(two.url()).getPath());
        }
    }

    private static String request(String method, URI url, String path, String host) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String content = method.equals("POST") ? "<svg/>" : "";
            socket.getOutputStream()
                    .write((method + " " + path + " HTTP/1.1\r\nHost: " + (host == null ? url.getAuthority() : host)
                                    + "\r\nConnection: close\r\nContent-Length: " + content.length() + "\r\n\r\n"
                                    + content)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
