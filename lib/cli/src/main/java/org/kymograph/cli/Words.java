package org.kymograph.cli;

import java.util.Arrays;
import java.util.Locale;

/** What words on the command line mean, and how numbers of things are told. */
public final class Words {
    private Words() {}

    /** @return the constant of that name, in any case, with dashes between its words */
    public static <E extends Enum<E>> E named(Class<E> type, String option, String name) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> of(c).equals(plain(name)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(option + " " + name + ": must be one of "
                        + Arrays.stream(type.getEnumConstants()).map(Words::of).toList()));
    }

    /** @return a constant's name in small letters, with dashes between its words */
    public static String of(Enum<?> constant) {
        return plain(constant.name());
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @return a number and what it counts: "1 sample", "2,490 samples" */
    public static String count(long n, String one) {
        return String.format(Locale.ROOT, "%,d %s%s", n, one, n == 1 ? "" : one.endsWith("s") ? "es" : "s");
    }
}
