package org.kymograph.record.files;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvWriteOptions;

/**
 * Tables from and to CSV with a header line, comma-separated, UTF-8. Doubles come back exactly as they went.
 *
 * <p>Reading uses Tablesaw's CSV parser but not its guesses about types, which drop thousands separators and percent
 * signs: a column is long, double or boolean if every cell in it is, and text otherwise. Empty cells, {@code NaN} and
 * {@code null} are missing values.
 */
public final class Tables {
    /** The name of pandas' row numbers: an empty one, which only the first of several columns may have. */
    public static final String INDEX = "";

    private static final Pattern LONG = Pattern.compile("[+-]?\\d{1,19}");
    private static final Pattern DOUBLE =
            Pattern.compile("[+-]?(?:(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|inf|Infinity)");
    private static final int MAX_COLUMNS = 1 << 16;
    private static final int MAX_CELL = 1 << 20;

    private Tables() {}

    /**
     * @param file a CSV file
     * @return its table, named like the file
     * @throws RecordException if the file can't be read, is empty, names a column twice, leaves one but the first
     *     without a name, or has a line with more or fewer cells than the header; the message names line and column
     */
    public static Table readCsv(Path file) {
        AtomicFiles.checkReadable(file);
        CsvParserSettings settings = new CsvParserSettings();
        settings.setLineSeparatorDetectionEnabled(true);
        settings.setMaxColumns(MAX_COLUMNS);
        settings.setMaxCharsPerColumn(MAX_CELL);
        settings.setErrorContentLength(0);
        settings.setReadInputOnSeparateThread(false);
        CsvParser parser = new CsvParser(settings);
        try (Reader in =
                new InputStreamReader(new FileInputStream(file.toFile()), StandardCharsets.UTF_8.newDecoder())) {
            parser.beginParsing(in);
            String[] header = parser.parseNext();
            if (header == null) {
                throw new RecordException(file, "is empty; expected a line with the columns' names");
            }
            checkHeader(file, header);
            List<String[]> rows = new ArrayList<>();
            for (String[] row = parser.parseNext(); row != null; row = parser.parseNext()) {
                if (row.length != header.length) {
                    String what = row.length < header.length
                            ? "ends before column " + (row.length + 1) + " ('" + header[row.length] + "')"
                            : "goes on after column " + header.length + " ('" + header[header.length - 1] + "')";
                    throw new RecordException(
                            file,
                            parser.getContext().currentLine(),
                            what + ": " + row.length + " cells, expected " + header.length);
                }
                rows.add(row);
            }
            return table(file, header, rows);
        } catch (CharacterCodingException e) {
            throw new RecordException(file, "isn't UTF-8", e);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        } catch (TextParsingException e) {
            if (isEncoding(e)) {
                throw new RecordException(file, "isn't UTF-8", e);
            }
            throw new RecordException(
                    file,
                    e.getLineIndex() + 1,
                    "column " + (e.getColumnIndex() + 1)
                            + ": isn't CSV: a cell is longer than " + MAX_CELL + " characters, there are more than "
                            + MAX_COLUMNS
                            + " columns, or a quote isn't closed");
        } catch (IllegalStateException e) {
            throw new RecordException(file, isEncoding(e) ? "isn't UTF-8" : "can't be read: " + e.getMessage(), e);
        }
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
        if (decimals < 0 || decimals > 15) {
            throw new IllegalArgumentException("decimals " + decimals + ": must be 0 to 15");
        }
        Table copy = table.copy();
        for (Column<?> column : copy.columns()) {
            if (column instanceof DoubleColumn numbers) {
                for (int row = 0; row < numbers.size(); row++) {
                    double value = numbers.getDouble(row);
                    if (Double.isFinite(value)) {
                        numbers.set(
                                row,
                                new BigDecimal(value)
                                        .setScale(decimals, RoundingMode.HALF_EVEN)
                                        .doubleValue());
                    }
                }
            }
        }
        return copy;
    }

    private static boolean isEncoding(Throwable e) {
        return e != null && (e instanceof CharacterCodingException || isEncoding(e.getCause()));
    }

    private static void checkHeader(Path file, String[] header) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < header.length; i++) {
            // pandas writes a table's row numbers first, under no name.
            if (header[i] == null && i == 0 && header.length > 1) {
                header[i] = INDEX;
            }
            if (header[i] == null) {
                throw new RecordException(file, 1, "column " + (i + 1) + " has no name");
            }
            // Tablesaw doesn't tell upper from lower case in names.
            if (!seen.add(header[i].toLowerCase(Locale.ROOT))) {
                throw new RecordException(
                        file,
                        1,
                        "column " + (i + 1) + " has the name '" + header[i]
                                + "' of an earlier one, upper and lower case being the same");
            }
        }
    }

    private static Table table(Path file, String[] header, List<String[]> rows) {
        Table table = Table.create(String.valueOf(file.getFileName()));
        for (int i = 0; i < header.length; i++) {
            String[] cells = new String[rows.size()];
            for (int row = 0; row < cells.length; row++) {
                String cell = rows.get(row)[i];
                cells[row] = cell == null || cell.isEmpty() || cell.equals("NaN") || cell.equals("null") ? null : cell;
            }
            table.addColumns(column(header[i], cells));
        }
        return table;
    }

    private static Column<?> column(String name, String[] cells) {
        Column<?> column;
        if (all(cells, c -> c.equals("true") || c.equals("false")) && !all(cells, c -> false)) {
            column = BooleanColumn.create(name);
        } else if (all(cells, Tables::isLong) && !all(cells, c -> false)) {
            column = LongColumn.create(name);
        } else if (all(cells, c -> DOUBLE.matcher(c).matches())) {
            column = DoubleColumn.create(name);
        } else {
            column = StringColumn.create(name);
        }
        for (String cell : cells) {
            if (cell == null) {
                column.appendMissing();
            } else if (column instanceof BooleanColumn booleans) {
                booleans.append(Boolean.parseBoolean(cell));
            } else if (column instanceof LongColumn longs) {
                longs.append(Long.parseLong(cell));
            } else if (column instanceof DoubleColumn doubles) {
                doubles.append(Double.parseDouble(cell.endsWith("inf") ? cell.replace("inf", "Infinity") : cell));
            } else {
                ((StringColumn) column).append(cell);
            }
        }
        return column;
    }

    private static boolean all(String[] cells, Predicate<String> is) {
        for (String cell : cells) {
            if (cell != null && !is.test(cell)) {
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
}
