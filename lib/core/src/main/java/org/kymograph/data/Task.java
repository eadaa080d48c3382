package org.kymograph.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import org.kymograph.record.files.Json;
import org.kymograph.record.tensors.Tensor;

/** What is learned: gives a run its training and test set. */
public interface Task {
    /**
     * Returns a short name.
     *
     * @return a short name, such as {@code "sparse-parity"}
     */
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
     * Returns that run's data.
     *
     * @param seed the run's seed
     * @return that run's data; the very same object for every seed where the data do not depend on it
     */
    Split sample(long seed);

    /**
     * Returns further data to test on, such as those out of distribution.
     *
     * @param seed the run's seed
     * @return the data by their names; none if the task has no others than its test set
     */
    default Map<String, Dataset> tests(long seed) {
        return Map.of();
    }

    /**
     * Returns what is done to the inputs of every training batch.
     *
     * @return what is done to the inputs of every training batch
     */
    default Augmentation augmentation() {
        return Augmentation.NONE;
    }

    /**
     * Fixed data, the same for every seed.
     *
     * @param name names the data in the record: give another name when they change; auxiliary targets of the training set are
     *        told apart by a checksum
     * @param split the data
     * @return the task
     */
    static Task of(String name, Split split) {
        return of(name, split, Augmentation.NONE);
    }

    /**
     * Fixed data, the same for every seed, known by a checksum of all examples: for data of which there are many variants,
     * such as a selection of rows or labels with noise.
     *
     * @param name names the data in the record
     * @param split the data
     * @return the task
     */
    static Task byContent(String name, Split split) {
        String checksum = Tensor.checksum(
                split.train().inputs(),
                split.train().targets(),
                split.train().auxiliary(),
                split.test().inputs(),
                split.test().targets());
        return new MadeTask(name, Map.of("sha256", checksum), Augmentation.NONE, seed -> split);
    }

    /**
     * Fixed data, the same for every seed, whose training batches are changed at random.
     *
     * @param name names the data in the record
     * @param split the data
     * @param augmentation what is done to the inputs; if it is a record, its components are recorded
     * @return the task
     */
    static Task of(String name, Split split, Augmentation augmentation) {
        Map<String, Object> setting = new LinkedHashMap<>();
        if (augmentation instanceof Record) {
            setting.put("augmentation", augmentation);
        }
        if (split.train().auxiliaryTargets() > 0) {
            setting.put("side", Tensor.checksum(split.train().auxiliary()));
        }
        return new MadeTask(name, setting, augmentation, seed -> split);
    }

    /**
     * Makes a task of another's name and augmentation, whose data are made from that one's.
     *
     * @param from the other task
     * @param setting what its setting says beside that of the other, by name: how the data are made
     * @param samples gives a seed's data; the very same object for seeds that share them
     * @return the task
     */
    static Task derived(Task from, Map<String, ?> setting, LongFunction<Split> samples) {
        ObjectNode all = Json.object().setAll((ObjectNode) Json.tree(from.setting()));
        setting.forEach((name, value) -> all.set(name, Json.tree(value)));
        return new MadeTask(from.name(), all, from.augmentation(), samples);
    }

    /** Changes the inputs of every training batch at random; tests see the inputs as they are. */
    @FunctionalInterface
    interface Augmentation {
        /** Leaves the inputs as they are. */
        Augmentation NONE = (inputs, offset, count, shape, random) -> {};

        /**
         * Changes some inputs in place.
         *
         * @param inputs scaled inputs, one after the other
         * @param offset where the first of them starts
         * @param count how many there are
         * @param shape the shape of one
         * @param random where to draw from: a stream of the run and the step, so that a resumed run draws the same
         */
        void apply(float[] inputs, int offset, int count, long[] shape, RandomGenerator random);
    }
}
