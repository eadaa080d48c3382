package org.kymograph.cli.train;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.kymograph.base.Arguments;
import org.kymograph.cli.Destination;
import org.kymograph.cli.Words;
import org.kymograph.data.Dataset;
import org.kymograph.data.Scaling;
import org.kymograph.data.Split;
import org.kymograph.notebook.Notebook;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.record.dynamics.Guids;
import org.kymograph.record.dynamics.LogFormat;
import org.kymograph.record.tensors.Dtype;
import org.kymograph.record.tensors.Tensor;
import org.kymograph.train.Experiment;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Schedule.Decay;
import org.kymograph.train.Span;
import org.kymograph.train.Trainer;
import org.kymograph.train.dynamics.Recorder;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The settings that every experiment has. What isn't given stays as the experiment has it. */
final class TrainingOptions {
    private static final long MOST_SEEDS = 1_000_000;

    @Spec(Target.MIXEE)
    CommandSpec command;

    @Option(
            names = {"--seeds", "--seed"},
            paramLabel = "LIST",
            defaultValue = "0",
            description = "Seeds: numbers and ranges, such as 0-11 or 0,3,5-7.")
    String seeds;

    @Option(
            names = {"--out", "--output_dir"},
            paramLabel = "DIR",
            required = true,
            description =
                    "The folder of this experiment's runs, such as runs/parity, whose last part is the experiment's name. A run's folder in it is named by its settings and its seed. (In Java, train(\"runs\", …) names the folder above.)")
    Path out;

    @Option(
            names = {"--epochs", "--num_epochs"},
            description = "How long to train, in passes over the training set.")
    Long epochs;

    @Option(names = "--steps", description = "How long to train, in optimizer steps.")
    Long steps;

    @Option(
            names = {"--batch-size", "--train_bsz"},
            description = "Training samples in a batch.")
    Integer batchSize;

    @Option(
            names = {"--test-batch-size", "--test_bsz"},
            description = "Test samples in a batch.")
    Integer testBatchSize;

    @Option(
            names = {"--optimizer", "--optim_name"},
            description = "sgd, adam or adamw.")
    String optimizer;

    @Option(names = "--lr", description = "Learning rate.")
    Double learningRate;

    @Option(names = "--momentum", description = "Momentum of sgd.")
    Double momentum;

    @Option(names = "--beta1", description = "Decay of Adam's first moment.")
    Double beta1;

    @Option(names = "--beta2", description = "Decay of Adam's second moment.")
    Double beta2;

    @Option(names = "--epsilon", description = "The constant that Adam adds to the denominator.")
    Double epsilon;

    @Option(names = "--weight-decay", description = "Weight decay: coupled for sgd and adam, decoupled for adamw.")
    Double weightDecay;

    @Option(names = "--schedule", description = "How the learning rate moves: constant, linear or cosine.")
    String schedule;

    @Option(names = "--warmup", description = "Steps over which the learning rate rises linearly from 0.")
    Long warmup;

    @Option(names = "--final-fraction", description = "The learning rate at the end, as a fraction of --lr, 0 to 1.")
    Double finalFraction;

    @Option(names = "--clip-norm", description = "Largest norm of a run's gradient.")
    Double clipNorm;

    @Option(names = "--clip-grad", description = "The same as a --clip-norm of ten times the learning rate.")
    boolean clipGrad;

    @Option(
            names = "--eval-every",
            description = "Epochs between evaluations; steps where the experiment is evaluated by steps.")
    Long evalEvery;

    @Option(names = "--eval-every-steps", description = "Steps between evaluations, instead of epochs.")
    Long evalEverySteps;

    @Option(names = "--checkpoint-every", description = "Epochs between checkpoints.")
    Long checkpointEvery;

    @Option(names = "--checkpoint-every-steps", description = "Steps between checkpoints, instead of epochs.")
    Long checkpointEverySteps;

    @Option(names = "--no-statistics", description = "Leave the weights' statistics out of the metrics.")
    boolean noStatistics;

    @Option(names = "--workers", description = "Stacks that train at the same time (default: one per core).")
    Integer workers;

