package REPL;

/** What JShell makes of a cell, written by hand. */
public final class Sample {
    /** Whether a cell is in its loop, or has been at the end of the stack. */
    public static volatile boolean begun;

    private Sample() {}

    /** Returns the sum of the odd numbers below 1000, by loops of every kind. */
    public static Object do_it$() {
        long sum = 0;
        for (int i = 1; i < 1000; i += 2) {
            sum += i;
        }
        int j = 0;
        while (true) {
            if (++j == 10) {
                break;
            }
        }
        do {
            j--;
        } while (j > 0);
        return sum + (long) j;
    }

    /** Runs until it is stopped. */
    public static void endless() {
        begun = true;
        for (long i = 0; ; i++) {
            Math.sqrt((double) i);
        }
    }

    /**
     * Never ends.
     *
     * @param depth any
     */
    @SuppressWarnings("InfiniteRecursion")
    public static void recursive(int depth) {
        try {
            recursive(depth + 1);
        } catch (StackOverflowError e) {
            begun = true;
            recursive(0);
        }
    }

    /** A cell that is refused something by the library. */
    public static final class Refused {
        private Refused() {}

        /** Always throws. */
        public static void do_it$() {
            org.kymograph.kernel.Refusal.refuse();
        }
    }
}
