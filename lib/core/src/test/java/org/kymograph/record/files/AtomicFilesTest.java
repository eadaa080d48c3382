package org.kymograph.record.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path dir;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(dir.resolve("f"), "old");
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    out.write(new byte[1 << 20]);
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(RecordException.class)
                .hasMessage(file + ": can't be written: the disk is full");
        assertThatThrownBy(() -> AtomicFiles.write(file, out -> {
                    throw new IllegalArgumentException("bad");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("f");
        AtomicFiles.write(file, out -> out.write('n'));
        assertThat(file).hasContent("n");
        assertThat(names()).containsExactly("f");
    }

    @Test
    void aFullDiskIsNamed() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "only Linux has a device that is always full");
        assertThatThrownBy(() -> {
                    try (FileOutputStream out = new FileOutputStream(full.toFile())) {
                        out.write(1);
                    } catch (IOException e) {
                        throw AtomicFiles.failure(full, "can't be written", e);
                    }
                })
                .isInstanceOf(RecordException.class)
                .hasMessage("/dev/full: can't be written: the disk is full");
    }

    @Test
    void wrongPlacesAreNamed() throws IOException {
        assertThatThrownBy(() -> AtomicFiles.write(dir, out -> {}))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is a folder");
        Path file = Files.writeString(dir.resolve("f"), "");
        assertThatThrownBy(() -> AtomicFiles.write(file.resolve("g"), out -> {}))
                .isInstanceOf(RecordException.class)
                .hasMessage(file.resolve("g") + ": can't be written: " + file + " is a file; expected a folder");
        assertThatThrownBy(() -> AtomicFiles.open(dir))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("folder");
    }

    @Test
    void temporaryNamesCannotBeGuessedAndLinksAreNotFollowed() throws IOException {
        Path victim = Files.writeString(dir.resolve("victim"), "private");
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            AtomicFiles.write(dir.resolve("f"), out -> {
                seen.addAll(names().stream().filter(n -> n.startsWith(".f.")).toList());
                out.write('x');
            });
        }
        assertThat(seen).hasSize(20).doesNotHaveDuplicates();
        assertThat(seen).noneMatch(n -> n.contains("." + ProcessHandle.current().pid() + "."));
        // A file that grows has a known name; a link of that name is replaced or refused, not followed.
        Path grows = Files.createSymbolicLink(dir.resolve("grows"), victim);
        try (PartialFile file = PartialFile.start(grows, dir.resolve("target"))) {
            file.write(new byte[] {'a', '\n'}, 2);
            file.finish();
        }
        assertThat(dir.resolve("target")).hasContent("a\n");
        Files.delete(dir.resolve("target"));
        Files.createSymbolicLink(grows, victim);
        assertThatThrownBy(() -> PartialFile.resume(grows, dir.resolve("target"), 0, (n, line) -> {}))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("is a link");
        assertThat(victim).hasContent("private");
    }

    @Test
    void anInterruptedThreadStillWrites() {
        Thread.currentThread().interrupt();
        AtomicFiles.write(dir.resolve("f"), out -> {
            for (int i = 0; i < 100; i++) {
                out.write(new byte[1 << 12]);
            }
        });
        assertThat(Thread.interrupted()).isTrue();
        assertThat(dir.resolve("f")).hasSize(100 << 12);
    }

    @Test
    void aFileBesideNothingIsRefused() {
        assertThatThrownBy(() -> AtomicFiles.writeBeside(dir.resolve("gone/f"), out -> out.write(1)))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("there is no such file or folder");
        assertThat(dir.resolve("gone")).doesNotExist();
    }

    @Test
    void foldersAreMadeAndTemporariesSwept() throws IOException {
        AtomicFiles.write(dir.resolve("a/b/c"), out -> out.write('x'));
        assertThat(dir.resolve("a/b/c")).hasContent("x");
        Files.writeString(dir.resolve(".c.12.tmp"), "");
        Files.writeString(dir.resolve("mine.tmp"), "");
        AtomicFiles.removeTemporaries(dir);
        assertThat(names()).containsExactlyInAnyOrder("a", "mine.tmp");
    }

    @Test
    void jsonOfPythonIsReadAndOddJsonRefused() throws IOException {
        Path file = dir.resolve("x.json");
        Files.writeString(file, "{\"a\": NaN, \"b\": -Infinity}");
        assertThat(Json.read(file).path("a").doubleValue()).isNaN();
        for (String bad : List.of("", " ", "{", "{\"a\":1,\"a\":2}", "{}{}", "nan", "[".repeat(100_000))) {
            Files.writeString(file, bad);
            assertThatThrownBy(() -> Json.readObject(file))
                    .as(bad.length() + " characters")
                    .isInstanceOf(RecordException.class)
                    .hasMessageStartingWith(file.toString());
        }
        Files.write(file, "{\"é\":1}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Json.read(file)).isInstanceOf(RecordException.class);
        Files.writeString(file, "[1]");
        assertThatThrownBy(() -> Json.readObject(file))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("object");
    }
}
