package org.kymograph.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.kymograph.base.Checksums;
import org.kymograph.base.Copies;
import org.kymograph.record.RunFolder.Status;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** What run.json says. The setting isn't copied; nobody here changes it. */
record RunInfo(
        String experiment,
        long seed,
        ObjectNode setting,
        Map<String, String> versions,
        Map<String, String> machine,
        String started,
        Status status,
        String failure,
        List<Checkpoint> checkpoints) {

    private static final System.Logger LOG = System.getLogger(RunInfo.class.getName());

    /** One line of the manifest: a checkpoint that was written completely, and the metrics there were then, if known. */
    record Checkpoint(long step, long bytes, String sha256, JsonLines.Prefix metrics) {
        String file() {
            return "checkpoints/" + tensorFile(step);
        }
    }

    /** The name of a file with the tensors of a step. */
    static String tensorFile(long step) {
        return String.format(Locale.ROOT, "step-%08d.safetensors", step);
    }

    static RunInfo start(String experiment, long seed, ObjectNode setting, Map<String, String> versions) {
        return new RunInfo(
                experiment,
                seed,
                setting,
                Collections.unmodifiableMap(new TreeMap<>(versions)),
                Machine.here(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Status.RUNNING,
                null,
                List.of());
    }

    static String hash(ObjectNode setting) {
        byte[] text = Json.canonical(setting).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Checksums.sha256().digest(text), 0, 4);
    }

    String id() {
        return hash(setting) + "-seed" + seed;
    }

    RunInfo withStatus(Status to, String why) {
        return Copies.with(Copies.with(this, "status", to), "failure", why);
    }

    RunInfo withCheckpoint(Checkpoint added) {
        List<Checkpoint> all = new ArrayList<>(checkpoints);
        all.add(added);
        return Copies.with(this, "checkpoints", List.copyOf(all));
    }

    RunInfo upTo(long step) {
        return Copies.with(
                this,
                "checkpoints",
                checkpoints.stream().filter(c -> c.step <= step).toList());
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("experiment", experiment).put("seed", seed).put("settingHash", hash(setting));
        json.set("setting", setting);
        ObjectNode v = json.putObject("versions");
        versions.forEach(v::put);
        if (!machine.isEmpty()) {
            ObjectNode m = json.putObject("machine");
            machine.forEach(m::put);
        }
        json.put("started", started).put("status", status.toString());
        if (failure != null) {
            json.put("failure", failure);
        }
        ArrayNode list = json.putArray("checkpoints");
        for (Checkpoint c : checkpoints) {
            ObjectNode one = list.addObject()
                    .put("step", c.step)
                    .put("file", c.file())
                    .put("bytes", c.bytes)
                    .put("sha256", c.sha256);
            if (c.metrics != null) {
                one.putObject("metrics").put("lines", c.metrics.lines()).put("sha256", c.metrics.sha256());
            }
        }
        return json;
    }

    static RunInfo read(Path file) {
        return parse(file, Json.readObject(file));
    }

    private static RunInfo parse(Path file, ObjectNode json) {
        ObjectNode setting = (ObjectNode) field(file, json, "setting", JsonNodeType.OBJECT);
        String hash = field(file, json, "settingHash", JsonNodeType.STRING).textValue();
        if (!hash.equals(hash(setting))) {
            throw new RecordException(
                    file,
                    "the settingHash is " + hash + " but the setting's is " + hash(setting)
                            + ": one of them was changed by hand");
        }
        String status = field(file, json, "status", JsonNodeType.STRING).textValue();
        JsonNode failure = json.get("failure");
        List<Checkpoint> checkpoints = new ArrayList<>();
        long last = -1;
        for (JsonNode c : field(file, json, "checkpoints", JsonNodeType.ARRAY)) {
            checkpoints.add(checkpoint(file, c, last));
            last = checkpoints.get(checkpoints.size() - 1).step;
        }
        return new RunInfo(
                field(file, json, "experiment", JsonNodeType.STRING).textValue(),
                integer(file, json, "seed"),
                setting,
                texts(field(file, json, "versions", JsonNodeType.OBJECT)),
                texts(json.path("machine")),
                field(file, json, "started", JsonNodeType.STRING).textValue(),
                Status.of(file, status),
                failure == null ? null : failure.asText(),
                List.copyOf(checkpoints));
    }

    /**
     * What the file says, or null if there is none or it isn't JSON, as after a crash of the machine; then it is renamed.
     * A file that can't be read or says something impossible is refused instead, lest a slip cost the checkpoints.
     */
    static RunInfo readOrSetAside(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        AtomicFiles.checkReadable(file);
        ObjectNode json;
        try {
            json = Json.readObject(file);
        } catch (RecordException e) {
            if (e.getCause() instanceof IOException && !(e.getCause() instanceof JsonProcessingException)) {
                throw e;
            }
            Path aside = file.resolveSibling("run.json.damaged");
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the run starts over, and its run.json is kept as " + aside.getFileName() + ": " + e.getMessage());
            try {
                Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException move) {
                throw AtomicFiles.failure(file, "can't be set aside", move);
            }
            return null;
        }
        return parse(file, json);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties().forEach(v -> texts.put(v.getKey(), v.getValue().asText()));
        return Collections.unmodifiableMap(texts);
    }

    private static Checkpoint checkpoint(Path file, JsonNode json, long last) {
        JsonNode metrics = json.get("metrics");
        Checkpoint c = new Checkpoint(
                integer(file, json, "step"),
                integer(file, json, "bytes"),
                field(file, json, "sha256", JsonNodeType.STRING).textValue(),
                metrics == null
                        ? null
                        : new JsonLines.Prefix(
                                integer(file, metrics, "lines"),
                                field(file, metrics, "sha256", JsonNodeType.STRING)
                                        .textValue()));
        if (c.step <= last) {
            throw new RecordException(file, "step " + c.step + " follows step " + last + " in checkpoints");
        }
        String name = field(file, json, "file", JsonNodeType.STRING).textValue();
        if (!name.equals(c.file())) {
            throw new RecordException(
                    file,
                    "the checkpoint of step " + c.step + " is called '" + name + "'; expected '" + c.file() + "'");
        }
        return c;
    }

    private static long integer(Path file, JsonNode json, String name) {
        JsonNode value = field(file, json, name, JsonNodeType.NUMBER);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new RecordException(file, "field '" + name + "' is " + value + "; expected an integer");
        }
        return value.longValue();
    }

    private static JsonNode field(Path file, JsonNode json, String name, JsonNodeType type) {
        JsonNode value = json.path(name);
        if (value.getNodeType() != type) {
            throw new RecordException(file, "field '" + name + "' is " + value.getNodeType() + "; expected " + type);
        }
        return value;
    }
}
