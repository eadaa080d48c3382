package org.kymograph.cartography.figures;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.plot.Plots;

/** What is told of a sample that is pointed at, behind its id: its label, and below them its text. */
final class PointNotes {
    private static final int LONGEST = 200;
    private static final int LINE = 56;

    private PointNotes() {}

    /** A note for each row, or null if there is nothing to tell; texts are for some places in the rows only. */
    static String[] of(
            SampleMetrics metrics, int[] rows, List<String> classes, IntFunction<String> texts, int[] detailed) {
        int[] gold = metrics.gold();
        if (gold == null && texts == null) {
            return null;
        }
        String[] told = new String[rows.length];
        if (gold != null) {
            Arrays.setAll(told, at -> {
                int label = gold[rows[at]];
                return " · "
                        + (classes != null && label >= 0 && label < classes.size()
                                ? Plots.escape(classes.get(label))
                                : "label " + label);
            });
        }
        if (texts != null) {
            for (int at : detailed) {
                told[at] = (told[at] == null ? "" : told[at]) + "<br>" + wrapped(texts.apply(rows[at]));
            }
        }
        return told;
    }

    private static String wrapped(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST - 1).stripTrailing() + "…" : text;
        StringBuilder lines = new StringBuilder();
        int width = 0;
        for (String word : cut.strip().split("\\s+", -1)) {
            if (width > 0) {
                boolean full = width + word.length() > LINE;
                lines.append(full ? "<br>" : " ");
                width = full ? 0 : width + 1;
            }
            lines.append(Plots.escape(word));
            width += word.length();
        }
        return lines.toString();
    }
}
