package org.kymograph.record;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of checkpoints, of any program, that say their step: {@code step-00000120}, {@code checkpoint-120}, {@code epoch3}. */
public final class CheckpointNames {
    /** The name of the column that says when. */
    public static final String STEP = "step";

    /** What a name says its step with: the digits are the first group, or the one named {@code step}. */
    public static final Pattern PATTERN = Pattern.compile("(?:epoch|step|stats_|checkpoint)[-_=]?(\\d+k?)");

    private CheckpointNames() {}

    /**
     * Returns the step that a name says.
     *
     * @param name the name of a file or folder
     * @return the step; empty if it says none
     */
    public static OptionalLong step(String name) {
        Matcher matcher = PATTERN.matcher(name);
        return matcher.find() ? OptionalLong.of(number(matcher.group(1))) : OptionalLong.empty();
    }

    /**
     * Returns the number that digits stand for.
     *
     * @param digits digits, which may end in {@code k} for thousands
     * @return the number
     */
    public static long number(String digits) {
        boolean thousands = digits.endsWith("k");
        long number = Long.parseLong(thousands ? digits.substring(0, digits.length() - 1) : digits);
        return thousands ? Math.multiplyExact(number, 1000L) : number;
    }
}
