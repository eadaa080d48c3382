package org.kymograph.stories.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/**
 * Files of stories: a TinyStories shard (a JSON array of records) or SimpleStories' JSON lines, whose topic and theme become words
 * and whose feature becomes the label.
 */
public final class StoryShards {
    private static final JsonFactory JSON = new JsonFactory();

    private StoryShards() {}

    /**
     * Returns the shards in a folder.
     *
     * @param folder the folder
     * @return its {@code .json} and {@code .jsonl} files by name; the first one is the test set
     * @throws RecordException if there are none, or one of {@code data00.json} … is missing between others
     */
    public static List<Path> list(Path folder) {
        return numbered(folder, ".*\\.jsonl?");
    }

    static List<Path> numbered(Path folder, String pattern) {
        if (!Files.isDirectory(folder)) {
            throw new RecordException(folder, "is no folder; expected one with shards such as data00");
        }
        List<Path> shards = AtomicFiles.list(folder, pattern);
        if (shards.isEmpty()) {
            throw new RecordException(folder, "has no shards; expected files such as data00");
        }
        for (int i = 0; i < shards.size(); i++) {
            String name = shards.get(i).getFileName().toString();
            if (name.matches("data\\d+\\..*") && Integer.parseInt(name.substring(4, name.indexOf('.'))) != i) {
                throw new RecordException(
                        folder,
                        String.format(
                                "has %s and no data%02d%s; expected every shard up to the last",
                                name, i, name.substring(name.indexOf('.'))));
            }
        }
        return shards;
    }

    /**
     * Reads a shard.
     *
     * @param file the file
     * @return its records
     * @throws RecordException if it can't be read, is cut off, or a record lacks a field
     */
    public static List<StoryRecord> read(Path file) {
        List<StoryRecord> all = new ArrayList<>();
        read(file, all::add);
        return all;
    }

    /**
     * Reads a shard, a record at a time.
     *
     * @param file the file
     * @param each receives the records
     * @throws RecordException if it can't be read, is cut off, or a record lacks a field
     */
    public static void read(Path file, Consumer<? super StoryRecord> each) {
        AtomicFiles.checkReadable(file);
        try (JsonParser in = JSON.createParser(file.toFile())) {
            JsonToken token = in.nextToken();
            boolean array = token == JsonToken.START_ARRAY;
            for (token = array ? in.nextToken() : token; token != null; token = in.nextToken()) {
                if (array && token == JsonToken.END_ARRAY) {
                    return;
                }
                if (token != JsonToken.START_OBJECT) {
                    throw wrong(file, in, "is " + token + "; expected an object with a story");
                }
                each.accept(record(file, in));
            }
        } catch (JsonProcessingException e) {
            throw new RecordException(
                    file,
                    e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                    "isn't whole JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw AtomicFiles.failure(file, "can't be read", e);
        }
    }

    private static StoryRecord record(Path file, JsonParser in) throws IOException {
        String story = null;
        String summary = "";
        String source = "";
        String sentence = null;
        Instruction instruction = new Instruction();
        String topic = null;
        String theme = null;
        while (in.nextToken() != JsonToken.END_OBJECT) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "story" -> story = text(file, in, field);
                case "summary" -> summary = text(file, in, field);
                case "source", "model" -> source = text(file, in, field);
                case "sentence" -> sentence = text(file, in, field);
                case "topic" -> topic = text(file, in, field);
                case "theme" -> theme = text(file, in, field);
                case "feature" -> instruction.features = List.of(text(file, in, field));
                case "instruction" -> instruction.read(file, in);
                default -> in.skipChildren();
            }
        }
        if (story == null) {
            throw wrong(file, in, "has no field story; expected the story");
        }
        if (topic != null || theme != null) {
            instruction.words = Stream.of(topic, theme).filter(w -> w != null).toList();
        }
        return new StoryRecord(
                story, instruction.prompt, instruction.words, instruction.features, summary, source, sentence);
    }

    private static final class Instruction {
        String prompt = "";
        List<String> words = List.of();
        List<String> features = List.of();

        void read(Path file, JsonParser in) throws IOException {
            if (in.currentToken() != JsonToken.START_OBJECT) {
                throw wrong(file, in, "field instruction is " + in.currentToken() + "; expected an object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String field = in.currentName();
                in.nextToken();
                switch (field) {
                    case "prompt:", "prompt" -> prompt = text(file, in, field);
                    case "words" -> words = texts(file, in, field);
                    case "features" -> features = texts(file, in, field);
                    default -> in.skipChildren();
                }
            }
        }
    }

    private static String text(Path file, JsonParser in, String field) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(file, in, "field " + field + " is " + in.currentToken() + "; expected a text");
        }
        return in.getText();
    }

    private static List<String> texts(Path file, JsonParser in, String field) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(file, in, "field " + field + " is " + in.currentToken() + "; expected a list of texts");
        }
        List<String> all = new ArrayList<>(3);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            all.add(text(file, in, field));
        }
        return all;
    }

    private static RecordException wrong(Path file, JsonParser in, String problem) {
        return new RecordException(file, in.currentLocation().getLineNr(), problem);
    }

    /**
     * Writes a shard, a record a line.
     *
     * @param file the file to write or replace
     * @param records the records
     */
    public static void write(Path file, List<StoryRecord> records) {
        AtomicFiles.write(file, stream -> {
            try (JsonGenerator out = JSON.createGenerator(stream).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)) {
                out.writeStartArray();
                for (StoryRecord r : records) {
                    out.writeRaw("\n");
                    out.writeStartObject();
                    out.writeStringField("story", r.story());
                    out.writeObjectFieldStart("instruction");
                    out.writeStringField("prompt:", r.prompt());
                    strings(out, "words", r.words());
                    strings(out, "features", r.features());
                    out.writeEndObject();
                    out.writeStringField("summary", r.summary());
                    out.writeStringField("source", r.source());
                    if (r.sentence() != null) {
                        out.writeStringField("sentence", r.sentence());
                    }
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
        });
    }

    private static void strings(JsonGenerator out, String field, List<String> values) throws IOException {
        out.writeArrayFieldStart(field);
        for (String value : values) {
            out.writeString(value);
        }
        out.writeEndArray();
    }
}
