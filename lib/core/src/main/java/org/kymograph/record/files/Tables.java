package org.kymograph.record.files;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvWriteOptions;

/**
 * Tables from and to CSV with a header line, comma-separated, UTF-8. Doubles come back exactly as they went.
 *
 * <p>Reading doesn't guess as Tablesaw does, which drops thousands separators and percent signs: a column is long, double or boolean if every cell in it is, and text otherwise. Empty cells, {@code NaN} and
 * {@code null} are missing values.
 */
public final class Tables {
    /** The name of pandas' row numbers: an empty one, which only the first of several columns may have. */
    public static final String INDEX = "";

    private static final Pattern LONG = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern DOUBLE =
            Pattern.compile("[+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|inf|Infinity)");

    private Tables() {}

    /**
     * Reads a table.
     *
     * @param file a CSV file
     * @return its table, named like the file
     * @throws RecordException if the file can't be read, is empty, names a column twice, leaves one but the first
     *     without a name, has a quote that is not closed or text behind one, or has a line with more or fewer cells than the
     *     header; the message names line and column
     */
    public static Table readCsv(Path file) {
        return readCsv(file, Set.of());
    }

    /**
     * Reads a table some of whose columns are text whatever they look like, such as names that may be numbers with leading
     * zeros.
     *
     * @param file a CSV file
     * @param texts the names of these columns; those that the file lacks don't matter
     * @return its table, named like the file
     * @throws RecordException as {@link #readCsv(Path)} does
     */
    public static Table readCsv(Path file, Set<String> texts) {
        AtomicFiles.checkReadable(file);
        try (Reader in =
                new InputStreamReader(new FileInputStream(file.toFile()), StandardCharsets.UTF_8.newDecoder())) {
            CsvReader csv = new CsvReader(file, in);
            String[] header = csv.row();
            if (header == null) {
                throw new RecordException(file, "is empty; expected a line with the columns' names");
            }
            checkHeader(file, header);
            List<String[]> rows = new ArrayList<>();
            for (String[] row = csv.row(); row != null; row = csv.row()) {
                if (row.length != header.length) {
                    String what = row.length < header.length
                            ? "ends before column " + (row.length + 1) + " ('" + header[row.length] + "')"
                            : "goes on after column " + header.length + " ('" + header[header.length - 1] + "')";
                    throw new RecordException(
                            file, csv.line(), what + ": " + row.length + " cells, expected " + header.length);
                }
                rows.add(row);
            }
            return table(file, header, rows, texts);
        } catch (CharacterCodingException e) {
            throw new RecordException(file, "isn't UTF-8", e);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    /**
     * Finds a column of a table that was read.
     *
     * @param file the file it was read from
     * @param table the table
     * @param name the column's name
     * @return the column
     * @throws RecordException if there is none; the message names those that there are
     */
    public static Column<?> column(Path file, Table table, String name) {
        if (!table.columnNames().contains(name)) {
            throw new RecordException(file, 1, "has no column '" + name + "'; it has " + table.columnNames());
        }
        return table.column(name);
    }

    /**
     * Returns the numbers of a column of a table that was read.
     *
     * @param file the file it was read from
     * @param table the table
     * @param name the column's name
     * @return its values; NaN where there are none
     * @throws RecordException if there is no such column, or it holds something else
     */
    public static double[] numbers(Path file, Table table, String name) {
        if (column(file, table, name) instanceof NumericColumn<?> numbers) {
            return numbers.asDoubleArray();
        }
        throw new RecordException(file, "column '" + name + "' holds text; expected numbers");
    }

    /**
     * Writes a table; the file appears whole or not at all. Missing values become empty cells.
     *
     * @param file the CSV file to write or replace
     * @param table a table with at least one column
     * @throws IllegalArgumentException if the table has no columns
     * @throws RecordException if the file can't be written
     */
    public static void writeCsv(Path file, Table table) {
        if (table.columnCount() == 0) {
            throw new IllegalArgumentException("table '" + table.name() + "' has no columns; expected at least one");
        }
        AtomicFiles.write(file, out -> {
            Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            // In a single column a missing value would be an empty line, which reads as none.
            table.write()
                    .usingOptions(CsvWriteOptions.builder(writer)
                            .lineEnd("\n")
                            .ignoreLeadingWhitespaces(false)
                            .ignoreTrailingWhitespaces(false)
                            .quoteAllFields(table.columnCount() == 1)
                            .build());
            writer.flush();
        });
    }

    /**
     * Rounds a table's decimal numbers for reading, halves to even.
     *
     * @param table a table
     * @param decimals how many decimals to keep, 0 to 15
     * @return a copy with its double columns rounded; what isn't finite stays
     * @throws IllegalArgumentException if decimals is out of range
     */
    public static Table rounded(Table table, int decimals) {
        Arguments.within("decimals", decimals, 0, 15);
        Table copy = table.copy();
        for (Column<?> column : copy.columns()) {
            if (column instanceof DoubleColumn numbers) {
                for (int row = 0; row < numbers.size(); row++) {
                    numbers.set(row, rounded(numbers.getDouble(row), decimals));
                }
            }
        }
        return copy;
    }

    /**
     * Rounds a number for reading, halves to even.
     *
     * @param value the number
     * @param decimals how many decimals to keep, 0 to 15
     * @return the rounded number; what isn't finite stays
     * @throws IllegalArgumentException if decimals is out of range
     */
    public static double rounded(double value, int decimals) {
        Arguments.within("decimals", decimals, 0, 15);
        return Double.isFinite(value)
                ? new BigDecimal(value)
                        .setScale(decimals, RoundingMode.HALF_EVEN)
                        .doubleValue()
                : value;
    }

    private static void checkHeader(Path file, String[] header) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < header.length; i++) {
            // pandas writes a table's row numbers first, under no name.
            if (header[i].isBlank() && i == 0 && header.length > 1) {
                header[i] = INDEX;
            } else if (header[i].isBlank()) {
                throw new RecordException(file, 1, "column " + (i + 1) + " has no name");
            }
            // Tablesaw doesn't tell upper from lower case in names, and trims them.
            if (!seen.add(header[i].strip().toLowerCase(Locale.ROOT))) {
                throw new RecordException(
                        file,
                        1,
                        "column " + (i + 1) + " has the name '" + header[i]
                                + "' of an earlier one, upper and lower case being the same and blanks around it left out");
            }
        }
    }

