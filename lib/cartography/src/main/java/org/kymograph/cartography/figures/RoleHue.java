package org.kymograph.cartography.figures;

import java.util.Map;
import org.kymograph.cartography.select.Regions.Region;

/** The colours of what several figures of the lab show, maps, bars and curves: one thing has one colour. */
final class RoleHue {
    /** Red and blue as {@link CorrectnessHue}'s ends. */
    static final String EASY = "#c44e52";

    static final String HARD = "#4c72b0";
    static final String AMBIGUOUS = "#E69F00";
    static final String NONE = "#b0b0b0";
    /** A part drawn by chance, beside which others stand. */
    static final String RANDOM = "#777777";

    static final String ALL = "#009E73";
    /** A sample whose label is wrong, or whose cue misleads. */
    static final String WRONG = "#D55E00";

    static final String RIGHT = "#0072B2";

    /** By the names that tables and legends have. */
    static final Map<String, String> OF = Map.of(
            Region.EASY.key(),
            EASY,
            Region.AMBIGUOUS.key(),
            AMBIGUOUS,
            Region.HARD.key(),
            HARD,
            Region.NONE.key(),
            NONE,
            "random",
            RANDOM,
            "all",
            ALL,
            "wrong",
            WRONG,
            "right",
            RIGHT);

    private RoleHue() {}
}
