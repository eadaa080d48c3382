package org.kymograph.cli;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/**
 * Passes text on without what could act on a terminal: names and labels from files stand in messages and results. Line ends and
 * tabs stay; other control characters, and those that change the direction of writing, become question marks.
 */
final class CleanWriter extends FilterWriter {
    private CleanWriter(Writer out) {
        super(out);
    }

    /** Returns a writer that flushes at the end of each line. */
    static PrintWriter on(Writer out) {
        return new PrintWriter(new CleanWriter(out), true);
    }

    @Override
    public void write(int c) throws IOException {
        out.write(clean((char) c));
    }

    @Override
    public void write(char[] text, int from, int length) throws IOException {
        write(new String(text, from, length), 0, length);
    }

    @Override
    public void write(String text, int from, int length) throws IOException {
        StringBuilder clean = new StringBuilder(length);
        text.substring(from, from + length).chars().forEach(c -> clean.append(clean((char) c)));
        out.write(clean.toString());
    }

    private static char clean(char c) {
        boolean acts = Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t'
                || c == '\u200e'
                || c == '\u200f'
                || c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069';
        return acts ? '?' : c;
    }
}
