package org.kymograph.degeneracy.influence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.base.Progress;
import org.kymograph.degeneracy.influence.Susceptibility.Mean;
import org.kymograph.degeneracy.llc.LearningCoefficient;
import org.kymograph.record.Readings;
import org.kymograph.record.ReadingsWriter;
import org.kymograph.record.RunFolder;
import org.kymograph.train.Objective;
import tech.tablesaw.api.Table;

/**
 * Samples the losses of all samples around the checkpoints of a run, with all parameters moving or those of a part only. What was sampled
 * lies in the run's readings {@code influence} and {@code influence-PART} and is not sampled again.
 *
 * <p>Influences are between samples within reach of the chains: choose γ so large that the mean loss stays near that at the checkpoint, or
 * covariances are those of forgetting.
 *
 * @param settings how chains are sampled; mask and subspace are set by part
 * @param objective the network and the loss on all samples
 * @param train the rows of its data that the chains' loss is of
 * @param every losses are kept at every so many draws, at least 1
 * @param reading the name of the reading: studies of one run that differ in settings need different ones
 */
public record InfluenceStudy(
        LearningCoefficient settings, Objective objective, int[] train, int every, String reading) {

    /** Checks that there is a training set, and copies its rows. */
    public InfluenceStudy {
        Arguments.check(train.length > 0, "the number of training samples", train.length, "at least 1");
        Arguments.atLeast("every", every, 1);
        train = train.clone();
    }

    /**
     * Returns a study by SGLD with ε = 3e-4 and γ = 1000, 4 chains of 2000 steps, whose losses are kept at every tenth.
     *
     * @param objective the network and the loss on all samples
     * @param train the rows of its data that the chains' loss is of
     * @return the study
     */
    public static InfluenceStudy of(Objective objective, int... train) {
        return new InfluenceStudy(
                LearningCoefficient.withDefaults()
                        .withEpsilon(3e-4)
                        .withGamma(1000)
                        .withSteps(2000),
                objective,
                train,
                10,
                "influence");
    }

    /** Returns the rows of the training set, a copy. */
    @Override
    public int[] train() {
        return train.clone();
    }

    /** Returns a copy whose chains are sampled otherwise. */
    public InfluenceStudy withSettings(LearningCoefficient settings) {
        return Copies.with(this, "settings", settings);
    }

    /** Returns a copy that keeps losses at every so many draws. */
    public InfluenceStudy withEvery(int every) {
        return Copies.with(this, "every", every);
    }

    /** Returns a copy whose readings have another name than {@code influence}. */
    public InfluenceStudy withReading(String reading) {
        return Copies.with(this, "reading", reading);
    }

    private Objective trained() {
        return objective.withData(objective.data().subset(train));
    }

    /**
     * Samples the losses around a checkpoint, or reads them, without the burn-in.
     *
     * @param run the run
     * @param step the checkpoint's step
     * @return the losses of all samples
     */
    public LossDraws draws(RunFolder run, long step) {
        return draws(run, step, NetworkPart.whole());
    }

    private LossDraws draws(RunFolder run, long step, NetworkPart part) {
        sample(run, List.of(step), part);
        return read(run, step, part);
    }

    private LossDraws read(RunFolder run, long step, NetworkPart part) {
        return LossDraws.read(run, name(part), step).after(settings.burnIn());
    }

    private double startLoss(RunFolder run, long step) {
        return trained().meanLosses(List.of(objective.parameters(run, step)))[0];
    }

    private String name(NetworkPart part) {
        return part.isWhole() ? reading : reading + "-" + part.name();
    }

    // All checkpoints together, as stacks.
    private void sample(RunFolder run, List<Long> steps, NetworkPart part) {
        part.in(settings)
                .study(trained(), null)
                .withProbe(objective.data(), every)
                .withReading(name(part))
                .run(run, steps);
    }

    /**
     * Computes how a part responds to each sample at a checkpoint.
     *
     * @param run the run
     * @param step the checkpoint's step
     * @param part the part
     * @return χ of each sample
     */
    public Susceptibility susceptibility(RunFolder run, long step, NetworkPart part) {
        LossDraws full = draws(run, step);
        LossDraws restricted = draws(run, step, part);
        return Susceptibility.of(part.name(), restricted, full, train, startLoss(run, step));
    }

    /**
     * Computes how parts respond to groups of samples along a training, and writes it to the reading {@code susceptibility}: a column
     * {@code PART GROUP} with its error for each.
     *
     * @param run the run
     * @param steps the steps of checkpoints
     * @param parts the parts
     * @param groups groups of samples by name, as rows of the data
     * @return the reading as a table
     */
    public Table along(RunFolder run, List<Long> steps, List<NetworkPart> parts, Map<String, int[]> groups) {
        Map<String, Object> how = new LinkedHashMap<>();
        how.put("settings", settings.json());
        how.put("every", every);
        how.put("parts", parts);
        how.put("groups", groups);
        how.put("data", objective.data().toString());
        List<Long> done = new ArrayList<>();
        try (ReadingsWriter out = Readings.of(run).replace("susceptibility", how);
                Progress progress = Progress.start("susceptibilities", "checkpoints", steps.size())) {
            List<Long> todo = steps.stream().filter(step -> !out.has(step)).toList();
            if (!todo.isEmpty()) {
                sample(run, todo, NetworkPart.whole());
                parts.forEach(part -> sample(run, todo, part));
            }
            for (long step : steps) {
                if (!out.has(step)) {
                    ReadingsWriter.Line line = out.at(step);
                    LossDraws full = read(run, step, NetworkPart.whole());
                    double start = startLoss(run, step);
                    parts.forEach(part -> {
                        Susceptibility found =
                                Susceptibility.of(part.name(), read(run, step, part), full, train, start);
                        groups.forEach((group, rows) -> {
                            Mean mean = found.mean(rows);
                            line.value(part.name() + " " + group, mean.value(), mean.standardError());
                        });
                    });
                    line.write();
                }
                done.add(step);
                progress.update(done.size(), "step " + step);
            }
        }
        return Readings.of(run).table("susceptibility");
    }
}
