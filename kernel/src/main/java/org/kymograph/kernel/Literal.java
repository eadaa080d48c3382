package org.kymograph.kernel;

/** Tells whether a place of a cell is inside a string, a character, a text block or a comment. */
final class Literal {
    private Literal() {}

    /**
     * Finds the string that the code ends in.
     *
     * @param code a cell up to the cursor
     * @return where its content begins; -1 if the code ends outside, -2 if it ends in a text block, a character or a comment
     */
    static int openString(String code) {
        int i = 0;
        while (i < code.length()) {
            if (code.startsWith("//", i)) {
                int end = code.indexOf('\n', i);
                if (end < 0) {
                    return -2;
                }
                i = end + 1;
            } else if (code.startsWith("/*", i)) {
                int end = code.indexOf("*/", i + 2);
                if (end < 0) {
                    return -2;
                }
                i = end + 2;
            } else if (code.startsWith("\"\"\"", i)) {
                int end = closing(code, i + 3, "\"\"\"");
                if (end < 0) {
                    return -2;
                }
                i = end + 3;
            } else if (code.charAt(i) == '"' || code.charAt(i) == '\'') {
                int end = closing(code, i + 1, code.substring(i, i + 1));
                int line = code.indexOf('\n', i);
                if (end < 0 && line < 0) {
                    return code.charAt(i) == '"' ? i + 1 : -2;
                }
                // A string that its line leaves open ends there, as for the compiler.
                i = end < 0 || line >= 0 && line < end ? line + 1 : end + 1;
            } else {
                i++;
            }
        }
        return -1;
    }

    private static int closing(String code, int from, String quote) {
        for (int i = from; i < code.length(); i++) {
            if (code.charAt(i) == '\\') {
                i++;
            } else if (code.startsWith(quote, i)) {
                return i;
            }
        }
        return -1;
    }
}
