package org.kymograph.stories.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.kymograph.base.Checksums;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;
import org.kymograph.stories.tokens.BpeTokenizer;

/** What decides on the tokens of a data set, as a file beside its shards. Its name and the number of threads don't. */
final class DatasetSettings {
    // No .json, which would be a shard where the data set lies beside its stories.
    private static final String FILE = "pretokenization.settings";

    private final ObjectNode settings;

    DatasetSettings(Pretokenization made, BpeTokenizer tokenizer) {
        settings = Json.object()
                .put("filtering", made.filtering())
                .put("mixMatch", made.mixMatch())
                .put("legacyMixMatch", made.mixMatch() != null && made.legacyMixMatch())
                .put("adversarialTraining", made.adversarialTraining())
                .put("refusal", made.refusal())
                .put("instructionSubset", made.instructionSubset())
                .put("seed", made.seed())
                .put(
                        "tokenizer",
                        Checksums.of(IntStream.range(0, tokenizer.size())
                                .mapToObj(id -> tokenizer.piece(id).text())));
    }

    void write(Path folder) {
        Json.write(folder.resolve(FILE), settings);
    }

    /** Checks that a folder holds no data set of other settings. */
    void check(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        ObjectNode made = Json.readObject(file);
        List<String> other = new ArrayList<>();
        settings.properties().forEach(asked -> {
            JsonNode was = made.get(asked.getKey());
            if (!asked.getValue().toString().equals(String.valueOf(was))) {
                other.add(
                        asked.getKey().equals("tokenizer")
                                ? "another tokenizer"
                                : asked.getKey() + " " + was + " in place of " + asked.getValue());
            }
        });
        if (!other.isEmpty()) {
            throw new RecordException(
                    folder,
                    "holds a data set that was made with " + String.join(" and ", other)
                            + "; expected another name of the data set, or this folder to be removed first");
        }
    }
}
