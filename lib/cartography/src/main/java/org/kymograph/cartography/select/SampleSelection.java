package org.kymograph.cartography.select;

import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.cartography.metrics.Metric;
import org.kymograph.cartography.metrics.SampleMetrics;
import org.kymograph.cartography.metrics.SampleRows;

/**
 * Which samples to train on: how they are ranked, and which part of the ranking is taken. Immutable.
 *
 * <p>Rankings put the most valuable sample first ({@link Metric#ascending()}), ties by index; a part of n samples has
 * {@code (int) (fraction * n)}, cut off and not rounded, as in Swayamdipta et al., EMNLP 2020. The result is always in the order of
 * the ranking; of a balanced selection, class after class.
 *
 * @param metric what ranks the samples; null for a draw
 * @param seed the random seed of a draw
 * @param fraction the share to take, above 0 to 1
 * @param worst whether the ranking is turned round
 * @param bothEnds whether part comes from the ranking's start and part from its end
 * @param balanced whether equally many samples of each class are taken
 * @param extraRow whether one sample more is taken, as by the original filter
 * @param skipped the share of the part taken that is left out again, at its start, 0 to below 1
 * @param low samples with values above this only
 * @param high samples with values below this only
 * @param excluded samples that are left out, by their places
 */
public record SampleSelection(
        Metric metric,
        long seed,
        double fraction,
        boolean worst,
        boolean bothEnds,
        boolean balanced,
        boolean extraRow,
        double skipped,
        double low,
        double high,
        int[] excluded) {
    private static final double HARD_SHARE = 0.7;

    /** Checks the shares. */
    public SampleSelection {
        checkFraction("fraction", fraction);
        Arguments.check(skipped >= 0 && skipped < 1, "skipped", skipped, "0 to below 1");
        excluded = excluded.clone();
    }

    private static SampleSelection of(Metric metric, double fraction, long seed) {
        return new SampleSelection(
                metric,
                seed,
                fraction,
                false,
                false,
                false,
                false,
                0,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                new int[0]);
    }

    @Override
    public int[] excluded() {
        return excluded.clone();
    }

    /**
     * Selects all samples, ranked by a metric.
     *
     * @param metric what ranks the samples
     */
    public static SampleSelection by(Metric metric) {
        Arguments.check(metric != null, "metric", metric, "one, or random(…) for none");
        return of(metric, 1, 0);
    }

    /**
     * Selects samples by chance, without replacement: the baseline.
     *
     * @param fraction the share to draw, above 0 to 1
     * @param seed the random seed of the draw
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public static SampleSelection random(double fraction, long seed) {
        return of(null, fraction, seed);
    }

    /**
     * Returns a copy that takes another share of the ranking.
     *
     * @param fraction the share to take, above 0 to 1
     * @throws IllegalArgumentException if it is out of range
     */
    public SampleSelection withFraction(double fraction) {
        return Copies.with(this, "fraction", fraction);
    }

    /**
     * Returns a copy that does or doesn't turn the ranking round.
     *
     * @param worst whether to turn the ranking round; the easy samples are confidence's worst
     */
    public SampleSelection withWorst(boolean worst) {
        return Copies.with(this, "worst", worst);
    }

    /**
     * Returns a copy that does or doesn't take both ends of the ranking.
     *
     * @param bothEnds whether to take seven tenths from the start of the ranking, cut off, and the rest from its end
     */
    public SampleSelection withBothEnds(boolean bothEnds) {
        return Copies.with(this, "bothEnds", bothEnds);
    }

    /**
     * Takes equally many samples of each class, {@code (int) (fraction * n / classes)}, each from its own ranking.
     *
     * @param balanced whether to
     * @return a copy that does
     */
    public SampleSelection withBalanced(boolean balanced) {
        return Copies.with(this, "balanced", balanced);
    }

    /**
     * Ranks only samples with a value between two limits; the fraction is of these.
     *
     * @param low values must be above it
     * @param high values must be below it
     * @return a copy that does
     * @throws IllegalArgumentException if nothing lies between, or the selection is random
     */
    public SampleSelection withBand(double low, double high) {
        Arguments.check(metric != null, "metric", metric, "one for a band: a random selection has none");
        Arguments.check(low < high, "high", high, "above low, " + low);
        return Copies.with(Copies.with(this, "low", low), "high", high);
    }

    /**
     * Returns a copy that leaves out the start of the part taken.
     *
     * @param share which share of the part taken to leave out again at its start, 0 to below 1: of the top third by
     *     confidence without its first tenth, 0.1
     * @throws IllegalArgumentException if it is out of range
     */
    public SampleSelection withoutFirst(double share) {
        return Copies.with(this, "skipped", share);
    }

    /**
     * Leaves samples out of the ranking and takes the next ones instead, so that the part keeps its size: ambiguous
     * samples that are not among the hard ones, say.
     *
     * @param indices what to leave out
     * @return a copy that does
     */
    public SampleSelection without(int... indices) {
        return Copies.with(this, "excluded", indices);
    }

    /**
     * Takes one sample more than the fraction says, as the published filter does; not of both ends, random or balanced
     * selections, which it doesn't change.
     *
     * @param extraRow whether to
     * @return a copy that does
     */
    public SampleSelection withExtraRow(boolean extraRow) {
        return Copies.with(this, "extraRow", extraRow);
    }

    /**
     * Returns the indices of the selected samples, each at most once.
     *
     * @param metrics the samples
     * @throws IllegalArgumentException if the metric is absent, classes are wanted but unknown, a class has too few samples
     *     for its part, or a sample to leave out doesn't exist
     */
    public int[] of(SampleMetrics metrics) {
        int[] ranking = ranking(metrics);
        int n = ranking.length;
        boolean[] out = SampleRows.mask(excluded, metrics.size());
        int[] open = Arrays.stream(ranking).filter(i -> !out[i]).toArray();
        if (!balanced) {
            int count = (int) (fraction * n);
            boolean more = extraRow && !bothEnds && metric != null;
            return cut(open, Math.min(open.length, more ? count + 1 : count));
        }
        int[] gold = SampleRows.gold(metrics);
        TreeSet<Integer> classes = new TreeSet<>();
        Arrays.stream(gold).forEach(classes::add);
        int each = (int) (fraction * n / classes.size());
        return classes.stream()
                .flatMapToInt(c -> {
                    int[] own = Arrays.stream(open).filter(i -> gold[i] == c).toArray();
                    Arguments.require(
                            own.length >= each,
                            "class " + c + " has " + own.length + " of the " + each
                                    + " samples that a balanced fraction of " + fraction + " takes of each class");
                    return Arrays.stream(cut(own, each));
                })
                .toArray();
    }

    private int[] ranking(SampleMetrics metrics) {
        if (metric == null) {
            RandomGenerator random = Streams.of(seed, "selection");
            return Streams.permutation(random, metrics.size());
        }
        int[] order = metrics.order(metric, worst);
        if (low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY) {
            return order;
        }
        double[] values = metrics.values(metric);
        return Arrays.stream(order)
                .filter(i -> values[i] > low && values[i] < high)
                .toArray();
    }

    private int[] cut(int[] ranking, int n) {
        int[] part = Arrays.copyOf(ranking, n);
        if (bothEnds) {
            int first = (int) (HARD_SHARE * n);
            System.arraycopy(ranking, ranking.length - (n - first), part, first, n - first);
        }
        return Arrays.copyOfRange(part, (int) (skipped * n), n);
    }

    /**
     * Names a file for the selected guids as the published notebooks do: {@code selected_indices_ambi_top0.33_balance.txt},
     * {@code selected_indices_conf_top0.33-10%.txt}. What is left out of the ranking, and the extra row, don't show.
     *
     * @return the name
     */
    public String fileName() {
        String by = metric == null
                ? "random" + seed
                : switch (metric) {
                    case CONFIDENCE -> "conf";
                    case VARIABILITY -> "ambi";
                    default -> metric.column();
                };
        String part =
                low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY ? "" : "_band" + low + "-" + high;
        String without = skipped == 0 ? "" : String.format(Locale.ROOT, "-%.0f%%", 100 * skipped);
        return "selected_indices_" + by + part + "_top" + fraction + without + (worst ? "_worst" : "")
                + (bothEnds ? "_both_ends" : "") + (balanced ? "_balance" : "") + ".txt";
    }

    /**
     * Lists a class's best or worst samples, as the published lists of MNLI's ten thousand easiest and hardest of each class
     * do.
     *
     * @param metrics samples with known classes
     * @param label the class
     * @param metric what ranks them
     * @param worst whether to turn the ranking round; the easy samples are confidence's worst
     * @param n how many, at least 0; a class with fewer gives all
     * @return their indices in that order
     * @throws IllegalArgumentException if n is below 0, the classes are unknown, or the metric is absent
     */
    public static int[] topOfClass(SampleMetrics metrics, int label, Metric metric, boolean worst, int n) {
        int[] gold = SampleRows.gold(metrics);
        return topOfClass(metrics.order(metric, worst), gold, label, n);
    }

    static int[] topOfClass(int[] order, int[] gold, int label, int n) {
        Arguments.atLeast("n", n, 0);
        return Arrays.stream(order).filter(i -> gold[i] == label).limit(n).toArray();
    }

    /**
     * Returns the unforgettable samples, learned once and never forgotten (Toneva et al., arXiv 1812.05159), in order.
     *
     * @param metrics samples with forgetfulness
     */
    public static int[] unforgettable(SampleMetrics metrics) {
        double[] events = metrics.values(Metric.FORGETFULNESS);
        return IntStream.range(0, events.length).filter(i -> events[i] == 0).toArray();
    }

    /**
     * Returns the samples forgotten at least once or never learned, in order.
     *
     * @param metrics samples with forgetfulness
     */
    public static int[] forgettable(SampleMetrics metrics) {
        double[] events = metrics.values(Metric.FORGETFULNESS);
        return IntStream.range(0, events.length).filter(i -> events[i] != 0).toArray();
    }

    /**
     * Puts the easiest samples in the place of the last ones of a ranking (Swayamdipta et al., EMNLP 2020, section 4).
     *
     * @param metrics the samples, with confidence
     * @param ranked a selection, such as the most ambiguous samples, most ambiguous first
     * @param share which share of it to replace, 0 to 1; {@code (int) (share * n)} samples
     * @return what is left of it, then the most confident samples that weren't in it
     * @throws IllegalArgumentException if the share is out of range, or too few samples are outside the selection
     */
    public static int[] replaceByEasy(SampleMetrics metrics, int[] ranked, double share) {
        Arguments.within("share", share, 0, 1);
        boolean[] in = SampleRows.mask(ranked, metrics.size());
        int[] easy = Arrays.stream(metrics.order(Metric.CONFIDENCE, true))
                .filter(i -> !in[i])
                .toArray();
        int replaced = (int) (share * ranked.length);
        Arguments.require(
                replaced <= easy.length,
                replaced + " samples to replace, but only " + easy.length + " are outside the selection");
        int[] mixed = ranked.clone();
        System.arraycopy(easy, 0, mixed, ranked.length - replaced, replaced);
        return mixed;
    }

    static void checkFraction(String name, double fraction) {
        Arguments.check(fraction > 0 && fraction <= 1, name, fraction, "above 0 to 1");
    }
}
