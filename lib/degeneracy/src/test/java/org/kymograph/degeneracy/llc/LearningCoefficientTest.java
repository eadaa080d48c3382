package org.kymograph.degeneracy.llc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.SparseParity;
import org.kymograph.degeneracy.sampling.LossSurface;
import org.kymograph.degeneracy.sampling.Sampler;
import org.kymograph.degeneracy.sampling.StepSchedule;
import org.kymograph.model.Mlp;
import org.kymograph.model.ParameterVector;
import org.kymograph.record.Readings;
import org.kymograph.record.RunFolder;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

class LearningCoefficientTest {
    private static final double BETA = 1000 / Math.log(1000);
    private static final LearningCoefficient FULL =
            LearningCoefficient.withDefaults().withBatch(0).withSteps(4000);
    private static final LearningCoefficient SHORT = LearningCoefficient.withDefaults()
            .withEpsilon(1e-4)
            .withGamma(5)
            .withSteps(60)
            .withBatch(16)
            .withChains(2);

    private static LossSurface quadratic(double... a) {
        return LossSurface.of(
                (w, g) -> {
                    double sum = 0;
                    for (int i = 0; i < w.length; i++) {
                        g[i] = a[i] * w[i];
                        sum += a[i] * w[i] * w[i] / 2;
                    }
                    return sum;
                },
                a.length,
                1000);
    }

    private static double[] ones(int d) {
        double[] out = new double[d];
        Arrays.fill(out, 1);
        return out;
    }

    private static Experiment experiment() {
        return Experiment.of(
                        "parity",
                        new SparseParity(8, 2, 64, 16),
                        Mlp.of(1, 8).withActivation(Mlp.Activation.TANH),
                        Loss.MEAN_SQUARED_ERROR,
                        Optimizer.adam(0.01))
                .withLength(Span.steps(40))
                .withCheckpoints(Span.steps(20));
    }

    private static Objective classes() {
        SparseParity task = new SparseParity(8, 2, 64, 16);
        Dataset signs = task.sample(0).train();
        long[] labels = Arrays.stream(signs.targets().toDoubles())
                .mapToLong(y -> y > 0 ? 1 : 0)
                .toArray();
        Dataset data =
                new Dataset("parity", "train", 0, signs.inputs(), Tensor.of(labels, labels.length), 2, Scaling.NONE);
        return Objective.of(Mlp.of(2, 8), Loss.CROSS_ENTROPY, data).withThreads(1);
    }

    @Test
    void intervalsHoldTheTruthOfAQuadratic() {
        double truth = 5 * BETA / (BETA + 1);
        for (Sampler sampler : List.of(Sampler.mala(), Sampler.hmc(4))) {
            LlcEstimate e = FULL.withSampler(sampler).withEpsilon(5e-3).estimate(quadratic(ones(10)), new double[10]);
            assertThat(e.llc()).isCloseTo(truth, within(0.02 * truth));
            assertThat(truth)
                    .as("%s, seed 0", sampler.name())
                    .isBetween(e.lower() - 2 * e.standardError(), e.upper() + 2 * e.standardError());
            assertThat(e.rhat()).isLessThan(1.05);
            assertThat(e.acceptance()).isBetween(0.6, 1.0);
            assertThat(e.health()).isEmpty();
            assertThat(e.wbic()).isCloseTo(1000 * truth / BETA, within(0.02 * 1000 * truth / BETA));
        }
    }

    @Test
    void halfTheStepTellsTheBiasAndTakesItAway() {
        double truth = 5 * BETA / (BETA + 1);
        LlcEstimate e =
                FULL.withEpsilon(8e-3).withBiasCheck(true).withChains(8).estimate(quadratic(ones(10)), new double[10]);
        double h = BETA + 1;
        assertThat(e.llc()).isCloseTo(truth / (1 - 8e-3 * h / 4), within(0.03 * truth));
        assertThat(e.halved()).isCloseTo(truth / (1 - 4e-3 * h / 4), within(0.03 * truth));
        assertThat(Math.abs(e.corrected() - truth)).isLessThan(Math.abs(e.llc() - truth) / 2);
        assertThat(e.health()).anySatisfy(s -> assertThat(s).contains("half the step size gives"));
        assertThat(LlcCurve.table("", List.of(e)).columnNames()).contains("corrected");
    }

