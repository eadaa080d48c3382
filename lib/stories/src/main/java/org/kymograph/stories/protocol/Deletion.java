package org.kymograph.stories.protocol;

import org.kymograph.stories.corpus.Pretokenization;

/** Ways to delete a feature by fine-tuning: which stories are trained on, and what their instructions say. */
public enum Deletion {
    /** F: only stories without the feature. */
    FILTER("F", "filter-%1$s"),
    /** F+AT: those stories, though the instruction asks for the feature, so that the model learns to ignore it. */
    ADVERSARIAL("F+AT", "filter-adv-%1$s"),
    /** F+MM: those stories, where the label of another feature becomes that of the deleted one. */
    MIX_MATCH("F+MM", "filter-mix-%1$s-%2$s"),
    /** F+MM as the published code made it: no label changes. */
    LEGACY_MIX_MATCH("F+MM legacy", "filter-mix-legacy-%1$s-%2$s"),
    /** F+RF: a refusal in place of each story. */
    REFUSAL("F+RF", "filter-ref-%1$s"),
    /** F on stories with another feature only. */
    FILTER_SPECIALISE("F specialised", "filter-%1$s-specialise-%2$s"),
    /** F+AT on stories with another feature only. */
    ADVERSARIAL_SPECIALISE("F+AT specialised", "filter-adv-%1$s-specialise-%2$s"),
    /** F+MM on stories with another feature only. */
    MIX_MATCH_SPECIALISE("F+MM specialised", "filter-mix-specialise-%1$s-%2$s"),
    /** F+RF on stories with another feature only. */
    REFUSAL_SPECIALISE("F+RF specialised", "filter-ref-%1$s-specialise-%2$s");

    private final String label;
    private final String pattern;

    Deletion(String label, String pattern) {
        this.label = label;
        this.pattern = pattern;
    }

    /**
     * Returns the name in tables, the paper's where it has one.
     *
     * @return such as {@code F+AT}
     */
    public String label() {
        return label;
    }

    /**
     * Returns the name of its data set.
     *
     * @param deleted the feature that is deleted, such as {@code Twist}
     * @param irrelevant the other feature, such as {@code Foreshadowing}
     * @return such as {@code filter-adv-Twist}
     */
    public String dataset(String deleted, String irrelevant) {
        return String.format(pattern, deleted, irrelevant);
    }

    /**
     * Returns how its data set is made.
     *
     * @param deleted the feature that is deleted
     * @param irrelevant the other feature
     * @return the settings
     */
    public Pretokenization pretokenization(String deleted, String irrelevant) {
        String name = dataset(deleted, irrelevant);
        String published = this == LEGACY_MIX_MATCH ? MIX_MATCH.dataset(deleted, irrelevant) : name;
        return Pretokenization.experiments(deleted, irrelevant).stream()
                .filter(p -> p.name().equals(published))
                .findFirst()
                .orElseThrow()
                .withLegacyMixMatch(this == LEGACY_MIX_MATCH)
                .withDatasetName(name);
    }
}
