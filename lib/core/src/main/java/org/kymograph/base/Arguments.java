package org.kymograph.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks of arguments, with one form of message: {@code "restarts is 0; expected at least 1"}. Each check returns the value,
 * so that a constructor can check where it assigns.
 */
public final class Arguments {
    private Arguments() {}

    /**
     * Returns a whole number that is at least a bound.
     *
     * @param name the argument's name
     * @param value its value
     * @param least the smallest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is smaller
     */
    public static int atLeast(String name, int value, int least) {
        return (int) atLeast(name, (long) value, (long) least);
    }

    /**
     * Returns a whole number that is at least a bound.
     *
     * @param name the argument's name
     * @param value its value
     * @param least the smallest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is smaller
     */
    public static long atLeast(String name, long value, long least) {
        if (value < least) {
            throw unexpected(name, value, "at least " + least);
        }
        return value;
    }

    /**
     * Returns a finite number that is at least a bound.
     *
     * @param name the argument's name
     * @param value its value
     * @param least the smallest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is smaller, infinite or NaN
     */
    public static double atLeast(String name, double value, double least) {
        if (!(value >= least) || value == Double.POSITIVE_INFINITY) {
            throw unexpected(name, value, "a finite number of at least " + number(least));
        }
        return value;
    }

    /**
     * Returns a finite number above 0.
     *
     * @param name the argument's name
     * @param value its value
     * @return the value
     * @throws IllegalArgumentException if it is 0, negative, infinite or NaN
     */
    public static double positive(String name, double value) {
        if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
            throw unexpected(name, value, "a finite number above 0");
        }
        return value;
    }

    /**
     * Returns a finite number.
     *
     * @param name the argument's name
     * @param value its value
     * @return the value
     * @throws IllegalArgumentException if it is infinite or NaN
     */
    public static double finite(String name, double value) {
        if (!Double.isFinite(value)) {
            throw unexpected(name, value, "a finite number");
        }
        return value;
    }

    /**
     * Returns a whole number from a closed range.
     *
     * @param name the argument's name
     * @param value its value
     * @param least the smallest value allowed
     * @param most the largest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is outside
     */
    public static int within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw unexpected(name, value, least + " to " + most);
        }
        return value;
    }

    /**
     * Returns a number from a closed range.
     *
     * @param name the argument's name
     * @param value its value
     * @param least the smallest value allowed
     * @param most the largest value allowed
     * @return the value
     * @throws IllegalArgumentException if it is outside or NaN
     */
    public static double within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw unexpected(name, value, number(least) + " to " + number(most));
        }
        return value;
    }

    /**
     * Checks that two things have the same length.
     *
     * @param name the argument's name
     * @param length its length
     * @param other the name of what it belongs to
     * @param expected that thing's length
     * @throws IllegalArgumentException if the lengths differ
     */
    public static void sameLength(String name, int length, String other, int expected) {
        if (length != expected) {
            throw new IllegalArgumentException(
                    name + " has length " + length + "; expected " + expected + ", the length of " + other);
        }
    }

    /**
     * Returns a collection that holds something.
     *
     * @param <C> the kind of collection
     * @param name the argument's name
     * @param values its value
     * @return the value
     * @throws IllegalArgumentException if it is empty
     */
    public static <C extends Collection<?>> C notEmpty(String name, C values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(name + " is empty; expected at least one element");
        }
        return values;
    }

    /**
     * Checks a condition between arguments.
     *
     * @param met whether it is met
     * @param name the argument's name
     * @param value its value
     * @param expected what was expected
     * @throws IllegalArgumentException if it is not met
     */
    public static void check(boolean met, String name, Object value, String expected) {
        if (!met) {
            throw unexpected(name, value, expected);
        }
    }

    /**
     * Returns the exception for an argument that is not as expected.
     *
     * @param name the argument's name
     * @param value its value; texts are quoted
     * @param expected what was expected, such as {@code "at least 1"}
     * @return the exception, to be thrown
     */
    public static IllegalArgumentException unexpected(String name, Object value, String expected) {
        Object shown =
                value instanceof CharSequence ? "\"" + value + "\"" : value instanceof Double d ? number(d) : value;
        return new IllegalArgumentException(Wording.oneLine(name + " is " + shown + "; expected " + expected));
    }

    /**
     * Returns the exception for a name that nothing has.
     *
     * @param name the argument's name
     * @param value its value
     * @param known the names that there are
     * @return the exception, to be thrown; its message proposes the likeliest of the known names, if one is like the value
     */
    public static IllegalArgumentException unknown(String name, String value, Collection<String> known) {
        String meant = likeliest(value, known)
                .map(likely -> "; did you mean " + likely + "?")
                .orElse("");
        return new IllegalArgumentException(
                name + " is \"" + value + "\"; expected one of " + String.join(", ", known) + meant);
    }

    /**
     * Returns the name that was probably meant.
     *
     * @param value what was given
     * @param known the names that there are
     * @return the one that needs fewest letters changed, added, left out or swapped, or else one of which the value is a part
     */
    public static Optional<String> likeliest(String value, Collection<String> known) {
        String given = value.toLowerCase(Locale.ROOT);
        int most = Math.max(1, given.length() / 3);
        Optional<String> near = known.stream()
                .filter(name -> edits(given, name.toLowerCase(Locale.ROOT)) <= most)
                .min(Comparator.comparingInt(name -> edits(given, name.toLowerCase(Locale.ROOT))));
        return near.isPresent() || given.length() < 3
                ? near
                : known.stream()
                        .filter(name -> name.toLowerCase(Locale.ROOT).contains(given))
                        .min(Comparator.comparingInt(String::length));
    }

    /** The distance of Damerau (1964): insertions, deletions, changes and swaps of neighbours. */
    private static int edits(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
