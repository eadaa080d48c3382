package org.kymograph.record.dynamics;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.kymograph.record.files.RecordException;

/** One row of an epoch's file, as it is parsed; used again from row to row. */
final class EpochRow {
    private static final int MAX_OUTPUTS = 1 << 24;
    private static final String OR_LEAVE_OUT =
            ", or leave the sample out (--drop-incomplete, DynamicsReader.Lenience.DROP_INCOMPLETE)";

    private final Path file;
    private final boolean dropping;
    private final boolean stripLast;
    private final JsonParser json;
    final String logitsName;
    final String probabilityName;
    final String correctName;
    final String normName;

    boolean hasNumber;
    long number;
    String text;
    float[] values = new float[16];
    /** Counts are -1 where the row lacks the field. */
    int logitCount;

    boolean hasProbability;
    double[] gold = new double[16];
    int goldCount;
    boolean goldList;
    /** Whether the class is written without a decimal point. */
    boolean goldWhole;

    float norm;
    boolean hasNorm;
    int correct;
    /** What keeps the sample from being used, null if nothing does. */
    String unusable;

    private final String padded;
    private final String plain;
    private String otherEpoch;

    /** Starts at a file; names of fields end in the epoch as the file's name writes it. */
    EpochRow(Path file, String epoch, boolean dropping, boolean stripLast, JsonParser json) {
        this.file = file;
        this.dropping = dropping;
        this.stripLast = stripLast;
        this.json = json;
        logitsName = "logits_epoch_" + epoch;
        probabilityName = "p_gold_epoch_" + epoch;
        correctName = "correct_epoch_" + epoch;
        normName = "hnorm_epoch_" + epoch;
        padded = "_epoch_" + epoch;
        plain = "_epoch_" + Integer.parseInt(epoch);
    }

    void parse() throws IOException {
        hasNumber = hasProbability = hasNorm = goldList = goldWhole = false;
        text = otherEpoch = unusable = null;
        logitCount = goldCount = correct = -1;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw fault(found() + "; expected a JSON object with guid, " + logitsName + " and gold");
        }
        boolean renamed = !plain.equals(padded);
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            if (renamed && name.endsWith(plain)) {
                // The file's name has zeros before the epoch, the field's name has none.
                name = name.substring(0, name.length() - plain.length()) + padded;
            }
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
                        + ", which needs more than 64 bits; expected a smaller number, or a text");
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
            values[logitCount] = logit(t);
            logitCount++;
        }
    }

    private float logit(JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            leaveOut(logitsName + " holds null; expected a number");
            return 0;
        }
        double x = real(token, logitsName);
        if (!Float.isFinite((float) x)) {
            leaveOut(logitsName + "[" + logitCount + "] is " + json.getText()
                    + (Double.isFinite(x) && !json.getText().isEmpty() ? ", which is too large for float32" : "")
                    + "; expected a finite number");
            return 0;
        }
        return (float) x;
    }

    private void leaveOut(String problem) {
        if (!dropping) {
            throw fault(problem + OR_LEAVE_OUT);
        }
        unusable = unusable == null ? problem.substring(0, problem.indexOf(';')) : unusable;
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
            boolean field =
                    token == JsonToken.START_ARRAY || !json.getParsingContext().inArray();
            throw fault(name + (field ? " is " : " holds ") + found() + "; expected a number");
        }
        return json.getDoubleValue();
    }

    /** Holds the row against the first one. */
    void check(EpochRows rows) {
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
        if ((rows.size + 1L) * rows.width > EpochRows.MAX_NUMBERS) {
            throw fault("it is one of more than " + EpochRows.MAX_NUMBERS / rows.width + " rows of " + rows.width
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
        if (goldList && rows.kind == Dynamics.Kind.MULTI_LABEL && goldCount != logitCount) {
            throw fault("gold is a list of " + goldCount + (goldCount == 1 ? " label" : " labels") + "; expected "
                    + logitCount + ", one for each logit, or the class as a number");
        }
        if (goldList != (rows.kind == Dynamics.Kind.MULTI_LABEL)) {
            throw fault("gold is a " + (goldList ? "list" : "number") + "; expected a " + (goldList ? "number" : "list")
                    + " as in line 1");
        }
        boolean whole = gold[0] == Math.rint(gold[0]);
        if (rows.kind == Dynamics.Kind.CLASSES && !(whole && gold[0] >= 0 && gold[0] < logitCount)) {
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

    void require(boolean there, String name) {
        if (there) {
            return;
        }
        String accepted = name.equals(logitsName)
                ? "; expected it, or " + probabilityName + " and " + correctName + " of a sequence"
                : name.equals("guid") ? "; expected guid, " + logitsName + " and gold" : "";
        throw fault("it has no " + name
                + (otherEpoch == null ? accepted : ", but " + otherEpoch + "; expected the epoch in the file's name"));
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

    RecordException fault(String problem) {
        String guid = hasNumber ? "guid " + number + ": " : text != null ? "guid " + text + ": " : "";
        return new RecordException(file, json.currentTokenLocation().getLineNr(), guid + problem);
    }
}
