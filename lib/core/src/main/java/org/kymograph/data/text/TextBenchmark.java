package org.kymograph.data.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;

/**
 * Data that classifiers of the General Language Understanding Evaluation are trained and tested on, in and out of distribution, read
 * from the reader's own files in their order. The published test files have no labels: as usual "test" is the file that measures
 * models.
 */
public enum TextBenchmark {
    /** Natural-language inference: {@code train}, {@code test} (dev_matched) and {@code mismatched}. */
    MNLI("train", "test", "mismatched"),
    /**
     * Pairs on which heuristics of inference fail: {@code lexical_overlap}, {@code subsequence} and {@code constituent}, each with
     * {@code _entailed} or {@code _non_entailed} behind it or neither, {@code test} for all and {@code train} for its training file.
     */
    HANS("test", "train"),
    /** Acceptability: {@code train}, {@code test} (dev), and of that {@code in_domain_dev} and {@code out_domain_dev}. */
    COLA("train", "test", "in_domain_dev", "out_domain_dev"),
    /** Questions that ask the same: {@code train} and {@code test} (dev). */
    QQP("train", "test"),
    /** Pairs of questions of the same words, PAWS-QQP: {@code train} and {@code test} (dev_and_test). */
    PAWS("train", "test");

    // The first sentences of CoLA's dev.tsv are of the sources of its training sentences.
    private static final int IN_DOMAIN = 527;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> splits;

    TextBenchmark(String... splits) {
        this.splits = List.of(splits);
    }

    /** Returns the names of the splits. */
    public List<String> splits() {
        if (this != HANS) {
            return splits;
        }
        return Stream.concat(
                        splits.stream(),
                        Hans.HEURISTICS.stream().flatMap(h -> Stream.of(h, h + "_entailed", h + "_non_entailed")))
                .toList();
    }

    /**
     * Reads a split.
     *
     * @param folder the folder of the data's files, or of the folders of several data sets: GLUE's {@code MNLI}, {@code CoLA} and
     *     {@code QQP}; HANS's {@code heuristics_evaluation_set.txt} and {@code heuristics_train_set.txt}; PAWS-QQP's
     *     {@code train.tsv} and {@code dev_and_test.tsv}
     * @param split one of {@link #splits}
     * @return its texts, in the order of the file
     * @throws IllegalArgumentException if there is no such split
     * @throws RecordException if the file is missing or damaged
     */
    public Texts read(Path folder, String split) {
        if (!splits().contains(split)) {
            throw Arguments.unknown("split", split, splits());
        }
        return switch (this) {
            case MNLI ->
                glue(GlueTask.MNLI, folder, split.equals("test") ? "dev_matched" : split.replace("mis", "dev_mis"));
            case QQP -> glue(GlueTask.QQP, folder, split.equals("test") ? "dev" : split);
            case COLA -> cola(folder, split);
            case HANS -> hans(folder, split);
            case PAWS -> {
                String name = split.equals("test") ? "dev_and_test" : split;
                yield Paws.read(file(folder, name + ".tsv"), name);
            }
        };
    }

    private static Texts glue(GlueTask task, Path folder, String part) {
        return GlueTsv.of(task).read(folder, part).texts();
    }

    private static Texts cola(Path folder, String split) {
        if (split.equals("train")) {
            return glue(GlueTask.COLA, folder, split);
        }
        Texts dev = glue(GlueTask.COLA, folder, "dev");
        if (split.equals("test")) {
            return dev;
        }
        int border = Math.min(IN_DOMAIN, dev.size());
        boolean inside = split.equals("in_domain_dev");
        Arguments.check(
                inside || border < dev.size(),
                "the number of rows of CoLA's dev.tsv",
                dev.size(),
                "more than " + IN_DOMAIN + ", behind which sentences out of domain stand");
        return dev.at(IntStream.range(inside ? 0 : border, inside ? border : dev.size())
                .toArray());
    }

    private Texts hans(Path folder, String split) {
        Hans all = Hans.read(
                file(folder, split.equals("train") ? "heuristics_train_set.txt" : "heuristics_evaluation_set.txt"));
        for (String heuristic : Hans.HEURISTICS) {
            if (split.startsWith(heuristic)) {
                boolean both = split.equals(heuristic);
                boolean entailed = split.equals(heuristic + "_entailed");
                all = all.select(e -> e.heuristic().equals(heuristic) && (both || e.entailment() == entailed));
            }
        }
        return all.texts(split);
    }

    private Path file(Path folder, String name) {
        for (Path candidate :
                List.of(folder.resolve(name), folder.resolve(this.name()).resolve(name))) {
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        throw new RecordException(folder, "has neither " + name + " nor " + name() + "/" + name);
    }

    /**
     * Returns the data of a name.
     *
     * @param name the name, in any case
     * @return the data
     * @throws IllegalArgumentException if there are none of that name
     */
    public static TextBenchmark of(String name) {
        for (TextBenchmark b : values()) {
            if (b.name().equalsIgnoreCase(name)) {
                return b;
            }
        }
        throw Arguments.unknown(
                "dataset",
                name,
                Arrays.stream(values())
                        .map(b -> b.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
