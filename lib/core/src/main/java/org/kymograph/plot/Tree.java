package org.kymograph.plot;

import java.util.LinkedHashMap;
import java.util.Map;

/** Nested maps as plotly's attributes are nested, addressed by dotted paths such as {@code xaxis.title.text}. */
final class Tree {
    private Tree() {}

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

    @SuppressWarnings("unchecked")
    static Map<String, Object> child(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
