package org.kymograph.stories.tokens;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.kymograph.base.Arguments;
import org.kymograph.record.files.RecordException;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * A byte-pair tokenizer whose ids equal SentencePiece's: the neighbours whose joined piece has the highest score are merged until no
 * joined piece is in the vocabulary, the leftmost first where scores are equal; characters without a piece become bytes.
 *
 * <p>A model trained with a tokenizer is useless with another one of the same size: nothing but the texts it makes will show it.
 * An instance may be used by several threads.
 */
public final class BpeTokenizer {
    /** The id that begins a text. */
    public static final int BOS = 1;

    /** The id that ends a text. */
    public static final int EOS = 2;

    private static final String FORMATS = "a name that ends in .model, .vocab, .bin or .json";

    private final SentencePieceModel model;
    private final Map<String, Integer> ids = new HashMap<>();
    private final BpeMerges merges;

    BpeTokenizer(SentencePieceModel model) {
        this.model = model;
        List<TokenPiece> pieces = model.pieces();
        for (int id = 0; id < pieces.size(); id++) {
            ids.putIfAbsent(pieces.get(id).text(), id);
        }
        merges = new BpeMerges(model);
    }

    /**
     * Opens a tokenizer.
     *
     * @param file a SentencePiece {@code .model} or {@code .vocab}, a {@code .bin} of llama2.c, or a {@code tokenizer.json}. A {@code .vocab}
     *     doesn't say how texts are normalized and gets SentencePiece's default; a {@code .bin} gets Llama-2's
     * @return the tokenizer
     * @throws RecordException if the file can't be read, is cut off or holds something else
     */
    public static BpeTokenizer load(Path file) {
        return new BpeTokenizer(
                switch (format(file)) {
                    case "model" -> SentencePieceFile.read(file);
                    case "vocab" -> VocabularyFiles.readVocab(file);
                    case "bin" -> VocabularyFiles.readBin(file);
                    default -> TokenizerJson.read(file);
                });
    }

    /**
     * Returns the tokenizer of the published TinyStories models with 8,192 pieces.
     *
     * @return that tokenizer
     */
    public static BpeTokenizer tok8192() {
        Path name = Path.of("tok8192.model");
        try (InputStream in = BpeTokenizer.class.getResourceAsStream("tok8192.model")) {
            return new BpeTokenizer(
                    SentencePieceFile.parse(name, Objects.requireNonNull(in).readAllBytes()));
        } catch (IOException e) {
            throw new RecordException(name, "can't be read from the library", e);
        }
    }

    /**
     * Trains a tokenizer with SentencePiece's default normalizer.
     *
     * @param texts the texts; each line counts as a sentence
     * @param size how many pieces, among them 3 marks, 256 bytes and every character of the texts
     * @return the tokenizer
     * @throws IllegalArgumentException if the size is too small for the characters, or more than the texts give
     */
    public static BpeTokenizer train(Iterable<String> texts, int size) {
        return new BpeTokenizer(new BpeTrainer(size).train(texts));
    }

    /**
     * Writes the tokenizer; the file appears whole or not at all.
     *
     * @param file the file to write or replace; its name's ending decides the format, as for {@link #load}
     * @throws RecordException if it can't be written
     */
    public void save(Path file) {
        switch (format(file)) {
            case "model" -> SentencePieceFile.write(file, model);
            case "vocab" -> VocabularyFiles.writeVocab(file, model);
            case "bin" -> VocabularyFiles.writeBin(file, model);
            default -> TokenizerJson.write(file, model);
        }
    }

    private static String format(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        Arguments.check(
                List.of("model", "vocab", "bin", "json").contains(ending), "tokenizer", file.toString(), FORMATS);
        return ending;
    }

    /**
     * Returns the number of pieces.
     *
     * @return the number of pieces
     */
    public int size() {
        return model.pieces().size();
    }

    /**
     * Returns how texts are normalized before they are cut.
     *
     * @return how texts are normalized
     */
    public TextNormalizer normalizer() {
        return model.normalizer();
    }

    /**
     * Returns the piece of an id.
     *
     * @param id the id, 0 to the size - 1
     * @return the piece
     */
    public TokenPiece piece(int id) {
        return model.pieces().get(Arguments.within("id", id, 0, size() - 1));
    }

    /**
     * Returns the id of a piece.
     *
     * @param piece the piece's text, with {@code ▁} for a space
     * @return its id, or -1 if there is none
     */
    public int id(String piece) {
        return ids.getOrDefault(piece, -1);
    }

    /**
     * Cuts a text into pieces.
     *
     * @param text any text
     * @return the ids, without BOS and EOS
     */
    public int[] encode(String text) {
        return encode(text, false, false);
    }

    /**
     * Cuts a text into pieces. With a normalizer that removes extra spaces, a space at the end of a prompt has no effect; with
     * Llama-2's it becomes a piece of its own, after which models continue badly.
     *
     * @param text any text
     * @param bos whether id 1 comes first
     * @param eos whether id 2 comes last
     * @return the ids
     */
    public int[] encode(String text, boolean bos, boolean eos) {
        IdBuffer out = new IdBuffer(text.length() / 3 + 8);
        if (bos) {
            out.add(BOS);
        }
        merges.encode(model.normalizer().apply(text), out);
        if (eos) {
            out.add(EOS);
        }
        return out.toArray();
    }

    /**
     * Returns the text of ids, as SentencePiece does: marks have no text, bytes are read as UTF-8 with U+FFFD for what isn't, and the
     * space in front of the text is removed.
     *
     * @param tokens the ids, each from 0 to the size - 1
     * @return their text
     * @throws IllegalArgumentException if an id is outside the vocabulary
     */
    public String decode(int... tokens) {
        return new PieceDecoder(model).decode(tokens);
    }

    /**
     * Checks that a model has been made for as many pieces as this tokenizer has.
     *
     * @param vocabSize the model's number of pieces
     * @throws IllegalArgumentException if the numbers differ
     */
    public void checkSize(int vocabSize) {
        Arguments.require(
                vocabSize == size(),
                "the model has a vocabulary of " + vocabSize + " pieces; expected " + size()
                        + ", the size of the tokenizer: they don't belong together");
    }

    /**
     * Returns the vocabulary as a table.
     *
     * @return columns id, piece, score and kind
     */
    public Table table() {
        Table table = Table.create(
                "vocabulary",
                IntColumn.create("id"),
                StringColumn.create("piece"),
                FloatColumn.create("score"),
                StringColumn.create("kind"));
        for (int id = 0; id < size(); id++) {
            TokenPiece piece = piece(id);
            table.intColumn("id").append(id);
            table.stringColumn("piece").append(piece.text());
            table.floatColumn("score").append(piece.score());
            table.stringColumn("kind").append(piece.kind().name().toLowerCase(Locale.ROOT));
        }
        return table;
    }

    @Override
    public String toString() {
        return "BpeTokenizer[" + size() + " pieces, " + normalizer() + "]";
    }
}
