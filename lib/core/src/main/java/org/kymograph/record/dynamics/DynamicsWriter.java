package org.kymograph.record.dynamics;

import com.fasterxml.jackson.databind.JsonNode;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.PartialFile;
import org.kymograph.record.files.RecordException;

/**
 * Writes one epoch of a training-dynamics log, {@code training_dynamics/dynamics_epoch_<e>.jsonl}, from any training
 * loop. The file grows beside that folder, whose readers take each file for an epoch, and appears in it when it is
 * finished.
 *
 * <p>A guid that comes again, as from several devices or padded batches, is left out and counted.
 */
public final class DynamicsWriter implements AutoCloseable {
    private static final int FLUSH = 1 << 16;

    private final PartialFile file;
    private final int epoch;
    private final LogFormat format;
    private final LogLine line = new LogLine();
    private final LongOpenHashSet numbers = new LongOpenHashSet();
    private final Set<String> texts = new HashSet<>();
    private final String comma;
    private final String logitsKey;
    private final String goldKey;
    private final String device;
    private final String normKey;
    private int classes;
    private long duplicates;

    private DynamicsWriter(PartialFile file, int epoch, LogFormat format) {
        this.file = file;
        this.epoch = epoch;
        this.format = format;
        boolean full = format == LogFormat.FULL;
        String colon = full ? ": " : ":";
        comma = full ? ", " : ",";
        logitsKey = comma + "\"logits_epoch_" + epoch + "\"" + colon + "[";
        goldKey = "]" + comma + "\"gold\"" + colon;
        device = full ? ", \"device\": \"cpu\"" : "";
        normKey = comma + "\"hnorm_epoch_" + epoch + "\"" + colon;
    }

    /**
     * Starts the file of an epoch.
     *
     * @param logDir the folder that will hold {@code training_dynamics/}
     * @param epoch the epoch, from 0
     * @param format how lines are written
     * @throws IllegalArgumentException if the epoch is negative
     * @throws RecordException if the file can't be written
     */
    public static DynamicsWriter open(Path logDir, int epoch, LogFormat format) {
        return new DynamicsWriter(PartialFile.start(partial(logDir, epoch), file(logDir, epoch)), epoch, format);
    }

    /**
     * Goes on in the middle of an epoch.
     *
     * @param logDir the folder that will hold {@code training_dynamics/}
     * @param epoch the epoch, from 0
     * @param format how lines are written, the same as before
     * @param rows the samples to keep, the first of the file
     * @return a writer of that epoch, behind those samples
     * @throws IllegalArgumentException if the epoch is negative
     * @throws RecordException if fewer samples are there, or the file can't be read or written
     */
    public static DynamicsWriter resume(Path logDir, int epoch, LogFormat format, long rows) {
        Path target = file(logDir, epoch);
        LongOpenHashSet numbers = new LongOpenHashSet();
        Set<String> texts = new HashSet<>();
        DynamicsWriter writer = new DynamicsWriter(
                PartialFile.resume(partial(logDir, epoch), target, rows, (n, utf8) -> {
                    JsonNode guid =
                            Json.parseLine(partial(logDir, epoch), n, utf8).path("guid");
                    if (!(guid.isIntegralNumber()
                            ? numbers.add(guid.longValue())
                            : guid.isTextual() && texts.add(guid.textValue()))) {
                        throw new RecordException(
                                partial(logDir, epoch), n, "field 'guid' is " + guid + "; expected a new guid");
                    }
                }),
                epoch,
                format);
        writer.numbers.addAll(numbers);
        writer.texts.addAll(texts);
        return writer;
    }

    /**
     * Returns the path of an epoch's finished file.
     *
     * @param logDir the folder that holds {@code training_dynamics/}
     * @param epoch the epoch, from 0
     * @throws IllegalArgumentException if the epoch is negative
     */
    public static Path file(Path logDir, int epoch) {
        return logDir.resolve("training_dynamics").resolve(name(epoch));
    }

    /** Returns the path of an epoch's growing file. */
    static Path partial(Path logDir, int epoch) {
        return logDir.resolve(name(epoch) + ".part");
    }

    private static String name(int epoch) {
        return "dynamics_epoch_" + Arguments.atLeast("epoch", epoch, 0) + ".jsonl";
    }

    /**
     * Writes a batch of a classifier.
     *
     * @param guids each sample's id, B of them
     * @param logits the outputs before the softmax, B × C, sample after sample, finite
     * @param gold each sample's class, 0 to C-1
     * @return this
     * @throws IllegalArgumentException if the numbers don't fit each other or are out of range; the batch isn't written then
     */
    public DynamicsWriter record(long[] guids, float[] logits, int[] gold) {
        return record(guids, logits, gold, null);
    }

    /**
     * Writes a batch of a classifier with what the last layer's gradient needs.
     *
     * @param guids each sample's id, B of them
     * @param logits the outputs before the softmax, B × C, sample after sample, finite
     * @param gold each sample's class, 0 to C-1
     * @param hnorm the Euclidean norm of each sample's input to the last layer; or null
     * @return this
     * @throws IllegalArgumentException if the numbers don't fit each other or are out of range; the batch isn't written then
     */
    public DynamicsWriter record(long[] guids, float[] logits, int[] gold, float[] hnorm) {
        int c = check(guids.length, logits, gold.length, hnorm);
        checkGold(gold, c);
        for (int i = 0; i < guids.length; i++) {
            if (begin(guids[i])) {
                sample(logits, i * c, c).gold(gold[i]).end(hnorm == null ? Float.NaN : hnorm[i]);
            }
        }
        return this;
    }

