package org.kymograph.data;

import java.util.Map;

/** What is learnt: gives a run its training and test set. */
public interface Task {
    /** @return a short name, such as {@code "sparse-parity"} */
    String name();

    /**
     * What tells this task from others of its name: goes into {@code run.json} and the run's folder name.
     *
     * @return something that can be written as a JSON object; a record's components if this is a record, else nothing
     */
    default Object setting() {
        return this instanceof Record ? this : Map.of();
    }

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
