package org.kymograph.record.tensors;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Wording;
import org.kymograph.record.files.RecordException;

/** The tensors of a file whose names begin with a prefix, without it. */
record PartOfFile(TensorFile file, String prefix, List<String> names, Map<String, String> metadata)
        implements TensorFile {
    static PartOfFile of(TensorFile file, String prefix) {
        List<String> names = file.names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
        if (names.isEmpty()) {
            throw new RecordException(
                    file.path(),
                    "has no tensor whose name begins with '" + Wording.shown(prefix) + "'; the first of its "
                            + file.names().size() + " tensors is "
                            + file.names().stream()
                                    .findFirst()
                                    .map(n -> "'" + Wording.shown(n) + "'")
                                    .orElse("none"));
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        file.metadata().forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                metadata.put(name.substring(prefix.length()), text);
            }
        });
        return new PartOfFile(file, prefix, names, Map.copyOf(metadata));
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public Dtype dtype(String name) {
        return file.dtype(prefix + name);
    }

    @Override
    public long[] shape(String name) {
        return file.shape(prefix + name);
    }

    @Override
    public Tensor read(String name) {
        return file.read(prefix + name);
    }

    @Override
    public void close() {
        file.close();
    }
}
