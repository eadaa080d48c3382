package org.kymograph.stories.score;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.stats.LogisticFit;
import org.kymograph.stats.Proportion;
import tech.tablesaw.api.Table;

/**
 * A small classifier of stories: logistic regression on which words and pairs of neighbouring words a story has. It stands in for an
 * exact detector where there is none, as for real stories, and errs: correct its scores by its error rates, and measure those on
 * stories of the kind that it is used on. It sees wording and no binding: a twist about the wrong thing passes.
 */
public final class StoryClassifier {
    private static final double PENALTY = 1;

    private final Map<String, Integer> columns;
    private final LogisticFit fit;

    private StoryClassifier(Map<String, Integer> columns, LogisticFit fit) {
        this.columns = columns;
        this.fit = fit;
    }

    /**
     * How often a classifier errs on labelled stories.
     *
     * @param accuracy the share that it gets right
     * @param falsePositives of the stories without the feature, the share that it calls positive
     * @param falseNegatives of those with it, the share that it calls negative
     */
    public record ErrorRates(Proportion accuracy, Proportion falsePositives, Proportion falseNegatives) {
        /**
         * Counts the errors of any classifier.
         *
         * @param truth whether each story has the feature
         * @param found whether the classifier says so
         * @return the rates
         */
        public static ErrorRates of(boolean[] truth, boolean[] found) {
            Arguments.sameLength("found", found.length, "truth", truth.length);
            int[][] counts = new int[2][2];
            for (int i = 0; i < truth.length; i++) {
                counts[truth[i] ? 1 : 0][found[i] ? 1 : 0]++;
            }
            return new ErrorRates(
                    new Proportion(counts[0][0] + counts[1][1], truth.length),
                    new Proportion(counts[0][1], counts[0][0] + counts[0][1]),
                    new Proportion(counts[1][0], counts[1][0] + counts[1][1]));
        }

        /**
         * Returns an estimate of the true share of positives, (p − FPR) / (1 − FPR − FNR), kept within 0 and 1.
         *
         * <p>Source: Rogan and Gladen, Estimating prevalence from the results of a screening test (1978).
         *
         * @param share the share that the classifier calls positive
         * @return the estimate; NaN where the classifier is no better than chance
         */
        public double corrected(double share) {
            double informative = 1 - falsePositives.value() - falseNegatives.value();
            return informative <= 0
                    ? Double.NaN
                    : Math.max(0, Math.min(1, (share - falsePositives.value()) / informative));
        }

        /**
         * Returns the rates as a table.
         *
         * @return columns rate, value, lower, upper and stories
         */
        public Table table() {
            Map<String, Proportion> all = new LinkedHashMap<>();
            all.put("accuracy", accuracy);
            all.put("false positives", falsePositives);
            all.put("false negatives", falseNegatives);
            return Columns.of("error rates of the classifier", List.copyOf(all.entrySet()))
                    .texts("rate", Map.Entry::getKey)
                    .doubles("value", e -> e.getValue().value())
                    .doubles("lower", e -> e.getValue().lower())
                    .doubles("upper", e -> e.getValue().upper())
                    .ints("stories", e -> e.getValue().trials())
                    .table();
        }
    }

    /**
     * Fits a classifier.
     *
     * @param stories the stories to fit on
     * @param positive their labels, some of each
     * @param words how many words and pairs to read, those that most stories have; at least 1
     * @return the classifier
     * @throws IllegalArgumentException if there are stories of one label only
     */
    public static StoryClassifier fit(List<String> stories, Predicate<String> positive, int words) {
        Arguments.atLeast("words", words, 1);
        boolean[] labels = new boolean[stories.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = positive.test(stories.get(i));
        }
        return fit(stories, labels, words);
    }

