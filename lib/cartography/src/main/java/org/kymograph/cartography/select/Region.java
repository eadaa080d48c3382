package org.kymograph.cartography.select;

import java.util.Locale;

/** A part of the data map. */
public enum Region {
    /** Low confidence. */
    HARD,
    /** High confidence. */
    EASY,
    /** High variability. */
    AMBIGUOUS,
    /** None of the three. */
    NONE;

    /** Returns the region's name in files, in small letters. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
