package org.kymograph.stories.tokens;

import org.kymograph.base.Copies;

/**
 * What happens to a text before it is cut into pieces. Llama-2's model only puts a space in front; a SentencePiece model that says
 * nothing, such as tok8192, also removes spaces at both ends and collapses runs of them. Only U+0020 counts as a space.
 *
 * @param addDummyPrefix whether a text that isn't empty gets a space in front
 * @param removeExtraWhitespaces whether spaces at the ends are removed and runs of spaces become one
 */
public record TextNormalizer(boolean addDummyPrefix, boolean removeExtraWhitespaces) {
    /** The normalizer of Llama-2. */
    public static final TextNormalizer LLAMA = new TextNormalizer(true, false);

    /** The normalizer that SentencePiece uses unless told otherwise. */
    public static final TextNormalizer SENTENCE_PIECE = new TextNormalizer(true, true);

    static final char SPACE = '\u2581';

    /**
     * Returns a copy that puts a space in front or doesn't.
     *
     * @param addDummyPrefix whether a text that isn't empty gets a space in front
     * @return the copy
     */
    public TextNormalizer withAddDummyPrefix(boolean addDummyPrefix) {
        return Copies.with(this, "addDummyPrefix", addDummyPrefix);
    }

    /**
     * Returns a copy that removes extra spaces or doesn't.
     *
     * @param removeExtraWhitespaces whether spaces at the ends are removed and runs of spaces become one
     * @return the copy
     */
    public TextNormalizer withRemoveExtraWhitespaces(boolean removeExtraWhitespaces) {
        return Copies.with(this, "removeExtraWhitespaces", removeExtraWhitespaces);
    }

    String apply(String text) {
        int start = 0;
        int n = text.length();
        if (removeExtraWhitespaces) {
            while (start < n && text.charAt(start) == ' ') {
                start++;
            }
        }
        if (start == n) {
            return "";
        }
        StringBuilder all = new StringBuilder(n - start + 1);
        if (addDummyPrefix) {
            all.append(SPACE);
        }
        boolean after = false;
        for (int i = start; i < n; i++) {
            char c = text.charAt(i);
            boolean space = c == ' ';
            if (!(space && after && removeExtraWhitespaces)) {
                all.append(space ? SPACE : c);
            }
            after = space;
        }
        if (removeExtraWhitespaces) {
            // A mark in the text itself counts as a space at the end, as in SentencePiece.
            int end = all.length();
            while (end > 0 && all.charAt(end - 1) == SPACE) {
                end--;
            }
            all.setLength(end);
        }
        return all.toString();
    }
}
