package org.kymograph.stories.corpus;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPInputStream;
import org.kymograph.base.Progress;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** Fetches an archive of stories, going on where an earlier attempt stopped, and unpacks it. */
public final class StoryDownload {
    /** The TinyStories archive, about 1.5 GB. */
    public static final URI TINY_STORIES = URI.create(
            "https://huggingface.co/datasets/roneneldan/TinyStories/resolve/main/TinyStories_all_data.tar.gz");

    private static final int BLOCK = 512;

    private StoryDownload() {}

    /**
     * Fetches a file unless it is there. What has come of it lies beside it until it is whole, with {@code .part} at its name's end.
     *
     * @param from the address
     * @param file where it will appear
     * @return the file
     * @throws RecordException if the server doesn't give it, or the connection ends; a new call goes on from there
     */
    public static Path fetch(URI from, Path file) {
        if (Files.exists(file)) {
            Progress.say(file + " is there already");
            return file;
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            long have = Files.exists(part) ? Files.size(part) : 0;
            HttpRequest.Builder request = HttpRequest.newBuilder(from).timeout(Duration.ofMinutes(2));
            if (have > 0) {
                request.header("Range", "bytes=" + have + "-");
            }
            HttpClient client = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(Duration.ofSeconds(30))
                    .build();
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                receive(from, response, body, part, have);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } catch (InterruptedException e) {
            throw new CancellationException("the download was interrupted; the next one goes on from " + part);
        } catch (IOException e) {
            throw AtomicFiles.failure(
                    part, "is not whole: the download from " + from + " failed; try again to go on", e);
        }
    }

    private static void receive(URI from, HttpResponse<?> response, InputStream body, Path part, long have)
            throws IOException {
        int status = response.statusCode();
        if (status != 200 && status != 206) {
            throw new RecordException(
                    part,
                    from + " answered with status " + status + "; expected 200 or 206"
                            + (status == 416 ? " (delete the file to begin anew)" : ""));
        }
        boolean resumed = status == 206;
        long done = resumed ? have : 0;
        String range = response.headers().firstValue("Content-Range").orElse("bytes " + done + "-");
        if (resumed && !range.startsWith("bytes " + done + "-")) {
            throw new RecordException(part, from + " sent " + range + "; expected bytes from " + done + " on");
        }
        long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
        long total = length < 0 ? -1 : done + length;
        try (Progress progress = Progress.start("downloading " + from, "bytes", Math.max(1, total));
                OutputStream out = Files.newOutputStream(
                        part,
                        StandardOpenOption.CREATE,
                        resumed ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("the download was interrupted; the next one goes on from " + part);
                }
                out.write(buffer, 0, n);
                done += n;
                progress.update(total < 0 ? 1 : done, "");
            }
        }
        if (total >= 0 && done != total) {
            throw new RecordException(part, "has " + done + " bytes; expected " + total + ": try again to go on");
        }
    }

    /**
     * Unpacks the files of a {@code .tar.gz} into a folder that appears whole or not at all. Folders within the archive are left out.
     *
     * @param archive the archive
     * @param folder the folder; if it is there already, nothing happens
     * @return the folder
     * @throws RecordException if the archive is cut off or isn't one
     */
    public static Path unpack(Path archive, Path folder) {
        if (Files.exists(folder)) {
            Progress.say(folder + " is there already");
            return folder;
        }
        AtomicFiles.checkReadable(archive);
        Path partial = folder.resolveSibling(folder.getFileName() + ".part");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(archive), 1 << 16)) {
            Files.createDirectories(partial);
            for (byte[] header = in.readNBytes(BLOCK);
                    header.length > 0 && header[0] != 0;
                    header = in.readNBytes(BLOCK)) {
                long size = size(archive, header);
                String path = new String(header, 0, 100, StandardCharsets.UTF_8).split("\0", 2)[0];
                String name = path.substring(path.lastIndexOf('/') + 1);
                boolean plain = header[156] == '0' || header[156] == 0;
                InputStream content = new Part(in, size);
                if (plain && name.matches("[\\w.-]*\\.jsonl?") && !name.startsWith(".")) {
                    Files.copy(content, partial.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
                content.skipNBytes(((Part) content).left);
                in.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            }
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
            return folder;
        } catch (IOException e) {
            throw AtomicFiles.failure(archive, "is cut off or no .tar.gz", e);
        }
    }

    private static long size(Path archive, byte[] header) {
        String octal = header.length < BLOCK
                ? ""
                : new String(header, 124, 12, StandardCharsets.US_ASCII).split("\0", 2)[0].strip();
        if (!octal.matches("[0-7]+")) {
            throw new RecordException(archive, "has an entry of size \"" + octal + "\"; expected an octal number");
        }
        return Long.parseLong(octal, 8);
    }

    /** One file within the archive. */
    private static final class Part extends FilterInputStream {
        private long left;

        Part(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(buffer, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException(left + " bytes of a file are missing");
            }
            left -= n;
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(Math.max(n, 1), 1 << 16)]));
        }

        @Override
        public void close() {
            // The archive goes on.
        }
    }
}