    @Option(names = "--stack-size", description = "Most runs in a stack (default: what a core's cache holds).")
    Integer stackSize;

    @Option(
            names = "--processes",
            defaultValue = "1",
            description = "Share the seeds among N processes, for networks that can't be stacked.")
    int processes;

    @Option(
            names = "--record",
            paramLabel = "MODE",
            description =
                    "Record the outputs for every training sample in every epoch into each run's training_dynamics/: "
                            + "in-pass (each batch before its update), post-epoch-train (one more pass with dropout) or "
                            + "post-epoch-eval (one more pass without).")
    String record;

    @Option(names = "--record-format", description = "full (every digit) or rounded (ten decimals); default full.")
    String recordFormat;

    /** Trains the experiment with these settings. */
    int train(Experiment plain) {
        return train(plain, null);
    }

    /** Trains the experiment with these settings; the guids are those of a recording, null for row numbers. */
    int train(Experiment plain, Guids guids) {
        long[] all = seeds(seeds);
        Arguments.atLeast("--processes", processes, 1);
        Path folder = folder(out);
        Experiment experiment = applied(plain).withName(folder.getFileName().toString());
        Arguments.check(recordFormat == null || record != null, "--record-format", recordFormat, "--record with it");
        Recorder recorder =
                record == null ? null : guids == null ? recorder() : recorder().withGuids(guids);
        sayWhatHasNoEffect(experiment, all[0]);
        if (processes > 1 && all.length > 1) {
            int code = Processes.train(command.commandLine().getParseResult(), all, processes, folder);
            List<RunFolder> runs = RunFolder.list(folder).stream()
                    .filter(run -> LongStream.of(all).anyMatch(seed -> seed == run.seed()))
                    .toList();
            if (!runs.isEmpty()) {
                tell(Population.of(runs), folder);
            }
            return code;
        }
        Trainer trainer = Trainer.of(experiment);
        trainer = workers == null ? trainer : trainer.withWorkers(Arguments.atLeast("--workers", workers, 1));
        trainer = stackSize == null ? trainer : trainer.withStackSize(Arguments.atLeast("--stack-size", stackSize, 1));
        Trainer ready = recorder == null ? trainer : trainer.withListener(recorder);
        Population trained = ready.train(folder.getParent(), all);
        tell(trained, folder);
        long failed = trained.runs().stream()
                .filter(r -> r.failure() != null)
                .peek(r -> command.commandLine().getErr().println("kymograph: " + r.id() + " failed: " + r.failure()))
                .count();
        return failed == 0 ? 0 : 1;
    }

    /** The folder of an experiment's runs, once it is known that it can be made and that its name is one of experiments. */
    static Path folder(Path out) {
        Path folder = out.toAbsolutePath().normalize();
        Arguments.check(folder.getParent() != null, "--out", out, "a folder with a name");
        Arguments.check(
                folder.getFileName().toString().matches("[A-Za-z0-9][A-Za-z0-9._-]*"),
                "--out",
                out.toString(),
                "a folder whose name has letters, digits, dots, dashes and underscores only, the first a letter or digit");
        Destination.checkFolder(folder);
        return folder;
    }

    /** What became of the runs, and where they are. */
    private void tell(Population runs, Path folder) {
        PrintWriter out = command.commandLine().getOut();
        out.println(Notebook.bundle(runs).get("text/plain"));
        out.println("The runs are in " + folder + ".");
        out.flush();
    }

    private void sayWhatHasNoEffect(Experiment e, long seed) {
        if (batchSize == null && warmup == null) {
            return;
        }
        long samples = e.task().sample(seed).train().size();
        say(
                batchSize != null && batchSize > samples,
                "--batch-size is %,d, more than the %,d training samples: each step takes all of them",
                batchSize,
                samples);
        long perEpoch = Math.max(1, (samples + e.batchSize() - 1) / e.batchSize());
        long total = e.length().count() * (e.length().unit() == Span.Unit.EPOCHS ? perEpoch : 1);
        say(
                warmup != null && warmup >= total,
                "--warmup is %,d, and training ends after %,d steps: the learning rate never reaches --lr",
                warmup,
                total);
    }

