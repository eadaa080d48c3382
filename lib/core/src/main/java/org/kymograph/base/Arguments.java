package org.kymograph.base;

import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Checks of arguments, with one form of message: {@code "restarts is 0; expected at least 1"}. Each check returns the value,
 * so that a constructor can check where it assigns.
 */
public final class Arguments {
    private static final int LISTED = 40;

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
     * Returns a regular expression.
     *
     * @param name the argument's name
     * @param value its text
     * @return the expression
     * @throws IllegalArgumentException if it is none; the message says where and why
     */
    public static Pattern pattern(String name, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw unexpected(
                    name,
                    value,
                    "a regular expression, not " + e.getDescription() + " near character " + (e.getIndex() + 1));
        }
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
     * Checks what no single argument is to blame for.
     *
     * @param met whether it is as it must be
     * @param otherwise the sentence that says what is wrong if not, and what was expected
     * @throws IllegalArgumentException if it is not met
     */
    public static void require(boolean met, String otherwise) {
        if (!met) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * Returns the exception for an argument that is not as expected.
     *
     * @param name the argument's name
     * @param value its value; texts are quoted, shapes listed
     * @param expected what was expected, such as {@code "at least 1"}
     * @return the exception, to be thrown
     */
    public static IllegalArgumentException unexpected(String name, Object value, String expected) {
        return new IllegalArgumentException(Wording.oneLine(name + " is " + shown(value) + "; expected " + expected));
    }

    private static Object shown(Object value) {
        if (value instanceof CharSequence text) {
            return "\"" + text + "\"";
        }
        if (value instanceof long[] shape) {
            return Arrays.toString(shape);
        }
        return value instanceof Double d ? number(d) : value;
    }

    /**
     * Returns the exception for a name that nothing has.
     *
     * @param name the argument's name
     * @param value its value
     * @param known the names that there are
     * @return the exception, to be thrown; its message proposes the nearest of the known names, if one is near
     */
    public static IllegalArgumentException unknown(String name, String value, Collection<String> known) {
        String listed = known.stream().limit(LISTED).map(Wording::shown).collect(Collectors.joining(", "))
                + (known.size() > LISTED ? ", … (" + known.size() + " in all)" : "");
        return new IllegalArgumentException(Wording.oneLine(name + " is \"" + Wording.shown(value)
                + "\"; expected one of " + listed + Wording.didYouMean(value, known)));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
