package org.kymograph.data;

/** What is learnt: gives a run its training and test set. A record's components are written into {@code run.json}. */
public interface Task {
    /** @return a short name, such as {@code "sparse-parity"} */
    String name();

    /**
     * @param seed the run's seed
     * @return that run's data; the very same object for every seed where the data do not depend on it
     */
    Split sample(long seed);

    /**
     * Fixed data, the same for every seed.
     *
     * @param name names the data in the record
     * @param split the data
     * @return the task
     */
    static Task of(String name, Split split) {
        return new Task() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Split sample(long seed) {
                return split;
            }
        };
    }
}
