package org.kymograph.stories.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.evaluate.LossCurve;
import org.kymograph.evaluate.ParameterPath;
import org.kymograph.stories.corpus.Pretokenization;
import org.kymograph.stories.corpus.StoryFeature;
import org.kymograph.stories.corpus.StoryRecord;
import org.kymograph.stories.corpus.StoryShards;
import org.kymograph.stories.llama.LlamaModel;
import org.kymograph.stories.tokens.BpeTokenizer;
import org.kymograph.stories.tuning.StoriesConfig;
import org.kymograph.stories.tuning.StoriesObjective;
import org.kymograph.stories.tuning.StoriesTraining;
import org.kymograph.stories.tuning.Undo;
import org.kymograph.stories.tuning.Unlearning;
import org.kymograph.stories.tuning.UnlearningMetrics;

/**
 * Makes a model of stories forget those with a feature, by several methods, and teaches it again: on those stories themselves, and on such
 * about other things than those that are asked about then (relearning from facts other than the forgotten ones). Beside them the gold
 * control, retrained without the data.
 *
 * <p>Sources: {@link Unlearning} and {@link Undo}; Deeb and Roger, Do unlearning methods remove information from language model weights?
 * (arXiv 2410.08827), for the other facts; Siddiqui et al., From dormant to deleted (arXiv 2505.22310), for distance and barrier.
 *
 * @param profile the sizes
 * @param methods the methods
 * @param undo noise and distillation of the first method's models; null for none
 * @param rate the learning rate of unlearning
 * @param relearningRate the learning rate of learning again
 * @param forgotten the feature
 * @param prompts how many stories a score is of
 */
