package org.kymograph.record.dynamics;

import it.unimi.dsi.fastutil.ints.Int2ObjectMap;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Arrays;

/** The rows of one epoch's file, in its order; used again from file to file. */
final class EpochRows {
    /** The most elements of an array. */
    static final int MAX_NUMBERS = Integer.MAX_VALUE - 8;

    Dynamics.Kind kind;
    /** Outputs in a row. */
    int width;
    /** Expected numbers in a row: 1, a label each, or none. */
    int goldWidth;

    int size;
    /** Of numeric ids; texts is null then. */
    long[] numbers = new long[0];

    String[] texts;
    float[] outputs = new float[0];
    double[] golds = new double[0];
    /** Norms of the last layer's inputs, or 1 for a right sequence and 0 for a wrong one; hasExtras tells whether any. */
    float[] extras = new float[0];

    boolean hasExtras;
    /** What is said of a last line that was cut off, null if none was. */
    String cutOff;
    /** Why a sample can't be used, by its row. */
    final Int2ObjectMap<String> unusable = new Int2ObjectOpenHashMap<>();
    /** Whether all expected numbers are written without a decimal point. */
    boolean allWhole;

    void clear() {
        kind = null;
        allWhole = true;
        unusable.clear();
        size = 0;
        texts = null;
        hasExtras = false;
        cutOff = null;
    }

    /** Takes the form of a file's first row, and makes room for so many like it. */
    void shape(Dynamics.Kind k, int outputsInRow, int goldsInRow, boolean text, boolean extra, int rows) {
        kind = k;
        width = outputsInRow;
        goldWidth = goldsInRow;
        hasExtras = extra;
        texts = text ? new String[rows] : null;
        reserve(rows);
    }

    void add(EpochRow row) {
        if (size == (texts == null ? numbers.length : texts.length)
                || (size + 1) * width > outputs.length
                || (size + 1) * goldWidth > golds.length
                || hasExtras && size == extras.length) {
            reserve(Math.max(size + 1, (int) Math.min(Integer.MAX_VALUE / Math.max(1, width) - 8, size * 5L / 4)));
        }
        if (texts == null) {
            numbers[size] = row.number;
        } else {
            texts[size] = row.text;
        }
        System.arraycopy(row.values, 0, outputs, size * width, width);
        System.arraycopy(row.gold, 0, golds, size * goldWidth, goldWidth);
        if (hasExtras) {
            extras[size] = row.hasNorm ? row.norm : Math.max(0, row.correct);
        }
        if (row.unusable != null) {
            unusable.put(size, row.unusable);
        }
        allWhole &= row.goldWhole;
        size++;
    }

    /** Returns whether every expected number is 0 or 1. */
    boolean goldsAre01() {
        for (int i = 0; i < size; i++) {
            if (golds[i] != 0 && golds[i] != 1) {
                return false;
            }
        }
        return true;
    }

    /** Makes of one logit z the logits (0, z) of two classes, whose softmax is the sigmoid of z. */
    void toTwoClasses() {
        float[] pairs = new float[2 * size];
        for (int i = 0; i < size; i++) {
            pairs[2 * i + 1] = outputs[i];
        }
        kind = Dynamics.Kind.CLASSES;
        width = 2;
        outputs = pairs;
    }

    private void reserve(int rows) {
        if (texts != null) {
            texts = Arrays.copyOf(texts, Math.max(texts.length, rows));
        } else if (numbers.length < rows) {
            numbers = Arrays.copyOf(numbers, rows);
        }
        if (outputs.length < rows * width) {
            outputs = Arrays.copyOf(outputs, rows * width);
        }
        if (golds.length < rows * goldWidth) {
            golds = Arrays.copyOf(golds, rows * goldWidth);
        }
        if (hasExtras && extras.length < rows) {
            extras = Arrays.copyOf(extras, rows);
        }
    }

    String guid(int row) {
        return texts == null ? Long.toString(numbers[row]) : texts[row];
    }

    int indexIn(Guids guids, int row) {
        return texts == null ? guids.indexOf(numbers[row]) : guids.indexOf(texts[row]);
    }
}
