package org.kymograph.data.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.Json;
import org.kymograph.record.files.RecordException;

/**
 * Cuts text into the word pieces of a BERT model, with Hugging Face's tokenizers.
 *
 * <p>A folder's {@code tokenizer.json} is used; without one, {@code vocab.txt} with the settings of
 * {@code tokenizer_config.json}, lower case unless that says otherwise.
 */
public final class WordPieces implements AutoCloseable {
    static {
        // On a machine with a graphics card the library would otherwise be downloaded in another build.
        if (System.getProperty("RUST_FLAVOR") == null && System.getenv("RUST_FLAVOR") == null) {
            System.setProperty("RUST_FLAVOR", "cpu");
        }
    }

    private final HuggingFaceTokenizer tokenizer;

    private WordPieces(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * A pair of sentences as a model takes it.
     *
     * @param ids the word pieces, special ones included
     * @param types 0 for pieces of the first sentence, 1 for those of the second
     */
    public record Pair(long[] ids, long[] types) {}

    /**
     * Returns the tokenizer.
     *
     * @param folder a model's folder
     * @param longest the most word pieces of a pair, special ones included; the longer sentence of a longer pair is cut
     * @return the tokenizer
     * @throws RecordException if the folder holds neither file, or one that can't be read
     * @throws IllegalArgumentException if {@code longest} is below 3
     */
    public static WordPieces open(Path folder, int longest) {
        if (longest < 3) {
            throw Arguments.unexpected("longest", longest, "at least 3, for the special pieces");
        }
        Path file = folder.resolve("tokenizer.json");
        ObjectNode json;
        if (Files.exists(file)) {
            json = Json.readObject(file);
        } else {
            file = folder.resolve("vocab.txt");
            if (!Files.exists(file)) {
                throw new RecordException(folder, "holds neither tokenizer.json nor vocab.txt");
            }
            json = ofVocabulary(file, folder.resolve("tokenizer_config.json"));
        }
        try {
            return new WordPieces(HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.toString().getBytes(StandardCharsets.UTF_8)),
                    Map.of(
                            "truncation",
                            "true",
                            "padding",
                            "false",
                            "maxLength",
                            "" + longest,
                            "modelMaxLength",
                            "" + longest)));
        } catch (IOException | RuntimeException e) {
            throw new RecordException(file, "isn't a tokenizer: " + e.getMessage(), e);
        }
    }

    /**
     * Returns its word pieces, all of type 0.
     *
     * @param text a sentence by itself
     * @return its word pieces, all of type 0
     */
    public Pair encode(String text) {
        Encoding encoding = tokenizer.encode(text);
        return new Pair(encoding.getIds(), encoding.getTypeIds());
    }

    /**
     * Returns their word pieces.
     *
     * @param first the first sentence
     * @param second the second sentence
     * @return their word pieces
     */
    public Pair encode(String first, String second) {
        Encoding encoding = tokenizer.encode(first, second);
        return new Pair(encoding.getIds(), encoding.getTypeIds());
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static ObjectNode ofVocabulary(Path file, Path settings) {
        ObjectNode config = Files.exists(settings) ? Json.readObject(settings) : Json.object();
        ObjectNode json = Json.object().put("version", "1.0");
        ObjectNode model = json.putObject("model")
                .put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        ObjectNode vocabulary = model.putObject("vocab");
        List<String> lines = TextLines.all(file);
        for (int i = 0; i < lines.size(); i++) {
            if (vocabulary.has(lines.get(i).strip())) {
                throw new RecordException(file, i + 1, "has '" + lines.get(i).strip() + "' a second time");
            }
            vocabulary.put(lines.get(i).strip(), i);
        }
        ArrayNode special = json.putArray("added_tokens");
        for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
            if (!vocabulary.has(token) && !token.equals("[MASK]")) {
                throw new RecordException(file, "has no line '" + token + "'");
            }
            if (vocabulary.has(token)) {
                special.addObject()
                        .put("id", vocabulary.get(token).intValue())
                        .put("content", token)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
            }
        }
        json.putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put(
                        "handle_chinese_chars",
                        config.path("tokenize_chinese_chars").asBoolean(true))
                .put("lowercase", config.path("do_lower_case").asBoolean(true))
                .set(
                        "strip_accents",
                        config.path("strip_accents").isBoolean() ? config.get("strip_accents") : config.nullNode());
        json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        json.putObject("decoder").put("type", "WordPiece").put("prefix", "##").put("cleanup", true);
        ObjectNode post = json.putObject("post_processor").put("type", "BertProcessing");
        post.putArray("sep").add("[SEP]").add(vocabulary.get("[SEP]"));
        post.putArray("cls").add("[CLS]").add(vocabulary.get("[CLS]"));
        return json;
    }
}