public record UnlearningStudy(
        MicroStoriesProfile profile,
        List<Unlearning> methods,
        Undo undo,
        double rate,
        double relearningRate,
        StoryFeature forgotten,
        int prompts) {
    static final String UNLEARNING = "unlearning";
    static final String RELEARNING = "relearning";
    static final String OTHERS = "relearning others";

    /** Copies the methods. */
    public UnlearningStudy {
        methods = List.copyOf(Arguments.notEmpty("methods", methods));
        Arguments.positive("rate", rate);
        Arguments.positive("relearningRate", relearningRate);
        Arguments.atLeast("prompts", prompts, 1);
    }

    /**
     * Returns a study of NPO, SimNPO, GradDiff, GradAscent and RMU, and of UNDO after NPO, at 10 % of the learning rate of pretraining;
     * learning again is at 1 %.
     *
     * @param profile the sizes
     * @return the study, of twists, with 128 stories a score
     */
    public static UnlearningStudy of(MicroStoriesProfile profile) {
        return new UnlearningStudy(
                profile,
                List.of(
                        Unlearning.of(Unlearning.Method.NPO).withBeta(0.1),
                        Unlearning.of(Unlearning.Method.SIM_NPO).withBeta(4.5).withGamma(0.125),
                        Unlearning.of(Unlearning.Method.GRAD_DIFF),
                        Unlearning.of(Unlearning.Method.GRAD_ASCENT),
                        Unlearning.of(Unlearning.Method.RMU)),
                Undo.withDefaults(),
                profile.rate() / 10,
                profile.rate() / 100,
                StoryFeature.TWIST,
                128);
    }

    /**
     * Returns the study of {@link MicroStoriesProfile#demo}.
     *
     * @return the study
     */
    public static UnlearningStudy demo() {
        return of(MicroStoriesProfile.demo());
    }

    /**
     * Returns a copy with other methods.
     *
     * @param methods the methods
     * @return the copy
     */
    public UnlearningStudy withMethods(Unlearning... methods) {
        return Copies.with(this, "methods", List.of(methods));
    }

    /**
     * Returns a copy with other noise, or none.
     *
     * @param undo noise and distillation of the first method's models; null for none
     * @return the copy
     */
    public UnlearningStudy withUndo(Undo undo) {
        return Copies.with(this, "undo", undo);
    }

    /**
     * Returns a copy with another number of stories a score.
     *
     * @param prompts how many
     * @return the copy
     */
    public UnlearningStudy withPrompts(int prompts) {
        return Copies.with(this, "prompts", prompts);
    }

    /**
     * Trains everything, or what is missing of it, and measures. The models before and without the data are those of a
     * {@link DeletionStudy} in the same folder.
     *
     * @param folder where data and runs are kept
     * @param seeds the seeds
     * @return what was measured
     */
    public UnlearningResults run(Path folder, long... seeds) {
        Arguments.atLeast("number of seeds", seeds.length, 1);
        String name = forgotten.label();
        StoryFeature other =
                forgotten == StoryFeature.FORESHADOWING ? StoryFeature.DIALOGUE : StoryFeature.FORESHADOWING;
        profile.prepare(folder, name, other.label());
        BpeTokenizer tokenizer = profile.tokenizer(folder);
        Pretokenization twisted =
                Pretokenization.all().withFiltering("features=" + name).withDatasetName("specialise-" + name + "-even");
        Pretokenization asked = Pretokenization.all()
                .withFiltering("features!=" + name)
                .withAdversarialTraining("features=" + name + ":1.0")
                .withDatasetName("filter-adv-" + name + "-odd");
        profile.encode(folder, twisted, tokenizer, () -> half(folder.resolve("MicroStories_even"), 0));
        profile.encode(folder, asked, tokenizer, () -> half(folder.resolve("MicroStories_odd"), 1));
        StudyTrainer trainer = new StudyTrainer(profile, folder, name, prompts);
        List<StudyPoint> points = new ArrayList<>();
        List<UnlearningResults.Measure> measures = new ArrayList<>();
        for (long seed : seeds) {
            StudyTraining base = trainer.present(seed);
            StudyTraining gold = trainer.absent(seed);
            LlamaModel before = LlamaModel.read(base.last());
            Map<String, StudyTraining> models = new LinkedHashMap<>();
            models.put(DeletionStudy.ABSENT, gold);
            for (Unlearning method : methods) {
                models.put(label(method), unlearn(trainer, base, method, seed));
            }
            if (undo != null) {
                models.put("UNDO", undo(trainer, models.get(label(methods.get(0))), seed));
            }
            models.forEach((model, training) -> {
                if (!model.equals(DeletionStudy.ABSENT)) {
                    points.addAll(StudyReadings.of(training, name));
                }
                measures.addAll(measures(folder, before, training, model));
                points.addAll(StudyReadings.of(relearn(trainer, training, model, seed, false), name));
                points.addAll(StudyReadings.of(relearn(trainer, training, model, seed, true), name));
            });
        }
        return new UnlearningResults(new DeletionResults(name, profile.tableSteps(), points), measures);
    }

    private static String label(Unlearning method) {
        return switch (method.method()) {
            case GRAD_ASCENT -> "GradAscent";
            case GRAD_DIFF -> "GradDiff";
            case NPO -> "NPO";
            case SIM_NPO -> "SimNPO";
            case RMU -> "RMU";
        };
    }

    private StudyTraining unlearn(StudyTrainer trainer, StudyTraining base, Unlearning method, long seed) {
        String name = forgotten.label();
        return trainer.train(
                UNLEARNING,
                label(method),
                Double.NaN,
                seed,
                trainer.asked(),
                profile.tuning(trainer.folder(), "", base.last(), rate),
                c -> method.run(c, "specialise-" + name, "filter-" + name));
    }

    // Distilled at the learning rate of pretraining and four times as long as what else is tuned: the noise has to be
    // unlearned too.
    private StudyTraining undo(StudyTrainer trainer, StudyTraining suppressed, long seed) {
        String name = forgotten.label();
        int steps = 4 * profile.tuning();
        return trainer.train(
                UNLEARNING,
                "UNDO",
                Double.NaN,
                seed,
                trainer.asked(),
                profile.tuning(trainer.folder(), "", suppressed.last(), profile.rate())
                        .with(
                                "--max_iters=" + steps,
                                "--eval_interval=" + Math.max(1, steps / 10),
                                "--finegrained_log_iters=0",
                                "--checkpoint_interval=" + steps),
                c -> undo.run(c, "specialise-" + name, "filter-" + name));
    }

    private StudyTraining relearn(StudyTrainer trainer, StudyTraining from, String model, long seed, boolean others) {
        String name = forgotten.label();
        StoriesConfig config = profile.tuning(
                trainer.folder(), "specialise-" + name + (others ? "-even" : ""), from.last(), relearningRate);
        return trainer.train(
                others ? OTHERS : RELEARNING,
                model,
                Double.NaN,
                seed,
                trainer.asked() + (others ? "-odd" : ""),
                config,
                c -> StoriesTraining.of(c).train());
    }

    private List<UnlearningResults.Measure> measures(
            Path folder, LlamaModel before, StudyTraining training, String model) {
        String name = forgotten.label();
        LlamaModel now = LlamaModel.read(training.last());
        StoriesConfig config = profile.config(folder).with("--eval_iters=3");
        Map<String, Double> all =
                new LinkedHashMap<>(UnlearningMetrics.of(config, now, "specialise-" + name, "filter-" + name)
                        .values());
        all.put("distance", now.parameters().distance(before.parameters()));
        all.put(
                "barrier",
                LossCurve.along(
                                StoriesObjective.of(config, now.network(), "specialise-" + name),
                                ParameterPath.segment(before.parameters(), now.parameters()),
                                11)
                        .barrierHeight());
        List<UnlearningResults.Measure> measures = new ArrayList<>();
        all.forEach(
                (metric, value) -> measures.add(new UnlearningResults.Measure(model, training.seed(), metric, value)));
        return measures;
    }

    // Stories by the thing that they are about: what is learned again from one half is asked for in the other.
    private Path half(Path source, int half) {
        for (int s = 0; s < profile.corpus().shards(); s++) {
            List<StoryRecord> some = profile.corpus().shard(s).stream()
                    .filter(r -> Math.floorMod(r.words().get(1).hashCode(), 2) == half)
                    .toList();
            StoryShards.write(source.resolve(String.format("data%02d.json", s)), some);
        }
        return source;
    }
}