    private void say(boolean so, String format, Object... values) {
        if (so) {
            command.commandLine().getErr().println("kymograph: " + String.format(Locale.ROOT, format, values));
        }
    }

    /** What the options are for each of the names that an option of the command may have. */
    static <E extends Enum<E>> Map<String, Map<String, String>> defaults(
            Class<E> names, Function<E, Experiment> experiment) {
        Map<String, Map<String, String>> defaults = new LinkedHashMap<>();
        for (E each : names.getEnumConstants()) {
            defaults.put(Words.of(each), defaults(experiment.apply(each)));
        }
        return defaults;
    }

    /** What the options are where an experiment's own settings hold, as they would be given. */
    static Map<String, String> defaults(Experiment e) {
        Map<String, String> defaults = new LinkedHashMap<>();
        boolean epochs = e.length().unit() == Span.Unit.EPOCHS;
        defaults.put(epochs ? "--epochs" : "--steps", Long.toString(e.length().count()));
        defaults.put("--batch-size", Integer.toString(e.batchSize()));
        defaults.put("--test-batch-size", Integer.toString(e.evaluationBatch()));
        Optimizer o = e.optimizer();
        defaults.put("--optimizer", Words.of(o.kind()));
        defaults.put("--lr", Double.toString(o.learningRate()));
        if (o.kind() == Optimizer.Kind.SGD) {
            defaults.put("--momentum", Double.toString(o.momentum()));
        } else {
            defaults.put("--beta1", Double.toString(o.beta1()));
            defaults.put("--beta2", Double.toString(o.beta2()));
            defaults.put("--epsilon", Double.toString(o.epsilon()));
        }
        defaults.put("--weight-decay", Double.toString(o.weightDecay()));
        defaults.put("--schedule", Words.of(e.schedule().decay()));
        defaults.put("--warmup", Long.toString(e.schedule().warmup()));
        defaults.put("--clip-norm", Double.isInfinite(e.clipNorm()) ? "none" : Double.toString(e.clipNorm()));
        defaults.put(
                e.evaluation().unit() == Span.Unit.EPOCHS ? "--eval-every" : "--eval-every-steps",
                Long.toString(e.evaluation().count()));
        defaults.put(
                e.checkpoints().unit() == Span.Unit.EPOCHS ? "--checkpoint-every" : "--checkpoint-every-steps",
                Long.toString(e.checkpoints().count()));
        return defaults;
    }

    /** One empty picture to learn from and one to test on: enough to ask an experiment for its settings. */
    static Split blank(int classes, long... shape) {
        int pixels = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        Tensor inputs = Tensor.of(Dtype.U8, shape, ByteBuffer.allocate(pixels));
        Tensor targets = Tensor.of(new long[] {0}, 1);
        return new Split(
                new Dataset("images", "train", 0, inputs, targets, classes, Scaling.UNIT),
                new Dataset("images", "test", 0, inputs, targets, classes, Scaling.UNIT));
    }

    private Recorder recorder() {
        Recorder recorder = Recorder.of(Words.named(Recorder.Mode.class, "--record", record));
        return recordFormat == null
                ? recorder
                : recorder.withFormat(Words.named(LogFormat.class, "--record-format", recordFormat));
    }

