package org.kymograph.stories.llama;

import org.kymograph.base.Arguments;

/** The xorshift64* generator of llama2.c's {@code run.c}, so that a seed draws there and here the same numbers. */
final class XorShift {
    private long state;

    XorShift(long seed) {
        Arguments.check(seed != 0, "seed", seed, "another number than 0, which this generator never leaves");
        state = seed;
    }

    /** Returns a number from 0 to below 1. */
    float next() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        int u = (int) ((state * 0x2545F4914F6CDD1DL) >>> 32);
        return (u >>> 8) / 16777216.0f;
    }
}
