package org.kymograph.data.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;

/**
 * A collection of labelled texts that comes as tab-separated files in the layout of the GLUE benchmark.
 *
 * <p>Source: Wang et al., GLUE (ICLR 2019), the files of gluebenchmark.com; SNLI and WinoGrande in the layouts that the
 * code of Swayamdipta et al., Dataset Cartography (EMNLP 2020) reads.
 */
// Its lists come from List.of, and its array is handed to nobody.
@SuppressWarnings("ImmutableEnumChecker")
public enum GlueTask {
    /** Whether a sentence is acceptable; the file has no header. */
    COLA("CoLA", -1, 1, 4, List.of("0", "1"), List.of("unacceptable", "acceptable"), 3),
    /** The sentiment of a phrase. */
    SST_2("SST-2", -1, 1, 2, List.of("0", "1"), List.of("negative", "positive"), 0),
    /** Whether two sentences say the same. */
    MRPC("MRPC", -1, 0, 5, List.of("0", "1"), List.of("not_equivalent", "equivalent"), 3, 4),
    /** Whether two questions ask the same. */
    QQP("QQP", 0, 5, 6, List.of("0", "1"), List.of("not_duplicate", "duplicate"), 3, 4),
    /** How alike two sentences are, a number from 0 to 5. */
    STS_B("STS-B", 0, -1, 10, List.of(), List.of(), 7, 8),
    /** Whether a premise entails a hypothesis. */
    MNLI("MNLI", 0, -1, 10, List.of("entailment", "neutral", "contradiction"), List.of(), 8, 9),
    /** Whether a sentence answers a question. */
    QNLI("QNLI", 0, -1, 4, List.of("entailment", "not_entailment"), List.of(), 1, 2),
    /** Whether a sentence entails another. */
    RTE("RTE", 0, -1, 4, List.of("entailment", "not_entailment"), List.of(), 1, 2),
    /** Whether a sentence with a pronoun resolved follows from one with it. */
    WNLI("WNLI", 0, -1, 4, List.of("0", "1"), List.of("not_entailment", "entailment"), 1, 2),
    /** Whether a premise entails a hypothesis; the id is that of the pair. */
    SNLI("SNLI", 2, -1, 10, List.of("entailment", "neutral", "contradiction"), List.of(), 7, 8),
    /** Which of two choices fills a blank: the text before the blank, and each choice with the text behind it. */
    WINOGRANDE("WINOGRANDE", 0, -1, 6, List.of("1", "2"), List.of(), 2, 3, 4);

    /** How classes are numbered. */
    public enum Order {
        /** As in the data sets of Hugging Face. */
        HUGGING_FACE,
        /** As the cartography code numbers them for BERT. */
        CARTOGRAPHY_BERT,
        /** As the cartography code numbers them for RoBERTa, which all its published settings are for. */
        CARTOGRAPHY_ROBERTA
    }

    private static final String GLUE = "take the task's archive from gluebenchmark.com/tasks";

    private final String folder;
    private final int id;
    private final int label;
    private final int columns;
    private final List<String> values;
    private final List<String> names;
    private final int[] texts;

    GlueTask(String folder, int id, int label, int columns, List<String> values, List<String> names, int... texts) {
        this.folder = folder;
        this.id = id;
        this.label = label;
        this.columns = columns;
        this.values = values;
        this.names = names.isEmpty() ? values : names;
        this.texts = texts;
    }

    /**
     * Returns the task.
     *
     * @param name the task's folder, such as {@code "MNLI"}, in upper or lower case, with or without its dash
     * @return the task
     * @throws IllegalArgumentException if there is none of that name
     */
    public static GlueTask of(String name) {
        for (GlueTask task : values()) {
            if (task.folder
                    .replace("-", "")
                    .equalsIgnoreCase(name.replace("-", "").replace("_", ""))) {
                return task;
            }
        }
        throw Arguments.unknown(
                "task", name, Arrays.stream(values()).map(t -> t.folder).toList());
    }

    /**
     * Returns the name of the task's folder.
     *
     * @return the name of the task's folder
     */
    public String folder() {
        return folder;
    }

    /**
     * Says whether labels are numbers to regress on.
     *
     * @return whether labels are numbers to regress on
     */
    public boolean regression() {
        return values.isEmpty();
    }

    /**
     * Returns the names of the files without {@code .tsv} that measure a model: MNLI has two of them.
     *
     * @return the names of the files without {@code .tsv} that measure a model: MNLI has two of them
     */
    public List<String> devs() {
        return this == MNLI ? List.of("dev_matched", "dev_mismatched") : List.of("dev");
    }

    /**
     * Returns the file.
     *
     * @param root the folder of all tasks, or the task's own
     * @param part the file's name without {@code .tsv}, such as {@code "train"} or {@code "dev_matched"}
     * @return the file
     * @throws RecordException if there is none, which says where to get it
     */
    public Path file(Path root, String part) {
        for (Path candidate : List.of(root.resolve(folder).resolve(part + ".tsv"), root.resolve(part + ".tsv"))) {
            if (Files.isRegularFile(candidate)) {
                return candidate;
            }
        }
        throw new RecordException(
                root, "has neither " + folder + "/" + part + ".tsv nor " + part + ".tsv; " + source());
    }

    private String source() {
        return switch (this) {
            case SNLI ->
                "take SNLI from nlp.stanford.edu/projects/snli, and its GLUE layout from the archive"
                        + " of GLUE's baselines; snli_1.0_train.jsonl itself is read too, by TextFile";
            case WINOGRANDE ->
                "take WinoGrande from winogrande.allenai.org and write it as a table of id, …, sentence,"
                        + " option1, option2, answer";
            default -> GLUE;
        };
    }

    boolean header() {
        return this != COLA;
    }

    /** The column of the id, -1 if rows are numbered. */
    int idColumn() {
        return id;
    }

    /** The column of the label, -1 for the last. */
    int labelColumn() {
        return label;
    }

    /** The fewest columns. */
    int columns() {
        return columns;
    }

    int[] textColumns() {
        return texts.clone();
    }

    /** The labels as the file writes them, in an order. */
    List<String> values(Order order) {
        if (this == MNLI && order == Order.CARTOGRAPHY_BERT) {
            return List.of("contradiction", "entailment", "neutral");
        }
        return this == MNLI && order == Order.CARTOGRAPHY_ROBERTA
                ? List.of("contradiction", "neutral", "entailment")
                : values;
    }

    /** The names of the classes in an order. */
    List<String> names(Order order) {
        return names == values ? values(order) : names;
    }
}
