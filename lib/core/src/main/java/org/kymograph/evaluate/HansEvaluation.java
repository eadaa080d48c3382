package org.kymograph.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.kymograph.base.Arguments;
import org.kymograph.base.Progress;
import org.kymograph.data.text.Hans;
import org.kymograph.data.text.Hans.Example;
import org.kymograph.record.CheckpointNames;
import org.kymograph.record.tensors.TensorFile;
import org.kymograph.stats.Statistics;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How often a fine-tuned classifier is right on HANS, by heuristic.
 *
 * <p>A model says "entailment" if that class has the largest logit; every other class, such as neutral and contradiction,
 * counts as "non-entailment". It is told which sentence a word piece belongs to.
 *
 * <p>Source: McCoy et al., Right for the Wrong Reasons (ACL 2019). The code of Hu et al. (TMLR 2023) does neither:
 * {@link #asOriginal}.
 *
 * @param batch the pairs in a batch
 * @param entailment the class of entailment; -1 to find it by its name
 * @param original whether to evaluate as the code of Hu et al. does
 * @param prefix what the names of the classifier's tensors begin with in checkpoints of more than it
 */
public record HansEvaluation(int batch, int entailment, boolean original, String prefix) {
    /** Checks the numbers. */
    public HansEvaluation {
        Arguments.atLeast("batch", batch, 1);
        Objects.requireNonNull(prefix, "prefix");
    }

    /**
     * Returns the usual evaluation.
     *
     * @return batches of 128; the class of entailment is the one whose name in {@code config.json} is that, in any case, or
     *     the first if none is
     */
    public static HansEvaluation withDefaults() {
        return new HansEvaluation(128, -1, false, "");
    }

    /**
     * Returns a copy with another size of batch.
     *
     * @param batch how many pairs go through the network together, at least 1
     * @return a copy with that batch
     * @throws IllegalArgumentException if it is below 1
     */
    public HansEvaluation withBatch(int batch) {
        return new HansEvaluation(batch, entailment, original, prefix);
    }

    /**
     * Returns a copy with another class for entailment.
     *
     * @param entailment the number of the class that means entailment, from 0
     * @return a copy with that class
     * @throws IllegalArgumentException if it is below 0
     */
    public HansEvaluation withEntailment(int entailment) {
        return new HansEvaluation(batch, Arguments.atLeast("entailment", entailment, 0), original, prefix);
    }

    /**
     * Returns an evaluation as the original's.
     *
     * @return a copy that does what Hu et al.'s code does: the largest logit is compared with the label, 0 for entailment
     *     and 1 for the other, so that a third class is always wrong, and every word piece has the token type 0
     */
    public HansEvaluation asOriginal() {
        return new HansEvaluation(batch, entailment, true, prefix);
    }

    /**
     * Returns a copy that takes one of several networks in a model's file.
     *
     * @param prefix the beginning of the names of its tensors, such as {@code "ema."}; empty for all
     * @return the copy
     */
    public HansEvaluation withPrefix(String prefix) {
        return new HansEvaluation(batch, entailment, original, prefix);
    }

    /**
     * Evaluates a model.
     *
     * @param model the classifier
     * @param data the pairs
     * @param done is told the number of pairs that are done
     * @return the share of right answers, 0 to 1: by heuristic under its name; then, unless as the original, that among pairs
     *     of either label, {@code NAME_entailment} and {@code NAME_non_entailment}, where there are such pairs
     * @throws IllegalArgumentException if the model has no class of the number that means entailment
     */
    public Map<String, Double> evaluate(PairClassifier model, Hans data, IntConsumer done) {
        int yes = entailment(model.labels());
        float[][] logits = model.logits(
                data.examples().stream().map(Example::premise).toList(),
                data.examples().stream().map(Example::hypothesis).toList(),
                batch,
                !original,
                done);
        boolean[] right = new boolean[logits.length];
        for (int i = 0; i < right.length; i++) {
            int answer = Statistics.argmax(logits[i], 0, logits[i].length);
            boolean gold = data.examples().get(i).entailment();
            right[i] = original ? answer == (gold ? 0 : 1) : (answer == yes) == gold;
        }
        Map<String, Double> out = new LinkedHashMap<>();
        for (String heuristic : data.heuristics()) {
            put(out, heuristic, data, right, e -> e.heuristic().equals(heuristic));
        }
        for (String heuristic : original ? List.<String>of() : data.heuristics()) {
            put(out, heuristic + "_entailment", data, right, e -> e.heuristic().equals(heuristic) && e.entailment());
            put(
                    out,
                    heuristic + "_non_entailment",
                    data,
                    right,
                    e -> e.heuristic().equals(heuristic) && !e.entailment());
        }
        return out;
    }

    /**
     * Evaluates models one by one.
     *
     * @param models their folders, as {@link PairClassifier#open(Path)} reads them
     * @param data the pairs
     * @return a row per model: its folder's name, {@code step} (missing if its name has none), and the numbers
     *     of {@link #evaluate}; as the original, {@code seed} (what follows the last dash of the folder's name) and the
     *     heuristics
     */
    public Table table(List<Path> models, Hans data) {
        List<String> names = new ArrayList<>();
        List<Map<String, Double>> rows = new ArrayList<>();
        long each = data.examples().size();
        try (Progress progress = Progress.start("HANS", "pairs", Math.max(1, each * models.size()))) {
            for (Path folder : models) {
                String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
                long before = rows.size() * each;
                try (PairClassifier model = open(folder)) {
                    rows.add(evaluate(model, data, n -> progress.update(before + n, name)));
                }
                names.add(name);
            }
        }
        return table(names, rows);
    }

    private PairClassifier open(Path folder) {
        if (prefix.isEmpty()) {
            return PairClassifier.open(folder);
        }
        try (TensorFile weights = TensorFile.open(folder, prefix)) {
            return PairClassifier.open(folder, weights);
        }
    }

    private Table table(List<String> names, List<Map<String, Double>> rows) {
        Table table = Table.create("HANS");
        if (original) {
            table.addColumns(StringColumn.create("seed", names.stream().map(n -> n.substring(n.lastIndexOf('-') + 1))));
        } else {
            LongColumn steps = LongColumn.create(CheckpointNames.STEP);
            for (String name : names) {
                OptionalLong step = CheckpointNames.step(name);
                if (step.isPresent()) {
                    steps.append(step.getAsLong());
                } else {
                    steps.appendMissing();
                }
            }
            table.addColumns(StringColumn.create("model", names), steps);
        }
        if (!rows.isEmpty()) {
            rows.get(0)
                    .keySet()
                    .forEach(column -> table.addColumns(DoubleColumn.create(
                            column,
                            rows.stream().mapToDouble(row -> row.get(column)).toArray())));
        }
        return table;
    }

    /**
     * An extra loss of the checkpoints of a model's fine-tuning, to be collated.
     *
     * @param folder holds the model's {@code config.json} and tokenizer
     * @param data the pairs
     * @return the numbers of {@link #evaluate} for an open checkpoint, their names starting with {@code hans_}
     */
    public Function<TensorFile, Map<String, Double>> extraLoss(Path folder, Hans data) {
        return checkpoint -> {
            try (PairClassifier model = PairClassifier.open(folder, checkpoint)) {
                Map<String, Double> out = new LinkedHashMap<>();
                evaluate(model, data, n -> {}).forEach((name, value) -> out.put("hans_" + name, value));
                return out;
            }
        };
    }

    private int entailment(List<String> labels) {
        Arguments.check(
                entailment < labels.size(),
                "entailment",
                entailment,
                "0 to " + (labels.size() - 1) + ", since the model's classes are " + labels);
        return entailment >= 0
                ? entailment
                : Math.max(
                        0,
                        labels.stream()
                                .map(l -> l.toLowerCase(Locale.ROOT))
                                .toList()
                                .indexOf("entailment"));
    }

    private static void put(Map<String, Double> out, String name, Hans data, boolean[] right, Predicate<Example> of) {
        int all = 0;
        int good = 0;
        for (int i = 0; i < right.length; i++) {
            if (of.test(data.examples().get(i))) {
                all++;
                good += right[i] ? 1 : 0;
            }
        }
        if (all > 0) {
            out.put(name, (double) good / all);
        }
    }
}
