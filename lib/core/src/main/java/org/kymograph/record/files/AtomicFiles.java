package org.kymograph.record.files;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.kymograph.base.Checksums;

/**
 * Files that appear whole or not at all, and the sentences for what can go wrong with a file.
 *
 * <p>Streams are used instead of channels because a channel closes itself when its thread is interrupted, and saving
 * what is finished is exactly what an interrupted run does next.
 */
public final class AtomicFiles {
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private AtomicFiles() {}

    /** What fills a file. */
    @FunctionalInterface
    public interface Content {
        /**
         * @param out where to write
         * @throws IOException if that fails
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /** Work with files that may fail. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
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
        Path file = target.toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw new RecordException(target, "is a folder; expected the name of a file to write");
        }
        Path temporary = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + TEMPORARY_SUFFIX);
        try {
            Files.createDirectories(file.getParent());
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                OutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                content.writeTo(buffered);
                buffered.flush();
                out.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(file.getParent());
        } catch (IOException e) {
            discard(temporary);
            throw failure(target, "can't be written", e);
        } catch (RuntimeException e) {
            discard(temporary);
            throw e;
        }
    }

    /** Deletes what a crash in {@link #write} may have left in a folder. */
    public static void removeTemporaries(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + TEMPORARY_SUFFIX)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw failure(folder, "can't be cleaned of temporary files", e);
        }
    }

    public static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure(file, "can't be deleted", e);
        }
    }

    /** Opens an existing plain file. */
    public static RandomAccessFile open(Path file) {
        checkReadable(file);
        try {
            return new RandomAccessFile(file.toFile(), "r");
        } catch (IOException e) {
            throw failure(file, "can't be read", e);
        }
    }

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

    /** Makes a failure of the file system one sentence. */
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

    /** Runs work on a channel with the thread's interrupt set aside, because an interrupt would close the channel. */
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
