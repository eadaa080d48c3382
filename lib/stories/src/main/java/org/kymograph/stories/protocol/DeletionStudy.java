package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.train.Optimizer;

/**
 * Deletes a feature from a model of stories by fine-tuning, in several ways and at several learning rates, and teaches it again
 * (reFT), beside a model that was pretrained on all stories but those with the feature. What was only hidden comes back faster
 * than the control learns it.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024), section 6.
 *
 * @param profile the sizes
 * @param deletions the ways to delete
 * @param rates the learning rates of the deletions, the lowest last; reFT is at the lowest
 * @param deleted the feature that is deleted
 * @param irrelevant the feature that {@link Deletion#MIX_MATCH} renames and specialised deletions keep
 * @param prompts how many stories a score is of
 */
public record DeletionStudy(
        MicroStoriesProfile profile,
        List<Deletion> deletions,
        List<Double> rates,
        StoryFeature deleted,
        StoryFeature irrelevant,
        int prompts) {
    /** The model that was pretrained on all stories. */
    public static final String PRESENT = "Present in Pretraining";

    /** The control that never saw the feature. */
    public static final String ABSENT = "Not in Pretraining";

    static final String PRETRAINING = "pretraining";
    static final String DELETION = "deletion";
    static final String RECOVERY = "recovery";

    /** Checks the settings, and rounds rates: {@link Optimizer#rounded}. */
    public DeletionStudy {
        deletions = List.copyOf(Arguments.notEmpty("deletions", deletions));
        Arguments.notEmpty("rates", rates).forEach(r -> Arguments.positive("rate", r));
        rates = rates.stream().map(Optimizer::rounded).toList();
        Arguments.check(deleted != irrelevant, "irrelevant", irrelevant, "another feature than the deleted one");
        Arguments.atLeast("prompts", prompts, 1);
    }

    /**
     * Returns a study with the three published ways to delete twists and the mix-and-match of the published code, at 10 % and 1 % of
     * the learning rate of pretraining.
     *
     * @param profile the sizes
     * @return the study, with 128 stories a score
     */
    public static DeletionStudy of(MicroStoriesProfile profile) {
        return new DeletionStudy(
                profile,
                List.of(Deletion.FILTER, Deletion.ADVERSARIAL, Deletion.MIX_MATCH, Deletion.LEGACY_MIX_MATCH),
                List.of(profile.rate() / 10, profile.rate() / 100),
                StoryFeature.TWIST,
                StoryFeature.FORESHADOWING,
                128);
    }

    /**
     * Returns the study of {@link MicroStoriesProfile#demo}.
     *
     * @return the study
     */
    public static DeletionStudy demo() {
        return of(MicroStoriesProfile.demo());
    }

    /**
     * Returns the study of {@link MicroStoriesProfile#ci}, too small for any effect, with 16 stories a score.
     *
     * @return the study
     */
    public static DeletionStudy ci() {
        return of(MicroStoriesProfile.ci()).withPrompts(16);
    }

    /**
     * Returns a copy with other sizes.
     *
     * @param profile the sizes
     * @return the copy
     */
    public DeletionStudy withProfile(MicroStoriesProfile profile) {
        return Copies.with(this, "profile", profile);
    }

    /**
     * Returns a copy with other ways to delete.
     *
     * @param deletions the ways
     * @return the copy
     */
    public DeletionStudy withDeletions(Deletion... deletions) {
        return Copies.with(this, "deletions", List.of(deletions));
    }

    /**
     * Returns a copy with other learning rates of the deletions.
     *
     * @param rates the learning rates, the lowest last
     * @return the copy
     */
    public DeletionStudy withRates(Double... rates) {
        return Copies.with(this, "rates", List.of(rates));
    }

    /**
     * Returns a copy that deletes another feature.
     *
     * @param deleted the feature that is deleted
     * @param irrelevant the other feature
     * @return the copy
     */
    public DeletionStudy withFeatures(StoryFeature deleted, StoryFeature irrelevant) {
        return new DeletionStudy(profile, deletions, rates, deleted, irrelevant, prompts);
    }

    /**
     * Returns a copy with another number of stories a score.
     *
     * @param prompts how many
     * @return the copy
     */
    public DeletionStudy withPrompts(int prompts) {
        return Copies.with(this, "prompts", prompts);
    }

    /**
     * Trains everything, or what is missing of it, and measures.
     *
     * @param folder where data and runs are kept
     * @param seeds the seeds
     * @return what was measured
     */
    public DeletionResults run(Path folder, long... seeds) {
        List<StudyPoint> points = new ArrayList<>();
        trainings(folder, seeds).forEach(t -> points.addAll(StudyReadings.of(t, deleted.label())));
        return new DeletionResults(deleted.label(), profile.tableSteps(), points);
    }

    /**
     * Fits linear probes for all features to every trained model, layer by layer, or reads them where they were fitted before. A probe
     * reads the mean of the last positions of a story, which is given without its instruction.
     *
     * @param folder where data and runs are kept; what isn't trained yet is
     * @param stories how many stories to fit on, and half as many to measure on
     * @param positions how many positions
     * @param seeds the seeds
     * @return the accuracies
     */
    public ProbeResults probe(Path folder, int stories, int positions, long... seeds) {
        List<ProbeResults.Row> rows = new ArrayList<>();
        List<StudyTraining> probed = trainings(folder, seeds).stream()
                .filter(t -> !t.stage().equals(RECOVERY))
                .toList();
        try (Progress progress = Progress.start("probes", "models", probed.size())) {
            for (int i = 0; i < probed.size(); i++) {
                rows.addAll(StudyReadings.probes(probed.get(i), profile, folder, stories, positions));
                progress.update(i + 1L, probed.get(i).model());
            }
        }
        return new ProbeResults(rows);
    }

    /** Trains what is missing, and returns all. */
    List<StudyTraining> trainings(Path folder, long... seeds) {
        Arguments.atLeast("number of seeds", seeds.length, 1);
        String name = deleted.label();
        profile.prepare(folder, name, irrelevant.label());
        StudyTrainer trainer = new StudyTrainer(profile, folder, name, prompts);
        List<StudyTraining> all = new ArrayList<>();
        for (long seed : seeds) {
            StudyTraining present = trainer.present(seed);
            List<StudyTraining> recovered = new ArrayList<>();
            recovered.add(trainer.absent(seed));
            for (double rate : rates) {
                for (Deletion deletion : deletions) {
                    StoriesConfig config =
                            profile.tuning(folder, deletion.dataset(name, irrelevant.label()), present.last(), rate);
                    recovered.add(trainer.train(DELETION, deletion.label(), rate, seed, config));
                }
            }
            all.add(present);
            all.addAll(recovered);
            double lowest = rates.get(rates.size() - 1);
            for (StudyTraining from : recovered) {
                StoriesConfig config = profile.tuning(folder, "specialise-" + name, from.last(), lowest);
                all.add(trainer.train(RECOVERY, from.model(), from.rate(), seed, config));
            }
        }
        return all;
    }
}
