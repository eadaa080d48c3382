package org.kymograph.record.dynamics;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.kymograph.base.Arguments;

/**
 * The ids of a log's samples, each once: all whole numbers or all texts, as the log has them. Immutable.
 */
public final class Guids {
    private final long[] numbers;
    private final String[] texts;
    private final Long2IntOpenHashMap byNumber;
    private final Object2IntOpenHashMap<String> byText;

    private Guids(long[] numbers, String[] texts) {
        this.numbers = numbers;
        this.texts = texts;
        int n = numbers == null ? texts.length : numbers.length;
        byNumber = numbers == null ? null : new Long2IntOpenHashMap(n);
        byText = numbers == null ? new Object2IntOpenHashMap<>(n) : null;
        if (numbers == null) {
            byText.defaultReturnValue(-1);
        } else {
            byNumber.defaultReturnValue(-1);
        }
        for (int i = 0; i < n; i++) {
            int before = numbers == null
                    ? byText.putIfAbsent(Objects.requireNonNull(texts[i], "guid"), i)
                    : byNumber.putIfAbsent(numbers[i], i);
            if (before >= 0) {
                throw new IllegalArgumentException(
                        "guid " + text(i) + " comes twice, at " + before + " and " + i + "; expected each id once");
            }
        }
    }

    /**
     * Returns whole numbers as ids.
     *
     * @param ids whole numbers, each once
     * @throws IllegalArgumentException if an id comes twice
     */
    public static Guids of(long... ids) {
        return new Guids(ids.clone(), null);
    }

    /**
     * Returns texts as ids.
     *
     * @param ids texts, each once; digits stay text
     * @throws IllegalArgumentException if an id comes twice
     */
    public static Guids of(List<String> ids) {
        return new Guids(null, ids.toArray(String[]::new));
    }

    /** Takes the array without a copy. */
    public static Guids owning(long[] ids) {
        return new Guids(ids, null);
    }

    /** Takes the array without a copy. */
    public static Guids owning(String[] ids) {
        return new Guids(null, ids);
    }

    /**
     * Returns the row numbers 0 to n - 1.
     *
     * @param n how many, at least 0
     * @throws IllegalArgumentException if n is negative
     */
    public static Guids rows(int n) {
        long[] ids = new long[Arguments.atLeast("n", n, 0)];
        Arrays.setAll(ids, i -> i);
        return new Guids(ids, null);
    }

    /** Returns the number of ids. */
    public int size() {
        return numbers == null ? texts.length : numbers.length;
    }

    /** Returns whether the ids are whole numbers. */
    public boolean numeric() {
        return numbers != null;
    }

    /**
     * Returns the id at a position as text, a number in decimal digits.
     *
     * @param i a position, 0 to size - 1
     */
    public String text(int i) {
        return numbers == null ? texts[i] : Long.toString(numbers[i]);
    }

    /**
     * Returns the id at a position as a number.
     *
     * @param i a position, 0 to size - 1
     * @throws IllegalStateException if the ids are texts
     */
    public long number(int i) {
        if (numbers == null) {
            throw new IllegalStateException("the guids are texts such as '" + texts[i] + "'; expected numbers");
        }
        return numbers[i];
    }

    /**
     * Returns the position of an id, -1 if there is none.
     *
     * @param id an id; a number in decimal digits, if the ids are numbers
     */
    public int indexOf(String id) {
        if (numbers == null) {
            return byText.getInt(id);
        }
        try {
            return byNumber.get(Long.parseLong(id));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /**
     * Returns the position of a number, -1 if there is none.
     *
     * @param id an id, also of texts that are its decimal digits
     */
    public int indexOf(long id) {
        return numbers == null ? byText.getInt(Long.toString(id)) : byNumber.get(id);
    }

    /**
     * Returns the ids at some positions, in the order given.
     *
     * @param indices positions, each 0 to size - 1 and at most once
     * @throws IllegalArgumentException if a position comes twice
     */
    public Guids at(int[] indices) {
        if (numbers != null) {
            return new Guids(Arrays.stream(indices).mapToLong(i -> numbers[i]).toArray(), null);
        }
        return new Guids(null, Arrays.stream(indices).mapToObj(i -> texts[i]).toArray(String[]::new));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Guids that && Arrays.equals(numbers, that.numbers) && Arrays.equals(texts, that.texts);
    }

    @Override
    public int hashCode() {
        return numbers == null ? Arrays.hashCode(texts) : Arrays.hashCode(numbers);
    }

    @Override
    public String toString() {
        return size() + (numeric() ? " numbers" : " texts") + (size() == 0 ? "" : " from " + text(0));
    }
}
