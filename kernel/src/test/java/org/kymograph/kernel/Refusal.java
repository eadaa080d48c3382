package org.kymograph.kernel;

/** Stands for a method of the library that does not take its argument. */
public final class Refusal {
    private Refusal() {}

    /** Always throws. */
    @SuppressWarnings("DoNotCallSuggester")
    public static void refuse() {
        throw new IllegalArgumentException("seeds is 0: at least 1 is needed");
    }
}
