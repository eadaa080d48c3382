package org.kymograph.plot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.kymograph.base.Arguments;

/** Nested maps as plotly's attributes are nested, addressed by dotted paths such as {@code xaxis.title.text}. */
final class Tree {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern WORD = Pattern.compile("'[^']*'|[^\\s,:{}\\[\\]']+");
    private static final Pattern PLAIN = Pattern.compile("-?\\d+(\\.\\d+)?|true|false|null");
    private static final String GIVEN = "\\u0000";

    private Tree() {}

    /** Returns the tree with attributes put in place, written as {@link Plots#attributes} takes them. */
    static Map<String, Object> withAll(Map<String, Object> tree, String attributes, Object... values) {
        int[] given = {0};
        String json = WORD.matcher(attributes).replaceAll(found -> {
            String word = found.group().equals("?") ? GIVEN + given[0]++ : found.group();
            boolean plain = PLAIN.matcher(word).matches();
            return Matcher.quoteReplacement(plain ? word : '"' + word.replace("'", "") + '"');
        });
        Arguments.sameLength("values", values.length, "the ? of \"" + attributes + '"', given[0]);
        try {
            return put(tree, JSON.readValue("{" + json + "}", Map.class), values);
        } catch (JsonProcessingException e) {
            throw Arguments.unexpected("attributes", attributes, "name: value, …: " + e.getOriginalMessage());
        }
    }

    private static Map<String, Object> put(Map<String, Object> tree, Map<?, ?> read, Object[] values) {
        Map<String, Object> filled = tree;
        for (Map.Entry<?, ?> entry : read.entrySet()) {
            filled = with(filled, (String) entry.getKey(), filled(entry.getValue(), values));
        }
        return filled;
    }

    private static Object filled(Object value, Object[] values) {
        return value instanceof Map<?, ?> map
                ? put(Map.of(), map, values)
                : value instanceof List<?> list
                        ? Arrays.asList(
                                list.stream().map(v -> filled(v, values)).toArray())
                        : value instanceof String text && text.startsWith("\0")
                                ? values[Integer.parseInt(text.substring(1))]
                                : value;
    }

    /** Returns the tree with one value put in place; the argument stays as it was. */
    static Map<String, Object> with(Map<String, Object> tree, String path, Object value) {
        Map<String, Object> copy = new LinkedHashMap<>(tree);
        int dot = path.indexOf('.');
        if (dot < 0) {
            copy.put(path, value);
        } else {
            String head = path.substring(0, dot);
            copy.put(head, with(child(tree, head), path.substring(dot + 1), value));
        }
        return copy;
    }

    /** Returns what is at a path, or null. */
    static Object get(Map<String, Object> tree, String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? tree.get(path) : get(child(tree, path.substring(0, dot)), path.substring(dot + 1));
    }

    /** Returns the tree with all of another's values put over its own, maps merged. */
    static Map<String, Object> merge(Map<String, Object> tree, Map<String, Object> over) {
        Map<String, Object> merged = new LinkedHashMap<>(tree);
        over.forEach((key, value) -> merged.put(
                key,
                value instanceof Map && tree.get(key) instanceof Map
                        ? merge(child(tree, key), child(over, key))
                        : value));
        return merged;
    }

    /** Returns the tree with a null for every value that the shape has and it lacks, at any depth. */
    static Map<String, Object> padded(Map<String, Object> tree, Map<String, Object> shape) {
        Map<String, Object> padded = new LinkedHashMap<>(tree);
        shape.forEach((key, value) -> {
            if (value instanceof Map && (tree.get(key) == null || tree.get(key) instanceof Map)) {
                padded.put(key, padded(child(tree, key), child(shape, key)));
            } else {
                padded.putIfAbsent(key, null);
            }
        });
        return padded;
    }

    /** Whether two values are written alike: arrays and what is nested in them are compared by what they hold. */
    static boolean same(Object one, Object other) {
        if (one == other) {
            return true;
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return a.keySet().equals(b.keySet()) && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return a.size() == b.size() && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
        }
        return Objects.deepEquals(one, other);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> child(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
