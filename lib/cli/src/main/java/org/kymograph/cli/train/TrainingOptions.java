package org.kymograph.cli.train;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.kymograph.cli.Words;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Population;
import org.kymograph.train.Schedule;
import org.kymograph.train.Schedule.Decay;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.RecordMode;
import org.kymograph.train.dynamics.Recorder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The settings that every experiment has. What isn't given stays as the experiment has it. */
final class TrainingOptions {
    @Spec(Target.MIXEE)
    CommandSpec command;

    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "LIST",
            defaultValue = "0",
            description = "Seeds: numbers and ranges, such as 0-11 or 0,3,5-7 (default ${DEFAULT-VALUE}).")
    String seeds;

    @Option(
            names = {"--out", "--output_dir"},
            paramLabel = "DIR",
            required = true,
            description = "The folder of the runs, such as runs/parity; its last part names the experiment.")
    Path out;

    @Option(
            names = {"--epochs", "--num_epochs"},
            paramLabel = "N",
            description = "Passes over the training set.")
    Long epochs;

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps, instead of epochs.")
    Long steps;

    @Option(
            names = {"--batch-size", "--train_bsz"},
            paramLabel = "N",
            description = "Training samples in a batch.")
    Integer batchSize;

    @Option(
            names = {"--test-batch-size", "--test_bsz"},
            paramLabel = "N",
            description = "Test samples in a batch.")
    Integer testBatchSize;

    @Option(
            names = {"--optimizer", "--optim_name"},
            paramLabel = "NAME",
            description = "sgd, adam or adamw.")
    String optimizer;

    @Option(names = "--lr", paramLabel = "X", description = "Learning rate.")
    Double learningRate;

    @Option(names = "--momentum", paramLabel = "X", description = "Momentum of sgd.")
    Double momentum;

    @Option(names = "--beta1", paramLabel = "X", description = "Decay of Adam's first moment.")
    Double beta1;

    @Option(names = "--beta2", paramLabel = "X", description = "Decay of Adam's second moment.")
    Double beta2;

    @Option(names = "--epsilon", paramLabel = "X", description = "What Adam adds to the root of the second moment.")
    Double epsilon;

    @Option(
            names = {"--weight-decay", "--weight_decay"},
            paramLabel = "X",
            description = "Weight decay: coupled for sgd and adam, decoupled for adamw.")
    Double weightDecay;

    @Option(names = "--schedule", paramLabel = "NAME", description = "Learning rate: constant, linear or cosine.")
    String schedule;

    @Option(names = "--warmup", paramLabel = "N", description = "Steps of linear warm-up.")
    Long warmup;

    @Option(names = "--final-fraction", paramLabel = "X", description = "Where the schedule ends, 0 to 1.")
    Double finalFraction;

    @Option(names = "--clip-norm", paramLabel = "X", description = "Largest norm of a run's gradient.")
    Double clipNorm;

    @Option(
            names = {"--clip-grad", "--clip_grad"},
            description = "Clip at ten times the learning rate.")
    boolean clipGrad;

    @Option(
            names = {"--eval-every", "--eval_every"},
            paramLabel = "N",
            description = "Epochs between evaluations; steps where the experiment is evaluated by steps.")
    Long evalEvery;

    @Option(
            names = "--eval-every-steps",
            paramLabel = "N",
            description = "Steps between evaluations, instead of epochs.")
    Long evalEverySteps;

    @Option(names = "--checkpoint-every", paramLabel = "N", description = "Epochs between checkpoints.")
    Long checkpointEvery;

    @Option(
            names = "--checkpoint-every-steps",
            paramLabel = "N",
            description = "Steps between checkpoints, instead of epochs.")
    Long checkpointEverySteps;

    @Option(names = "--no-statistics", description = "Leave the weights' statistics out of the metrics.")
    boolean noStatistics;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Stacks that train at the same time (default: one per core).")
    Integer workers;

    @Option(
            names = "--stack-size",
            paramLabel = "N",
            description = "Most runs in a stack (default: what a core's cache holds).")
    Integer stackSize;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Share the seeds among N processes, for networks that can't be stacked (default ${DEFAULT-VALUE}).")
    int processes;

    @Option(
            names = "--record",
            paramLabel = "MODE",
            description =
                    "Record the outputs for every training sample in every epoch into each run's training_dynamics/: "
                            + "in-pass (each batch before its update), post-epoch-train (one more pass with dropout) or "
                            + "post-epoch-eval (one more pass without).")
    String record;

    @Option(
            names = "--record-format",
            paramLabel = "NAME",
            description = "full (every digit) or rounded (ten decimals); default full.")
    String recordFormat;

    /** Trains the experiment with these settings. */
    int train(Experiment plain) {
        return train(plain, null);
    }

    /** Trains the experiment with these settings; the guids are those of a recording, null for row numbers. */
    int train(Experiment plain, Guids guids) {
        long[] all = seeds(seeds);
        Path folder = out.toAbsolutePath().normalize();
        if (folder.getParent() == null) {
            throw new IllegalArgumentException("--out " + out + ": must be a folder with a name");
        }
        Experiment experiment = applied(plain).withName(folder.getFileName().toString());
        if (recordFormat != null && record == null) {
            throw new IllegalArgumentException("--record-format " + recordFormat + ": is for --record");
        }
        Recorder recorder =
                record == null ? null : guids == null ? recorder() : recorder().withGuids(guids);
        if (processes > 1) {
            return Processes.train(command.commandLine().getParseResult(), all, processes, folder);
        }
        Trainer trainer = Trainer.of(experiment);
        trainer = workers == null ? trainer : trainer.withWorkers(workers);
        trainer = stackSize == null ? trainer : trainer.withStackSize(stackSize);
        trainer = recorder == null ? trainer : trainer.withListener(recorder);
        Population trained = trainer.train(folder.getParent(), all);
        long failed = trained.runs().stream()
                .filter(r -> r.failure() != null)
                .peek(r -> command.commandLine().getErr().println("kymograph: " + r.id() + " failed: " + r.failure()))
                .count();
        return failed == 0 ? 0 : 1;
    }

    private Recorder recorder() {
        Recorder recorder = Recorder.of(Words.named(RecordMode.class, "--record", record));
        return recordFormat == null
                ? recorder
                : recorder.withFormat(Words.named(LogFormat.class, "--record-format", recordFormat));
    }

    private Experiment applied(Experiment e) {
        onlyOne("--epochs", epochs, "--steps", steps);
        onlyOne("--eval-every", evalEvery, "--eval-every-steps", evalEverySteps);
        onlyOne("--checkpoint-every", checkpointEvery, "--checkpoint-every-steps", checkpointEverySteps);
        onlyOne("--clip-grad", clipGrad ? true : null, "--clip-norm", clipNorm);
        e = epochs == null ? e : e.withLength(Span.epochs(epochs));
        e = steps == null ? e : e.withLength(Span.steps(steps));
        e = batchSize == null ? e : e.withBatchSize(batchSize);
        e = testBatchSize == null ? e : e.withEvaluationBatch(testBatchSize);
        e = e.withOptimizer(optimizer(e.optimizer()));
        e = e.withSchedule(schedule(e.schedule()));
        e = clipGrad ? e.withClipNorm(10 * e.optimizer().learningRate()) : e;
        e = clipNorm == null ? e : e.withClipNorm(clipNorm);
        e = evalEvery == null
                ? e
                : e.withEvaluation(new Span(evalEvery, e.evaluation().unit()));
        e = evalEverySteps == null ? e : e.withEvaluation(Span.steps(evalEverySteps));
        e = checkpointEvery == null ? e : e.withCheckpoints(Span.epochs(checkpointEvery));
        e = checkpointEverySteps == null ? e : e.withCheckpoints(Span.steps(checkpointEverySteps));
        return noStatistics ? e.withStatistics(false) : e;
    }

    private static void onlyOne(String option, Object value, String other, Object otherValue) {
        if (value != null && otherValue != null) {
            throw new IllegalArgumentException(option + " and " + other + ": only one of them");
        }
    }

    private Schedule schedule(Schedule s) {
        Decay decay = schedule == null ? s.decay() : Words.named(Decay.class, "--schedule", schedule);
        if (finalFraction != null && decay == Decay.CONSTANT) {
            throw new IllegalArgumentException("--final-fraction: a constant schedule has none");
        }
        return new Schedule(
                decay,
                warmup == null ? s.warmup() : warmup,
                finalFraction == null ? s.finalFraction() : finalFraction,
                warmup == null ? s.warmupFraction() : 0);
    }

    private Optimizer optimizer(Optimizer o) {
        Optimizer.Kind kind =
                optimizer == null ? o.kind() : Words.named(Optimizer.Kind.class, "--optimizer", optimizer);
        boolean sgd = kind == Optimizer.Kind.SGD;
        idle(kind, "--momentum", momentum != null && !sgd);
        idle(kind, "--beta1", beta1 != null && sgd);
        idle(kind, "--beta2", beta2 != null && sgd);
        idle(kind, "--epsilon", epsilon != null && sgd);
        return new Optimizer(
                kind,
                learningRate == null ? o.learningRate() : learningRate,
                momentum == null ? o.momentum() : momentum,
                beta1 == null ? o.beta1() : beta1,
                beta2 == null ? o.beta2() : beta2,
                epsilon == null ? o.epsilon() : epsilon,
                weightDecay == null ? o.weightDecay() : weightDecay,
                o.groups(),
                o.biasCorrection());
    }

    private static void idle(Optimizer.Kind kind, String option, boolean given) {
        if (given) {
            throw new IllegalArgumentException(option + ": " + Words.of(kind) + " has none");
        }
    }

    /** @return the seeds of a list such as {@code 0,3,5-7} */
    static long[] seeds(String list) {
        return Arrays.stream(list.split(","))
                .flatMapToLong(part -> {
                    String[] ends = part.trim().split("-");
                    try {
                        long from = Long.parseLong(ends[0]);
                        long to = Long.parseLong(ends[ends.length - 1]);
                        if (ends.length > 2 || from > to || to - from > 1_000_000) {
                            throw new NumberFormatException();
                        }
                        return LongStream.rangeClosed(from, to);
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException(
                                "--seeds " + list + ": must be numbers and ranges, such as 0-11 or 0,3,5-7");
                    }
                })
                .distinct()
                .toArray();
    }
}
