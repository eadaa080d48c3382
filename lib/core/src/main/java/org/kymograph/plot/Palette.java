package org.kymograph.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.kymograph.base.Arguments;

/**
 * Gives each run a colour that readers with any colour vision tell apart, the same one in every figure.
 *
 * <p>Eight colours (six of Okabe and Ito 2008, without their black and yellow, which vanish on dark and on white pages; purple and olive
 * of Paul Tol's muted scheme), times six kinds of dash or marker: 48 different runs. A run named by its seed, such as {@code 3}, {@code seed3} or
 * {@code ab12-seed3}, takes the place of that number in every figure, or the next free one where the figure shows another setting's seed there;
 * other names, such as those of settings, take the first places in the order in which the figure shows them.
 */
public final class Palette {
    /** The colours, in order. */
    public static final List<String> COLOURS =
            List.of("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#AA4499", "#999933");
    /** Viridis, for numbers from the smallest to the largest. */
    public static final List<String> VIRIDIS = List.of("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725");
    /** The grey of text, where the page's own colour isn't used; contrast 4.5 on white and 4.2 on #111. */
    public static final String TEXT = "#777777";

    private static final List<String> DASHES = List.of("solid", "dash", "dot", "dashdot", "longdash", "longdashdot");
    private static final List<String> MARKERS = List.of("circle", "diamond", "square", "triangle-up", "cross", "x");
    private static final int SIZE = COLOURS.size() * DASHES.size();
    private static final Pattern SEEDED = Pattern.compile("(?i)(?:(.*?)(?:seed|run)[\\s_=-]*)?(\\d{1,6})");

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
         * Returns the colour with some of the background showing through.
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
     * Returns the styles of all names that one figure shows.
     *
     * @param names ids or seeds of runs, or any other names, in the order in which the figure shows them; an empty one takes the first place
     * @return the style of each, which follows from the names alone
     */
    public static Map<String, Style> styles(Collection<String> names) {
        Map<String, Integer> places = new HashMap<>();
        Run[] owners = new Run[SIZE];
        Set<String> distinct = new LinkedHashSet<>(names);
        List<String> others = new ArrayList<>();
        for (String name : distinct) {
            Matcher seeded = SEEDED.matcher(name.strip());
            if (seeded.matches()) {
                Run run = new Run(seeded.group(1) == null ? "" : seeded.group(1), Integer.parseInt(seeded.group(2)));
                places.put(name, run.placed(owners));
            } else if (!name.isEmpty()) {
                others.add(name);
            }
        }
        Map<String, Style> styles = new LinkedHashMap<>();
        for (String name : distinct) {
            styles.put(name, at(name.isEmpty() ? 0 : places.getOrDefault(name, others.indexOf(name))));
        }
        return styles;
    }

    /**
     * Returns a colour of a scale, blended of the two that it lies between.
     *
     * @param scale colours as {@code #rrggbb} at equal distances, at least two
     * @param t the place, 0 for the first to 1 for the last
     * @return the colour as {@code #rrggbb}
     * @throws IllegalArgumentException if the place is out of range, or there are not two colours
     */
    public static String blended(List<String> scale, double t) {
        Arguments.atLeast("the number of colours", scale.size(), 2);
        double place = Arguments.within("t", t, 0.0, 1.0) * (scale.size() - 1);
        int low = Math.min(scale.size() - 2, (int) place);
        int a = Integer.parseInt(scale.get(low).substring(1), 16);
        int b = Integer.parseInt(scale.get(low + 1).substring(1), 16);
        int rgb = 0;
        for (int shift = 0; shift <= 16; shift += 8) {
            rgb |= (int) Math.round((a >> shift & 255) + (place - low) * ((b >> shift & 255) - (a >> shift & 255)))
                    << shift;
        }
        return String.format("#%06x", rgb);
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

    /** What a run's name says: a setting, possibly empty, and a seed. */
    private record Run(String group, int number) {
        /** Takes the place of the seed, or the next one that isn't another run's. */
        int placed(Run[] owners) {
            int place = number % SIZE;
            for (int tried = 0; tried < SIZE && owners[place] != null && !owners[place].mayBe(this); tried++) {
                place = (place + 1) % SIZE;
            }
            if (owners[place] == null || owners[place].group.isEmpty()) {
                owners[place] = this;
            }
            return place;
        }

        /** "seed3" and "3" are one run, and so is "ab12-seed3", unless another setting's seed 3 was there first. */
        boolean mayBe(Run other) {
            return number == other.number && (group.equals(other.group) || group.isEmpty() || other.group.isEmpty());
        }
    }

    /**
     * A part of a name's style as the value of an attribute, until the figure that it is drawn in is known whole.
     *
     * @param name the name
     * @param part which part of the style it is
     * @param opacity below 1 for a translucent colour
     */
    record Ink(String name, Part part, double opacity) {
        enum Part {
            COLOUR,
            DASH,
            MARKER
        }

        static Ink colour(String name) {
            return new Ink(name, Part.COLOUR, 1);
        }

        static Ink translucent(String name, double opacity) {
            return new Ink(name, Part.COLOUR, opacity);
        }

        static Ink dash(String name) {
            return new Ink(name, Part.DASH, 1);
        }

        static Ink marker(String name) {
            return new Ink(name, Part.MARKER, 1);
        }

        private String of(Style style) {
            return switch (part) {
                case COLOUR -> opacity < 1 ? style.translucent(opacity) : style.colour();
                case DASH -> style.dash();
                case MARKER -> style.marker();
            };
        }
    }

    /** Returns a figure's attributes with the styles of all names that occur in it. */
    static Object inked(Object figure) {
        Set<String> names = new LinkedHashSet<>();
        collect(figure, names);
        Map<String, Style> styles = styles(names);
        return names.isEmpty() ? figure : replaced(figure, ink -> ink.of(styles.get(ink.name)));
    }

    /** Returns attributes in which some names have colours of their own, whatever else the figure shows. */
    static Object coloured(Object value, Map<String, String> colours) {
        return replaced(
                value,
                ink -> ink.part == Ink.Part.COLOUR && colours.containsKey(ink.name)
                        ? ink.of(new Style(colours.get(ink.name), "", ""))
                        : ink);
    }

    private static void collect(Object value, Set<String> names) {
        if (value instanceof Ink ink) {
            names.add(ink.name);
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(v -> collect(v, names));
        } else if (value instanceof Collection<?> list) {
            list.forEach(v -> collect(v, names));
        }
    }

    private static Object replaced(Object value, Function<Ink, Object> drawn) {
        if (value instanceof Ink ink) {
            return drawn.apply(ink);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, v) -> copy.put(key, replaced(v, drawn)));
            return copy;
        }
        return value instanceof Collection<?> list
                ? Arrays.asList(list.stream().map(v -> replaced(v, drawn)).toArray())
                : value;
    }
}
