package org.kymograph.record.dynamics;

/** What a reader may put up with in a log; what it does is counted and listed in the {@link DynamicsReader.Coverage}. */
public enum Lenience {
    /** Of several rows of a sample in an epoch the first is kept. */
    KEEP_FIRST,
    /** Samples that aren't in every epoch, or have an output there that isn't finite, are left out, and a last line cut off. */
    DROP_INCOMPLETE
}
