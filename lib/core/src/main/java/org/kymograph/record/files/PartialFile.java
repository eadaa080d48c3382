package org.kymograph.record.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file of lines that grows in one place and appears in another when it is whole. What was forced to disk survives a
 * crash, and writing can go on behind any line of it.
 */
public final class PartialFile implements AutoCloseable {
    private final Path partial;
    private final Path target;
    private FileOutputStream out;

    private PartialFile(Path partial, Path target) {
        this.partial = partial;
        this.target = target;
        out = AtomicFiles.attempt(partial, "can't be written", () -> new FileOutputStream(partial.toFile(), true));
    }

    /** Receives complete lines. */
    @FunctionalInterface
    public interface Lines {
        /**
         * Receives a line.
         *
         * @param number the line's number, from 1
         * @param utf8 the line, without its end
         */
        void line(long number, byte[] utf8);
    }

    /**
     * Starts a file; what was left of an earlier one is gone.
     *
     * @param partial where it grows; its folder is made if need be
     * @param target where it will appear
     * @return the file, empty
     * @throws RecordException if it can't be written
     */
    public static PartialFile start(Path partial, Path target) {
        folder(partial);
        // A new file, so that what is written can't go where a link of that name leads.
        AtomicFiles.attempt(partial, "can't be written", () -> {
            Files.deleteIfExists(partial);
            Files.createFile(partial);
        });
        return new PartialFile(partial, target);
    }

    /**
     * Goes on with a file, whether it has appeared already or not.
     *
     * @param partial where it grows
     * @param target where it will appear, or has appeared: then it disappears again
     * @param lines how many lines to keep, at least 0
     * @param kept receives each line that is kept
     * @return the file, with those lines
     * @throws RecordException if there are fewer whole lines, or it can't be read or written
     */
    public static PartialFile resume(Path partial, Path target, long lines, Lines kept) {
        Path source = Files.exists(target) ? target : partial;
        if (lines > 0) {
            AtomicFiles.checkReadable(source);
        }
        long length = lines == 0 ? 0 : lengthOf(source, lines, kept);
        if (Files.isSymbolicLink(partial)) {
            throw new RecordException(partial, "is a link; expected a file that grows here");
        }
        try {
            if (source == target) {
                Files.move(target, partial, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.exists(partial)) {
                try (RandomAccessFile raw = new RandomAccessFile(partial.toFile(), "rw")) {
                    raw.setLength(length);
                }
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(partial, "can't be cut", e);
        }
        return new PartialFile(partial, target);
    }

    /**
     * Adds bytes and hands them to the operating system, so that they survive a crash of this program.
     *
     * @param bytes the bytes
     * @param length how many of them
     * @throws RecordException if they can't be written
     */
    public void write(byte[] bytes, int length) {
        AtomicFiles.attempt(partial, "can't be written", () -> open().write(bytes, 0, length));
    }

    /**
     * Forces what was written to disk, so that it survives a crash of the machine.
     *
     * @throws RecordException if the disk refuses
     */
    public void force() {
        AtomicFiles.attempt(
                partial, "can't be forced to disk", () -> open().getFD().sync());
    }

    /**
     * Lets the file appear whole.
     *
     * @throws RecordException if it can't
     */
    public void finish() {
        force();
        close();
        folder(target);
        AtomicFiles.attempt(
                target,
                "can't be written",
                () -> Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
        AtomicFiles.forceFolder(target.toAbsolutePath().getParent());
    }

    /** Closes the file; unless it is finished it stays where it grew. */
    @Override
    public void close() {
        if (out == null) {
            return;
        }
        try {
            out.close();
        } catch (IOException e) {
            throw AtomicFiles.failure(partial, "can't be closed", e);
        } finally {
            out = null;
        }
    }

    private FileOutputStream open() {
        if (out == null) {
            throw new IllegalStateException(partial + " is closed");
        }
        return out;
    }

    private static void folder(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        AtomicFiles.attempt(folder, "can't be created", () -> Files.createDirectories(folder));
    }

    private static long lengthOf(Path file, long lines, Lines kept) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long length = 0;
        long found = 0;
        try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()), 1 << 16)) {
            for (int b = in.read(); b >= 0 && found < lines; b = found < lines ? in.read() : -1) {
                length++;
                if (b == '\n') {
                    found++;
                    kept.line(found, line.toByteArray());
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
        if (found < lines) {
            throw new RecordException(file, "has " + found + " whole lines; expected at least " + lines);
        }
        return length;
    }
}
