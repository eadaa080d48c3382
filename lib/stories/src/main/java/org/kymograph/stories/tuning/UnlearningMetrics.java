package org.kymograph.stories.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Columns;
import org.kymograph.data.Dataset;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.stats.Statistics;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.train.Objective;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * What a model still knows of texts that it should have forgotten, by the names and formulas of OpenUnlearning, as far as they apply to
 * plain texts. None of them sees what is only hidden: that needs learning again.
 *
 * <ul>
 *   <li>{@code forget_Prob}, {@code retain_Prob}: the mean over texts of exp(−loss a token);
 *   <li>{@code exact_memorization}: the share of the tokens to forget that are the likeliest ones;
 *   <li>{@code extraction_strength}: 1 − k/T for the shortest beginning of k tokens behind which all tokens are the likeliest ones, the mean
 *       over texts to forget;
 *   <li>{@code mia_loss}: how often a text that was trained on has a smaller loss than another one (AUC); 0.5 is what a model that never
 *       saw either has.
 * </ul>
 *
 * <p>Source: Dorna et al., OpenUnlearning (arXiv 2506.12618).
 *
 * @param values the metrics by name
 */
public record UnlearningMetrics(Map<String, Double> values) {
    private static final int BATCH = 32;

    /** Copies the values. */
    public UnlearningMetrics {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Measures a model on pretokenized data.
     *
     * @param config gives the data's place, the vocabulary and the length; eval_iters × batch_size texts are read of each
     * @param model the model
     * @param forget the data to forget
     * @param retain the data to retain
     * @return the metrics
     */
    public static UnlearningMetrics of(StoriesConfig config, LlamaModel model, String forget, String retain) {
        StoriesTraining training = StoriesTraining.of(config);
        return of(
                model,
                training.evaluated(forget, false),
                training.evaluated(forget, true),
                training.evaluated(retain, true));
    }

    /**
     * Measures a model.
     *
     * @param model the model
     * @param forget texts to forget, which were trained on
     * @param holdout texts of their kind, which were not
     * @param retain texts to retain
     * @return the metrics
     */
    static UnlearningMetrics of(LlamaModel model, Dataset forget, Dataset holdout, Dataset retain) {
        ParameterVector parameters = model.parameters();
        double[] seen = losses(model, parameters, forget);
        double[] unseen = losses(model, parameters, holdout);
        Map<String, Double> all = new LinkedHashMap<>();
        all.put("forget_Prob", probability(seen));
        all.put("retain_Prob", probability(losses(model, parameters, retain)));
        double exact = 0;
        double strength = 0;
        for (int from = 0; from < forget.size(); from += BATCH) {
            Dataset some = forget.subset(
                    IntStream.range(from, Math.min(forget.size(), from + BATCH)).toArray());
            for (boolean[] right : right(model, parameters, some)) {
                exact += (double) IntStream.range(0, right.length)
                                .filter(t -> right[t])
                                .count()
                        / right.length;
                int k = right.length;
                while (k > 0 && right[k - 1]) {
                    k--;
                }
                strength += 1 - (double) k / right.length;
            }
        }
        all.put("exact_memorization", exact / forget.size());
        all.put("extraction_strength", strength / forget.size());
        all.put("mia_loss", smaller(seen, unseen));
        return new UnlearningMetrics(all);
    }

    private static double[] losses(LlamaModel model, ParameterVector parameters, Dataset data) {
        return Objective.of(model.network(), Loss.CROSS_ENTROPY, data)
                .withBatchSize(BATCH)
                .losses(List.of(parameters))[0];
    }

    private static double probability(double[] losses) {
        return Arrays.stream(losses).map(l -> Math.exp(-l)).average().orElse(Double.NaN);
    }

    // Which tokens are the likeliest ones.
    private static List<boolean[]> right(LlamaModel model, ParameterVector parameters, Dataset data) {
        Tensor logits = Objective.of(model.network(), Loss.CROSS_ENTROPY, data)
                .withBatchSize(BATCH)
                .outputs(List.of(parameters))
                .get(0);
        float[] all = logits.toFloats();
        int classes = model.network().vocabulary();
        long[] targets = data.targets().toLongs();
        List<boolean[]> right = new ArrayList<>();
        int length = data.targetSize();
        for (int i = 0; i < data.size(); i++) {
            boolean[] of = new boolean[length];
            for (int t = 0; t < length; t++) {
                int from = (i * length + t) * classes;
                of[t] = Statistics.argmax(all, from, classes) == targets[i * length + t];
            }
            right.add(of);
        }
        return right;
    }

    private static double smaller(double[] seen, double[] unseen) {
        double pairs = 0;
        for (double s : seen) {
            for (double u : unseen) {
                pairs += s < u ? 1 : s == u ? 0.5 : 0;
            }
        }
        return pairs / seen.length / unseen.length;
    }

    /**
     * Returns how far the membership test is from that of a model that was retrained without the data, in percent of the latter.
     *
     * @param retrained the metrics of the retrained model
     * @return OpenUnlearning's {@code privleak}; 0 is perfect
     */
    public double privleak(UnlearningMetrics retrained) {
        double gold = retrained.values.get("mia_loss");
        return 100 * (values.get("mia_loss") - gold) / gold;
    }

    /**
     * Returns the metrics as a table.
     *
     * @return columns metric and value
     */
    public Table table() {
        return Columns.of("unlearning", List.copyOf(values.entrySet()))
                .texts("metric", Map.Entry::getKey)
                .doubles("value", Map.Entry::getValue)
                .table();
    }
}
