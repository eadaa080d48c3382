package org.kymograph.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;

/** SHA-256 checksums, in hexadecimal: what a record calls a file or a tensor by, wherever it is kept. */
public final class Checksums {
    private Checksums() {}

    /**
     * @param file a file
     * @return the checksum of its bytes
     * @throws RecordException if it can't be read
     */
    public static String of(Path file) {
        MessageDigest digest = RunInfo.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * @param tensors tensors, in an order that counts
     * @return the checksum of their types, shapes and elements
     */
    public static String of(Tensor... tensors) {
        MessageDigest digest = RunInfo.sha256();
        for (Tensor tensor : tensors) {
            digest.update(tensor.toString().getBytes(StandardCharsets.UTF_8));
            digest.update(tensor.bytes());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * @param lines texts, in an order that counts
     * @return the checksum of the texts in UTF-8, each with a line feed behind it
     */
    public static String of(Stream<String> lines) {
        MessageDigest digest = RunInfo.sha256();
        lines.forEachOrdered(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }
}
