package org.kymograph.stories.tokens;

import java.util.Objects;

/**
 * One entry of a tokenizer's vocabulary.
 *
 * @param text the piece, with {@code ▁} (U+2581) for a space
 * @param score its priority in merging; higher is merged earlier
 * @param kind what it stands for
 */
public record TokenPiece(String text, float score, Kind kind) {
    /** What a piece stands for, with the numbers of SentencePiece's format. */
    public enum Kind {
        /** Text. */
        NORMAL(1),
        /** Whatever is in no other piece. */
        UNKNOWN(2),
        /** A mark such as BOS, which has no text. */
        CONTROL(3),
        /** One byte of UTF-8. */
        BYTE(6);

        final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    /** Checks the piece. */
    public TokenPiece {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(kind, "kind");
    }

    // The kinds that formats without kinds imply: <unk>, BOS, EOS, 256 bytes, text.
    static TokenPiece of(int id, String text, float score) {
        Kind kind = id == 0 ? Kind.UNKNOWN : id <= 2 ? Kind.CONTROL : byteOf(text) >= 0 ? Kind.BYTE : Kind.NORMAL;
        return new TokenPiece(text, score, kind);
    }

    // The byte that "<0xNN>" names, or -1.
    static int byteOf(String text) {
        if (text.length() != 6 || !text.startsWith("<0x") || text.charAt(5) != '>') {
            return -1;
        }
        int high = Character.digit(text.charAt(3), 16);
        int low = Character.digit(text.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : 16 * high + low;
    }
}
