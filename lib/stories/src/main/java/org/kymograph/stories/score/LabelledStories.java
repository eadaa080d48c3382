package org.kymograph.stories.score;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Streams;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.corpus.StoryShards;

/**
 * Equally many stories with a label and without it, to fit and to measure classifiers on.
 *
 * @param train four fifths of them
 * @param test the others
 * @param feature the label, in any case
 */
public record LabelledStories(List<StoryRecord> train, List<StoryRecord> test, String feature) {
    /** Copies the lists. */
    public LabelledStories {
        train = List.copyOf(train);
        test = List.copyOf(test);
    }

    /**
     * Reads the first stories of each kind from shards.
     *
     * @param folder the folder with the shards
     * @param feature the label, in any case: the archive has {@code Twist}, the original's command {@code twist}
     * @param datasetSize how many of each kind, at least 5
     * @param datasetStartIndex how many of each kind to pass over
     * @param seed deals them to both parts
     * @return the stories
     * @throws RecordException if the shards have too few of one kind
     */
    public static LabelledStories read(Path folder, String feature, int datasetSize, int datasetStartIndex, long seed) {
        Arguments.atLeast("datasetSize", datasetSize, 5);
        Arguments.atLeast("datasetStartIndex", datasetStartIndex, 0);
        int end = datasetStartIndex + datasetSize;
        List<StoryRecord> with = new ArrayList<>();
        List<StoryRecord> without = new ArrayList<>();
        for (Path shard : StoryShards.list(folder)) {
            for (StoryRecord record : StoryShards.read(shard)) {
                (has(record, feature) ? with : without).add(record);
            }
            if (Math.min(with.size(), without.size()) >= end) {
                break;
            }
        }
        for (List<StoryRecord> some : List.of(with, without)) {
            if (some.size() < end) {
                throw new RecordException(
                        folder,
                        "has " + some.size() + " stories " + (some.equals(with) ? "with" : "without") + " " + feature
                                + "; expected at least " + end);
            }
        }
        List<StoryRecord> all = new ArrayList<>(with.subList(datasetStartIndex, end));
        all.addAll(without.subList(datasetStartIndex, end));
        int[] order = Streams.permutation(Streams.of(seed, "split"), all.size());
        List<StoryRecord> shuffled = new ArrayList<>();
        for (int i : order) {
            shuffled.add(all.get(i));
        }
        int cut = all.size() * 4 / 5;
        return new LabelledStories(shuffled.subList(0, cut), shuffled.subList(cut, all.size()), feature);
    }

    private static boolean has(StoryRecord record, String feature) {
        return record.features().stream().anyMatch(feature::equalsIgnoreCase);
    }

    /**
     * Returns which of some stories have the label.
     *
     * @param stories the stories
     * @return whether each has it
     */
    public boolean[] labels(List<StoryRecord> stories) {
        boolean[] labels = new boolean[stories.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = has(stories.get(i), feature);
        }
        return labels;
    }

    /**
     * Returns the texts of some stories.
     *
     * @param stories the stories
     * @return their texts, stripped
     */
    public static List<String> texts(List<StoryRecord> stories) {
        return stories.stream().map(r -> r.story().strip()).toList();
    }

    /** Returns how many stories there are. */
    @Override
    public String toString() {
        return train.size() + " stories to fit on and " + test.size() + " to measure on, half of them with " + feature;
    }
}
