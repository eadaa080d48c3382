package org.kymograph.notebook;

/** What a notebook's cells share: where their output goes. */
public final class Notebook {
    private static volatile Output output = (id, bundle, update) -> { };

    private Notebook() {
    }

    /**
     * Connects the running kernel; a kernel's start-up script calls it before the first cell.
     *
     * @param kernel the kernel's display call
     */
    public static void connect(Output kernel) {
        output = kernel;
    }
}
