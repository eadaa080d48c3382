package org.kymograph.states.figures;

import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.plot.Palette;

/**
 * The colour of each latent state, the same in every figure: state k has the k-th colour, so states that are numbered by first visit keep
 * theirs from the map to the loss curves.
 *
 * <p>Light fills that carry dark numbers and stay apart with any colour vision: eight of Paul Tol's light scheme (2021), then eight of his muted one.
 */
final class StateColours {
    private static final List<String> COLOURS = List.of(
            "#44BB99", "#EE8866", "#77AADD", "#FFAABB", "#BBCC33", "#99DDFF", "#EEDD88", "#AAAA00", "#882255",
            "#332288", "#CC6677", "#117733", "#AA4499", "#999933", "#88CCEE", "#661100");
    private static final String DARK = "#1a1a1a";
    private static final String LIGHT = "#ffffff";

    private StateColours() {}

    /**
     * The colour of a state.
     *
     * @param state its number, from 0; after 16 the colours come again
     * @return the colour as {@code #rrggbb}
     * @throws IllegalArgumentException if the state is negative
     */
    static String of(int state) {
        if (state < 0) {
            throw Arguments.unexpected("state", state, "at least 0");
        }
        return COLOURS.get(state % COLOURS.size());
    }

    /** Dark or white, whichever can better be read on a state's colour. */
    static String text(int state) {
        String fill = of(state);
        return contrast(fill, DARK) >= contrast(fill, LIGHT) ? DARK : LIGHT;
    }

    /** The colour of a state with some of the background showing through. */
    static String translucent(int state, double opacity) {
        return new Palette.Style(of(state), "solid", "circle").translucent(opacity);
    }

    /** The contrast of two colours, 1 to 21, as the W3C's guidelines for accessibility define it. */
    static double contrast(String a, String b) {
        double la = luminance(a);
        double lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }

    private static double luminance(String colour) {
        int rgb = Integer.parseInt(colour.substring(1), 16);
        return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8 & 255) + 0.0722 * linear(rgb & 255);
    }

    private static double linear(int channel) {
        double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
}
