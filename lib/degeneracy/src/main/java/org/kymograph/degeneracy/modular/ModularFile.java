package org.kymograph.degeneracy.modular;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.base.Copies;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** The original's parameter file: one JSON object with the settings' names in small letters and underscores. */
final class ModularFile {
    private ModularFile() {}

    static ModularExperiment read(Path file) {
        Map<String, RecordComponent> fields = new LinkedHashMap<>();
        for (RecordComponent c : ModularExperiment.class.getRecordComponents()) {
            fields.put(key(c.getName()), c);
        }
        ModularExperiment settings = ModularExperiment.withDefaults();
        for (Map.Entry<String, JsonNode> field : Json.readObject(file).properties()) {
            RecordComponent component = fields.get(field.getKey());
            if (component == null) {
                throw new RecordException(
                        file,
                        Arguments.unknown("field", field.getKey(), List.copyOf(fields.keySet()))
                                .getMessage());
            }
            Object value = value(file, field.getKey(), field.getValue(), component.getType());
            try {
                settings = Copies.with(settings, component.getName(), value);
            } catch (IllegalArgumentException e) {
                throw new RecordException(file, "field " + field.getKey() + ": " + e.getMessage(), e);
            }
        }
        return settings;
    }

    static void write(Path file, ModularExperiment settings) {
        Json.writePython(file, tree(settings));
    }

    /** Returns all settings by the names that they have in files. */
    static ObjectNode tree(ModularExperiment settings) {
        ObjectNode out = Json.object();
        Json.tree(settings)
                .properties()
                .forEach(field -> out.set(
                        key(field.getKey()),
                        field.getKey().equals("activation")
                                ? Json.tree(settings.activation().name().toLowerCase(Locale.ROOT))
                                : field.getValue()));
        return out;
    }

    /** scaleLinear1Factor is scale_linear_1_factor. */
    private static String key(String component) {
        return component.replaceAll("([A-Z]|\\d+)", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Object value(Path file, String key, JsonNode node, Class<?> type) {
        if (type == int.class && node.isIntegralNumber() && node.canConvertToInt()) {
            return node.intValue();
        }
        if (type == long.class && node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        if ((type == double.class || type == Double.class) && node.isNumber()) {
            return node.doubleValue();
        }
        if (type == Double.class && node.isNull()) {
            return null;
        }
        if (type == boolean.class && node.isBoolean()) {
            return node.booleanValue();
        }
        if (type == ModularMlp.Activation.class && node.isTextual()) {
            for (ModularMlp.Activation one : ModularMlp.Activation.values()) {
                if (one.name().toLowerCase(Locale.ROOT).equals(node.textValue())) {
                    return one;
                }
            }
        }
        String expected = type == boolean.class
                ? "true or false"
                : type == ModularMlp.Activation.class
                        ? "\"gelu\", \"relu\" or \"quad\""
                        : type == int.class || type == long.class ? "a whole number" : "a number";
        throw new RecordException(file, "field " + key + " is " + node + "; expected " + expected);
    }
}