    /**
     * Writes a batch of a classifier whose samples have texts for ids.
     *
     * @param guids each sample's id, B of them
     * @param logits the outputs before the softmax, B × C, sample after sample, finite
     * @param gold each sample's class, 0 to C-1
     * @return this
     * @throws IllegalArgumentException if the numbers don't fit each other or are out of range; the batch isn't written then
     */
    public DynamicsWriter record(String[] guids, float[] logits, int[] gold) {
        int c = check(guids.length, logits, gold.length, null);
        checkGold(gold, c);
        for (int i = 0; i < guids.length; i++) {
            if (begin(guids[i])) {
                sample(logits, i * c, c).gold(gold[i]).end(Float.NaN);
            }
        }
        return this;
    }

    /**
     * Writes a batch of a regression: one logit, the prediction, and a gold that has a decimal point.
     *
     * @param guids each sample's id, B of them
     * @param predictions the outputs, finite
     * @param gold the targets, finite
     * @return this
     * @throws IllegalArgumentException if the numbers don't fit each other or aren't finite; the batch isn't written then
     */
    public DynamicsWriter recordRegression(long[] guids, float[] predictions, float[] gold) {
        check(guids.length, predictions, gold.length, gold);
        Arguments.sameLength("predictions", predictions.length, "guids", guids.length);
        for (int i = 0; i < guids.length; i++) {
            if (begin(guids[i])) {
                sample(predictions, i, 1).gold(gold[i]).end(Float.NaN);
            }
        }
        return this;
    }

    /** Begins a sample's line unless its guid has come before; {@link #sample}, a gold and {@link #end} make it whole. */
    public boolean begin(Guids guids, int row) {
        return guids.numeric() ? begin(guids.number(row)) : begin(guids.text(row));
    }

    public DynamicsWriter sample(float[] logits, int at, int count) {
        line.put(logitsKey);
        for (int k = 0; k < count; k++) {
            if (k > 0) {
                line.put(comma);
            }
            format.number(logits[at + k], line);
        }
        line.put(goldKey);
        return this;
    }

    /** The class. */
    public DynamicsWriter gold(int gold) {
        line.put(gold);
        return this;
    }

    /** The target of a regression. */
    public DynamicsWriter gold(float gold) {
        format.number(gold, line);
        return this;
    }

    /** Zeros and ones, one for each label. */
    public DynamicsWriter gold(float[] gold, int at, int labels) {
        line.put('[');
        for (int k = 0; k < labels; k++) {
            if (k > 0) {
                line.put(comma);
            }
            line.put(gold[at + k] > 0 ? '1' : '0');
        }
        line.put(']');
        return this;
    }

    public void end(float hnorm) {
        line.put(device);
        if (!Float.isNaN(hnorm)) {
            line.put(normKey);
            format.number(hnorm, line);
        }
        line.put("}\n");
        if (line.length() >= FLUSH) {
            line.flushTo(file);
        }
    }

    /** Returns the number of samples written. */
    public long rows() {
        return numbers.size() + (long) texts.size();
    }

    /** Returns the number of samples left out because their guid had come before. */
    public long duplicates() {
        return duplicates;
    }

    /**
     * Forces what was written to disk: it survives a crash of the machine.
     *
     * @throws RecordException if the disk refuses
     */
    public void force() {
        line.flushTo(file);
        file.force();
    }

    /**
     * Lets the epoch's file appear.
     *
     * @throws RecordException if it can't
     */
    public void finish() {
        line.flushTo(file);
        file.finish();
    }

    /** Closes the writer; an epoch that isn't finished doesn't appear. */
    @Override
    public void close() {
        file.close();
    }

    private int check(int b, float[] logits, int golds, float[] more) {
        Arguments.sameLength("gold", golds, "guids", b);
        if (more != null) {
            Arguments.sameLength("hnorm", more.length, "guids", b);
        }
        int c = b == 0 ? classes : logits.length / b;
        if (b * c != logits.length || b > 0 && (c == 0 || classes != 0 && c != classes)) {
            throw Arguments.unexpected(
                    "the number of logits",
                    logits.length,
                    (classes == 0 ? "the same number" : classes) + " for each of " + b + " guids");
        }
        for (int k = 0; k < logits.length; k++) {
            if (!Float.isFinite(logits[k])) {
                throw unexpected("logit " + k % c, k / c, logits[k], "a finite number");
            }
        }
        for (int i = 0; more != null && i < b; i++) {
            if (!Float.isFinite(more[i])) {
                throw unexpected("number", i, more[i], "a finite number");
            }
        }
        classes = c;
        return c;
    }

    private void checkGold(int[] gold, int c) {
        for (int i = 0; i < gold.length; i++) {
            if (gold[i] < 0 || gold[i] >= c) {
                throw unexpected("gold", i, gold[i], "0 to " + (c - 1));
            }
        }
    }

    private IllegalArgumentException unexpected(String name, int sample, Object value, String expected) {
        return Arguments.unexpected(
                name + " of epoch " + epoch + " and sample " + sample + " of the batch", value, expected);
    }

    private boolean begin(long guid) {
        if (!numbers.add(guid)) {
            duplicates++;
            return false;
        }
        start().put(guid);
        return true;
    }

    private boolean begin(String guid) {
        if (!texts.add(guid)) {
            duplicates++;
            return false;
        }
        start().quoted(guid);
        return true;
    }

    private LogLine start() {
        return line.put(format == LogFormat.FULL ? "{\"guid\": " : "{\"guid\":");
    }
}
