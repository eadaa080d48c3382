package org.kymograph.stories.tuning;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.TokenShards;
import org.kymograph.stories.score.StoryPrompt;
import org.kymograph.stories.tokens.BpeTokenizer;

/**
 * Stories without their instructions, whose labels are the features that those name. As in the original a shorter story stands at the
 * end of a row, behind the tails of the stories before it.
 */
final class ProbeTexts {
    private static final Pattern FEATURES = Pattern.compile("Features: (.*)\n");
    private static final int FEATURE_COUNT = StoryFeature.values().length;

    private ProbeTexts() {}

    /**
     * Returns some stories of shards, the same ones each time.
     *
     * @param heads how often the labels of a story stand side by side
     */
    static Dataset read(TokenShards shards, BpeTokenizer tokenizer, int length, int heads, int most, long seed) {
        List<int[]> rows = new ArrayList<>();
        List<float[]> labels = new ArrayList<>();
        int[] files = Streams.permutation(
                Streams.of(seed, "shards to probe"), shards.shards().size());
        for (int f = 0; f < files.length && rows.size() < most; f++) {
            Path file = shards.shards().get(files[f]);
            int[] tokens = TokenShards.read(file);
            List<int[]> records = records(tokens);
            int[] order = Streams.permutation(Streams.of(seed, "stories to probe", files[f]), records.size());
            for (int k = 0; k < order.length && rows.size() < most; k++) {
                String text = tokenizer.decode(records.get(order[k]));
                StoryPrompt story = StoryPrompt.of(text);
                Matcher features = FEATURES.matcher(text);
                // As in the original, what has no story or no list of features is left out.
                if (story != null && features.find()) {
                    rows.add(tokenizer.encode(story.target(), true, false));
                    labels.add(labels(features.group(1), heads));
                }
            }
        }
        if (rows.isEmpty()) {
            throw new RecordException(
                    shards.shards().get(0),
                    "has no record with features and a story; expected lines 'Features: ' and 'Story: '");
        }
        return dataset(rows, labels, length);
    }

    private static List<int[]> records(int[] tokens) {
        List<int[]> records = new ArrayList<>();
        int from = -1;
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] == BpeTokenizer.BOS) {
                if (from >= 0) {
                    records.add(Arrays.copyOfRange(tokens, from, i));
                }
                from = i;
            }
        }
        return records;
    }

    private static float[] labels(String names, int heads) {
        float[] all = new float[heads * FEATURE_COUNT];
        for (String name : names.split(",", -1)) {
            if (!name.isBlank()) {
                int k = StoryFeature.of(name.strip()).ordinal();
                for (int h = 0; h < heads; h++) {
                    all[h * FEATURE_COUNT + k] = 1;
                }
            }
        }
        return all;
    }

    private static Dataset dataset(List<int[]> rows, List<float[]> labels, int length) {
        int n = rows.size();
        long[] tokens = new long[Math.multiplyExact(n, length)];
        float[] targets = new float[n * labels.get(0).length];
        for (int i = 0; i < n; i++) {
            // From the end on: the story itself, then the stories before it, the first of all before the last.
            int at = (i + 1) * length;
            for (int j = i; at > i * length; j = Math.floorMod(j - 1, n)) {
                int[] story = rows.get(j);
                for (int t = story.length - 1; t >= 0 && at > i * length; t--) {
                    tokens[--at] = story[t];
                }
            }
            System.arraycopy(labels.get(i), 0, targets, i * labels.get(i).length, labels.get(i).length);
        }
        int classes = labels.get(0).length;
        return new Dataset(
                "stories",
                "probes",
                0,
                Tensor.of(tokens, n, length),
                Tensor.of(targets, n, classes),
                classes,
                Scaling.NONE);
    }
}
