package org.kymograph.record.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.kymograph.base.Checksums;

/**
 * Files that appear whole or not at all, and the sentences for what can go wrong with a file.
 *
 * <p>Streams are used instead of channels because a channel closes itself when its thread is interrupted, and saving
 * what is finished is exactly what an interrupted run does next.
 */
public final class AtomicFiles {
    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final SecureRandom RANDOM = new SecureRandom();

    private AtomicFiles() {}

    /** What fills a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes the file's bytes.
         *
         * @param out where to write
         * @throws IOException if that fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Work with files that may fail.
     *
     * @param <T> what it returns
     */
    @FunctionalInterface
    public interface Work<T> {
        /**
         * Does the work.
         *
         * @return its result
         * @throws IOException if it fails
         */
        T run() throws IOException;
    }

    /** Work with files that may fail and returns nothing. */
    @FunctionalInterface
    public interface Action {
        /**
         * Does the work.
         *
         * @throws IOException if it fails
         */
        void run() throws IOException;
    }

    /**
     * Does work with a file and says in one sentence how it failed, if it does.
     *
     * @param <T> what the work returns
     * @param file the file
     * @param failed what has failed then, such as {@code "can't be read"}
     * @param work the work
     * @return what it returned
     * @throws RecordException if it fails
     */
    public static <T> T attempt(Path file, String failed, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw failure(file, failed, e);
        }
    }

    /**
     * Does work with a file, as {@link #attempt(Path, String, Work)} does, that returns nothing.
     *
     * @param file the file
     * @param failed what has failed then, such as {@code "can't be read"}
     * @param work the work
     * @throws RecordException if it fails
     */
    public static void attempt(Path file, String failed, Action work) {
        attempt(file, failed, () -> {
            work.run();
            return null;
        });
    }

    /**
     * Lists the files and folders in a folder.
     *
     * @param folder the folder
     * @return what it holds, by name
     * @throws RecordException if it can't be listed
     */
    public static List<Path> list(Path folder) {
        return attempt(folder, "can't be listed", () -> {
            try (Stream<Path> files = Files.list(folder)) {
                return files.sorted().toList();
            }
        });
    }

    /**
     * Lists the files and folders in a folder whose names have a form.
     *
     * @param folder the folder
     * @param name a regular expression that their whole names match
     * @return those, by name
     * @throws RecordException if it can't be listed
     */
    public static List<Path> list(Path folder, String name) {
        return list(folder).stream()
                .filter(file -> file.getFileName().toString().matches(name))
                .toList();
    }

    /**
     * Reads a whole file.
     *
     * @param file the file
     * @return its bytes
     * @throws RecordException if it is missing, a folder, or can't be read
     */
    public static byte[] bytes(Path file) {
        checkReadable(file);
        return attempt(file, "can't be read", () -> Files.readAllBytes(file));
    }

    /**
     * Reads the lines of a text in UTF-8.
     *
     * @param file the file
     * @return its lines
     * @throws RecordException if it is missing, a folder, or can't be read
     */
    public static List<String> lines(Path file) {
        checkReadable(file);
        return attempt(file, "can't be read", () -> Files.readAllLines(file, StandardCharsets.UTF_8));
    }

    /**
     * Returns the SHA-256 checksum of a file.
     *
     * @param file a file
     * @return the checksum of its bytes
     * @throws RecordException if it can't be read
     */
    public static String checksum(Path file) {
        MessageDigest digest = Checksums.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw failure(file, "can't be read", e);
        }
        return Checksums.hex(digest);
    }

    /**
     * Writes a temporary file beside the target, forces it to disk, renames it, and forces the folder to disk.
     *
     * @param target the file to write or replace; its folder is made if need be
     * @param content what fills it
     * @throws RecordException if it can't be written; what was there before is left then
     */
    public static void write(Path target, Content content) {
        checkNoFolder(target);
        attempt(
                target,
                "can't be written",
                () -> Files.createDirectories(target.toAbsolutePath().getParent()));
        writeBeside(target, content);
    }

    /**
     * Writes a text as UTF-8, as {@link #write} does.
     *
     * @param target the file to write or replace; its folder is made if need be
     * @param text the text
     * @throws RecordException if it can't be written; what was there before is left then
     */
    public static void writeText(Path target, CharSequence text) {
        write(target, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a file as {@link #write} does, into a folder that must exist.
     *
     * @param target the file to write or replace
     * @param content what fills it
     * @throws RecordException if it can't be written; what was there before is left then
     */
    public static void writeBeside(Path target, Content content) {
        checkNoFolder(target);
        Path file = target.toAbsolutePath();
        // A name that nobody can guess, and that must be new: a link put there by another user would be followed.
        Path temporary = file.resolveSibling(
                "." + file.getFileName() + "." + Long.toHexString(RANDOM.nextLong()) + TEMPORARY_SUFFIX);
        try {
            try (OutputStream out = Files.newOutputStream(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                content.writeTo(buffered);
                buffered.flush();
            }
            try (RandomAccessFile written = new RandomAccessFile(temporary.toFile(), "rw")) {
                written.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(file.getParent());
        } catch (IOException e) {
            discard(temporary);
            throw failure(target, "can't be written", e);
        } catch (RuntimeException | Error e) {
            discard(temporary);
            throw e;
        }
    }

    private static void checkNoFolder(Path target) {
        if (Files.isDirectory(target)) {
            throw new RecordException(target, "is a folder; expected the name of a file to write");
        }
    }

    /**
     * Deletes what a crash in {@link #write} may have left in a folder.
     *
     * @param folder the folder
     * @throws RecordException if it can't be listed, or a file in it can't be deleted
     */
    public static void removeTemporaries(Path folder) {
        removeTemporaries(folder, "");
    }

    /**
     * Deletes what crashes while one file was written may have left beside it.
     *
     * @param folder the folder
     * @param name the name of the file, which holds none of {@code *?[]{}\\}
     * @throws RecordException if the folder can't be listed, or a file in it can't be deleted
     */
    public static void removeTemporaries(Path folder, String name) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "." + name + "*" + TEMPORARY_SUFFIX)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failure(folder, "can't be cleaned of temporary files", e);
        }
    }

    /**
     * Deletes a file.
     *
     * @param file the file, which need not exist
     * @throws RecordException if it can't be deleted
     */
    public static void delete(Path file) {
        attempt(file, "can't be deleted", () -> Files.deleteIfExists(file));
    }

    /**
     * Opens an existing plain file for reading.
     *
     * @param file the file
     * @return the open file
     * @throws RecordException if there is no such file, it is a folder, or it can't be read
     */
    public static RandomAccessFile open(Path file) {
        checkReadable(file);
        return attempt(file, "can't be read", () -> new RandomAccessFile(file.toFile(), "r"));
    }

    /**
     * Checks that a plain file is there and may be read.
     *
     * @param file the file
     * @throws RecordException if there is no such file, it is a folder, or it can't be read
     */
    public static void checkReadable(Path file) {
        if (!Files.exists(file)) {
            throw new RecordException(file, "there is no such file");
        }
        if (Files.isDirectory(file)) {
            throw new RecordException(file, "is a folder; expected a file");
        }
        if (!Files.isReadable(file)) {
            throw new RecordException(file, "can't be read: permission denied");
        }
    }

    /**
     * Makes a failure of the file system one sentence.
     *
     * @param file the file
     * @param what what failed, such as {@code "can't be read"}
     * @param e the failure
     * @return the exception, to be thrown
     */
    public static RecordException failure(Path file, String what, IOException e) {
        String message = String.valueOf(e.getMessage());
        String why;
        if (message.contains("No space left")
                || message.contains("not enough space")
                || message.contains("Disk quota exceeded")) {
            why = "the disk is full";
        } else if (e instanceof AccessDeniedException
                || message.contains("Permission denied")
                || message.contains("Access is denied")
                || message.contains("Operation not permitted")) {
            why = "permission denied";
        } else if (message.contains("Read-only file system")) {
            why = "the file system is read-only";
        } else if (e instanceof FileAlreadyExistsException blocked) {
            why = blocked.getFile() + " is a file; expected a folder";
        } else if (e instanceof NoSuchFileException) {
            why = "there is no such file or folder";
        } else {
            why = e.getMessage() == null ? e.getClass().getSimpleName() : message;
        }
        return new RecordException(file, what + ": " + why, e);
    }

    /**
     * Runs work on a channel with the thread's interrupt set aside, because an interrupt would close the channel.
     *
     * @param <T> what the work returns
     * @param work the work
     * @return what it returned
     * @throws IOException if it fails
     */
    public static <T> T uninterrupted(Work<T> work) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            return work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void forceFolder(Path folder) {
        try {
            uninterrupted(() -> {
                try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                return null;
            });
        } catch (IOException e) {
            // Windows can't open a folder; the rename is as durable there as it gets.
            return;
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // The failure that brought us here is the one to tell; the next run deletes the rest.
            return;
        }
    }
}