    @Test
    void fallingStepsTakeTheBiasAwayInTheLongRun() {
        double truth = 5 * BETA / (BETA + 1);
        LearningCoefficient constant = FULL.withEpsilon(8e-3).withChains(8).withSteps(8000);
        double biased = constant.estimate(quadratic(ones(10)), new double[10]).llc();
        double less = constant.withSchedule(new StepSchedule(200, 0.6))
                .estimate(quadratic(ones(10)), new double[10])
                .llc();
        assertThat(Math.abs(less - truth)).isLessThan(0.4 * Math.abs(biased - truth));
    }

    @Test
    void healthSaysWhatIsWrong() {
        // ε·h = 5: unstable.
        LlcEstimate diverged = FULL.withEpsilon(5 / BETA).estimate(quadratic(1), new double[1]);
        assertThat(diverged.llc()).isNaN();
        assertThat(diverged.health())
                .hasSize(1)
                .first()
                .asString()
                .contains("4 of 4 chains of step 0 diverged, the first at draw ");
        // A point without a loss is not the sampler's fault.
        assertThat(FULL.estimate(LossSurface.of((w, g) -> Double.NaN, 1, 1000), new double[1])
                        .health())
                .containsExactly("the loss at step 0 is itself not a finite number: the training had diverged there");
        // A slope: no minimum.
        LossSurface slope = LossSurface.of(
                (w, g) -> {
                    g[0] = 1;
                    return w[0];
                },
                1,
                1000);
        assertThat(FULL.estimate(slope, new double[1]).health())
                .anySatisfy(s -> assertThat(s).contains("run downhill"));
        // Flat but for the prior.
        LlcEstimate pulled = FULL.withGamma(100).withEpsilon(5e-3).estimate(quadratic(1e-3), new double[1]);
        assertThat(pulled.pull()).isCloseTo(1, within(0.15));
        assertThat(pulled.health()).anySatisfy(s -> assertThat(s).contains("the prior holds the chains"));
        // Too short.
        LlcEstimate slow = FULL.withEpsilon(1e-6).withSteps(200).estimate(quadratic(1), new double[1]);
        assertThat(slow.health()).isNotEmpty();
        LlcEstimate refused =
                FULL.withSampler(Sampler.mala()).withEpsilon(2e-2).estimate(quadratic(ones(10)), new double[10]);
        assertThat(refused.health()).anySatisfy(s -> assertThat(s).contains("accepted only"));
    }

    @Test
    void aPreconditionerThatFollowsItsDrawsIsWarnedOf() {
        String warning = "RMSprop's preconditioner follows the chain while its draws are kept";
        LearningCoefficient short1 = FULL.withSteps(400).withEpsilon(1e-4);
        assertThat(short1.withSampler(Sampler.rmsprop(0.99, 0.1))
                        .estimate(quadratic(1), new double[1])
                        .health())
                .anySatisfy(s -> assertThat(s).contains(warning));
        assertThat(short1.withSampler(Sampler.rmsprop(0.99, 0.1, 100))
                        .estimate(quadratic(1), new double[1])
                        .health())
                .noneSatisfy(s -> assertThat(s).contains(warning));
        assertThat(short1.withSampler(Sampler.rmsprop(0.99, 0.1, 101))
                        .estimate(quadratic(1), new double[1])
                        .health())
                .anySatisfy(s -> assertThat(s).contains(warning));
    }