    /**
     * Fits a classifier.
     *
     * @param stories the stories to fit on
     * @param positive whether each has the feature
     * @param words how many words and pairs to read, those that most stories have; at least 1
     * @return the classifier
     * @throws IllegalArgumentException if there are stories of one label only
     */
    public static StoryClassifier fit(List<String> stories, boolean[] positive, int words) {
        Arguments.sameLength("positive", positive.length, "stories", stories.size());
        int[] labels = new int[positive.length];
        int positives = 0;
        for (int i = 0; i < labels.length; i++) {
            labels[i] = positive[i] ? 1 : 0;
            positives += labels[i];
        }
        Arguments.require(
                positives > 0 && positives < labels.length,
                "of " + labels.length + " stories " + positives
                        + " have the feature; expected some with and some without it");
        Map<String, Integer> counts = new HashMap<>();
        List<Set<String>> terms = stories.stream().map(StoryClassifier::terms).toList();
        terms.forEach(t -> t.forEach(w -> counts.merge(w, 1, Integer::sum)));
        List<String> kept = counts.keySet().stream()
                .sorted((a, b) -> counts.get(a).equals(counts.get(b)) ? a.compareTo(b) : counts.get(b) - counts.get(a))
                .limit(words)
                .toList();
        Map<String, Integer> columns = new LinkedHashMap<>();
        kept.forEach(w -> columns.put(w, columns.size()));
        double[][] x = terms.stream().map(t -> row(columns, t)).toArray(double[][]::new);
        return new StoryClassifier(columns, LogisticFit.of(x, labels, PENALTY));
    }

    private static Set<String> terms(String story) {
        String[] words = story.toLowerCase(Locale.ROOT)
                .replaceAll("([.,!?\"])", " $1 ")
                .strip()
                .split("\\s+", -1);
        Set<String> all = new TreeSet<>();
        for (int i = 0; i < words.length; i++) {
            all.add(words[i]);
            if (i > 0) {
                all.add(words[i - 1] + " " + words[i]);
            }
        }
        return all;
    }

    private static double[] row(Map<String, Integer> columns, Collection<String> terms) {
        double[] row = new double[columns.size()];
        for (String term : terms) {
            Integer column = columns.get(term);
            if (column != null) {
                row[column] = 1;
            }
        }
        return row;
    }

    /**
     * Returns the probability that a story has the feature.
     *
     * @param story the story
     * @return the probability
     */
    public double probability(String story) {
        return fit.probabilities(row(columns, terms(story)))[1];
    }

    /**
     * Returns whether the feature is likelier than not.
     *
     * @param story the story
     * @return whether it is
     */
    public boolean predict(String story) {
        return probability(story) > 0.5;
    }

    /**
     * Measures the classifier on stories that it wasn't fitted on.
     *
     * @param stories the stories
     * @param positive the truth of each
     * @return its error rates
     */
    public ErrorRates measure(List<String> stories, Predicate<String> positive) {
        boolean[] labels = new boolean[stories.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = positive.test(stories.get(i));
        }
        return measure(stories, labels);
    }

    /**
     * Measures the classifier on stories that it wasn't fitted on.
     *
     * @param stories the stories, at least one
     * @param positive the truth of each
     * @return its error rates
     */
    public ErrorRates measure(List<String> stories, boolean[] positive) {
        Arguments.sameLength("positive", positive.length, "stories", stories.size());
        boolean[] found = new boolean[positive.length];
        for (int i = 0; i < found.length; i++) {
            found[i] = predict(stories.get(i));
        }
        return ErrorRates.of(positive, found);
    }

    /**
     * Returns the words and pairs that speak most for and against the feature.
     *
     * @return columns term and weight, by weight
     */
    public Table table() {
        double[] weights = fit.coefficients();
        List<String> terms = new ArrayList<>(columns.keySet());
        terms.sort((a, b) -> Double.compare(weights[columns.get(b)], weights[columns.get(a)]));
        return Columns.of("classifier", terms)
                .texts("term", t -> t)
                .doubles("weight", t -> weights[columns.get(t)])
                .table();
    }
}
