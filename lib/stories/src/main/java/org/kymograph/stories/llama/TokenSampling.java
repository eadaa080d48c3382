package org.kymograph.stories.llama;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;

/**
 * How the next token is chosen.
 *
 * @param temperature what logits are divided by, at least 0; 0 takes the largest, the first of equal ones
 * @param topP the smallest set of likeliest tokens that has more than this probability is drawn from; 0 or 1 for all tokens
 * @param topK only the likeliest this many tokens, and those as likely as the last of them, are drawn from; 0 for all
 * @param seed of llama2.c's generator, not 0; text b of a batch draws with seed + b
 * @param stopAtBos whether a text ends where the model writes token 1, with which another one would begin
 */
public record TokenSampling(double temperature, double topP, int topK, long seed, boolean stopAtBos) {
    /** Checks the ranges. */
    public TokenSampling {
        Arguments.check(
                temperature >= 0 && temperature < Double.POSITIVE_INFINITY, "temperature", temperature, "at least 0");
        Arguments.within("topP", topP, 0, 1);
        Arguments.atLeast("topK", topK, 0);
    }

    /**
     * Returns sampling at temperature 1 from all tokens, which stops at the end of a text.
     *
     * @return the defaults, with seed 1337
     */
    public static TokenSampling withDefaults() {
        return new TokenSampling(1, 0, 0, 1337, true);
    }

    /**
     * Returns the choice of the likeliest token.
     *
     * @return temperature 0
     */
    public static TokenSampling greedy() {
        return withDefaults().withTemperature(0);
    }

    /**
     * Returns a copy with another temperature.
     *
     * @param temperature what logits are divided by
     * @return the copy
     */
    public TokenSampling withTemperature(double temperature) {
        return Copies.with(this, "temperature", temperature);
    }

    /**
     * Returns a copy that draws from the likeliest tokens.
     *
     * @param topP the probability of their set
     * @return the copy
     */
    public TokenSampling withTopP(double topP) {
        return Copies.with(this, "topP", topP);
    }

    /**
     * Returns a copy that draws from the likeliest tokens.
     *
     * @param topK their number
     * @return the copy
     */
    public TokenSampling withTopK(int topK) {
        return Copies.with(this, "topK", topK);
    }

    /**
     * Returns a copy with another seed.
     *
     * @param seed the seed, not 0
     * @return the copy
     */
    public TokenSampling withSeed(long seed) {
        return Copies.with(this, "seed", seed);
    }

    /**
     * Returns a copy that stops where the model writes token 1, or goes on.
     *
     * @param stopAtBos whether it stops
     * @return the copy
     */
    public TokenSampling withStopAtBos(boolean stopAtBos) {
        return Copies.with(this, "stopAtBos", stopAtBos);
    }

    /** Chooses a token and overwrites the logits. */
    int choose(float[] logits, XorShift random) {
        if (temperature == 0) {
            return largest(logits);
        }
        float divisor = (float) temperature;
        for (int i = 0; i < logits.length; i++) {
            logits[i] /= divisor;
        }
        if (topK > 0 && topK < logits.length) {
            float[] sorted = logits.clone();
            Arrays.sort(sorted);
            float least = sorted[logits.length - topK];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = logits[i] < least ? Float.NEGATIVE_INFINITY : logits[i];
            }
        }
        softmax(logits);
        float coin = random.next();
        return topP <= 0 || topP >= 1 ? draw(logits, coin) : nucleus(logits, coin);
    }

    private static int largest(float[] x) {
        int best = 0;
        for (int i = 1; i < x.length; i++) {
            if (x[i] > x[best]) {
                best = i;
            }
        }
        return best;
    }

    private static void softmax(float[] x) {
        float most = x[largest(x)];
        float sum = 0;
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) Math.exp(x[i] - most);
            sum += x[i];
        }
        for (int i = 0; i < x.length; i++) {
            x[i] /= sum;
        }
    }

    private static int draw(float[] p, float coin) {
        float cdf = 0;
        for (int i = 0; i < p.length; i++) {
            cdf += p[i];
            if (coin < cdf) {
                return i;
            }
        }
        return p.length - 1;
    }

    // As run.c: tokens too rare to be in the set are left out before sorting.
    private int nucleus(float[] p, float coin) {
        float cutoff = (1 - (float) topP) / (p.length - 1);
        int[] kept = IntStream.range(0, p.length)
                .filter(i -> p[i] >= cutoff)
                .boxed()
                .sorted((a, b) -> Float.compare(p[b], p[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        float sum = 0;
        int last = kept.length - 1;
        for (int i = 0; i < kept.length; i++) {
            sum += p[kept[i]];
            if (sum > topP) {
                last = i;
                break;
            }
        }
        float r = coin * sum;
        float cdf = 0;
        for (int i = 0; i <= last; i++) {
            cdf += p[kept[i]];
            if (r < cdf) {
                return kept[i];
            }
        }
        return kept[last];
    }
}
