package org.kymograph.data.text;

/**
 * What a file of labelled texts held, and what of it was passed over or put right.
 *
 * @param rows the rows that were taken
 * @param unlabelled rows passed over because their label is empty or a dash
 * @param repeated rows passed over because an earlier one has their id
 * @param shorter rows passed over because they lack cells
 * @param longer rows taken that have more cells than the header, whose surplus is left out
 */
public record SkippedRows(long rows, long unlabelled, long repeated, long shorter, long longer) {
    @Override
    public String toString() {
        return rows + " rows taken, of which " + longer + " with surplus cells; passed over: " + unlabelled
                + " without a label, " + repeated + " with the id of an earlier row, " + shorter + " that lack cells";
    }
}
