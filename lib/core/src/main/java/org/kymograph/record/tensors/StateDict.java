package org.kymograph.record.tensors;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;

/** The nested dictionaries, lists and tuples of a checkpoint made flat: {@code {"model": {"w": t}}} gives model.w. */
final class StateDict {
    // References let a small pickle describe an exponentially large tree, or an endless one.
    private static final int MAX_DEPTH = 100;
    private static final int MAX_ITEMS = 1_000_000;
    private static final int MAX_NAME = 4096;
    private static final long MAX_NAMES = 32 << 20;

    final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    final Map<String, String> scalars = new LinkedHashMap<>();
    /** The classes of the Python objects that aren't read, by name. */
    final Map<String, String> objects = new LinkedHashMap<>();

    private final Path file;
    private int items;
    private long nameCharacters;

    StateDict(Path file, Object root) {
        this.file = file;
        if (root instanceof TorchTensor) {
            add("tensor", root, 0);
        } else {
            add("", root, 0);
        }
    }

    private void add(String name, Object value, int depth) {
        nameCharacters += name.length();
        if (depth > MAX_DEPTH || ++items > MAX_ITEMS || name.length() > MAX_NAME || nameCharacters > MAX_NAMES) {
            throw new RecordException(
                    file,
                    "is nested deeper than " + MAX_DEPTH + ", holds more than " + MAX_ITEMS
                            + " items, or has names longer than " + MAX_NAME + " characters; no state dict does");
        }
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> add(join(name, String.valueOf(key)), inner, depth + 1));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                add(join(name, String.valueOf(i)), list.get(i), depth + 1);
            }
        } else if (value instanceof Object[] tuple) {
            for (int i = 0; i < tuple.length; i++) {
                add(join(name, String.valueOf(i)), tuple[i], depth + 1);
            }
        } else if (value instanceof TorchTensor tensor) {
            once(name);
            tensors.put(name, tensor);
        } else if (value == null
                || value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Dtype) {
            once(name);
            scalars.put(name, String.valueOf(value));
        } else {
            once(name);
            String type = value instanceof byte[] ? "builtins.bytes" : value.toString();
            objects.put(name, type);
            scalars.put(name, "<" + type + ">");
        }
    }

    private void once(String name) {
        if (tensors.containsKey(name) || scalars.containsKey(name)) {
            throw new RecordException(
                    file,
                    "has two things called '" + Wording.shown(name) + "' once its nested names are joined with dots");
        }
    }

    private static String join(String outer, String inner) {
        return outer.isEmpty() ? inner : outer + "." + inner;
    }
}
