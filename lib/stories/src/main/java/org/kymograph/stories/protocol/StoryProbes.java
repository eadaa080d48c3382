package org.kymograph.stories.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.evaluate.Activations;
import org.kymograph.evaluate.LinearProbe;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryLayout;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;

/**
 * Linear probes for all features on a model's residual stream, at the embeddings and behind each block. A probe reads the mean of the
 * stream at the last positions of a story.
 *
 * @param model the model
 * @param tokenizer its tokenizer
 * @param positions how many positions at the end of a story; the original has 10
 * @param instruction the lines of the instruction that stand before the story; null for the story alone, as in the original
 */
public record StoryProbes(LlamaModel model, BpeTokenizer tokenizer, int positions, StoryLayout instruction) {
    private static final int BATCH = 256;

    /** Checks that model and tokenizer belong together. */
    public StoryProbes {
        tokenizer.checkSize(model.network().vocabulary());
        Arguments.atLeast("positions", positions, 1);
    }

    /**
     * Returns probes of stories without their instructions, at the last 4 positions.
     *
     * @param model the model
     * @param tokenizer its tokenizer
     * @return the probes
     */
    public static StoryProbes of(LlamaModel model, BpeTokenizer tokenizer) {
        return new StoryProbes(model, tokenizer, 4, null);
    }

    /**
     * Returns a copy that reads another number of positions.
     *
     * @param positions how many
     * @return the copy
     */
    public StoryProbes withPositions(int positions) {
        return Copies.with(this, "positions", positions);
    }

    /**
     * Returns a copy whose stories stand behind their instructions, which name the features.
     *
     * @param instruction the lines of the instruction
     * @return the copy
     */
    public StoryProbes withInstruction(StoryLayout instruction) {
        return Copies.with(this, "instruction", instruction);
    }

    /**
     * Fits the probes.
     *
     * @param train the stories to fit on
     * @param test the stories to measure on
     * @return a row for each feature that some of the stories to fit on have and some haven't, and each layer
     */
    public ProbeResults fit(List<StoryRecord> train, List<StoryRecord> test) {
        return fit(train, test, List.of(StoryFeature.values()));
    }

    /**
     * Fits the probes for some features.
     *
     * @param train the stories to fit on
     * @param test the stories to measure on
     * @param features the features
     * @return a row for each feature that some of the stories to fit on have and some haven't, and each layer
     */
    public ProbeResults fit(List<StoryRecord> train, List<StoryRecord> test, List<StoryFeature> features) {
        Map<Integer, double[][]> x = pooled(train);
        Map<Integer, double[][]> y = pooled(test);
        List<ProbeResults.Row> rows = new ArrayList<>();
        for (StoryFeature feature : features) {
            int[] labels = labels(train, feature);
            if (Arrays.stream(labels).distinct().count() < 2) {
                continue;
            }
            x.forEach((layer, activations) -> {
                LinearProbe p = LinearProbe.of("" + layer, activations, labels, y.get(layer), labels(test, feature));
                rows.add(new ProbeResults.Row(
                        "model",
                        Double.NaN,
                        0,
                        feature.label(),
                        layer,
                        p.accuracy(),
                        p.lower(),
                        p.upper(),
                        p.majority()));
            });
        }
        return new ProbeResults(rows);
    }

    private static int[] labels(List<StoryRecord> records, StoryFeature feature) {
        return records.stream()
                .mapToInt(r -> r.features().contains(feature.label()) ? 1 : 0)
                .toArray();
    }

    // The mean at the last positions of each record, by layer. Positions behind a story don't change those in it.
    private Map<Integer, double[][]> pooled(List<StoryRecord> records) {
        int layers = model.network().layers();
        String[] points = model.network().streamPoints();
        Map<Integer, double[][]> all = new LinkedHashMap<>();
        for (int l = 0; l <= layers; l++) {
            all.put(l, new double[records.size()][]);
        }
        RandomGenerator random = Streams.of(0, "probes");
        for (int from = 0; from < records.size(); from += BATCH) {
            int to = Math.min(records.size(), from + BATCH);
            int[][] ids = new int[to - from][];
            for (int i = from; i < to; i++) {
                StoryRecord r = records.get(i);
                String text = instruction == null ? r.story().strip() : instruction.text(r, random);
                int[] full = tokenizer.encode(text, true, false);
                ids[i - from] = Arrays.copyOfRange(full, Math.max(0, full.length - model.length()), full.length);
            }
            Activations a = Activations.of(model.network(), model.parameters(), data(ids), points);
            for (int l = 0; l <= layers; l++) {
                double[] values = a.get(points[l]).toDoubles();
                for (int i = 0; i < ids.length; i++) {
                    all.get(l)[from + i] = mean(values, i, ids[i].length);
                }
            }
        }
        return all;
    }

    private double[] mean(double[] values, int i, int end) {
        int d = model.network().dModel();
        int first = Math.max(0, end - positions);
        double[] mean = new double[d];
        for (int t = first; t < end; t++) {
            for (int k = 0; k < d; k++) {
                mean[k] += values[(i * model.length() + t) * d + k] / (end - first);
            }
        }
        return mean;
    }

    private Dataset data(int[][] ids) {
        int length = model.length();
        long[] tokens = new long[ids.length * length];
        for (int i = 0; i < ids.length; i++) {
            for (int t = 0; t < ids[i].length; t++) {
                tokens[i * length + t] = ids[i][t];
            }
        }
        Tensor inputs = Tensor.of(tokens, ids.length, length);
        return new Dataset(
                "stories", "probe", 0, inputs, inputs, model.network().vocabulary(), Scaling.NONE);
    }
}
