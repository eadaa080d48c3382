package org.kymograph.stories.pcfg;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;
import org.kymograph.base.Columns;
import org.kymograph.base.Copies;
import org.kymograph.base.Streams;
import org.kymograph.data.Dataset;
import org.kymograph.data.Split;
import org.kymograph.data.Task;
import org.kymograph.evaluate.Activations;
import org.kymograph.evaluate.LinearProbe;
import org.kymograph.model.ParameterVector;
import org.kymograph.model.llama.Llama;
import org.kymograph.record.Population;
import org.kymograph.record.RunFolder;
import org.kymograph.stories.inside.OneShotPruning;
import org.kymograph.stories.pcfg.PcfgTask.Family;
import org.kymograph.stories.pcfg.PcfgTask.Marks;
import org.kymograph.train.Experiment;
import org.kymograph.train.Objective;
import org.kymograph.train.Optimizer;
import org.kymograph.train.Schedule;
import org.kymograph.train.Span;
import org.kymograph.train.StartingPoint;
import org.kymograph.train.Trainer;
import org.kymograph.train.TrainingMemory;
import org.kymograph.train.loss.Loss;
import tech.tablesaw.api.Table;

/**
 * What fine-tuning a transformer from counting a to counting b does to its counting of a: pre-training with a prior of the letters,
 * fine-tuning on questions about b whose answers may be tied to those about a, and fine-tuning back. Everything trained is kept and
 * gone on with after an interruption.
 *
 * <p>Source: Jain et al., Mechanistically analyzing the effects of fine-tuning on procedurally defined tasks (ICLR 2024), whose
 * network has 3 million weights, 10,000 to 200,000 steps of pre-training and 10,000 of fine-tuning.
 *
 * @param task the questions of pre-training; its prior, its correlations and its number of training samples are replaced
 * @param network the transformer
 * @param batch the samples in a batch, at least 1
 * @param pretraining the steps of pre-training, at least 1
 * @param rate the learning rate of pre-training, above 0
 * @param tuning the steps of fine-tuning, at least 1
 * @param medium the medium learning rate η_M of fine-tuning, above 0
 * @param small the small one η_S, above 0
 * @param checkpoint how many steps of fine-tuning lie between checkpoints, at least 1
 */
