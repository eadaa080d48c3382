package org.kymograph.record.dynamics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kymograph.record.files.PartialFile;

/** ASCII text in the making. */
final class LogLine {
    private byte[] bytes = new byte[1 << 16];
    private int length;

    LogLine put(char c) {
        room(1);
        bytes[length++] = (byte) c;
        return this;
    }

    LogLine put(String text) {
        return put(text, 0, text.length());
    }

    @SuppressWarnings("deprecation")
    LogLine put(String text, int from, int to) {
        room(to - from);
        // Takes the low bytes of the characters, which are all that ASCII has, without an array in between.
        text.getBytes(from, to, bytes, length);
        length += to - from;
        return this;
    }

    LogLine zeros(int count) {
        for (int i = 0; i < count; i++) {
            put('0');
        }
        return this;
    }

    /** Puts a text between quotes, with everything but printable ASCII escaped as Python does. */
    LogLine quoted(String text) {
        put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> put("\\\"");
                case '\\' -> put("\\\\");
                case '\n' -> put("\\n");
                case '\r' -> put("\\r");
                case '\t' -> put("\\t");
                case '\b' -> put("\\b");
                case '\f' -> put("\\f");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        put(c);
                    } else {
                        put(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return put('"');
    }

    int length() {
        return length;
    }

    /** Writes the text and empties itself. */
    void flushTo(PartialFile file) {
        file.write(bytes, length);
        length = 0;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
