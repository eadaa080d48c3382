package org.kymograph.record.tensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.kymograph.base.Wording;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * A checkpoint of Hugging Face in several files, with an index that says which tensor is in which. Its tensors come in the
 * order of the files' names, and within a file in the order of the file.
 */
final class ShardedTensors implements TensorFile {
    private final Path index;
    private final Map<String, TensorFile> shards;
    private final Map<String, TensorFile> owners;
    private final Map<String, String> metadata;

    private ShardedTensors(
            Path index, Map<String, TensorFile> shards, Map<String, TensorFile> owners, Map<String, String> metadata) {
        this.index = index;
        this.shards = shards;
        this.owners = owners;
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    static ShardedTensors open(Path index) {
        ObjectNode json = Json.readObject(index);
        Map<String, Set<String>> wanted = parts(index, json);
        Map<String, String> metadata = new LinkedHashMap<>();
        json.path("metadata")
                .properties()
                .forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
        Map<String, TensorFile> shards = new LinkedHashMap<>();
        ShardedTensors opened = new ShardedTensors(index, shards, new LinkedHashMap<>(), metadata);
        try {
            wanted.forEach((file, names) -> opened.add(index.resolveSibling(file), names));
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Returns the names of the files beside an index, and of the tensors in each. */
    static Map<String, Set<String>> parts(Path index) {
        return parts(index, Json.readObject(index));
    }

    private static Map<String, Set<String>> parts(Path index, ObjectNode json) {
        if (!(json.get("weight_map") instanceof ObjectNode map)) {
            throw new RecordException(index, "has no object 'weight_map'; expected the index of a checkpoint in parts");
        }
        Map<String, Set<String>> wanted = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String file = entry.getValue().textValue();
            if (file == null || !file.matches("[^/\\\\]+") || file.startsWith(".")) {
                throw new RecordException(
                        index,
                        "says that '" + Wording.shown(entry.getKey()) + "' is in " + Wording.shown(entry.getValue())
                                + "; expected the name of a file beside it");
            }
            wanted.computeIfAbsent(file, f -> new TreeSet<>()).add(entry.getKey());
        }
        return wanted;
    }

    private void add(Path file, Set<String> names) {
        if (!Files.exists(file)) {
            throw new RecordException(
                    file, "there is no such file, but " + index.getFileName() + " names it: a part is missing");
        }
        TensorFile shard = TensorFormats.open(file);
        shards.put(file.toString(), shard);
        shard.names().stream().filter(names::contains).forEach(name -> owners.put(name, shard));
        names.stream().filter(name -> !owners.containsKey(name)).findFirst().ifPresent(name -> {
            throw new RecordException(
                    file,
                    "has no tensor '" + Wording.shown(name) + "', which " + index.getFileName() + " says is in it");
        });
    }

    @Override
    public Path path() {
        return index;
    }

    @Override
    public List<String> names() {
        return List.copyOf(owners.keySet());
    }

    @Override
    public Dtype dtype(String name) {
        return owner(name).dtype(name);
    }

    @Override
    public long[] shape(String name) {
        return owner(name).shape(name);
    }

    @Override
    public Tensor read(String name) {
        return owner(name).read(name);
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public void close() {
        shards.values().forEach(TensorFile::close);
    }

    private TensorFile owner(String name) {
        TensorFile owner = owners.get(name);
        if (owner == null) {
            throw TensorFormats.unknown(this, name);
        }
        return owner;
    }
}
