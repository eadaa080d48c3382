package org.kymograph.record.files;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The cells of a CSV file as RFC 4180 has them: separated by commas, in double quotes where they hold commas, quotes or line
 * ends. A line ends with CR, LF or both; blanks belong to a cell unless they surround its quotes; empty lines are skipped.
 *
 * <p>A library would do if it were strict: univocity reads a file whose quote isn't closed to its end as one cell.
 */
final class CsvReader {
    static final int MAX_COLUMNS = 1 << 16;
    static final int MAX_CELL = 1 << 20;
    private static final int END = -1;

    private final Path file;
    private final Reader in;
    private final StringBuilder cell = new StringBuilder();
    private final char[] buffer = new char[1 << 14];
    private int position;
    private int length;
    private int next;
    private long line = 1;
    private long rowLine = 1;
    private int columns;

    CsvReader(Path file, Reader in) throws IOException {
        this.file = file;
        this.in = in;
        advance();
        if (next == '\ufeff') {
            advance();
        }
    }

    /** The line that the last row began on, from 1. */
    long line() {
        return rowLine;
    }

    /** The cells of the next row, or null at the end of the file. */
    String[] row() throws IOException {
        while (next == '\r' || next == '\n') {
            endLine();
        }
        if (next == END) {
            return null;
        }
        rowLine = line;
        List<String> cells = new ArrayList<>();
        do {
            columns = cells.size() + 1;
            if (columns > MAX_COLUMNS) {
                throw bad("has more than " + MAX_COLUMNS + " columns");
            }
            cells.add(cell());
        } while (skip(','));
        if (next != END) {
            endLine();
        }
        return cells.toArray(String[]::new);
    }

    private String cell() throws IOException {
        cell.setLength(0);
        while (next == ' ' || next == '\t') {
            take();
        }
        if (next == '"') {
            return quoted();
        }
        while (next != ',' && next != '\r' && next != '\n' && next != END) {
            take();
        }
        return cell.toString();
    }

    private String quoted() throws IOException {
        long begin = line;
        cell.setLength(0);
        advance();
        while (true) {
            if (next == END) {
                throw new RecordException(
                        file, begin, "column " + columns + ": a quote is not closed before the end of the file");
            }
            if (next == '"') {
                advance();
                if (next != '"') {
                    break;
                }
            } else if (next == '\n' || next == '\r') {
                cell.append((char) next);
                int first = next;
                advance();
                if (first == '\r' && next == '\n') {
                    take();
                }
                line++;
                continue;
            }
            take();
        }
        while (next == ' ' || next == '\t') {
            advance();
        }
        if (next != ',' && next != '\r' && next != '\n' && next != END) {
            throw bad("column " + columns + ": something follows the closing quote; a quote inside a cell is doubled");
        }
        return cell.toString();
    }

    private void take() throws IOException {
        if (cell.length() == MAX_CELL) {
            throw bad("column " + columns + ": a cell is longer than " + MAX_CELL + " characters");
        }
        cell.append((char) next);
        advance();
    }

    private boolean skip(int expected) throws IOException {
        if (next != expected) {
            return false;
        }
        advance();
        return true;
    }

    private void endLine() throws IOException {
        if (skip('\r')) {
            skip('\n');
        } else {
            advance();
        }
        line++;
    }

    private void advance() throws IOException {
        if (position == length) {
            length = in.read(buffer, 0, buffer.length);
            position = 0;
            if (length <= 0) {
                length = 0;
                next = END;
                return;
            }
        }
        next = buffer[position++];
    }

    private RecordException bad(String what) {
        return new RecordException(file, line, what);
    }
}
