package org.kymograph.cartography.figures;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.plot.Palette;

/**
 * The colours of a data map: a diverging palette with a dark centre, from blue for what is never right to red for what always is
 * (Swayamdipta et al. 2020, figure 1).
 */
final class CorrectnessHue {
    private static final String[][] HUES = {
        {"#5070db", "#d1483a"},
        {"#5070db", "#222222", "#d1483a"},
        {"#5070db", "#313c61", "#5f2e2a", "#d1483a"},
        {"#5070db", "#39497f", "#222222", "#7c352e", "#d1483a"},
        {"#5070db", "#3e5192", "#2b3148", "#482927", "#8c3830", "#d1483a"},
        {"#5070db", "#41569f", "#313c61", "#222222", "#5f2e2a", "#983b32", "#d1483a"},
        {"#5070db", "#435aa8", "#364372", "#292d3f", "#3f2725", "#6f322c", "#a13d33", "#d1483a"},
        {"#5070db", "#455cad", "#39497f", "#2d3551", "#222222", "#512b28", "#7c352e", "#a73e34", "#d1483a"},
        {"#5070db", "#465fb3", "#3c4e8b", "#313c61", "#272b39", "#392624", "#5f2e2a", "#86372f", "#ac3f35", "#d1483a"},
        {
            "#5070db", "#4761b7", "#3e5192", "#35416e", "#2b3148", "#222222", "#482927", "#6b312c", "#8c3830",
            "#af4035", "#d1483a"
        }
    };
    /** With fewer hues than this, markers differ too. */
    private static final int MARKED = 8;

    private static final String[] MARKERS = {"circle", "x", "square", "cross", "diamond", "star-diamond", "triangle-up"
    };
    /** More epochs than this share hues by tenths. */
    private static final int TENTHS = 10;

    private CorrectnessHue() {}

    /** Colours from blue to red. */
    static List<String> palette(int hues) {
        if (hues < 2) {
            return List.of(HUES[0][HUES[0].length - 1]);
        }
        return hues <= HUES.length + 1
                ? List.of(HUES[hues - 2])
                : Columns.each(hues, i -> Palette.blended(List.of(HUES[HUES.length - 1]), (double) i / (hues - 1)));
    }

    /** The palette for a number that is 0 for blue and 1 for red. */
    static Object[][] scale() {
        List<String> colours = palette(HUES.length + 1);
        return IntStream.range(0, colours.size())
                .mapToObj(i -> new Object[] {(double) i / (colours.size() - 1), colours.get(i)})
                .toArray(Object[][]::new);
    }

    /** Samples by how often they are right, the fewest first; above 10 epochs by tenths. */
    static List<PointGroup> groups(double[] correctness, int epochs, int[] rows, boolean markers) {
        boolean tenths = epochs > TENTHS;
        TreeMap<Integer, IntStream.Builder> byHue = new TreeMap<>();
        for (int at = 0; at < rows.length; at++) {
            int k = (int) correctness[rows[at]];
            byHue.computeIfAbsent(tenths ? tenth(k, epochs) : k, hue -> IntStream.builder())
                    .add(at);
        }
        int hues = tenths ? TENTHS + 1 : epochs + 1;
        List<String> palette = palette(hues);
        return byHue.entrySet().stream()
                .map(entry -> {
                    int hue = entry.getKey();
                    String name = tenths ? BigDecimal.valueOf(hue, 1).toPlainString() : hue + "/" + epochs;
                    return new PointGroup(
                            name,
                            palette.get(hue),
                            markers && hues < MARKED ? MARKERS[hue] : "circle",
                            entry.getValue().build().toArray());
                })
                .toList();
    }

    /** Samples by a difference of correctness, the most negative first; hues from -epochs to epochs. */
    static List<PointGroup> differences(double[] difference, int epochs) {
        List<String> palette = palette(2 * epochs + 1);
        TreeMap<Integer, IntStream.Builder> byHue = new TreeMap<>();
        for (int i = 0; i < difference.length; i++) {
            byHue.computeIfAbsent((int) difference[i], hue -> IntStream.builder())
                    .add(i);
        }
        return Columns.each(
                byHue.entrySet(),
                entry -> new PointGroup(
                        signed(entry.getKey()) + (entry.getKey() == 0 ? "" : "/" + epochs),
                        palette.get(entry.getKey() + epochs),
                        "circle",
                        entry.getValue().build().toArray()));
    }

    static String signed(int value) {
        return value > 0 ? "+" + value : value < 0 ? "−" + -value : "0";
    }

    /** k/epochs in tenths, halves to even. */
    private static int tenth(int k, int epochs) {
        return new BigDecimal(10L * k)
                .divide(new BigDecimal(epochs), 0, RoundingMode.HALF_EVEN)
                .intValue();
    }

    /** The number of epochs, or the largest correctness where the file doesn't tell it. */
    static int epochs(int known, double[] correctness) {
        return known > 0
                ? known
                : Math.max(1, (int) Arrays.stream(correctness).max().orElse(1));
    }
}
