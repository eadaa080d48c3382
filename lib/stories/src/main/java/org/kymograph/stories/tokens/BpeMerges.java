package org.kymograph.stories.tokens;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Merges pieces. A text is first cut where no piece reaches across, which changes nothing in the result: before a space, if no piece
 * has a space behind other characters, and around characters that are in no longer piece. What lies between is remembered.
 */
final class BpeMerges {
    private static final int MOST_REMEMBERED = 200_000;
    private static final int LONGEST_REMEMBERED = 48;

    private final Map<String, Integer> normal = new HashMap<>();
    private final float[] scores;
    private final int[] bytes = new int[256];
    private final boolean byteFallback;
    private final int unknown;
    private final BitSet joined = new BitSet();
    private final boolean spacesCut;
    private final Map<String, int[]> remembered = new ConcurrentHashMap<>();

    BpeMerges(SentencePieceModel model) {
        scores = new float[model.pieces().size()];
        byteFallback = model.byteFallback();
        int unk = 0;
        boolean cut = true;
        for (int id = 0; id < scores.length; id++) {
            TokenPiece piece = model.pieces().get(id);
            scores[id] = piece.score();
            switch (piece.kind()) {
                case NORMAL -> {
                    String text = piece.text();
                    normal.putIfAbsent(text, id);
                    if (text.codePointCount(0, text.length()) > 1) {
                        text.codePoints().forEach(joined::set);
                    }
                    cut &= !text.matches("(?s).*[^\u2581]\u2581.*");
                }
                case BYTE -> bytes[TokenPiece.byteOf(piece.text())] = id;
                case UNKNOWN -> unk = id;
                case CONTROL -> {}
            }
        }
        unknown = unk;
        spacesCut = cut;
    }

    void encode(String text, IdBuffer out) {
        int start = 0;
        int n = text.length();
        int before = -1;
        for (int i = 0; i < n; ) {
            int c = text.codePointAt(i);
            boolean boundary = spacesCut && c == TextNormalizer.SPACE && before != TextNormalizer.SPACE
                    || !joined.get(c)
                    || before >= 0 && !joined.get(before);
            if (boundary && i > start) {
                segment(text, start, i, out);
                start = i;
            }
            before = c;
            i += Character.charCount(c);
        }
        if (start < n) {
            segment(text, start, n, out);
        }
    }

    private void segment(String text, int start, int end, IdBuffer out) {
        String part = text.substring(start, end);
        int[] ids = remembered.get(part);
        if (ids == null) {
            ids = merge(part);
            if (part.length() <= LONGEST_REMEMBERED && remembered.size() < MOST_REMEMBERED) {
                remembered.put(part, ids);
            }
        }
        // Without bytes, unknown characters beside each other are one unknown piece.
        int from = !byteFallback && ids[0] == unknown && out.last() == unknown ? 1 : 0;
        for (int i = from; i < ids.length; i++) {
            out.add(ids[i]);
        }
    }

    private record Candidate(float score, int left, int right, int end, int id) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            int byScore = Float.compare(other.score + 0f, score + 0f);
            return byScore != 0 ? byScore : Integer.compare(left, other.left);
        }
    }

    // Symbol i begins at character start[i] of the text; a merged one is removed from the linked list.
    private int[] merge(String text) {
        int count = text.codePointCount(0, text.length());
        int[] start = new int[count + 1];
        int[] id = new int[count];
        int[] next = new int[count];
        int[] previous = new int[count];
        for (int i = 0, at = 0; i < count; i++) {
            start[i] = at;
            at = text.offsetByCodePoints(at, 1);
            id[i] = normal.getOrDefault(text.substring(start[i], at), -1);
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        start[count] = text.length();
        PriorityQueue<Candidate> queue = new PriorityQueue<>();
        for (int i = 0; i + 1 < count; i++) {
            offer(queue, text, start, next, i);
        }
        boolean[] gone = new boolean[count];
        for (Candidate best = queue.poll(); best != null; best = queue.poll()) {
            int left = best.left;
            int right = best.right;
            if (gone[left] || gone[right] || next[left] != right || start[next[right]] != best.end) {
                continue;
            }
            id[left] = best.id;
            gone[right] = true;
            next[left] = next[right];
            if (next[left] < count) {
                previous[next[left]] = left;
                offer(queue, text, start, next, left);
            }
            if (previous[left] >= 0) {
                offer(queue, text, start, next, previous[left]);
            }
        }
        IdBuffer out = new IdBuffer(count);
        for (int i = 0; i < count; i = next[i]) {
            if (id[i] >= 0) {
                out.add(id[i]);
            } else if (byteFallback) {
                for (byte b : utf8(text.substring(start[i], start[next[i]]))) {
                    out.add(bytes[b & 0xFF]);
                }
            } else if (out.last() != unknown) {
                out.add(unknown);
            }
        }
        return out.toArray();
    }

    private void offer(PriorityQueue<Candidate> queue, String text, int[] start, int[] next, int left) {
        int right = next[left];
        int end = start[next[right]];
        Integer id = normal.get(text.substring(start[left], end));
        if (id != null) {
            queue.add(new Candidate(scores[id], left, right, end, id));
        }
    }

    // Half of a surrogate pair is no character.
    private static byte[] utf8(String character) {
        boolean half = character.length() == 1 && Character.isSurrogate(character.charAt(0));
        return (half ? "\uFFFD" : character).getBytes(StandardCharsets.UTF_8);
    }
}
