package org.kymograph.stories.tuning;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.kymograph.data.Dataset;
import org.kymograph.train.loss.Loss;

/**
 * The sum of the cross-entropies of some lenses at every position; their logits stand side by side.
 *
 * @param vocabulary the logits of each
 * @param first the number of the first lens that counts, from 0
 * @param count how many count
 */
record LensLoss(int vocabulary, int first, int count) implements Loss {
    private NDArray lens(NDArray outputs, int i) {
        return BesideFrozen.part(outputs, 0, first + i, vocabulary);
    }

    @Override
    public NDArray perSample(NDArray outputs, NDArray targets, NDArray auxiliary) {
        NDArray sum = CROSS_ENTROPY.perSample(lens(outputs, 0), targets, null);
        for (int i = 1; i < count; i++) {
            sum = sum.add(CROSS_ENTROPY.perSample(lens(outputs, i), targets, null));
        }
        return sum;
    }

    @Override
    public NDArray correct(NDArray outputs, NDArray targets) {
        return CROSS_ENTROPY.correct(lens(outputs, count - 1), targets);
    }

    @Override
    public NDArray answer(NDArray outputs) {
        return lens(outputs, count - 1);
    }

    @Override
    public String expected(long[] outputs, Dataset data) {
        return CROSS_ENTROPY.expected(new long[] {outputs[0], vocabulary}, data);
    }

    @Override
    public Object setting() {
        return Map.of("name", "LENSES", "vocabulary", vocabulary, "first", first, "count", count);
    }
}
