package org.kymograph.record.dynamics;

import java.util.Arrays;

/** The rows of one epoch's file, in its order; used again from file to file. */
final class EpochRows {
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

    void clear() {
        kind = null;
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

    void add(long number, String text, float[] values, double[] gold, float extra) {
        if (size == (texts == null ? numbers.length : texts.length)
                || (size + 1) * width > outputs.length
                || (size + 1) * goldWidth > golds.length
                || hasExtras && size == extras.length) {
            reserve(Math.max(size + 1, (int) Math.min(Integer.MAX_VALUE / Math.max(1, width) - 8, size * 5L / 4)));
        }
        if (texts == null) {
            numbers[size] = number;
        } else {
            texts[size] = text;
        }
        System.arraycopy(values, 0, outputs, size * width, width);
        System.arraycopy(gold, 0, golds, size * goldWidth, goldWidth);
        if (hasExtras) {
            extras[size] = extra;
        }
        size++;
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
