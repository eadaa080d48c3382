package org.kymograph.kernel;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/**
 * What cells print, gathered for a moment: a message for each line would be more than a front end can take.
 *
 * <p>Both streams share one buffer, so that their order is kept. It is sent every 50 ms, and whenever {@link #flush} is called. Who
 * prints faster than 10 MB a second has to wait, lest endless output fill the memory.
 */
final class Console {
    private static final long PAUSE = 50;
    private static final int FULL = 1 << 19;
    private final BiConsumer<Boolean, String> sink;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private boolean errors;

    /**
     * @param sink takes true for the error stream, and the text
     */
    Console(BiConsumer<Boolean, String> sink) {
        this.sink = sink;
        Thread sender = new Thread(this::send, "console");
        sender.setDaemon(true);
        sender.start();
    }

    /** Puts the console in the place of the process's own streams. */
    void install() {
        System.setOut(new PrintStream(new Stream(false), false, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(new Stream(true), false, StandardCharsets.UTF_8));
    }

    private void send() {
        try {
            while (true) {
                synchronized (this) {
                    while (gathered.size() == 0) {
                        wait();
                    }
                }
                // So that what is printed in a loop comes in few pieces.
                Thread.sleep(PAUSE);
                send(false);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts it but a process that ends.
            return;
        }
    }

    /** Sends what is gathered now. */
    void flush() {
        send(true);
    }

    private synchronized void send(boolean all) {
        byte[] bytes = gathered.toByteArray();
        int end = all ? bytes.length : complete(bytes);
        if (end > 0) {
            gathered.reset();
            gathered.write(bytes, end, bytes.length - end);
            sink.accept(errors, new String(bytes, 0, end, StandardCharsets.UTF_8));
        }
        notifyAll();
    }

    /** The length without a character at the end whose bytes are not all there. */
    private static int complete(byte[] bytes) {
        for (int i = bytes.length - 1; i >= Math.max(0, bytes.length - 3); i--) {
            int b = bytes[i] & 0xFF;
            if (b >= 0xC0) {
                int length = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return i + length > bytes.length ? i : bytes.length;
            }
            if (b < 0x80) {
                break;
            }
        }
        return bytes.length;
    }

    private synchronized void write(boolean error, byte[] bytes, int from, int length) {
        if (error != errors) {
            send(true);
            errors = error;
        }
        if (gathered.size() == 0) {
            notifyAll();
        }
        int begin = from;
        while (begin < from + length) {
            int part = Math.min(FULL, from + length - begin);
            gathered.write(bytes, begin, part);
            begin += part;
            try {
                while (gathered.size() >= FULL) {
                    wait();
                }
            } catch (InterruptedException e) {
                // The cell is to stop, not to lose what it has printed.
                Thread.currentThread().interrupt();
                send(true);
            }
        }
    }

    private final class Stream extends OutputStream {
        private final boolean error;

        Stream(boolean error) {
            this.error = error;
        }

        @Override
        public void write(int b) {
            Console.this.write(error, new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            Console.this.write(error, bytes, from, length);
        }
    }
}
