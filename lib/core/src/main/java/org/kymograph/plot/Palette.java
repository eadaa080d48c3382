package org.kymograph.plot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gives each run a colour that readers with any colour vision tell apart, the same one in every figure.
 *
 * <p>Eight colours (six of Okabe and Ito 2008, without their black and yellow, which vanish on dark and on white pages; purple and olive
 * of Paul Tol's muted scheme), times six kinds of dash or marker: 48 different runs. A run named by its seed, such as {@code 3}, {@code seed3} or
 * {@code ab12-seed3}, takes the place of that number, or the next free one; other names, such as those of settings, have places of their own, in the
 * order in which they are first drawn.
 */
public final class Palette {
    /** The colours, in order. */
    public static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#AA4499", "#999933");

    private static final List<String> DASHES = List.of("solid", "dash", "dot", "dashdot", "longdash", "longdashdot");
    private static final List<String> MARKERS = List.of("circle", "diamond", "square", "triangle-up", "cross", "x");
    private static final int SIZE = COLOURS.size() * DASHES.size();
    private static final Pattern SEEDED = Pattern.compile("(?i)(?:(.*?)(?:seed|run)[\\s_=-]*)?(\\d{1,6})");

    private static final Map<String, Integer> PLACES = new HashMap<>();
    private static final Map<Integer, Run> OWNERS = new HashMap<>();
    private static int named;

    private Palette() {}

    /**
     * How a run is drawn.
     *
     * @param colour as {@code #rrggbb}
     * @param dash plotly's name of a line's dash
     * @param marker plotly's name of a marker
     */
    public record Style(String colour, String dash, String marker) {
        /**
         * The colour with some of the background showing through.
         *
         * @param opacity 0 to 1
         * @return the colour as {@code rgba(…)}
         */
        public String translucent(double opacity) {
            int rgb = Integer.parseInt(colour.substring(1), 16);
            return "rgba(" + (rgb >> 16) + "," + (rgb >> 8 & 255) + "," + (rgb & 255) + "," + opacity + ")";
        }
    }

    /**
     * The style of a run.
     *
     * @param run its id, its seed or any other name
     * @return the same style for the same name for as long as the program runs
     */
    public static Style of(String run) {
        return at(run.isEmpty() ? 0 : place(run));
    }

    /** The seed that a name tells, or -1. */
    static int seed(String name) {
        Matcher seeded = SEEDED.matcher(name.strip());
        return seeded.matches() ? Integer.parseInt(seeded.group(2)) : -1;
    }

    static Style at(int place) {
        int i = Math.floorMod(place, SIZE);
        return new Style(
                COLOURS.get(i % COLOURS.size()), DASHES.get(i / COLOURS.size()), MARKERS.get(i / COLOURS.size()));
    }

    private static synchronized int place(String name) {
        Integer known = PLACES.get(name);
        if (known != null) {
            return known;
        }
        Matcher seeded = SEEDED.matcher(name.strip());
        if (!seeded.matches()) {
            PLACES.put(name, named);
            return named++;
        }
        Run run = new Run(seeded.group(1) == null ? "" : seeded.group(1), Integer.parseInt(seeded.group(2)));
        int place = run.number % SIZE;
        for (int tried = 0;
                tried < SIZE && OWNERS.containsKey(place) && !OWNERS.get(place).mayBe(run);
                tried++) {
            place = (place + 1) % SIZE;
        }
        OWNERS.merge(place, run, (old, given) -> old.group.isEmpty() ? given : old);
        PLACES.put(name, place);
        return place;
    }

    /** What a run's name says: a setting, possibly empty, and a seed. */
    private record Run(String group, int number) {
        /** "seed3" and "3" are one run, and so is "ab12-seed3", unless another setting's seed 3 was there first. */
        boolean mayBe(Run other) {
            return number == other.number && (group.equals(other.group) || group.isEmpty() || other.group.isEmpty());
        }
    }
}
