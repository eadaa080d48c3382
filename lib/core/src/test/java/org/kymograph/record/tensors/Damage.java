package org.kymograph.record.tensors;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.kymograph.record.files.RecordException;

/** Gives a reader a good file in every damaged form; it may only accept it or throw a {@link RecordException}. */
public final class Damage {
    private final Path file;
    private final byte[] good;
    private final Consumer<Path> reader;
    public int refused;

    public Damage(Path file, Consumer<Path> reader) throws IOException {
        this.file = file;
        this.good = Files.readAllBytes(file);
        this.reader = reader;
        reader.accept(file);
    }

    /** Cuts the file at every length, and returns how many cuts were accepted. */
    public int cutEverywhere() throws IOException {
        for (int length = 0; length < good.length; length++) {
            read(Arrays.copyOf(good, length));
        }
        return good.length - refused;
    }

    public void flipBytes(int times, long seed, int regionEnd) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < times; i++) {
            byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int at = random.nextInt(regionEnd < 0 ? bad.length : regionEnd);
                bad[at] = switch (random.nextInt(4)) {
                    case 0 -> (byte) (bad[at] ^ 1 << random.nextInt(8));
                    case 1 -> (byte) 0xff;
                    case 2 -> 0;
                    default -> (byte) random.nextInt(256);
                };
            }
            read(bad);
        }
    }

    private void read(byte[] bytes) throws IOException {
        // A new file each time: a file that is mapped must not change.
        Files.deleteIfExists(file);
        Files.write(file, bytes);
        try {
            reader.accept(file);
        } catch (RecordException e) {
            refused++;
            if (e.getMessage() == null || !e.getMessage().startsWith(file.toString())) {
                fail("a message without the file: " + e.getMessage());
            }
        } catch (Throwable e) {
            throw new AssertionError("damaged bytes got " + e + ": " + Arrays.toString(bytes), e);
        }
    }

    static void readAll(Path file) {
        try (TensorFile tensors = TensorFile.open(file)) {
            tensors.names().forEach(tensors::read);
        }
    }
}
