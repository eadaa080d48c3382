package org.kymograph.data.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.kymograph.data.text.GlueTask.Order;
import org.kymograph.record.files.RecordException;

/**
 * Reads the tab-separated files of a {@link GlueTask}. Quotes are characters as others.
 *
 * <p>As in the cartography code, a row with more cells than the header keeps its first cells and, where the label is the
 * last column, its last one as label; a row whose label is empty or a dash is passed over, and so is one with the id of
 * an earlier row. A row with fewer cells than the header is an error, except in QQP, whose official file has some: these
 * are passed over. All of these are counted.
 */
public final class GlueTsv {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?");

    private final GlueTask task;
    private final Order order;

    private GlueTsv(GlueTask task, Order order) {
        this.task = task;
        this.order = order;
    }

    /**
     * Returns a reader that numbers classes as Hugging Face does.
     *
     * @param task what the files hold
     * @return a reader that numbers classes as Hugging Face does
     */
    public static GlueTsv of(GlueTask task) {
        return new GlueTsv(task, Order.HUGGING_FACE);
    }

    /**
     * Returns a copy with the given order.
     *
     * @param order how classes are numbered
     * @return a copy of that order
     */
    public GlueTsv withOrder(Order order) {
        return new GlueTsv(task, order);
    }

    /**
     * One row.
     *
     * @param number its place among the file's rows, from 0, rows that are passed over counted
     * @param labelled its place among the file's rows that have a label, from 0
     * @param id its id; the number for tasks without one
     * @param line all of it, as in the file, without the line feed
     * @param cells its cells, one for each column
     * @param label its class, from 0, or a number to regress on
     */
    public record Row(long number, long labelled, String id, String line, List<String> cells, double label) {}

    /**
     * A file that was read.
     *
     * @param texts its examples
     * @param skipped what was passed over
     */
    public record Read(Texts texts, Skipped skipped) {}

    /**
     * Returns its examples.
     *
     * @param root the folder of all tasks, or the task's own
     * @param part the file's name without {@code .tsv}, such as {@code "train"} or {@code "dev_matched"}
     * @return its examples
     * @throws RecordException if the file is missing, which says where to get it, or damaged, with line and field
     */
    public Read read(Path root, String part) {
        Path file = task.file(root, part);
        List<Texts.Example> examples = new ArrayList<>();
        Skipped skipped = rows(file, row -> examples.add(new Texts.Example(row.id(), texts(file, row), row.label())));
        return new Read(new Texts(task.folder().toLowerCase(Locale.ROOT), part, examples, task.names(order)), skipped);
    }

    /**
     * Passes through a file without keeping it.
     *
     * @param file a file of the task
     * @param use is given each row that is taken, in order
     * @return what was taken and what passed over
     * @throws RecordException if the file is damaged, with line and field
     */
    public Skipped rows(Path file, Consumer<Row> use) {
        Rows rows = new Rows(file, use);
        TextLines.read(file, rows::line);
        if (rows.columns == 0) {
            throw new RecordException(file, "is empty; expected rows of " + task.folder());
        }
        return new Skipped(rows.taken, rows.unlabelled, rows.repeated, rows.shorter, rows.longer);
    }

    /**
     * Returns its header, as in the file.
     *
     * @param file a file of the task
     * @return its header, as in the file; empty for a task whose files have none
     */
    public String header(Path file) {
        return task.header() ? TextLines.first(file) : "";
    }

    /** One pass through a file. */
    private final class Rows {
        private final Path file;
        private final Consumer<Row> use;
        private final List<String> values = task.values(order);
        private final Set<String> ids = new HashSet<>();
        private int columns;
        private long number;
        private long taken;
        private long unlabelled;
        private long repeated;
        private long shorter;
        private long longer;

        Rows(Path file, Consumer<Row> use) {
            this.file = file;
            this.use = use;
        }

        void line(long line, String text) {
            List<String> cells = Arrays.asList(TextLines.withoutReturn(text).split("\t", -1));
            if (columns == 0) {
                columns = cells.size();
                if (columns < task.columns()) {
                    throw new RecordException(
                            file,
                            line,
                            "has " + columns + " columns; expected at least " + task.columns() + " of " + task.folder()
                                    + ", the label among them");
                }
                if (task.header()) {
                    return;
                }
            }
            long at = number++;
            if (cells.size() < columns) {
                if (task != GlueTask.QQP) {
                    throw new RecordException(file, line, "has " + cells.size() + " cells; expected " + columns);
                }
                shorter++;
                return;
            }
            boolean surplus = cells.size() > columns;
            int labelColumn = task.labelColumn() < 0 ? columns - 1 : task.labelColumn();
            if (surplus) {
                List<String> kept = new ArrayList<>(cells.subList(0, columns));
                if (labelColumn == columns - 1) {
                    kept.set(labelColumn, cells.get(cells.size() - 1));
                }
                cells = kept;
            }
            String gold = cells.get(labelColumn);
            if (gold.isEmpty() || gold.equals("-")) {
                unlabelled++;
                return;
            }
            String id = task.idColumn() < 0 ? Long.toString(at) : cells.get(task.idColumn());
            if (task.idColumn() >= 0 && !ids.add(id)) {
                repeated++;
                return;
            }
            double label = label(line, gold);
            taken++;
            longer += surplus ? 1 : 0;
            use.accept(new Row(at, at - unlabelled, id, text, List.copyOf(cells), label));
        }

        private double label(long line, String gold) {
            if (!task.regression()) {
                int label = values.indexOf(gold);
                if (label < 0) {
                    throw new RecordException(
                            file,
                            line,
                            "field 'label' is '" + gold + "'; expected one of " + values
                                    + " (the benchmark's test files have no labels)");
                }
                return label;
            }
            // Java would also take " 1 ", "1d" and hexadecimal numbers.
            if (NUMBER.matcher(gold).matches() && Double.isFinite(Double.parseDouble(gold))) {
                return Double.parseDouble(gold);
            }
            throw new RecordException(file, line, "field 'label' is '" + gold + "'; expected a number");
        }
    }

    private List<String> texts(Path file, Row row) {
        List<String> out = new ArrayList<>();
        for (int column : task.textColumns()) {
            out.add(row.cells().get(column));
        }
        if (task != GlueTask.WINOGRANDE) {
            return out;
        }
        String sentence = out.get(0);
        int blank = sentence.indexOf('_');
        if (blank < 0) {
            throw new RecordException(
                    file, row.number() + 2, "field 'sentence' is '" + sentence + "'; expected a blank '_' in it");
        }
        String behind = sentence.substring(blank + 1);
        return List.of(sentence.substring(0, blank), out.get(1) + behind, out.get(2) + behind);
    }

    /**
     * What a file of labelled texts held, and what of it was passed over or put right.
     *
     * @param rows the rows that were taken
     * @param unlabelled rows passed over because their label is empty or a dash
     * @param repeated rows passed over because an earlier one has their id
     * @param shorter rows passed over because they lack cells
     * @param longer rows taken that have more cells than the header, whose surplus is left out
     */
    public record Skipped(long rows, long unlabelled, long repeated, long shorter, long longer) {
        @Override
        public String toString() {
            return rows + " rows taken, of which " + longer + " with surplus cells; passed over: " + unlabelled
                    + " without a label, " + repeated + " with the id of an earlier row, " + shorter
                    + " that lack cells";
        }
    }
}
