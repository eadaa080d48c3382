package org.kymograph.record.dynamics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.kymograph.record.files.RecordException;

/** Reads the file of one epoch row by row. */
final class EpochFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();
    private static final int BUFFER = 1 << 20;

    private final Path file;
    private final String epoch;
    private final DynamicsReader settings;
    private final LongConsumer bytesRead;

    /** Takes a file; the epoch is as the file's name writes it. */
    EpochFile(Path file, String epoch, DynamicsReader settings, LongConsumer bytesRead) {
        this.file = file;
        this.epoch = epoch;
        this.settings = settings;
        this.bytesRead = bytesRead;
    }

    /** Fills the rows with those of the file. */
    void read(EpochRows rows) {
        rows.clear();
        boolean dropping = settings.lenient(DynamicsReader.Lenience.DROP_INCOMPLETE);
        try (InputStream raw = new Counted();
                Lines in = new Lines(LogInput.text(file, new BufferedInputStream(raw, BUFFER)));
                JsonParser json = JSON.createParser(in)) {
            EpochRow row = new EpochRow(file, epoch, dropping, settings.stripLast(), json);
            try {
                while (json.nextToken() != null) {
                    row.parse();
                    if (rows.size == 0) {
                        shape(rows, row, json.currentLocation().getByteOffset());
                    }
                    row.check(rows);
                    rows.add(row);
                }
            } catch (JsonProcessingException e) {
                unreadable(e, json, in, rows, dropping);
            }
            if (rows.size == 0) {
                throw new RecordException(
                        file, rows.cutOff != null ? rows.cutOff : "is empty; expected a line for each sample");
            }
            // A row's number is its line's from here on.
            int lines = json.currentLocation().getLineNr() - (in.endsLine() ? 1 : 0);
            if (rows.cutOff == null && lines != rows.size) {
                LineCheck.check(file);
            }
        } catch (IOException e) {
            throw LogInput.failure(file, e);
        }
        if (rows.kind == Dynamics.Kind.REGRESSION) {
            oneLogit(rows);
        }
    }

    /** Takes the file's form from its first row. */
    private void shape(EpochRows rows, EpochRow row, long rowEnd) {
        row.require(row.hasNumber || row.text != null, "guid");
        Dynamics.Kind kind;
        if (row.logitCount < 0 && row.hasProbability) {
            row.require(row.correct >= 0, row.correctName);
            kind = Dynamics.Kind.SEQUENCE;
        } else {
            row.require(row.logitCount >= 0, row.logitsName);
            row.require(row.goldCount >= 0, "gold");
            kind = row.goldList
                    ? Dynamics.Kind.MULTI_LABEL
                    : row.logitCount == 1 ? Dynamics.Kind.REGRESSION : Dynamics.Kind.CLASSES;
            if (row.logitCount == 0) {
                throw row.fault(row.logitsName + " is empty; expected numbers");
            }
        }
        boolean sequence = kind == Dynamics.Kind.SEQUENCE;
        int width = sequence ? 1 : row.logitCount;
        // Other rows are about as long as this one; some room spares copying.
        long expected = Math.min(
                file.toFile().length() / Math.max(16, rowEnd) * 11 / 10 + 16,
                Integer.MAX_VALUE / Math.max(1, width) - 8);
        rows.shape(
                kind,
                width,
                sequence ? 0 : row.goldCount,
                row.text != null,
                sequence || kind == Dynamics.Kind.CLASSES && row.hasNorm,
                (int) expected);
    }

    /** Tells a regression from two classes with one logit, which is the second one's. */
    private void oneLogit(EpochRows rows) {
        boolean binary = rows.goldsAre01();
        Boolean wanted = settings.binary();
        if (wanted == null && rows.allWhole && !binary) {
            throw new RecordException(
                    file,
                    "there is one logit, and gold is a whole number other than 0 and 1; expected a decimal point in the"
                            + " targets of a regression, or read it as one (--one-logit regression,"
                            + " withOneLogit(Kind.REGRESSION))");
        }
        if (wanted == null && !rows.allWhole && binary) {
            throw new RecordException(
                    file,
                    "there is one logit, and gold is 0.0 or 1.0; expected a statement whether these are classes"
                            + " (--one-logit binary, withOneLogit(Kind.CLASSES)) or targets of a regression"
                            + " (--one-logit regression, withOneLogit(Kind.REGRESSION))");
        }
        if (Boolean.TRUE.equals(wanted) && !binary) {
            throw new RecordException(file, "gold is not 0 or 1 in every row; expected these classes for one logit");
        }
        if (wanted == null ? binary : wanted) {
            rows.toTwoClasses();
        }
    }

    private void unreadable(JsonProcessingException e, JsonParser json, Lines in, EpochRows rows, boolean dropping)
            throws IOException {
        int line = rows.size + 1;
        JsonLocation place = e.getLocation() == null ? json.currentLocation() : e.getLocation();
        in.transferTo(OutputStream.nullOutputStream());
        if (e instanceof StreamConstraintsException || place.getByteOffset() < in.lastLineStart()) {
            if (!(e instanceof StreamConstraintsException)) {
                // What is wrong may have begun in an earlier line than the parser's.
                LineCheck.check(file);
            }
            throw new RecordException(
                    file,
                    place.getLineNr(),
                    "column " + place.getColumnNr() + ": isn't JSON that can be read: " + e.getOriginalMessage());
        }
        rows.cutOff = "line " + line + " ends in the middle of a row, as after a crash";
        if (!dropping) {
            throw new RecordException(
                    file,
                    line,
                    "the row ends in the middle, as after a crash; expected a whole JSON "
                            + "object: record this epoch again, or leave the sample out "
                            + "(--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)");
        }
    }

    /** Counts what is read, and stops when its thread is interrupted. */
    private final class Counted extends FileInputStream {
        Counted() throws IOException {
            super(file.toFile());
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("reading the log was interrupted");
            }
            int read = super.read(buffer, from, count);
            if (read > 0) {
                bytesRead.accept(read);
            }
            return read;
        }
    }

    /** Remembers where the last line starts. */
    private static final class Lines extends FilterInputStream {
        private long length;
        private long lineStart;

        Lines(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
            int read = super.read(buffer, from, count);
            for (int i = from + read - 1; i >= from; i--) {
                if (buffer[i] == '\n') {
                    lineStart = length + i - from + 1;
                    break;
                }
            }
            length += Math.max(0, read);
            return read;
        }

        boolean endsLine() {
            return length == lineStart;
        }

        /** Returns where the last line starts if nothing ends it, else the end of the text. */
        long lastLineStart() {
            return lineStart;
        }
    }
}
