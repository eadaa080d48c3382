package org.kymograph.stories.tokens;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kymograph.record.files.AtomicFiles;
import org.kymograph.record.files.RecordException;

/** The formats that list pieces and scores only: SentencePiece's {@code .vocab} and llama2.c's {@code .bin}. */
final class VocabularyFiles {
    private static final String[] MARKS = {"<unk>", "<s>", "</s>"};
    private static final String[] BIN_MARKS = {"<unk>", "\n<s>\n", "\n</s>\n"};

    private VocabularyFiles() {}

    static SentencePieceModel readVocab(Path file) {
        List<TokenPiece> pieces = new ArrayList<>();
        String[] lines = new String(AtomicFiles.bytes(file), StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length - (lines[lines.length - 1].isEmpty() ? 1 : 0); i++) {
            int tab = lines[i].lastIndexOf('\t');
            if (tab <= 0) {
                throw new RecordException(file, i + 1, "is \"" + lines[i] + "\"; expected a piece, a tab and a score");
            }
            String score = lines[i].substring(tab + 1).strip();
            try {
                pieces.add(TokenPiece.of(i, lines[i].substring(0, tab), Float.parseFloat(score)));
            } catch (NumberFormatException e) {
                throw new RecordException(file, i + 1, "score is \"" + score + "\"; expected a number");
            }
        }
        checkMarks(file, pieces);
        return SentencePieceModel.of(pieces, TextNormalizer.SENTENCE_PIECE);
    }

    static void writeVocab(Path file, SentencePieceModel model) {
        StringBuilder all = new StringBuilder();
        for (TokenPiece piece : model.pieces()) {
            all.append(piece.text()).append('\t').append(score(piece.score())).append('\n');
        }
        AtomicFiles.writeText(file, all);
    }

    // As C++ streams print a float: six digits, no needless zeros.
    private static String score(float score) {
        if (score == Math.rint(score) && Math.abs(score) < 1e6) {
            return (score == 0 && 1 / score < 0 ? "-" : "") + (int) score;
        }
        return Float.toString(score).toLowerCase(Locale.ROOT);
    }

    static SentencePieceModel readBin(Path file) {
        byte[] all = AtomicFiles.bytes(file);
        ByteBuffer in = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
        if (all.length < 4) {
            throw new RecordException(file, "has " + all.length + " bytes; expected a tokenizer of llama2.c");
        }
        int longest = in.getInt();
        List<TokenPiece> pieces = new ArrayList<>();
        while (in.hasRemaining()) {
            int id = pieces.size();
            String cut = "piece " + id + " is cut off at byte " + all.length + "; expected score, length and text";
            if (in.remaining() < 8) {
                throw new RecordException(file, cut);
            }
            float score = in.getFloat();
            int length = in.getInt();
            if (length < 0 || length > longest) {
                throw new RecordException(
                        file, "piece " + id + " has length " + length + "; expected 0 to " + longest + ", the longest");
            }
            if (in.remaining() < length) {
                throw new RecordException(file, cut);
            }
            byte[] utf8 = new byte[length];
            in.get(utf8);
            String text = new String(utf8, StandardCharsets.UTF_8).replace(' ', TextNormalizer.SPACE);
            pieces.add(TokenPiece.of(id, id < 3 && text.equals(BIN_MARKS[id]) ? MARKS[id] : text, score));
        }
        checkMarks(file, pieces);
        return SentencePieceModel.of(pieces, TextNormalizer.LLAMA);
    }

    private static void checkMarks(Path file, List<TokenPiece> pieces) {
        for (int id = 0; id < 3; id++) {
            String found = id < pieces.size() ? pieces.get(id).text().strip() : null;
            if (!MARKS[id].equals(found)) {
                throw new RecordException(file, "piece " + id + " is " + found + "; expected " + MARKS[id]);
            }
        }
    }

    static void writeBin(Path file, SentencePieceModel model) {
        List<byte[]> texts = new ArrayList<>();
        int longest = 0;
        int total = 4;
        for (int id = 0; id < model.pieces().size(); id++) {
            String text = model.pieces().get(id).text().replace(TextNormalizer.SPACE, ' ');
            byte[] utf8 = (id < 3 && text.equals(MARKS[id]) ? BIN_MARKS[id] : text).getBytes(StandardCharsets.UTF_8);
            texts.add(utf8);
            longest = Math.max(longest, utf8.length);
            total += 8 + utf8.length;
        }
        ByteBuffer out =
                ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN).putInt(longest);
        for (int id = 0; id < texts.size(); id++) {
            out.putFloat(model.pieces().get(id).score())
                    .putInt(texts.get(id).length)
                    .put(texts.get(id));
        }
        AtomicFiles.write(file, stream -> stream.write(out.array()));
    }
}