    private Experiment applied(Experiment e) {
        onlyOne("--epochs", epochs, "--steps", steps);
        onlyOne("--eval-every", evalEvery, "--eval-every-steps", evalEverySteps);
        onlyOne("--checkpoint-every", checkpointEvery, "--checkpoint-every-steps", checkpointEverySteps);
        onlyOne("--clip-grad", clipGrad ? true : null, "--clip-norm", clipNorm);
        e = with(e, counted("--epochs", epochs), (x, n) -> x.withLength(Span.epochs(n)));
        e = with(e, counted("--steps", steps), (x, n) -> x.withLength(Span.steps(n)));
        e = batchSize == null ? e : e.withBatchSize(Arguments.atLeast("--batch-size", batchSize, 1));
        e = testBatchSize == null ? e : e.withEvaluationBatch(Arguments.atLeast("--test-batch-size", testBatchSize, 1));
        e = e.withOptimizer(optimizer(e.optimizer()));
        e = e.withSchedule(schedule(e.schedule()));
        e = clipGrad ? e.withClipNorm(10 * e.optimizer().learningRate()) : e;
        e = with(e, clipNorm, Experiment::withClipNorm);
        e = with(
                e,
                counted("--eval-every", evalEvery),
                (x, n) -> x.withEvaluation(new Span(n, x.evaluation().unit())));
        e = with(e, counted("--eval-every-steps", evalEverySteps), (x, n) -> x.withEvaluation(Span.steps(n)));
        e = with(e, counted("--checkpoint-every", checkpointEvery), (x, n) -> x.withCheckpoints(Span.epochs(n)));
        e = with(
                e,
                counted("--checkpoint-every-steps", checkpointEverySteps),
                (x, n) -> x.withCheckpoints(Span.steps(n)));
        return noStatistics ? e.withStatistics(false) : e;
    }

    private static <V> Experiment with(Experiment e, V given, BiFunction<Experiment, V, Experiment> change) {
        return given == null ? e : change.apply(e, given);
    }

    private static Long counted(String option, Long given) {
        return given == null ? null : (Long) Arguments.atLeast(option, given, 1);
    }

    static void onlyOne(String option, Object value, String other, Object otherValue) {
        Arguments.require(
                value == null || otherValue == null,
                option + " and " + other + " exclude each other; expected one of them");
    }

    private Schedule schedule(Schedule s) {
        Decay decay = schedule == null ? s.decay() : Words.named(Decay.class, "--schedule", schedule);
        Arguments.check(
                finalFraction == null || decay != Decay.CONSTANT,
                "--final-fraction",
                finalFraction,
                "another --schedule than constant with it");
        return new Schedule(
                decay,
                warmup == null ? s.warmup() : Arguments.atLeast("--warmup", warmup, 0),
                finalFraction == null ? s.finalFraction() : Arguments.within("--final-fraction", finalFraction, 0, 1),
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
                learningRate == null ? o.learningRate() : Arguments.positive("--lr", learningRate),
                momentum == null ? o.momentum() : momentum,
                beta1 == null ? o.beta1() : beta1,
                beta2 == null ? o.beta2() : beta2,
                epsilon == null ? o.epsilon() : epsilon,
                weightDecay == null ? o.weightDecay() : Arguments.atLeast("--weight-decay", weightDecay, 0.0),
                o.groups(),
                o.biasCorrection(),
                o.undecayedSteps());
    }

    private static void idle(Optimizer.Kind kind, String option, boolean given) {
        Arguments.require(
                !given,
                option + " has no effect: " + Words.of(kind) + " has none; expected another --optimizer with it");
    }

    /** Returns the seeds of a list such as {@code 0,3,5-7}. */
    static long[] seeds(String list) {
        return Arrays.stream(list.split(",", -1))
                .flatMapToLong(part -> range(list, part.strip()))
                .distinct()
                .toArray();
    }

    private static LongStream range(String list, String part) {
        Matcher ends = Pattern.compile("(-?\\d{1,18})(?:-(\\d{1,18}))?").matcher(part);
        String expected = "numbers and ranges, such as 0-11 or 0,3,5-7";
        if (!ends.matches()) {
            throw Arguments.unexpected("--seeds", list, expected);
        }
        long from = Long.parseLong(ends.group(1));
        long to = ends.group(2) == null ? from : Long.parseLong(ends.group(2));
        Arguments.check(from >= 0, "--seeds", list, "seeds of at least 0");
        Arguments.check(from <= to, "--seeds", list, to + "-" + from + ", the smaller number first");
        Arguments.check(to - from <= MOST_SEEDS, "--seeds", list, "at most " + MOST_SEEDS + " seeds in a range");
        return LongStream.rangeClosed(from, to);
    }
}
