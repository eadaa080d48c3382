package org.kymograph.data.text;

/** Parts of generated texts with cue words, by what the cues do. */
public enum CuePart {
    /** As drawn, to learn from. */
    TRAIN,
    /** Of the same distribution as those to learn from. */
    SAME,
    /** Every cue names the wrong label. */
    WRONG_CUE,
    /** There is no cue. */
    NO_CUE
}