    @Test
    void oneDivergedChainIsReportedAndNotAveraged() {
        double[] losses = new double[40];
        Arrays.setAll(losses, t -> 1 + 0.1 * Math.sin(t));
        // A wall that only wide steps reach: some chains fall off it.
        LossSurface cliff = LossSurface.of(
                (w, g) -> {
                    g[0] = w[0];
                    return Math.abs(w[0]) > 0.25 ? Double.NaN : w[0] * w[0] / 2;
                },
                1,
                1000);
        LlcEstimate e = FULL.withSteps(400).withChains(8).estimate(cliff, new double[1]);
        int fallen = (int) IntStream.of(e.divergedAt()).filter(d -> d >= 0).count();
        assertThat(fallen).as("seed 0").isBetween(1, 7);
        assertThat(e.llc())
                .isCloseTo(
                        Arrays.stream(e.chains())
                                .filter(x -> !Double.isNaN(x))
                                .average()
                                .orElseThrow(),
                        within(1e-12));
        assertThat(Arrays.stream(e.chains()).filter(Double::isNaN).count()).isEqualTo(fallen);
        assertThat(e.health()).anySatisfy(s -> assertThat(s)
                .contains(fallen == 1 ? "of step 0 diverged at draw" : fallen + " of 8 chains of step 0 diverged"));
    }

    @Test
    @Tag("slow")
    void aStudyIsKeptAndResumed(@TempDir Path folder) {
        Experiment experiment = experiment();
        RunFolder run = Trainer.of(experiment).train(folder, 3).runs().get(0);
        Objective objective =
                Objective.of(experiment, experiment.task().sample(3).train()).withThreads(2);
        Dataset test = experiment.task().sample(3).test();
        LlcStudy study = SHORT.study(objective, test).withProbe(objective.data().take(5), 20);
        LlcCurve first = study.run(run, List.of(20L));
        LlcCurve all = study.run(run);
        assertThat(all.estimates()).extracting(LlcEstimate::step).containsExactly(0L, 20L, 40L);
        // What was there is read, and is what it was.
        assertThat(all.at(20).chains()).isEqualTo(first.at(20).chains());
        // In other company: the same bits.
        LlcCurve together = SHORT.study(objective, test).withReading("together").run(run);
        for (long step : new long[] {0, 20, 40}) {
            assertThat(together.at(step).chains()).isEqualTo(all.at(step).chains());
            assertThat(together.at(step).traces()).isDeepEqualTo(all.at(step).traces());
            assertThat(together.at(step).table().rowCount()).isEqualTo(1);
        }
        ParameterVector end;
        try (TensorFile file = run.checkpoint(40)) {
            end = objective.parameters(file);
        }
        assertThat(all.at(40).trainLoss()).isCloseTo(objective.meanLosses(List.of(end))[0], within(1e-6));
        assertThat(all.at(40).testLoss()).isCloseTo(objective.withData(test).meanLosses(List.of(end))[0], within(1e-6));
        try (TensorFile file = Readings.of(run).tensors("llc", 40)) {
            Tensor losses = file.read("losses");
            assertThat(losses.shape()).containsExactly(2, 3, 5);
            double[] atStart = objective.withData(objective.data().take(5)).losses(List.of(end))[0];
            for (int i = 0; i < 5; i++) {
                assertThat(losses.getDouble(i)).isCloseTo(atStart[i], within(1e-5));
                assertThat(losses.getDouble(15 + i)).isCloseTo(atStart[i], within(1e-5));
                assertThat(losses.getDouble(10 + i)).isNotCloseTo(atStart[i], within(1e-9));
            }
        }
        assertThatThrownBy(() -> SHORT.withGamma(6).along(run, objective, test))
                .isInstanceOf(RecordException.class)
                .hasMessageContaining("was made with the settings {");
        assertThatThrownBy(() -> study.run(run, List.of(7L)))
                .hasMessageContaining("step is 7; expected that of a checkpoint");
        assertThatThrownBy(() -> SHORT.along(
                                run, objective.withData(objective.data()).withBatchSize(8), test)
                        .at(1))
                .hasMessageContaining("was made with");
        Objective other = Objective.of(Mlp.of(1, 9), Loss.MEAN_SQUARED_ERROR, objective.data());
        assertThatThrownBy(() -> SHORT.study(other, test).withReading("other").run(run))
                .isInstanceOf(RecordException.class);

        Path json = folder.resolve("llc.json");
        all.save(json);
        ObjectNode read = Json.readObject(json);
        assertThat(read.at("/settings/sampler/name").asText()).isEqualTo("sgld");
        assertThat(read.at("/settings/gamma").asDouble()).isEqualTo(5);
        JsonNode one = read.path("checkpoints").get(2);
        assertThat(one.fieldNames())
                .toIterable()
                .containsExactly(
                        "step", "llc", "se", "interval", "rhat", "ess", "chains", "trainLoss", "testLoss", "health");
        assertThat(one.path("llc").asDouble()).isEqualTo(all.at(40).llc());
        assertThat(one.path("chains")).hasSize(2);
        Table table = all.table();
        assertThat(table.rowCount()).isEqualTo(3);
    }

