package org.kymograph.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.kymograph.base.Arguments;

/** What words on the command line mean, and how numbers of things are told. */
public final class Words {
    private Words() {}

    /**
     * Returns the constant of a name.
     *
     * @param <E> the kind of constant
     * @param type that kind
     * @param option the option that the name was given to
     * @param name a name, in any case, with dashes between its words
     * @return the constant
     * @throws IllegalArgumentException if there is none of that name
     */
    public static <E extends Enum<E>> E named(Class<E> type, String option, String name) {
        return constant(type, option, name, "");
    }

    /**
     * Returns the constant of a name, where there is one more word than there are constants.
     *
     * @param <E> the kind of constant
     * @param type that kind
     * @param option the option that the name was given to
     * @param name a name, in any case, with dashes between its words
     * @param further the word that stands for none of the constants, in small letters
     * @return the constant; null for the further word
     * @throws IllegalArgumentException if there is none of that name
     */
    public static <E extends Enum<E>> E namedOr(Class<E> type, String option, String name, String further) {
        return further.equals(plain(name)) ? null : constant(type, option, name, further);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String option, String name, String further) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> of(c).equals(plain(name)))
                .findFirst()
                .orElseThrow(() -> Arguments.unknown(
                        option,
                        name,
                        Stream.concat(Arrays.stream(type.getEnumConstants()).map(Words::of), Stream.of(further))
                                .filter(word -> !word.isEmpty())
                                .toList()));
    }

    /**
     * Returns a constant's name in small letters, with dashes between its words.
     *
     * @param constant a constant
     * @return its name on the command line
     */
    public static String of(Enum<?> constant) {
        return plain(constant.name());
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns a number and what it counts: "1 sample", "2,490 samples".
     *
     * @param n the number
     * @param one the word for one of them
     * @return both
     */
    public static String count(long n, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", n, one, n == 1 ? "" : one.endsWith("s") ? "es" : "s");
    }
}
