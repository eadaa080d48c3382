package org.kymograph.base;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/** SHA-256 checksums, in hexadecimal: what a record calls a file, a tensor or a list by, wherever it is kept. */
public final class Checksums {
    private Checksums() {}

    /**
     * Returns a digest to be fed.
     *
     * @return SHA-256, without a byte yet
     */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Ends a digest.
     *
     * @param digest a digest that was fed
     * @return its 64 hexadecimal digits
     */
    public static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Returns the checksum of lines of text.
     *
     * @param lines texts, in an order that counts
     * @return the checksum of the texts in UTF-8, each with a line feed behind it
     */
    public static String of(Stream<String> lines) {
        MessageDigest digest = sha256();
        lines.forEachOrdered(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
        return hex(digest);
    }
}
