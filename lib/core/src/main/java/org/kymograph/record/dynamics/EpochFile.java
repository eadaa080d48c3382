package org.kymograph.record.dynamics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberInput;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import org.kymograph.record.files.RecordException;

/** Reads the file of one epoch row by row. */
final class EpochFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();
    private static final int BUFFER = 1 << 20;
    private static final int MAX_OUTPUTS = 1 << 24;
    /** What an array can hold. */
    private static final int MAX_NUMBERS = Integer.MAX_VALUE - 8;

    private final Path file;
    private final boolean lenient;
    private final boolean stripLast;
    private final LongConsumer bytesRead;
    private final String logitsName;
    private final String probabilityName;
    private final String correctName;
    private final String normName;
    private JsonParser json;
    private byte lastByte;

    // The row being read; counts are -1 where the row lacks the field.
    private boolean hasNumber;
    private long number;
    private String text;
    private float[] values = new float[16];
    private int logitCount;
    private boolean hasProbability;
    private double[] gold = new double[16];
    private int goldCount;
    private boolean goldList;
    private boolean goldWhole;
    private float norm;
    private boolean hasNorm;
    private int correct;
    private String otherEpoch;

    EpochFile(Path file, int epoch, boolean lenient, boolean stripLast, LongConsumer bytesRead) {
        this.file = file;
        this.lenient = lenient;
        this.stripLast = stripLast;
        this.bytesRead = bytesRead;
        logitsName = "logits_epoch_" + epoch;
        probabilityName = "p_gold_epoch_" + epoch;
        correctName = "correct_epoch_" + epoch;
        normName = "hnorm_epoch_" + epoch;
    }

    /** Fills the rows with those of the file. */
    void read(EpochRows rows) {
        rows.clear();
        long length = file.toFile().length();
        try (InputStream in = new Counted(file);
                JsonParser parser = JSON.createParser(new BufferedInputStream(in, BUFFER))) {
            json = parser;
            try {
                while (json.nextToken() != null) {
                    row();
                    if (rows.size == 0) {
                        shape(rows, length);
                    }
                    check(rows);
                    rows.add(number, text, values, gold, hasNorm ? norm : Math.max(0, correct));
                }
            } catch (JsonProcessingException e) {
                unreadable(e, rows);
            }
            if (rows.size == 0) {
                throw new RecordException(
                        file, rows.cutOff != null ? rows.cutOff : "is empty; expected a line for each sample");
            }
            // A row's number is its line's from here on.
            int lines = json.currentLocation().getLineNr() - (lastByte == '\n' ? 1 : 0);
            if (rows.cutOff == null && lines != rows.size) {
                LineCheck.check(file);
            }
        } catch (IOException e) {
            throw new RecordException(file, "can't be read: " + e.getMessage(), e);
        }
    }

    private void row() throws IOException {
        hasNumber = hasProbability = hasNorm = goldList = goldWhole = false;
        text = null;
        otherEpoch = null;
        logitCount = goldCount = correct = -1;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fault(found() + "; expected a JSON object with guid, " + logitsName + " and gold");
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            if (name.equals("guid")) {
                guid(token);
            } else if (name.equals("gold")) {
                gold(token);
            } else if (name.equals(logitsName)) {
                logits(token);
            } else if (name.equals(probabilityName)) {
                once(!hasProbability, name);
                hasProbability = true;
                values[0] = (float) real(token, name);
            } else if (name.equals(correctName)) {
                once(correct < 0, name);
                if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
                    throw fault(name + " is " + found() + "; expected true or false");
                }
                correct = token == JsonToken.VALUE_TRUE ? 1 : 0;
            } else if (name.equals(normName)) {
                once(!hasNorm, name);
                hasNorm = true;
                norm = (float) real(token, name);
            } else {
                if (name.startsWith("logits_epoch_") || name.startsWith("p_gold_epoch_")) {
                    otherEpoch = name;
                }
                json.skipChildren();
            }
        }
    }

    private void guid(JsonToken token) throws IOException {
        once(!hasNumber && text == null, "guid");
        if (token == JsonToken.VALUE_NUMBER_INT) {
            try {
                number = json.getLongValue();
            } catch (JsonProcessingException e) {
                throw fault("guid is " + json.getText()
                        + ", which needs more than 64 bits; expected a smaller number, or " + "a text");
            }
            hasNumber = true;
            number = stripLast ? number / 10 : number;
        } else if (token == JsonToken.VALUE_STRING) {
            text = json.getText();
            if (stripLast && !text.isEmpty()) {
                text = text.substring(0, text.length() - 1);
            }
            if (text.isEmpty()) {
                throw fault("guid is empty" + (stripLast ? " without its last character" : ""));
            }
        } else {
            throw fault("guid is " + found() + "; expected a whole number or a text");
        }
    }

    private void logits(JsonToken token) throws IOException {
        once(logitCount < 0, logitsName);
        if (token != JsonToken.START_ARRAY) {
            throw fault(logitsName + " is " + found() + "; expected a list of numbers");
        }
        logitCount = 0;
        for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
            if (logitCount == values.length) {
                if (logitCount == MAX_OUTPUTS) {
                    throw fault(logitsName + " has more than " + MAX_OUTPUTS + " numbers");
                }
                values = Arrays.copyOf(values, 2 * logitCount);
            }
            values[logitCount++] = (float) real(t, logitsName);
        }
    }

    private void gold(JsonToken token) throws IOException {
        once(goldCount < 0, "gold");
        goldList = token == JsonToken.START_ARRAY;
        if (!goldList) {
            goldCount = 1;
            goldWhole = token == JsonToken.VALUE_NUMBER_INT;
            gold[0] = real(token, "gold");
            return;
        }
        goldCount = 0;
        for (JsonToken t = json.nextToken(); t != JsonToken.END_ARRAY; t = json.nextToken()) {
            gold = goldCount < gold.length ? gold : Arrays.copyOf(gold, 2 * goldCount);
            gold[goldCount] = real(t, "gold");
            if (gold[goldCount] != 0 && gold[goldCount] != 1) {
                throw fault("gold[" + goldCount + "] is " + json.getText() + "; expected 0 or 1");
            }
            goldCount++;
        }
    }

    private double real(JsonToken token, String name) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
            throw fault(name
                    + (token == JsonToken.START_ARRAY
                                    || !json.getParsingContext().inArray()
                            ? " is "
                            : " holds ") + found() + "; expected a number");
        }
        return NumberInput.parseDouble(json.getTextCharacters(), json.getTextOffset(), json.getTextLength(), true);
    }

    /** Takes the file's form from its first row. */
    private void shape(EpochRows rows, long fileLength) {
        require(hasNumber || text != null, "guid");
        Dynamics.Kind kind;
        if (logitCount < 0 && hasProbability) {
            require(correct >= 0, correctName);
            kind = Dynamics.Kind.SEQUENCE;
        } else {
            require(logitCount >= 0, logitsName);
            require(goldCount >= 0, "gold");
            kind = goldList
                    ? Dynamics.Kind.MULTI_LABEL
                    : logitCount == 1 ? Dynamics.Kind.REGRESSION : Dynamics.Kind.CLASSES;
            if (logitCount == 0) {
                throw fault(logitsName + " is empty; expected numbers");
            }
        }
        // Other rows are about as long as this one; some room spares copying.
        long rowLength = Math.max(16, json.currentLocation().getByteOffset());
        int width = kind == Dynamics.Kind.SEQUENCE ? 1 : logitCount;
        long expected = Math.min(fileLength / rowLength * 11 / 10 + 16, Integer.MAX_VALUE / Math.max(1, width) - 8);
        rows.shape(
                kind,
                width,
                kind == Dynamics.Kind.SEQUENCE ? 0 : goldCount,
                text != null,
                kind == Dynamics.Kind.SEQUENCE || kind == Dynamics.Kind.CLASSES && hasNorm,
                (int) expected);
    }

    /** Holds a row against the first one. */
    private void check(EpochRows rows) {
        require(hasNumber || text != null, "guid");
        if ((rows.texts != null) != (text != null)) {
            throw fault("guid is a " + (text == null ? "number" : "text") + "; expected a "
                    + (text == null ? "text" : "number") + " as in line 1");
        }
        if (rows.kind == Dynamics.Kind.SEQUENCE) {
            if (logitCount >= 0) {
                throw fault("it has " + logitsName + "; expected " + probabilityName + " alone, as in line 1");
            }
            require(hasProbability, probabilityName);
            require(correct >= 0, correctName);
            if (!(values[0] >= 0 && values[0] <= 1)) {
                throw fault(probabilityName + " is " + values[0] + "; expected 0 to 1");
            }
            return;
        }
        if (hasProbability) {
            throw fault("it has " + probabilityName + "; expected " + logitsName + " alone, as in line 1");
        }
        require(logitCount >= 0, logitsName);
        require(goldCount >= 0, "gold");
        if (logitCount != rows.width) {
            throw fault(logitsName + " has " + logitCount + " numbers; expected " + rows.width + " as in line 1");
        }
        for (int c = 0; c < logitCount; c++) {
            if (!Float.isFinite(values[c])) {
                throw fault(logitsName + "[" + c + "] is " + values[c] + "; expected a finite number");
            }
        }
        if ((rows.size + 1L) * rows.width > MAX_NUMBERS) {
            throw fault("it is one of more than " + MAX_NUMBERS / rows.width + " rows of " + rows.width
                    + " logits; an epoch may have 2^31 numbers");
        }
        checkGold(rows);
        if (rows.hasExtras && !hasNorm) {
            throw fault("it has no " + normName + "; expected one as in line 1");
        }
        if (hasNorm && !(norm >= 0 && norm < Float.POSITIVE_INFINITY)) {
            throw fault(normName + " is " + norm + "; expected a finite number, at least 0");
        }
    }

    private void checkGold(EpochRows rows) {
        if (goldList != (rows.kind == Dynamics.Kind.MULTI_LABEL)) {
            throw fault("gold is a " + (goldList ? "list" : "number") + "; expected a " + (goldList ? "number" : "list")
                    + " as in line 1");
        }
        if (rows.kind == Dynamics.Kind.MULTI_LABEL && goldCount != logitCount) {
            throw fault("gold has " + goldCount + " labels; expected " + logitCount + ", one for each logit");
        }
        if (rows.kind == Dynamics.Kind.CLASSES && !(goldWhole && gold[0] >= 0 && gold[0] < logitCount)) {
            throw fault("gold is " + (goldWhole ? String.valueOf((long) gold[0]) : String.valueOf(gold[0]))
                    + "; expected a whole number from 0 to " + (logitCount - 1) + ", as there are " + logitCount
                    + " logits");
        }
        if (!Double.isFinite(gold[0])) {
            throw fault("gold is " + gold[0] + "; expected a finite number");
        }
    }

    private void once(boolean first, String name) {
        if (!first) {
            throw fault("it has " + name + " twice");
        }
    }

    private void require(boolean there, String name) {
        if (!there) {
            throw fault("it has no " + name + (otherEpoch == null ? "" : ", but " + otherEpoch)
                    + (otherEpoch == null ? "" : "; expected the epoch in the file's name"));
        }
    }

    private String found() {
        JsonToken token = json.currentToken();
        return switch (token) {
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            case VALUE_STRING -> "a text";
            default -> token.asString() == null ? "a number" : token.asString();
        };
    }

    private RecordException fault(String problem) {
        String guid = hasNumber ? "guid " + number + ": " : text != null ? "guid " + text + ": " : "";
        return new RecordException(file, json.currentTokenLocation().getLineNr(), guid + problem);
    }

    private void unreadable(JsonProcessingException e, EpochRows rows) throws IOException {
        int line = rows.size + 1;
        if (e.getLocation().getByteOffset() < lastLineStart()) {
            // What is wrong may have begun in an earlier line than the parser's.
            LineCheck.check(file);
            throw new RecordException(
                    file,
                    e.getLocation().getLineNr(),
                    "column " + e.getLocation().getColumnNr() + ": isn't JSON: " + e.getOriginalMessage());
        }
        rows.cutOff = "line " + line + " ends in the middle of a row, as after a crash";
        if (!lenient) {
            throw new RecordException(
                    file,
                    line,
                    "the row ends in the middle, as after a crash; expected a whole JSON "
                            + "object: record this epoch again, or leave the sample out "
                            + "(--drop-incomplete, Lenience.DROP_INCOMPLETE)");
        }
    }

    /** Returns the place where the last line starts if nothing ends it, else the end of the file. */
    private long lastLineStart() throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            long at = in.length() - 1;
            for (; at >= 0; at--) {
                in.seek(at);
                if (in.read() == '\n') {
                    break;
                }
            }
            return at == in.length() - 1 ? in.length() : at + 1;
        }
    }

    /** Counts what is read, and stops when its thread is interrupted. */
    private final class Counted extends FileInputStream {
        Counted(Path path) throws IOException {
            super(path.toFile());
        }

        @Override
        public int read(byte[] buffer, int from, int count) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("reading the log was interrupted");
            }
            int read = super.read(buffer, from, count);
            if (read > 0) {
                bytesRead.accept(read);
                lastByte = buffer[from + read - 1];
            }
            return read;
        }
    }
}