    private static Table table(Path file, String[] header, List<String[]> rows, Set<String> texts) {
        Table table = Table.create(String.valueOf(file.getFileName()));
        for (int i = 0; i < header.length; i++) {
            String[] cells = new String[rows.size()];
            for (int row = 0; row < cells.length; row++) {
                String cell = rows.get(row)[i];
                String bare = cell.strip();
                cells[row] = bare.isEmpty() || bare.equals("NaN") || bare.equals("null") ? null : cell;
            }
            // With validation, adding n columns takes n² comparisons; all there is to check was checked.
            table.internalAddWithoutValidation(
                    texts.contains(header[i]) ? texts(header[i], cells) : column(header[i], cells));
        }
        return table;
    }

    private static Column<?> column(String name, String[] cells) {
        boolean empty = all(cells, c -> false);
        if (!empty && all(cells, c -> c.equals("true") || c.equals("false"))) {
            return filled(BooleanColumn.create(name), cells, (to, cell) -> to.append(Boolean.parseBoolean(cell)));
        }
        if (!empty && all(cells, Tables::isLong)) {
            return filled(LongColumn.create(name), cells, (to, cell) -> to.append(Long.parseLong(cell)));
        }
        if (all(cells, Tables::isDouble)) {
            return filled(DoubleColumn.create(name), cells, (to, cell) -> to.append(parseDouble(cell)));
        }
        return texts(name, cells);
    }

    private static StringColumn texts(String name, String[] cells) {
        StringColumn texts = StringColumn.create(name);
        for (String cell : cells) {
            texts.append(cell == null ? "" : cell);
        }
        return texts;
    }

    private static <C extends Column<?>> C filled(C column, String[] cells, BiConsumer<C, String> append) {
        for (String cell : cells) {
            if (cell == null) {
                column.appendMissing();
            } else {
                append.accept(column, cell.strip());
            }
        }
        return column;
    }

    private static boolean all(String[] cells, Predicate<String> is) {
        for (String cell : cells) {
            if (cell != null && !is.test(cell.strip())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLong(String cell) {
        if (!LONG.matcher(cell).matches()) {
            return false;
        }
        try {
            Long.parseLong(cell);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    // A number too large for a double stays text: it would become infinite.
    private static boolean isDouble(String cell) {
        return DOUBLE.matcher(cell).matches() && (cell.contains("nf") || Double.isFinite(parseDouble(cell)));
    }

    private static double parseDouble(String cell) {
        return Double.parseDouble(cell.endsWith("inf") ? cell.replace("inf", "Infinity") : cell);
    }
}
