package org.kymograph.notebook;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.kymograph.base.Columns;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table as HTML: its first rows, numbers to the right, as wide as the page and scrolling where it is wider. */
final class TableHtml {
    /** The rows that are shown. */
    static final int ROWS = 20;
    /** Texts of more letters than this break into lines. */
    private static final int LINE = 40;

    /** Columns of p-values: {@code p}, {@code contrast p}, {@code p (Holm)}. */
    private static final Pattern P_VALUE = Pattern.compile("(?:.* )?p(?: \\(.*\\))?");

    /** Names of runs: those of one setting differ by their seed only. */
    private static final Pattern RUN = Pattern.compile("(?<![\\w/])([0-9a-f]{8})-seed(\\d+)(?![\\w/.])");

    private TableHtml() {}

    static Map<String, String> bundle(Table table) {
        return bundle(table, ROWS);
    }

    /** The first rows, at most so many. */
    static Map<String, String> bundle(Table table, int most) {
        int shown = Math.min(most, table.rowCount());
        String[] names = table.columnNames().toArray(String[]::new);
        boolean[] right = new boolean[names.length];
        String[][] cells = new String[names.length][];
        for (int c = 0; c < names.length; c++) {
            right[c] = table.column(c) instanceof NumericColumn;
            String[] texts = cells(table.column(c), shown);
            // Beside its seed a run's name says in which folder it is.
            cells[c] = table.containsColumn("seed") ? texts : bySeed(texts);
        }
        String more = table.rowCount() > shown ? more(table.rowCount() - shown, "row") : "";
        return Renderers.bundle(
                html(table.name(), names, right, cells, shown, more),
                text(table.name(), names, right, cells, shown, more));
    }

    /** The same in letters of one width. */
    private static String text(
            String caption, String[] names, boolean[] right, String[][] cells, int rows, String more) {
        List<StringBuilder> lines =
                IntStream.range(0, rows + 1).mapToObj(r -> new StringBuilder()).toList();
        for (int c = 0; c < names.length; c++) {
            int wide = Math.max(
                    names[c].length(),
                    Arrays.stream(cells[c]).mapToInt(String::length).max().orElse(0));
            for (int r = 0; r <= rows; r++) {
                String cell = r == 0 ? names[c] : cells[c][r - 1];
                String blank = " ".repeat(wide - cell.length());
                lines.get(r).append(c == 0 ? "" : "  ").append(right[c] ? blank + cell : cell + blank);
            }
        }
        Stream<String> table = lines.stream().map(line -> line.toString().stripTrailing());
        return Stream.of(
                        Stream.ofNullable(caption).filter(t -> !t.isEmpty()),
                        table,
                        Stream.of(more).filter(t -> !t.isEmpty()))
                .flatMap(part -> part)
                .collect(Collectors.joining("\n"));
    }

    static String more(long n, String what) {
        return "… " + String.format(Locale.ROOT, "%,d", n) + " more " + what + (n == 1 ? "" : "s");
    }

    /** Columns of cells under their names; a null name leaves the caption away, null names leave the head away. */
    static String html(String caption, String[] names, boolean[] right, String[][] cells, int rows, String more) {
        StringBuilder html =
                new StringBuilder("<div class=\"kymograph-table\" style=\"overflow-x:auto;max-width:100%\">");
        html.append(
                "<table style=\"border-collapse:collapse;margin:0.3em 0;width:auto;color:inherit;font-variant-numeric:tabular-nums\">");
        if (caption != null && !caption.isEmpty()) {
            html.append(
                    "<caption style=\"caption-side:top;text-align:left;white-space:nowrap;color:inherit;opacity:0.75;padding:0.2em 0\">"
                            + Renderers.escape(caption) + "</caption>");
        }
        if (names != null) {
            html.append("<thead><tr style=\"border-bottom:1px solid rgba(128,128,128,0.6)\">");
            for (int c = 0; c < names.length; c++) {
                // Names such as whole_precision break behind the underscore.
                html.append(open("th", right[c], "normal;vertical-align:bottom"))
                        .append(Renderers.escape(names[c]).replace("_", "_<wbr>"))
                        .append("</th>");
            }
            html.append("</tr></thead>");
        }
        html.append("<tbody>");
        String[] space = new String[cells.length];
        for (int c = 0; c < cells.length; c++) {
            boolean sentences = Arrays.stream(cells[c]).limit(rows).anyMatch(cell -> cell.length() > LINE);
            space[c] = (sentences ? "normal;min-width:16em" : "nowrap") + ";vertical-align:top";
        }
        for (int r = 0; r < rows; r++) {
            html.append("<tr style=\"background:" + (r % 2 == 1 ? "rgba(128,128,128,0.1)" : "transparent") + "\">");
            for (int c = 0; c < cells.length; c++) {
                html.append(open("td", right[c], space[c]))
                        .append(Renderers.escape(cells[c][r]))
                        .append("</td>");
            }
            html.append("</tr>");
        }
        html.append("</tbody></table>");
        if (!more.isEmpty()) {
            html.append("<div class=\"kymograph-more\" style=\"opacity:0.75\">" + Renderers.escape(more) + "</div>");
        }
        return html.append("</div>").toString();
    }

    private static String open(String tag, boolean right, String space) {
        return "<" + tag + " class=\"" + (right ? "number" : "text") + "\" style=\"text-align:"
                + (right ? "right" : "left") + ";padding:0.2em 0.6em;white-space:" + space
                + ";max-width:40em;overflow:hidden;text-overflow:ellipsis\">";
    }

    private static String[] cells(Column<?> column, int rows) {
        if (column instanceof NumericColumn<?> numbers) {
            double[] values = Columns.numbers(rows, numbers::getDouble);
            String[] cells =
                    P_VALUE.matcher(column.name()).matches() ? Numbers.pValues(values) : Numbers.column(values);
            // A missing number and a NaN are the same to a table.
            return Arrays.stream(cells)
                    .map(cell -> cell.equals("NaN") ? "" : cell)
                    .toArray(String[]::new);
        }
        if (column instanceof BooleanColumn flags) {
            return IntStream.range(0, rows)
                    .mapToObj(r -> flags.isMissing(r) ? "" : flags.get(r) ? "yes" : "no")
                    .toArray(String[]::new);
        }
        return IntStream.range(0, rows).mapToObj(column::getString).toArray(String[]::new);
    }

    /** Runs of one setting by what tells them apart. */
    private static String[] bySeed(String[] texts) {
        boolean oneSetting = Arrays.stream(texts)
                        .flatMap(text -> RUN.matcher(text).results().map(run -> run.group(1)))
                        .distinct()
                        .count()
                == 1;
        return oneSetting
                ? Arrays.stream(texts)
                        .map(text -> RUN.matcher(text).replaceAll("seed $2"))
                        .toArray(String[]::new)
                : texts;
    }
}
