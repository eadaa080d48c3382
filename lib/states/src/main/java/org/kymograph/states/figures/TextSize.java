package org.kymograph.states.figures;

import java.util.List;

/** Estimates how wide text is drawn, on the wide side, since the font is the reader's. */
final class TextSize {
    private static final double LINE = 1.3;

    private TextSize() {}

    /** The width of one line in pixels, without its tags. */
    static double width(String line, double size) {
        String text = line.replaceAll("<[^>]*>", "").replaceAll("&[a-z]+;", "&");
        return size * text.codePoints().mapToDouble(TextSize::em).sum();
    }

    /** Width and height of lines in pixels. */
    static double[] of(List<String> lines, double size) {
        return new double[] {
            lines.stream().mapToDouble(line -> width(line, size)).max().orElse(0), lines.size() * size * LINE
        };
    }

    private static double em(int c) {
        if ("il.,:;|!'()[]/ jtf".indexOf(c) >= 0) {
            return 0.34;
        }
        if ("mwMW@%→↑↓".indexOf(c) >= 0) {
            return 0.92;
        }
        return Character.isUpperCase(c) ? 0.68 : 0.58;
    }
}
