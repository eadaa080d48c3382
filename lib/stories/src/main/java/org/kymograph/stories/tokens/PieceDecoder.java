package org.kymograph.stories.tokens;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.kymograph.base.Arguments;

// Text of ids, with SentencePiece's rules for spaces at the start and for bytes that are no UTF-8.
final class PieceDecoder {
    private final SentencePieceModel model;
    private final StringBuilder text = new StringBuilder();
    private final byte[] bytes;
    private int count;

    PieceDecoder(SentencePieceModel model) {
        this.model = model;
        bytes = new byte[4];
    }

    String decode(int[] ids) {
        boolean seen = false;
        for (int i = 0; i < ids.length; i++) {
            TokenPiece piece = model.pieces()
                    .get(Arguments.within("id", ids[i], 0, model.pieces().size() - 1));
            if (piece.kind() == TokenPiece.Kind.BYTE) {
                push((byte) TokenPiece.byteOf(piece.text()));
                continue;
            }
            flush();
            boolean atStart = !seen && text.length() == 0;
            switch (piece.kind()) {
                case NORMAL -> {
                    String plain = piece.text();
                    TextNormalizer n = model.normalizer();
                    if (atStart
                            && (n.addDummyPrefix() || n.removeExtraWhitespaces())
                            && plain.charAt(0) == TextNormalizer.SPACE) {
                        plain = plain.substring(1);
                        seen = !n.removeExtraWhitespaces();
                    }
                    text.append(plain.replace(TextNormalizer.SPACE, ' '));
                }
                case UNKNOWN -> text.append(" \u2047 ");
                default -> {}
            }
        }
        flush();
        return text.toString();
    }

    private void push(byte b) {
        if (count == 4) {
            takeOne();
        }
        bytes[count++] = b;
        // A whole character, or one that can't become whole, is taken at once.
        while (count > 0 && count >= expected(bytes[0])) {
            takeOne();
        }
    }

    private void flush() {
        while (count > 0) {
            takeOne();
        }
    }

    private void takeOne() {
        int length = expected(bytes[0]);
        int taken = 1;
        String character = "\uFFFD";
        if (length <= count) {
            try {
                character = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes, 0, length))
                        .toString();
                taken = length;
            } catch (CharacterCodingException e) {
                taken = 1;
            }
        }
        text.append(character);
        count -= taken;
        System.arraycopy(bytes, taken, bytes, 0, count);
    }

    private static int expected(byte first) {
        int b = first & 0xFF;
        return b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : b >= 0xC0 ? 2 : 1;
    }
}
