package org.kymograph.base;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Makes a table from a list, a column at a time: {@code Columns.of("runs", runs).longs("seed", Run::seed).table()}.
 *
 * @param <T> what a row is made of
 */
public final class Columns<T> {
    private final String name;
    private final List<T> rows;
    private final List<Column<?>> columns = new ArrayList<>();

    private Columns(String name, List<T> rows) {
        this.name = name;
        this.rows = rows;
    }

    /**
     * Starts a table without columns.
     *
     * @param <T> what a row is made of
     * @param name the table's name
     * @param rows one element a row
     * @return the table to be filled
     */
    public static <T> Columns<T> of(String name, List<T> rows) {
        return new Columns<>(name, rows);
    }

    /**
     * Starts a table of numbered rows without columns.
     *
     * @param name the table's name
     * @param rows the number of rows; a row's value is made of its number, from 0
     * @return the table to be filled
     */
    public static Columns<Integer> of(String name, int rows) {
        return new Columns<>(name, IntStream.range(0, rows).boxed().toList());
    }

    /**
     * Returns a number of each element.
     *
     * @param <T> what an element is
     * @param rows the elements
     * @param value an element's number
     * @return the numbers, in the elements' order
     */
    public static <T> double[] numbers(Collection<T> rows, ToDoubleFunction<? super T> value) {
        return rows.stream().mapToDouble(value).toArray();
    }

    /**
     * Returns numbers that are made of 0, 1, 2, ….
     *
     * @param n how many
     * @param value the number at a place
     * @return the numbers
     */
    public static double[] numbers(int n, IntToDoubleFunction value) {
        return IntStream.range(0, n).mapToDouble(value).toArray();
    }

    /**
     * Returns what is made of each element.
     *
     * @param <T> what an element is
     * @param <R> what is made of it
     * @param rows the elements
     * @param value makes it
     * @return the list, in the elements' order
     */
    public static <T, R> List<R> each(Collection<T> rows, Function<? super T, ? extends R> value) {
        return rows.stream().<R>map(value).toList();
    }

    /**
     * Returns what is made of 0, 1, 2, ….
     *
     * @param <R> what is made
     * @param n how many
     * @param value makes it
     * @return the list
     */
    public static <R> List<R> each(int n, IntFunction<? extends R> value) {
        return IntStream.range(0, n).<R>mapToObj(value).toList();
    }

    /**
     * Rounds numbers to floats.
     *
     * @param values the numbers
     * @return the nearest floats
     */
    public static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /**
     * Returns some of the numbers of an array.
     *
     * @param values the array
     * @param places which, from 0
     * @return the numbers there
     */
    public static double[] pick(double[] values, int... places) {
        return IntStream.of(places).mapToDouble(i -> values[i]).toArray();
    }

    /**
     * Reads a column of numbers, or of true and false as 1 and 0.
     *
     * @param table a table
     * @param name the column's name, in any case
     * @return its values; NaN where there are none
     * @throws IllegalArgumentException if there is no such column, or it holds something else
     */
    public static double[] numbers(Table table, String name) {
        Column<?> column = named(table, name);
        if (column instanceof NumericColumn<?> numeric) {
            return numeric.asDoubleArray();
        }
        if (column instanceof BooleanColumn flags) {
            return IntStream.range(0, flags.size())
                    .mapToDouble(i -> flags.isMissing(i) ? Double.NaN : flags.get(i) ? 1 : 0)
                    .toArray();
        }
        throw new IllegalArgumentException(
                "column \"" + name + "\" holds " + column.type().name() + "; expected numbers");
    }

    /**
     * Finds a column.
     *
     * @param table a table
     * @param name the column's name, in any case
     * @return the column
     * @throws IllegalArgumentException if there is none
     */
    public static Column<?> named(Table table, String name) {
        return table.columns().stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> Arguments.unknown("column", name, table.columnNames()));
    }

    /**
     * Adds a column of numbers.
     *
     * @param column its name
     * @param value a row's value; NaN stays empty
     * @return this
     */
    public Columns<T> doubles(String column, ToDoubleFunction<? super T> value) {
        return add(DoubleColumn.create(column, rows.stream().mapToDouble(value).toArray()));
    }

    /**
     * Adds a column of whole numbers.
     *
     * @param column its name
     * @param value a row's value
     * @return this
     */
    public Columns<T> ints(String column, ToIntFunction<? super T> value) {
        return add(IntColumn.create(column, rows.stream().mapToInt(value).toArray()));
    }

    /**
     * Adds a column of long whole numbers.
     *
     * @param column its name
     * @param value a row's value
     * @return this
     */
    public Columns<T> longs(String column, ToLongFunction<? super T> value) {
        return add(LongColumn.create(column, rows.stream().mapToLong(value).toArray()));
    }

    /**
     * Adds a column of texts.
     *
     * @param column its name
     * @param value a row's value, turned into text; null stays empty
     * @return this
     */
    public Columns<T> texts(String column, Function<? super T, ?> value) {
        return add(StringColumn.create(
                column,
                rows.stream().map(value).map(v -> v == null ? "" : v.toString()).toArray(String[]::new)));
    }

    /**
     * Adds a column of true or false.
     *
     * @param column its name
     * @param value a row's value
     * @return this
     */
    public Columns<T> flags(String column, Predicate<? super T> value) {
        BooleanColumn flags = BooleanColumn.create(column, rows.size());
        for (int i = 0; i < rows.size(); i++) {
            flags.set(i, value.test(rows.get(i)));
        }
        return add(flags);
    }

    /**
     * Returns the table.
     *
     * @return all columns, in the order in which they were added
     */
    public Table table() {
        return Table.create(name, columns);
    }

    private Columns<T> add(Column<?> column) {
        columns.add(column);
        return this;
    }
}
