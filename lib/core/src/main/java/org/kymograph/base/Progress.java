package org.kymograph.base;

/**
 * The progress of one piece of long work, shown wherever the program runs: a bar in a notebook, a line on standard
 * error under the command line, nothing in a test.
 */
public interface Progress extends AutoCloseable {
    /**
     * Shows how far the work has come.
     *
     * @param done how much is done, 0 to the total
     * @param note what to show behind the bar, such as {@code "loss 0.123"}; may be empty
     */
    void update(long done, String note);

    /** Ends the work, finished or not. */
    @Override
    void close();

    /** Where progress is shown. */
    interface Sink {
        /**
         * Returns the progress of that work.
         *
         * @param what the work, a few words
         * @param unit what is counted, such as {@code "steps"}
         * @param total how much there is to do, at least 1
         * @return the progress of that work
         */
        Progress start(String what, String unit, long total);

        /**
         * Shows a sentence, such as what need not be done again.
         *
         * @param sentence what to show
         */
        default void say(String sentence) {}
    }

    /**
     * Starts a piece of work on the sink in force.
     *
     * @param what the work, a few words
     * @param unit what is counted, such as {@code "steps"}
     * @param total how much there is to do, at least 1
     * @return the progress of that work
     */
    static Progress start(String what, String unit, long total) {
        return ProgressSinks.current.start(what, unit, total);
    }

    /**
     * Shows a sentence on the sink in force.
     *
     * @param sentence what to show
     */
    static void say(String sentence) {
        ProgressSinks.current.say(sentence);
    }

    /**
     * Sets where all progress is shown from now on.
     *
     * @param sink where progress is shown
     */
    static void showOn(Sink sink) {
        ProgressSinks.current = sink;
    }
}