public record PcfgStudy(
        PcfgTask task,
        Llama network,
        int batch,
        int pretraining,
        double rate,
        int tuning,
        double medium,
        double small,
        int checkpoint) {
    /** The prior of a weak capability for b. */
    public static final List<Double> WEAK = List.of(0.999, 0.001, 0.0);

    /** The prior of a strong capability for b. */
    public static final List<Double> STRONG = List.of(0.5, 0.3, 0.2);

    /** The prior of a network that never was asked about a. */
    public static final List<Double> NEVER = List.of(0.0, 1.0, 0.0);

    private static final int MOST_SAMPLES = 65_536;
    private static final long TEST = -1;
    private static final long PROBES = -2;

    /** Checks the ranges, and rounds rates: {@link Optimizer#rounded}. */
    public PcfgStudy {
        Arguments.check(
                network.vocabulary() == task.vocabulary(),
                "vocabulary of the network",
                network.vocabulary(),
                "that of the task, " + task.vocabulary());
        Arguments.atLeast("batch", batch, 1);
        Arguments.atLeast("pretraining", pretraining, 1);
        rate = Optimizer.rounded(Arguments.positive("rate", rate));
        Arguments.atLeast("tuning", tuning, 1);
        medium = Optimizer.rounded(Arguments.positive("medium", medium));
        small = Optimizer.rounded(Arguments.positive("small", small));
        Arguments.atLeast("checkpoint", checkpoint, 1);
    }

    /**
     * Returns the small study: texts of 64 letters, four blocks of width 64, 3000 steps of pre-training, 400 of fine-tuning.
     *
     * @return the study
     */
    public static PcfgStudy mini() {
        PcfgTask task = PcfgTask.mini();
        Llama network = Llama.of(task.vocabulary()).withSizes(64, 4, 4, 4, 192).withPositions(task.length());
        return new PcfgStudy(task, network, 64, 3000, 1e-3, 400, 3e-4, 3e-5, 20);
    }

    /**
     * Returns a study of a minute or two: only counts are asked, of the last 12 of 24 letters, by two blocks of width 32, which train as
     * a stack; 600 steps of pre-training, 150 of fine-tuning in batches of 32.
     *
     * @return the study
     */
    public static PcfgStudy tiny() {
        PcfgTask task = PcfgTask.of(24, 12, 2).withFamilies(Family.COUNT);
        Llama network = Llama.of(task.vocabulary()).withSizes(32, 2, 4, 4, 96).withPositions(task.length());
        return new PcfgStudy(task, network, 32, 600, 3e-3, 150, 1e-3, 1e-4, 10);
    }

    /**
     * Returns the study at the paper's size: texts of 250 letters, six blocks of width 192, 50,000 steps of pre-training, 10,000 of
     * fine-tuning in batches of 96.
     *
     * @return the study
     */
    public static PcfgStudy paper() {
        PcfgTask task = PcfgTask.paper();
        Llama network = Llama.of(task.vocabulary()).withSizes(192, 6, 6, 6, 512).withPositions(task.length());
        return new PcfgStudy(task, network, 96, 50_000, 1e-3, 10_000, 1e-5, 1e-6, 250);
    }

    /** Returns a copy with other numbers of steps and a checkpoint every so many of fine-tuning. */
    public PcfgStudy withSteps(int pretraining, int tuning, int checkpoint) {
        return new PcfgStudy(task, network, batch, pretraining, rate, tuning, medium, small, checkpoint);
    }

    /** Returns a copy with other learning rates of fine-tuning. */
    public PcfgStudy withRates(double medium, double small) {
        return new PcfgStudy(task, network, batch, pretraining, rate, tuning, medium, small, checkpoint);
    }

    /** Returns a copy with another network. */
    public PcfgStudy withNetwork(Llama network) {
        return Copies.with(this, "network", network);
    }

    /** Returns a copy with another task and network. */
    public PcfgStudy withTask(PcfgTask task, Llama network) {
        return new PcfgStudy(task, network, batch, pretraining, rate, tuning, medium, small, checkpoint);
    }

    /** Returns a copy with batches of another size. */
    public PcfgStudy withBatch(int batch) {
        return Copies.with(this, "batch", batch);
    }

    /**
     * Returns about how much memory a step takes.
     *
     * @return the memory
     */
    public TrainingMemory memory() {
        return TrainingMemory.of(network.parameters(), network.numbersPerText(task.length()));
    }

    private PcfgTask sized(PcfgTask question, int steps) {
        return question.withSizes((int) Math.min(MOST_SAMPLES, (long) steps * batch), question.test());
    }

    private Experiment experiment(String name, Task task, double rate, int steps) {
        return Experiment.of(
                        name,
                        task,
                        network,
                        Loss.CROSS_ENTROPY,
                        Optimizer.adamW(rate).withBetas(0.9, 0.95).withWeightDecay(0.1))
                .withSchedule(Schedule.COSINE.withWarmupFraction(0.2).withFinalFraction(0.01))
                .withClipNorm(1)
                .withBatchSize(batch)
                .withEvaluationBatch(256)
                .withLength(Span.steps(steps));
    }

    /**
     * Returns the experiment of pre-training.
     *
     * @param prior the shares of questions about a, b and c
     * @return the experiment
     */
    public Experiment pretraining(List<Double> prior) {
        int every = Math.max(1, Math.min(250, pretraining / 10));
        return experiment("pcfg-pretraining", sized(task.withPrior(prior), pretraining), rate, pretraining)
                .withEvaluation(Span.steps(every))
                .withCheckpoints(Span.steps(every));
    }

    /**
     * Pre-trains what is missing.
     *
     * @param root the folder of all experiments
     * @param prior the shares of questions about a, b and c
     * @param seeds the seeds
     * @return the runs
     */
    public Population pretrain(Path root, List<Double> prior, long... seeds) {
        return Trainer.of(pretraining(prior)).train(root, seeds);
    }

    /**
     * Returns questions of how often a letter occurs, which alone are asked in fine-tuning.
     *
     * @param letter 0 for a, 1 for b, 2 for c
     * @param correlated the share of correlated samples, in training and test
     * @return the questions
     */
    public PcfgTask counting(int letter, double correlated) {
        return task.withFamilies(Family.COUNT)
                .withOperand(letter)
                .withMarks(Marks.OWN)
                .withLanguageModel(false)
                .withCorrelated(correlated)
                .withTestCorrelated(correlated);
    }

    /**
     * Mixes data of pre-training into those of fine-tuning, which keeps more of the old capability.
     *
     * @param question the questions of fine-tuning
     * @param prior the shares of questions about a, b and c in the data of pre-training
     * @param share the share of those samples, 0 to 1
     * @return the questions
     */
    public Task mixed(PcfgTask question, List<Double> prior, double share) {
        Arguments.within("share", share, 0, 1);
        PcfgTask tuned = sized(question, tuning);
        PcfgTask old = sized(task.withPrior(prior).withLanguageModel(false), tuning);
        return Task.derived(tuned, Map.of("mixed", old, "share", share), seed -> {
            Split own = tuned.sample(seed);
            Dataset with = old.sample(seed).train();
            return new Split(Mixture.of(own.train(), with, share, Streams.of(seed, "mixture")), own.test());
        });
    }

    /**
     * Returns the experiment of fine-tuning: the answers only, half a cosine after a warm-up over a fifth of the steps.
     *
     * @param base the runs to start from, each seed's from its last checkpoint
     * @param question what is asked, such as {@code counting(1, 1)} or {@code mixed(…)}
     * @param rate the learning rate, above 0
     * @return the experiment
     */
    public Experiment tuning(Population base, Task question, double rate) {
        Task asked = question instanceof PcfgTask one ? sized(one, tuning) : question;
        return experiment("pcfg-tuning", asked, Optimizer.rounded(Arguments.positive("rate", rate)), tuning)
                .withStart(StartingPoint.ofEach(base))
                .withEvaluation(Span.steps(checkpoint))
                .withCheckpoints(Span.steps(checkpoint));
    }

    /**
     * Fine-tunes what is missing.
     *
     * @param root the folder of all experiments
     * @param base the runs to start from
     * @param question what is asked, such as {@code counting(1, 1)}
     * @param rate the learning rate
     * @return a run for each of those
     */
    public Population tune(Path root, Population base, Task question, double rate) {
        return Trainer.of(tuning(base, question, rate)).train(root, base.seeds());
    }

    /**
     * Returns the loss of some questions, on samples that no training draws.
     *
     * @param question the questions; its test samples are taken
     * @return the objective
     */
    public Objective asking(PcfgTask question) {
        return asking(question, TEST);
    }

    Objective asking(PcfgTask question, long seed) {
        return Objective.of(
                        network,
                        Loss.CROSS_ENTROPY,
                        question.withSizes(1, question.test()).sample(seed).test())
                .withBatchSize(256);
    }

    /**
     * Returns the loss of counting a letter, on samples that no training draws.
     *
     * @param letter 0 for a, 1 for b
     * @param correlated the share of correlated samples
     * @return the objective
     */
    public Objective asking(int letter, double correlated) {
        return asking(counting(letter, correlated));
    }

    /**
     * Returns the share of the commonest answer, which a network that does not read the text gets right.
     *
     * @param question the questions
     * @return the share, 0 to 1
     */
    public static double majority(PcfgTask question) {
        int[] counts = answers(question);
        return (double) Arrays.stream(counts).max().orElse(0)
                / Arrays.stream(counts).sum();
    }

    /**
     * Counts the answers of some questions.
     *
     * @param question the questions; its test samples are taken
     * @return the number of each answer by its token
     */
    public static int[] answers(PcfgTask question) {
        Dataset data = question.withSizes(1, question.test()).sample(TEST).test();
        int[] counts = new int[question.vocabulary()];
        long[] targets = data.targets().toLongs();
        for (int i = 0; i < data.size(); i++) {
            counts[(int) targets[i * question.length() + question.answerPosition()]]++;
        }
        return counts;
    }

    /**
     * Fits probes of how many a's there are on the residual stream where the answer is read, at the embeddings and behind each block,
     * on questions about a.
     *
     * @param parameters a network of this study
     * @return a probe for each
     */
    public List<LinearProbe> probes(ParameterVector parameters) {
        String[] points = network.streamPoints();
        Dataset fit =
                asking(counting(0, 0).withSizes(1, 2 * task.test()), PROBES).data();
        Dataset test = asking(0, 0).data();
        return LinearProbe.each(
                Activations.of(network, parameters, fit, points),
                counts(fit),
                Activations.of(network, parameters, test, points),
                counts(test),
                task.answerPosition());
    }

    private int[] counts(Dataset data) {
        long[] targets = data.targets().toLongs();
        return IntStream.range(0, data.size())
                .map(i -> (int) targets[i * task.length() + task.answerPosition()] - PcfgTask.NUMBER)
                .toArray();
    }

    /**
     * Prunes at once the rows of weight matrices that harm counting a most, chosen on samples of their own, and measures counting a,
     * and counting b on correlated samples and others.
     *
     * @param parameters a network of this study
     * @param counts how many rows are pruned
     * @return the pruned networks
     */
    public OneShotPruning pruned(ParameterVector parameters, int... counts) {
        Map<String, Objective> measured = new LinkedHashMap<>();
        measured.put("a", asking(0, 0));
        measured.put("b, correlated", asking(1, 1));
        measured.put("b", asking(1, 0));
        return OneShotPruning.of(OneShotPruning.Unit.ROW, parameters, asking(counting(0, 0), PROBES), counts, measured);
    }

    /**
     * Reads a run's parameters after its last step.
     *
     * @param run a run of this study
     * @return the parameters
     * @throws IllegalArgumentException if the run is not done, as one that diverged, whose checkpoints are from before
     */
    public ParameterVector last(RunFolder run) {
        Arguments.require(
                run.isComplete(),
                run + " is not done: it " + (run.failure() == null ? "was interrupted" : run.failure())
                        + "; expected a run that is, such as at a lower learning rate");
        return asking(0, 0).parameters(run);
    }

    /**
     * Measures runs at all their checkpoints: counting a and b, on correlated samples only and on others.
     *
     * @param runs the runs
     * @return a row for each run, checkpoint, letter and test set: seed, step, counted, correlated, accuracy
     */
    public Table accuracies(Population runs) {
        record Row(long seed, long step, int letter, int correlated, double accuracy) {}
        // By letter, then test set.
        List<Objective> asked = List.of(asking(0, 0), asking(0, 1), asking(1, 0), asking(1, 1));
        List<Row> rows = new ArrayList<>();
        for (RunFolder run : runs.runs()) {
            List<Long> steps = run.checkpointSteps();
            List<ParameterVector> vectors = steps.stream()
                    .map(step -> asked.get(0).parameters(run, step))
                    .toList();
            for (int k = 0; k < asked.size(); k++) {
                double[] all = asked.get(k).accuracies(vectors);
                for (int i = 0; i < all.length; i++) {
                    rows.add(new Row(run.seed(), steps.get(i), k / 2, k % 2, all[i]));
                }
            }
        }
        return Columns.of("accuracies", rows)
                .longs("seed", Row::seed)
                .longs("step", Row::step)
                .texts("counted", row -> row.letter() == 0 ? "a" : "b")
                .ints("correlated", Row::correlated)
                .doubles("accuracy", Row::accuracy)
                .table();
    }
}
