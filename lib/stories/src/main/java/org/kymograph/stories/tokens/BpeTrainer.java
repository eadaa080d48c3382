package org.kymograph.stories.tokens;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import org.kymograph.base.Arguments;

/**
 * Trains a vocabulary: the most frequent pair of neighbours becomes a piece, again and again; where frequencies are equal, the shorter
 * piece first, then by the order of characters. No piece crosses a space, mixes scripts, has more than one digit or more than 16
 * characters.
 */
final class BpeTrainer {
    private static final int LONGEST = 16;
    private static final int MARKS = 259;

    private final int size;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Map<String, Long> characters = new TreeMap<>();

    BpeTrainer(int size) {
        this.size = Arguments.atLeast("vocabSize", size, MARKS + 1);
    }

    private static final class Word {
        List<String> symbols = new ArrayList<>();
        int count;
    }

    private record Pair(String left, String right) {
        String text() {
            return left + right;
        }
    }

    private record Ranked(Pair pair, long count) implements Comparable<Ranked> {
        @Override
        public int compareTo(Ranked other) {
            int order = Long.compare(other.count, count);
            order = order != 0
                    ? order
                    : Integer.compare(pair.text().length(), other.pair.text().length());
            order = order != 0 ? order : pair.text().compareTo(other.pair.text());
            return order != 0 ? order : pair.left.compareTo(other.pair.left);
        }
    }

    SentencePieceModel train(Iterable<String> texts) {
        for (String text : texts) {
            for (String line : text.split("\n", -1)) {
                count(TextNormalizer.SENTENCE_PIECE.apply(line));
            }
        }
        int merges = size - MARKS - characters.size();
        Arguments.require(
                merges >= 0,
                "vocabSize is " + size + "; expected at least " + (MARKS + characters.size()) + " for the "
                        + characters.size() + " characters of the texts");
        List<TokenPiece> pieces = new ArrayList<>();
        for (String mark : List.of("<unk>", "<s>", "</s>")) {
            pieces.add(TokenPiece.of(pieces.size(), mark, 0));
        }
        for (int b = 0; b < 256; b++) {
            pieces.add(TokenPiece.of(pieces.size(), String.format("<0x%02X>", b), 0));
        }
        int rank = 0;
        for (String merged : merge(merges)) {
            pieces.add(new TokenPiece(merged, -(float) rank++, TokenPiece.Kind.NORMAL));
        }
        List<Map.Entry<String, Long>> byFrequency = new ArrayList<>(characters.entrySet());
        byFrequency.sort((a, b) -> Long.compare(b.getValue(), a.getValue()));
        for (Map.Entry<String, Long> character : byFrequency) {
            pieces.add(new TokenPiece(character.getKey(), -(float) rank++, TokenPiece.Kind.NORMAL));
        }
        return SentencePieceModel.of(pieces, TextNormalizer.SENTENCE_PIECE);
    }

    private void count(String line) {
        StringBuilder word = new StringBuilder();
        int before = -1;
        for (int i = 0; i < line.length(); ) {
            int c = line.codePointAt(i);
            characters.merge(Character.toString(c), 1L, Long::sum);
            if (before >= 0 && !together(before, c)) {
                counts.merge(word.toString(), 1, Integer::sum);
                word.setLength(0);
            }
            word.appendCodePoint(c);
            before = c;
            i += Character.charCount(c);
        }
        if (word.length() > 0) {
            counts.merge(word.toString(), 1, Integer::sum);
        }
    }

    private static boolean together(int before, int c) {
        if (c == TextNormalizer.SPACE || Character.isDigit(c) || Character.isDigit(before)) {
            return false;
        }
        return before == TextNormalizer.SPACE || Character.UnicodeScript.of(before) == Character.UnicodeScript.of(c);
    }

    private List<String> merge(int merges) {
        List<Word> words = new ArrayList<>();
        counts.forEach((text, count) -> {
            Word word = new Word();
            word.count = count;
            text.codePoints().forEach(c -> word.symbols.add(Character.toString(c)));
            words.add(word);
        });
        Map<Pair, Long> frequency = new HashMap<>();
        Map<Pair, Set<Word>> places = new HashMap<>();
        words.forEach(word -> add(word, 1, frequency, places, new HashSet<>()));
        PriorityQueue<Ranked> queue = new PriorityQueue<>();
        frequency.forEach((pair, count) -> queue.add(new Ranked(pair, count)));
        List<String> made = new ArrayList<>();
        Set<String> known = new HashSet<>();
        while (made.size() < merges) {
            Ranked best = queue.poll();
            Arguments.require(
                    best != null,
                    "vocabSize is " + size + "; expected at most " + (MARKS + characters.size() + made.size())
                            + ", all pieces that the texts give");
            if (best.count <= 0 || frequency.getOrDefault(best.pair, 0L) != best.count) {
                continue;
            }
            // Another pair may make the same piece: it is merged, too, but listed once.
            if (known.add(best.pair.text())) {
                made.add(best.pair.text());
            }
            Set<Pair> changed = new HashSet<>();
            for (Word word : List.copyOf(places.get(best.pair))) {
                add(word, -1, frequency, places, changed);
                join(word, best.pair);
                add(word, 1, frequency, places, changed);
            }
            frequency.remove(best.pair);
            for (Pair pair : changed) {
                Long count = frequency.get(pair);
                if (count != null && count > 0) {
                    queue.add(new Ranked(pair, count));
                }
            }
        }
        return made;
    }

    private static void join(Word word, Pair pair) {
        List<String> joined = new ArrayList<>();
        for (int i = 0; i < word.symbols.size(); i++) {
            boolean here = i + 1 < word.symbols.size()
                    && word.symbols.get(i).equals(pair.left)
                    && word.symbols.get(i + 1).equals(pair.right);
            joined.add(here ? pair.text() : word.symbols.get(i));
            i += here ? 1 : 0;
        }
        word.symbols = joined;
    }

    private static void add(
            Word word, int sign, Map<Pair, Long> frequency, Map<Pair, Set<Word>> places, Set<Pair> changed) {
        for (int i = 0; i + 1 < word.symbols.size(); i++) {
            Pair pair = new Pair(word.symbols.get(i), word.symbols.get(i + 1));
            if (pair.text().codePointCount(0, pair.text().length()) > LONGEST) {
                continue;
            }
            frequency.merge(pair, (long) sign * word.count, Long::sum);
            changed.add(pair);
            Set<Word> at = places.computeIfAbsent(pair, p -> new HashSet<>());
            if (sign > 0) {
                at.add(word);
            } else {
                at.remove(word);
            }
        }
    }
}
