package org.kymograph.stories.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/** Hugging Face's {@code tokenizer.json} of a SentencePiece vocabulary: every way to join a piece is a merge, by the piece's score. */
final class TokenizerJson {
    private static final String SPACE = String.valueOf(TextNormalizer.SPACE);

    private TokenizerJson() {}

    static void write(Path file, SentencePieceModel model) {
        ObjectNode root = Json.object();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < model.pieces().size(); id++) {
            TokenPiece piece = model.pieces().get(id);
            if (piece.kind() == TokenPiece.Kind.UNKNOWN || piece.kind() == TokenPiece.Kind.CONTROL) {
                ObjectNode token = added.addObject();
                token.put("id", id).put("content", piece.text());
                for (String no : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                    token.put(no, false);
                }
                token.put("special", true);
            }
        }
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (model.normalizer().removeExtraWhitespaces()) {
            replace(normalizers, "Regex", "\\A +", "");
            replace(normalizers, "Regex", " +\\z", "");
            replace(normalizers, "Regex", " {2,}", " ");
        }
        if (model.normalizer().addDummyPrefix()) {
            normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replace(normalizers, "String", " ", SPACE);
        root.putNull("pre_tokenizer");
        root.putNull("post_processor");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replace(decoders, "String", SPACE, " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (model.normalizer().addDummyPrefix()) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode bpe = root.putObject("model");
        bpe.put("type", "BPE").putNull("dropout");
        bpe.put("unk_token", model.pieces().get(0).text());
        bpe.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        bpe.put("fuse_unk", true).put("byte_fallback", model.byteFallback()).put("ignore_merges", false);
        ObjectNode vocabulary = bpe.putObject("vocab");
        for (int id = 0; id < model.pieces().size(); id++) {
            vocabulary.put(model.pieces().get(id).text(), id);
        }
        ArrayNode merges = bpe.putArray("merges");
        merges(model.pieces()).forEach(m -> merges.addArray().add(m[0]).add(m[1]));
        Json.write(file, root);
    }

    private static void replace(ArrayNode list, String kind, String pattern, String content) {
        ObjectNode node = list.addObject().put("type", "Replace");
        node.putObject("pattern").put(kind, pattern);
        node.put("content", content);
    }

    private static List<String[]> merges(List<TokenPiece> pieces) {
        Map<String, Integer> ids = new HashMap<>();
        List<Integer> order = new ArrayList<>();
        for (int id = 0; id < pieces.size(); id++) {
            if (pieces.get(id).kind() == TokenPiece.Kind.NORMAL) {
                ids.put(pieces.get(id).text(), id);
                order.add(id);
            }
        }
        order.sort(Comparator.comparingDouble(id -> -(pieces.get(id).score() + 0.0)));
        List<String[]> merges = new ArrayList<>();
        for (int id : order) {
            String text = pieces.get(id).text();
            List<String[]> here = new ArrayList<>();
            for (int cut = 1; cut < text.length(); cut++) {
                String[] both = {text.substring(0, cut), text.substring(cut)};
                if (ids.containsKey(both[0]) && ids.containsKey(both[1])) {
                    here.add(both);
                }
            }
            here.sort(Comparator.comparingInt((String[] b) -> ids.get(b[0])).thenComparing(b -> ids.get(b[1])));
            merges.addAll(here);
        }
        return merges;
    }

    static SentencePieceModel read(Path file) {
        ObjectNode root = Json.readObject(file);
        JsonNode bpe = root.path("model");
        if (!bpe.path("vocab").isObject() || !bpe.path("merges").isArray()) {
            throw new RecordException(file, "model has no vocab and merges; expected a tokenizer.json of type BPE");
        }
        String[] texts = new String[bpe.path("vocab").size()];
        bpe.path("vocab").properties().forEach(entry -> {
            int id = entry.getValue().asInt(-1);
            if (id < 0 || id >= texts.length || texts[id] != null) {
                throw new RecordException(
                        file,
                        "model.vocab gives \"" + entry.getKey() + "\" the id " + entry.getValue()
                                + "; expected each of 0 to " + (texts.length - 1) + " once");
            }
            texts[id] = entry.getKey();
        });
        Map<String, Integer> ranks = new HashMap<>();
        int rank = 0;
        for (JsonNode merge : bpe.path("merges")) {
            String[] both = merge.isTextual()
                    ? merge.asText().split(" ", 2)
                    : new String[] {merge.path(0).asText(), merge.path(1).asText()};
            if (both.length != 2 || both[0].isEmpty() || both[1].isEmpty()) {
                throw new RecordException(file, "model.merges[" + rank + "] is " + merge + "; expected two pieces");
            }
            ranks.putIfAbsent(both[0] + both[1], ranks.size());
            rank++;
        }
        List<TokenPiece> pieces = new ArrayList<>();
        int last = ranks.size();
        for (int id = 0; id < texts.length; id++) {
            boolean text = TokenPiece.of(id, texts[id], 0).kind() == TokenPiece.Kind.NORMAL;
            Integer at = ranks.get(texts[id]);
            pieces.add(TokenPiece.of(id, texts[id], text ? -(float) (at == null ? last++ : at) : 0));
        }
        String normalizer = root.path("normalizer").toString();
        return new SentencePieceModel(
                pieces,
                new TextNormalizer(normalizer.contains("\"Prepend\""), normalizer.contains(" {2,}")),
                bpe.path("byte_fallback").asBoolean(false),
                null,
                null);
    }
}
