package org.kymograph.plot;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/** Writes figures as JSON that is safe inside an HTML script element: what is not finite becomes null, a gap. */
final class PlotJson {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .registerModule(new SimpleModule()
                    .addSerializer(double[].class, new JsonSerializer<>() {
                        @Override
                        public void serialize(double[] values, JsonGenerator out, SerializerProvider provider)
                                throws IOException {
                            out.writeStartArray();
                            for (double v : values) {
                                number(v, out);
                            }
                            out.writeEndArray();
                        }
                    })
                    .addSerializer(Double.class, new JsonSerializer<>() {
                        @Override
                        public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
                                throws IOException {
                            number(value, out);
                        }
                    }));

    private PlotJson() {}

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value)
                    .replace("</", "<\\/")
                    .replace("<!--", "<\\u0021--")
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("a figure holds a value that is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static void number(double v, JsonGenerator out) throws IOException {
        double size = Math.abs(v);
        if (!Double.isFinite(v)) {
            out.writeNull();
        } else if (v == Math.rint(v) && size < 1e15) {
            out.writeNumber((long) v);
        } else if (size > 1e-30 && size < 1e30) {
            // Seven digits are finer than any screen and halve the size of a notebook.
            out.writeNumber((float) v);
        } else {
            out.writeNumber(v);
        }
    }
}
