package org.kymograph.record.dynamics;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.kymograph.record.files.PartialFile;

/** Text in the making: numbers and names of JSON lines. */
final class LogLine {
    private static final int DECIMALS = 10;
    private static final double SCALE = 1e10;
    /** Above it the tenth decimal is beyond a double's digits. */
    private static final double LARGE = 1e5;

    /** The most digits of a whole number; 10 to that power overflows. */
    private static final int LONGEST = 19;

    private final JsonGenerator generator = generator(new OutputStream() {
        @Override
        public void write(int b) {
            put((char) b);
        }

        @Override
        public void write(byte[] some, int from, int count) {
            room(count);
            System.arraycopy(some, from, bytes, length, count);
            length += count;
        }
    });
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

    /** Puts a whole number. */
    LogLine put(long number) {
        if (number == Long.MIN_VALUE) {
            return put(Long.toString(number));
        }
        if (number < 0) {
            put('-');
        }
        long rest = Math.abs(number);
        int digits = 1;
        for (long power = 10; digits < LONGEST && rest >= power; power *= 10) {
            digits++;
        }
        return digits(rest, digits);
    }

    /** Puts the last digits of a number, zeros before those that it has. */
    private LogLine digits(long number, int count) {
        room(count);
        long rest = number;
        for (int i = count - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
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

    /** Puts a text between quotes, with only what JSON demands escaped. */
    LogLine json(String text) {
        byte[] utf8 = TextNode.valueOf(text).toString().getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    /** Puts a finite number as pandas does: rounded to ten decimals, ties to the even digit, with at least one decimal. */
    LogLine decimals(double number) {
        double magnitude = Math.abs(number);
        if (magnitude >= LARGE) {
            BigDecimal rounded = new BigDecimal(number)
                    .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros();
            return put((rounded.scale() < 1 ? rounded.setScale(1) : rounded).toPlainString());
        }
        long whole = (long) magnitude;
        long part = (long) Math.rint((magnitude - whole) * SCALE);
        if (part == (long) SCALE) {
            whole++;
            part = 0;
        }
        if (number < 0 && (whole > 0 || part > 0)) {
            put('-');
        }
        return fixed(whole, part);
    }

    /** Puts a number of at least 0 by its whole part and its ten decimals, without zeros at the end, with at least one decimal. */
    LogLine fixed(long whole, long decimals) {
        long part = decimals;
        int digits = DECIMALS;
        while (digits > 1 && part % 10 == 0) {
            part /= 10;
            digits--;
        }
        return put(whole).put('.').digits(part, digits);
    }

    /**
     * Puts the shortest decimal that gives a finite number again, as {@code Double.toString} writes it from JDK 19 on.
     *
     * @return null, or if it has an exponent, the decimal, which isn't put then
     */
    String shortest(double number) {
        int from = length;
        try {
            generator.writeNumber(number);
            generator.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // From a thousandth to ten million there is none.
        double size = Math.abs(number);
        if (size == 0 || size >= 1e-3 && size < 1e7) {
            return null;
        }
        String text = new String(bytes, from, length - from, StandardCharsets.ISO_8859_1);
        length = from;
        return text;
    }

    private static JsonGenerator generator(OutputStream out) {
        try {
            return new JsonFactoryBuilder()
                    .rootValueSeparator((String) null)
                    .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
                    .build()
                    .createGenerator(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int length() {
        return length;
    }

    /** Writes the text and empties itself. */
    void flushTo(PartialFile file) {
        file.write(bytes, length);
        length = 0;
    }

    /** Writes the text and empties itself. */
    void flushTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