    @Test
    void masksSelectByName() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        LlcEstimate all = SHORT.estimate(objective, at);
        LlcEstimate head = SHORT.withMask("^2\\.").estimate(objective, at);
        assertThat(all.directions()).isEqualTo(at.size());
        assertThat(head.directions()).isEqualTo(18);
        assertThat(head.llc()).isNotEqualTo(all.llc());
        assertThat(SHORT.withMask("^2\\.")
                        .withOrthogonal(true)
                        .estimate(objective, at)
                        .directions())
                .isEqualTo(17);
        assertThatThrownBy(() -> SHORT.withMask("attention").estimate(objective, at))
                .hasMessageContaining("mask is \"attention\"; expected to occur in one of");
    }

    @Test
    void theClampedLossIsTheExactOneWhereNothingIsUnlikely() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        LlcEstimate exact = SHORT.estimate(objective, at);
        LlcEstimate clamped = SHORT.withClamp(1e-7).estimate(objective, at);
        assertThat(clamped.llc())
                .isCloseTo(exact.llc(), within(1e-3 * Math.abs(exact.llc()) + 1e-3))
                .isNotEqualTo(exact.llc());
        assertThat(SHORT.withLogitScaling(2).estimate(objective, at).trainLoss())
                .isNotCloseTo(exact.trainLoss(), within(1e-3));
        assertThatThrownBy(() -> SHORT.withClamp(1e-7).estimate(objective.withLoss(Loss.smoothed(0.1)), at))
                .hasMessageContaining("clamp, logitScaling is");
    }

    @Test
    void otherDataRefineTheCoefficient() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        LlcEstimate same = SHORT.estimate(objective, objective.data(), at);
        LlcEstimate part = SHORT.estimate(objective, objective.data().take(9), at);
        assertThat(same.trainLoss()).isCloseTo(objective.meanLosses(List.of(at))[0], within(1e-6));
        assertThat(part.trainLoss())
                .isCloseTo(objective.withData(objective.data().take(9)).meanLosses(List.of(at))[0], within(1e-6));
        assertThat(part.llc()).isNotEqualTo(same.llc());
        // The chains are the same ones; with all data the mean is without the noise of minibatches.
        LlcEstimate plain = SHORT.estimate(objective, at);
        assertThat(same.pull()).isEqualTo(plain.pull());
        assertThat(same.traces()[0][0]).isCloseTo(same.trainLoss(), within(1e-6));
    }

    @Test
    void sweepsHaveAllCombinationsAndTheirCellsAreThoseOfSingleEstimates() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        LlcSweep sweep =
                SHORT.sweep(objective, at, new double[] {1e-4, 1e-3}, new double[] {1, 10, 100}, new double[0]);
        assertThat(sweep.cells()).hasSize(6);
        LlcEstimate alone = SHORT.withEpsilon(1e-3).withGamma(10).estimate(objective, at);
        assertThat(sweep.cells().get(4).chains()).isEqualTo(alone.chains());
        assertThat(sweep.table().doubleColumn("epsilon").asDoubleArray())
                .containsExactly(1e-4, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3);
    }

    @Test
    void cellsOfASweepThatDivergeLeaveTheOthersAlone() {
        // The peer library's default grid: eight ε from 1e-6 to 1e-2 and eight nβ from a hundredth to a thousand times
        // the usual one.
        double[] epsilons = IntStream.range(0, 8)
                .mapToDouble(i -> Math.pow(10, -6 + 4 * i / 7.0))
                .toArray();
        double[] temperatures = IntStream.range(0, 8)
                .mapToDouble(i -> Math.pow(10, 2 - 5 * i / 7.0))
                .toArray();
        Objective objective = classes();
        LlcSweep sweep =
                SHORT.withGamma(0).sweep(objective, objective.initial(0), epsilons, new double[0], temperatures);
        assertThat(sweep.cells()).hasSize(64);
        List<LlcEstimate> diverged = sweep.cells().stream()
                .filter(e -> IntStream.of(e.divergedAt()).allMatch(at -> at >= 0))
                .toList();
        // Only where ε·nβ is large, and there the cell is empty.
        assertThat(diverged).isNotEmpty().allMatch(e -> Double.isNaN(e.llc()));
        double most = diverged.stream()
                .mapToDouble(e -> e.settings().epsilon() * e.inverseTemperature())
                .min()
                .orElseThrow();
        assertThat(sweep.cells())
                .filteredOn(e -> e.settings().epsilon() * e.inverseTemperature() < most / 10)
                .hasSizeGreaterThan(32)
                .allMatch(e -> Double.isFinite(e.llc()));
        LlcEstimate alone = SHORT.withGamma(0)
                .withEpsilon(epsilons[3])
                .withTemperature(temperatures[2])
                .estimate(objective, objective.initial(0));
        assertThat(sweep.cells().get(3 * 8 + 2).chains()).isEqualTo(alone.chains());
        assertThat(sweep.table().rowCount()).isEqualTo(64);
    }

    @Test
    void theCurvatureIsThatOfTheDirectionsThatMove() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        double whole = SHORT.withCurvature(60).estimate(objective, at).curvature();
        double head = SHORT.withCurvature(60)
                .withMask("^2\\.")
                .estimate(objective, at)
                .curvature();
        assertThat(whole).isGreaterThan(head).isGreaterThan(5);
        assertThat(head).isGreaterThan(5);
    }

    @Test
    @Tag("slow")
    void theStepSizeIsChosenByTheRules() {
        Objective objective = classes();
        ParameterVector at = objective.initial(0);
        LearningCoefficient wild = LearningCoefficient.withDefaults()
                .withBatch(0)
                .withOrthogonal(true)
                .withGamma(300)
                .withEpsilon(1e-2)
                .withSteps(2000)
                .withMask("^2\\.");
        // 0.1 and 0.03 diverge, 0.01 and 0.003 are biased.
        assertThat(wild.tuned(objective, at).epsilon()).isCloseTo(1e-3, within(1e-9));
        assertThatThrownBy(() -> wild.withEpsilon(100).tuned(objective, at))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("no ε is healthy; ε = 1.00e+03: 4 of 4 chains of step 0 diverged");
    }

    @Test
    void onlineEstimatesEndWithTheMeanOfAllDraws() {
        LlcEstimate e = FULL.withSteps(100).estimate(quadratic(1, 1), new double[2]);
        Table online = e.online();
        assertThat(online.rowCount()).isEqualTo(100);
        double all = Arrays.stream(e.draws())
                .flatMapToDouble(Arrays::stream)
                .average()
                .orElseThrow();
        assertThat(online.doubleColumn("llc").get(99)).isCloseTo(all, within(1e-9));
    }

    @Test
    void wrongSettingsAreRefusedInASentence() {
        assertThatThrownBy(() -> FULL.withEpsilon(0)).hasMessageContaining("epsilon is 0");
        assertThatThrownBy(() -> FULL.withBurnIn(1)).hasMessageContaining("burnIn is 1");
        assertThatThrownBy(() -> FULL.withSteps(5)).hasMessageContaining("at least 8 draws");
        assertThatThrownBy(() -> LearningCoefficient.withDefaults()
                        .withSampler(Sampler.mala())
                        .withBatch(3))
                .hasMessageContaining("0 for the full gradient");
        assertThatThrownBy(() -> FULL.withBox(1).withOrthogonal(true)).hasMessageContaining("cannot keep to a box");
        assertThat(FULL.inverseTemperature(2668)).isCloseTo(338.19, within(0.01));
        assertThat(FULL.withTemperature(2).inverseTemperature(2247)).isCloseTo(291.16 / 2, within(0.01));
    }
}
