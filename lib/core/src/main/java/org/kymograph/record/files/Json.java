package org.kymograph.record.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeSet;
import org.kymograph.base.Wording;

/**
 * JSON as the record reads and writes it: a name may come only once in an object, nothing may follow the value, and
 * the bare words {@code NaN}, {@code Infinity} and {@code -Infinity} that Python writes are read as numbers. A number that is
 * too large for a double is kept as a decimal number.
 */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private static final ObjectMapper PYTHON =
            JsonMapper.builder().disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS).build();

    private Json() {}

    /**
     * Returns it as JSON.
     *
     * @param value a record, enum, number, list or map of such
     * @return it as JSON
     */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * Returns the record that a JSON object was made of.
     *
     * @param <T> the record's type
     * @param node the object, as {@link #tree} makes it; a component that it lacks is 0, false or null
     * @param type the record's type
     * @return the record
     * @throws IllegalArgumentException if the object has other components, or the record refuses a value
     */
    public static <T> T value(JsonNode node, Class<T> type) {
        try {
            return MAPPER.treeToValue(node, type);
        } catch (ValueInstantiationException e) {
            throw e.getCause() instanceof IllegalArgumentException cause ? cause : new IllegalArgumentException(e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /**
     * Returns an empty object.
     *
     * @return an empty object
     */
    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /**
     * Reads a file.
     *
     * @param file a file that holds one JSON value, in UTF-8
     * @return that value
     * @throws RecordException if the file can't be read or isn't JSON; the message names line and column
     */
    public static JsonNode read(Path file) {
        AtomicFiles.checkReadable(file);
        try (InputStream in = new FileInputStream(file.toFile())) {
            JsonNode node = parse(in);
            if (node == null || node.isMissingNode()) {
                throw new RecordException(file, "is empty; expected JSON");
            }
            return node;
        } catch (CharacterCodingException e) {
            throw new RecordException(file, "isn't UTF-8", e);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw at == null
                    ? new RecordException(file, "isn't JSON: " + why(e), e)
                    : new RecordException(
                            file, at.getLineNr(), "column " + at.getColumnNr() + ": isn't JSON: " + why(e));
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    // The encoding is UTF-8 and not guessed from the first bytes, as Jackson would.
    private static JsonNode parse(InputStream utf8) throws IOException {
        Reader in = new InputStreamReader(utf8, StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = new JsonParserDelegate(MAPPER.createParser(in)) {
            // A double would become infinite without a word; whoever asks for the value can tell such a number by its
            // kind.
            @Override
            public NumberTypeFP getNumberTypeFP() throws IOException {
                if (!Character.isDigit(getText().charAt(getTextLength() - 1)) || !Double.isInfinite(getDoubleValue())) {
                    return super.getNumberTypeFP();
                }
                try {
                    getDecimalValue();
                    return NumberTypeFP.BIG_DECIMAL;
                } catch (NumberFormatException e) {
                    throw new JsonParseException(
                            this, "the number " + Wording.shown(getText()) + " has too large an exponent", e);
                }
            }
        }) {
            return MAPPER.readTree(parser);
        }
    }

    // Jackson's own words end in a source that it withholds, or tell of its settings.
    private static String why(JsonProcessingException e) {
        return e instanceof MismatchedInputException
                ? "something follows the first value"
                : e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
    }

    /**
     * Returns that object.
     *
     * @param file a file that holds one JSON object
     * @return that object
     * @throws RecordException if the file can't be read or doesn't hold an object
     */
    public static ObjectNode readObject(Path file) {
        if (read(file) instanceof ObjectNode object) {
            return object;
        }
        throw new RecordException(file, "doesn't hold a JSON object");
    }

    /**
     * Parses one line of a JSONL file.
     *
     * @param file the file, for the message
     * @param line the line's number, counted from 1, for the message
     * @param utf8 the line, without its end
     * @return the object on that line
     * @throws RecordException if the line isn't one JSON object
     */
    public static ObjectNode parseLine(Path file, long line, byte[] utf8) {
        try {
            if (parse(new ByteArrayInputStream(utf8)) instanceof ObjectNode object) {
                return object;
            }
            throw new RecordException(file, line, "expected a JSON object");
        } catch (CharacterCodingException e) {
            throw new RecordException(file, line, "isn't UTF-8");
        } catch (JsonProcessingException e) {
            String place =
                    e.getLocation() == null ? "" : "column " + e.getLocation().getColumnNr() + ": ";
            throw new RecordException(file, line, place + "isn't JSON: " + why(e));
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    /**
     * Writes a value, indented, with NaN and the infinities as null; the file appears whole or not at all.
     *
     * @param file the file to write or replace
     * @param value the value
     * @throws RecordException if the file can't be written
     * @throws IllegalArgumentException if the value is of a kind that JSON can't hold
     */
    public static void write(Path file, JsonNode value) {
        byte[] text = bytes(value);
        AtomicFiles.write(file, out -> out.write(text));
    }

    /**
     * Returns what {@link #write} writes.
     *
     * @param value the value
     * @return its text in UTF-8, indented, with NaN and the infinities as null
     * @throws IllegalArgumentException if the value is of a kind that JSON can't hold
     */
    public static byte[] bytes(JsonNode value) {
        return bytes(MAPPER.writer(), finite(value));
    }

    private static byte[] bytes(ObjectWriter writer, JsonNode value) {
        try {
            return (writer.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a value that JSON can't hold: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Writes a value on one line as Python's {@code json.dump} does, NaN and the infinities as the bare words
     * {@code NaN}, {@code Infinity} and {@code -Infinity}; the file appears whole or not at all.
     *
     * @param file the file to write or replace
     * @param value the value
     * @throws RecordException if the file can't be written
     */
    public static void writePython(Path file, JsonNode value) {
        AtomicFiles.write(file, out -> out.write(PYTHON.writeValueAsBytes(value)));
    }

    /**
     * Writes a value as Python's {@code json.dumps(value, indent=4, sort_keys=True)} does, and a line feed; the file
     * appears whole or not at all.
     *
     * @param file the file to write or replace
     * @param value the value
     * @throws RecordException if the file can't be written
     */
    public static void writePythonSorted(Path file, JsonNode value) {
        byte[] text = bytes(PYTHON.writer(pythonPrinter("    ")), sorted(value));
        AtomicFiles.write(file, out -> out.write(text));
    }

    /**
     * Returns what lays JSON out as Python's {@code json.dump} does with an indent.
     *
     * @param indent the spaces of a level
     * @return the printer
     */
    public static PrettyPrinter pythonPrinter(String indent) {
        DefaultIndenter indenter = new DefaultIndenter(indent, "\n");
        return new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter);
    }

    /**
     * Returns the value on one line, names in the order of the value, NaN and the infinities as null.
     *
     * @param value any JSON value
     * @return the value on one line, names in the order of the value, NaN and the infinities as null
     */
    public static String line(JsonNode value) {
        return finite(value).toString();
    }

    /**
     * Returns the value on one line with the names of every object sorted: the same text for equal values.
     *
     * @param value any JSON value
     * @return the value on one line with the names of every object sorted: the same text for equal values
     */
    public static String canonical(JsonNode value) {
        return sorted(value).toString();
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode out = object();
            TreeSet<String> names = new TreeSet<>();
            object.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> out.set(name, sorted(object.get(name))));
            return out;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> out.add(sorted(element)));
            return out;
        }
        return node;
    }

    private static JsonNode finite(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode out = object();
            object.properties().forEach(field -> out.set(field.getKey(), finite(field.getValue())));
            return out;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> out.add(finite(element)));
            return out;
        }
        return isFinite(node) ? node : JsonNodeFactory.instance.nullNode();
    }

    static boolean isFinite(JsonNode node) {
        return !node.isDouble() && !node.isFloat() || Double.isFinite(node.doubleValue());
    }

    /** Refuses a value with NaN or an infinity in it, naming the place. */
    public static void checkFinite(String name, JsonNode node) {
        if (!isFinite(node)) {
            throw new IllegalArgumentException(name + " is " + node.asText() + "; expected a finite number");
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(f -> checkFinite(name + "." + f.getKey(), f.getValue()));
        } else {
            node.forEach(element -> checkFinite(name, element));
        }
    }
}
