package org.kymograph.record.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.kymograph.base.Wording;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * The JSON at the head of a safetensors file, checked: the tensors, in the order of their bytes, cover the data without
 * hole or overlap, and each takes as many bytes as its shape and type say.
 */
final class SafetensorsHeader {
    static final long MAX_BYTES = 100_000_000;
    static final String METADATA = "__metadata__";
    private static final JsonFactory JSON = new JsonFactory();

    final Map<String, Entry> tensors;
    final Map<String, String> metadata;

    /** A tensor's type and shape, and its bytes, counted from the end of the header. */
    record Entry(String type, long[] shape, long begin, long end) {
        Dtype dtype() {
            return Dtype.named(type);
        }
    }

    /** The bits of an element of the types that can't be read; those of types yet to come are not known. */
    private static final Map<String, Integer> OPAQUE_BITS =
            Map.of("C64", 64, "F4", 4, "F6_E2M3", 6, "F6_E3M2", 6, "F8_E4M3FNUZ", 8, "F8_E5M2FNUZ", 8);

    private SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    static SafetensorsHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        long offset = 0;
        for (Map.Entry<String, Tensor> t : tensors.entrySet()) {
            Tensor tensor = t.getValue();
            long end = offset + tensor.size() * tensor.dtype().bytes();
            entries.put(t.getKey(), new Entry(tensor.dtype().name(), tensor.shape(), offset, end));
            offset = end;
        }
        return new SafetensorsHeader(entries, new TreeMap<>(metadata));
    }

    /** The JSON, padded with spaces so that the data behind it starts at a multiple of 8. */
    byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(METADATA);
                for (Map.Entry<String, String> m : metadata.entrySet()) {
                    json.writeStringField(m.getKey(), m.getValue());
                }
                json.writeEndObject();
            }
            for (Map.Entry<String, Entry> t : tensors.entrySet()) {
                Entry e = t.getValue();
                json.writeObjectFieldStart(t.getKey());
                json.writeStringField("dtype", e.type);
                json.writeFieldName("shape");
                json.writeArray(e.shape, 0, e.shape.length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {e.begin, e.end}, 0, 2);
                json.writeEndObject();
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalArgumentException("a tensor name or metadata that JSON can't hold: " + e.getMessage(), e);
        }
        while (out.size() % 8 != 0) {
            out.write(' ');
        }
        if (out.size() > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the names and metadata take " + out.size() + " bytes; safetensors allows " + MAX_BYTES);
        }
        return out.toByteArray();
    }

    static SafetensorsHeader parse(Path file, byte[] utf8, long dataLength) {
        if (utf8.length == 0 || utf8[0] != '{') {
            throw new RecordException(file, "the header doesn't start with '{'; it isn't a safetensors file");
        }
        // A strict reader, because Jackson would otherwise guess the encoding from the first bytes.
        try (JsonParser json = JSON.createParser(
                new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder()))) {
            return new Parser(file, json, dataLength).parse();
        } catch (CharacterCodingException e) {
            throw new RecordException(file, "the header isn't UTF-8", e);
        } catch (JsonProcessingException e) {
            String at = e.getLocation() == null
                    ? ""
                    : " at character " + e.getLocation().getCharOffset();
            throw new RecordException(file, "the header isn't valid JSON" + at + ": " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "the header can't be read", e);
        }
    }

    private static final class Parser {
        private final Path file;
        private final JsonParser json;
        private final long dataLength;
        private final Map<String, Entry> tensors = new LinkedHashMap<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();

        Parser(Path file, JsonParser json, long dataLength) {
            this.file = file;
            this.json = json;
            this.dataLength = dataLength;
        }

        SafetensorsHeader parse() throws IOException {
            json.nextToken();
            boolean metadataSeen = false;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                if (!name.equals(METADATA)) {
                    if (tensors.put(name, tensor(name)) != null) {
                        throw bad("names tensor '" + Wording.shown(name) + "' twice");
                    }
                } else if (metadataSeen) {
                    throw bad("has " + METADATA + " twice");
                } else {
                    metadataSeen = true;
                    metadata();
                }
            }
            if (json.nextToken() != null) {
                throw bad("goes on after its closing brace");
            }
            return new SafetensorsHeader(inOrderOfBytes(), metadata);
        }

        private void metadata() throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            expect(JsonToken.START_OBJECT, METADATA, "an object");
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                expect(JsonToken.VALUE_STRING, METADATA + "." + name, "a string");
                if (metadata.put(name, json.getText()) != null) {
                    throw bad("has " + METADATA + "." + Wording.shown(name) + " twice");
                }
            }
        }

        private Entry tensor(String name) throws IOException {
            expect(JsonToken.START_OBJECT, name, "an object");
            String dtype = null;
            Set<String> seen = new HashSet<>();
            long[] shape = null;
            long[] offsets = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                String place = name + "." + field;
                json.nextToken();
                if (!seen.add(field)) {
                    throw bad("has '" + Wording.shown(place) + "' twice");
                }
                switch (field) {
                    case "dtype" -> {
                        expect(JsonToken.VALUE_STRING, place, "a string");
                        dtype = json.getText();
                    }
                    case "shape" -> shape = longs(place);
                    case "data_offsets" -> offsets = longs(place);
                    // What a later version may say beside these three.
                    default -> json.skipChildren();
                }
            }
            if (dtype == null || shape == null || offsets == null) {
                throw bad("lacks " + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets")
                        + " of tensor '" + Wording.shown(name) + "'");
            }
            return checked(name, dtype, shape, offsets);
        }

        private Entry checked(String name, String type, long[] shape, long[] offsets) {
            if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > dataLength) {
                throw bad(
                        "gives tensor '" + Wording.shown(name) + "' the data_offsets " + Arrays.toString(offsets)
                                + "; expected two numbers in order, at most " + dataLength
                                + " (the bytes behind the header): the file was cut off, its download did not end, or it is damaged");
            }
            try {
                Dtype dtype = Dtype.named(type);
                long elements = Tensor.size(shape);
                long bits = Math.multiplyExact(
                        elements, dtype == Dtype.OPAQUE ? OPAQUE_BITS.getOrDefault(type, 0) : 8 * dtype.bytes());
                long bytes = bits / 8 + (bits % 8 == 0 ? 0 : 1);
                if (bits > 0 || elements == 0 ? bytes != offsets[1] - offsets[0] : dtype != Dtype.OPAQUE) {
                    throw bad("gives tensor '" + Wording.shown(name) + "' " + (offsets[1] - offsets[0]) + " bytes; "
                            + Wording.shown(type) + Arrays.toString(shape) + " takes " + bytes);
                }
            } catch (ArithmeticException e) {
                throw bad("gives tensor '" + Wording.shown(name) + "' a shape too large: " + Arrays.toString(shape));
            }
            return new Entry(type, shape, offsets[0], offsets[1]);
        }

        private Map<String, Entry> inOrderOfBytes() {
            List<Map.Entry<String, Entry>> sorted = new ArrayList<>(tensors.entrySet());
            sorted.sort(Comparator.comparingLong((Map.Entry<String, Entry> t) -> t.getValue().begin)
                    .thenComparingLong(t -> t.getValue().end));
            Map<String, Entry> out = new LinkedHashMap<>();
            long covered = 0;
            for (Map.Entry<String, Entry> t : sorted) {
                if (t.getValue().begin != covered) {
                    throw bad((t.getValue().begin < covered ? "overlaps tensors" : "leaves a hole") + " at tensor '"
                            + Wording.shown(t.getKey()) + "': its data start at " + t.getValue().begin + ", expected "
                            + covered);
                }
                covered = t.getValue().end;
                out.put(t.getKey(), t.getValue());
            }
            if (covered != dataLength) {
                throw bad("describes " + covered + " bytes of data; the file has " + dataLength);
            }
            return out;
        }

        private long[] longs(String place) throws IOException {
            expect(JsonToken.START_ARRAY, place, "an array");
            long[] out = new long[4];
            int n = 0;
            while (json.nextToken() != JsonToken.END_ARRAY) {
                expect(JsonToken.VALUE_NUMBER_INT, place, "integers");
                long value = json.getLongValue();
                if (value < 0) {
                    throw bad("has a negative number in '" + Wording.shown(place) + "': " + value);
                }
                out = n < out.length ? out : Arrays.copyOf(out, 2 * n);
                out[n++] = value;
            }
            return Arrays.copyOf(out, n);
        }

        private void expect(JsonToken token, String place, String what) throws IOException {
            if (json.currentToken() != token) {
                throw bad("has " + json.currentToken() + " at '" + Wording.shown(place) + "'; expected " + what);
            }
        }

        private RecordException bad(String what) {
            return new RecordException(file, "the header " + what);
        }
    }
}
