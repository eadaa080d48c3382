package org.kymograph.data.text;

import java.util.LinkedHashMap;
import java.util.Map;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;

/** Generated texts with an annotation artefact: a cue word that in most of them gives the label away. */
public interface CueTask extends Task {
    /**
     * Returns the texts to learn from and those of the same distribution.
     *
     * @param seed the run's seed
     * @return the texts to learn from and those of the same distribution
     */
    @Override
    default Split sample(long seed) {
        return new Split(data(seed, CuePart.TRAIN), data(seed, CuePart.SAME));
    }

    /**
     * Returns the number of word numbers: no word, the cues, the words.
     *
     * @return the number of word numbers: no word, the cues, the words
     */
    int vocabulary();

    /**
     * Returns their word numbers and labels.
     *
     * @param seed the run's seed
     * @param part which texts
     * @return their word numbers and labels
     */
    Dataset data(long seed, CuePart part);

    /**
     * Returns the three parts to measure on, by name: {@code "same distribution"}, {@code "wrong cue"}, {@code "no
     * cue"}.
     *
     * @param seed the run's seed
     * @return the three parts to measure on, by name: {@code "same distribution"}, {@code "wrong cue"}, {@code "no cue"}
     */
    default Map<String, Dataset> tests(long seed) {
        Map<String, Dataset> tests = new LinkedHashMap<>();
        tests.put("same distribution", data(seed, CuePart.SAME));
        tests.put("wrong cue", data(seed, CuePart.WRONG_CUE));
        tests.put("no cue", data(seed, CuePart.NO_CUE));
        return tests;
    }

    /**
     * Returns which of them have a cue that names the wrong label.
     *
     * @param data examples of {@link #data}, or some of them
     * @return which of them have a cue that names the wrong label
     */
    boolean[] conflicting(Dataset data);

    /**
     * Returns which share of them has a cue that names the wrong label, 0 to 1.
     *
     * @param data examples of {@link #data}, or some of them
     * @return which share of them has a cue that names the wrong label, 0 to 1
     */
    default double conflictingShare(Dataset data) {
        int count = 0;
        for (boolean wrong : conflicting(data)) {
            count += wrong ? 1 : 0;
        }
        return (double) count / data.size();
    }

    /**
     * What speaks for the label but the cue: the sum of a sentence's valences, or the strength of a premise less that of
     * its hypothesis. The label is its sign; the smaller it is, the more every word counts.
     *
     * @param seed the seed of the examples
     * @param data examples of {@link #data}, or some of them
     * @return a number for each
     */
    double[] evidence(long seed, Dataset data);

    /**
     * Returns them in letters, their ids the rows 0, 1, ….
     *
     * @param data examples of {@link #data}, or some of them
     * @return them in letters, their ids the rows 0, 1, …
     */
    Texts texts(Dataset data);
}
