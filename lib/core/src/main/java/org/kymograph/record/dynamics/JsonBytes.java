package org.kymograph.record.dynamics;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Writes JSON as pandas does: numbers with at most ten decimals and at least one. */
public final class JsonBytes {
    private static final int DECIMALS = 10;
    private static final double SCALE = 1e10;
    /** Above it the tenth decimal is beyond a double's digits. */
    private static final double LARGE = 1e5;

    private static final int LONGEST_NUMBER = 40;

    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int size;

    public JsonBytes(OutputStream out) {
        this.out = out;
    }

    public void text(byte[] ascii) throws IOException {
        if (ascii.length > buffer.length - size) {
            flush();
        }
        if (ascii.length > buffer.length) {
            out.write(ascii);
        } else {
            System.arraycopy(ascii, 0, buffer, size, ascii.length);
            size += ascii.length;
        }
    }

    public void quoted(String string) throws IOException {
        text(("\"" + new String(JsonStringEncoder.getInstance().quoteAsString(string)) + "\"")
                .getBytes(StandardCharsets.UTF_8));
    }

    public void whole(long number) throws IOException {
        room();
        size = NumberOutput.outputLong(number, buffer, size);
    }

    /** Writes a finite number rounded to ten decimals, ties to the even digit. */
    public void decimals(double number) throws IOException {
        double magnitude = Math.abs(number);
        if (magnitude >= LARGE) {
            BigDecimal rounded = new BigDecimal(number)
                    .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                    .stripTrailingZeros();
            text((rounded.scale() < 1 ? rounded.setScale(1) : rounded)
                    .toPlainString()
                    .getBytes(StandardCharsets.US_ASCII));
            return;
        }
        room();
        long whole = (long) magnitude;
        long part = (long) Math.rint((magnitude - whole) * SCALE);
        if (part == (long) SCALE) {
            whole++;
            part = 0;
        }
        if (number < 0 && (whole > 0 || part > 0)) {
            buffer[size++] = '-';
        }
        size = NumberOutput.outputLong(whole, buffer, size);
        buffer[size++] = '.';
        int digits = DECIMALS;
        while (digits > 1 && part % 10 == 0) {
            part /= 10;
            digits--;
        }
        for (int i = digits - 1; i >= 0; i--) {
            buffer[size + i] = (byte) ('0' + part % 10);
            part /= 10;
        }
        size += digits;
    }

    public void flush() throws IOException {
        out.write(buffer, 0, size);
        size = 0;
    }

    private void room() throws IOException {
        if (buffer.length - size < LONGEST_NUMBER) {
            flush();
        }
    }
}
