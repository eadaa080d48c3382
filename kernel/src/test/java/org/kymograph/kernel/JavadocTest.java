package org.kymograph.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JavadocTest {
    @TempDir
    private Path sources;

    private Javadoc javadoc;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(
                sources.resolve("Thing.java"),
                """
                package a.b;

                /**
                 * Holds e.g. {@code List<Integer>} and {@link Other#name names}. More is said here.
                 *
                 * @param width the width, <b>at least</b> {@literal 1}
                 */
                public record Thing(int width) {
                    /** Undocumented below. */
                    private static final int N = 1;

                    public static int bare(int n) { return n; }

                    /**
                     * Makes a thing, 1 &lt; 2.
                     *
                     * @param list many
                     *     things
                     * @return a thing
                     * @throws IllegalStateException if not
                     */
                    @SafeVarargs
                    public static <T extends Comparable<T>> Thing of(java.util.Map<String, List<T>> list, T... more) { return of(1); }

                    /** Makes another. */
                    public static Thing of(int n) { return null; }

                    /** @return only this */
                    public Thing self() { return this; }

                    /** What is inside. */
                    public enum Kind { ONE }
                }
                """);
        javadoc = new Javadoc(List.of(sources));
    }

    @Test
    void aClassShowsItsFirstSentence() {
        assertThat(javadoc.of("a.b.Thing")).containsExactly("Holds e.g. List<Integer> and names.");
        assertThat(javadoc.of("thing:a.b.Thing")).containsExactly("Holds e.g. List<Integer> and names.");
        assertThat(javadoc.of("a.b.Thing.Kind")).containsExactly("What is inside.");
    }

    @Test
    void aMethodShowsItsOwnOverload() {
        assertThat(javadoc.of("Thing Thing.of(int n)")).containsExactly("Makes another.");
        assertThat(javadoc.of("Thing Thing.<T>of(java.util.Map<String,java.util.List<T>> list, T... more)"))
                .containsExactly(
                        "Makes a thing, 1 < 2.",
                        "  list: many things",
                        "  returns a thing",
                        "  throws IllegalStateException: if not");
        assertThat(javadoc.of("Thing Thing.self()")).containsExactly("  returns only this");
    }

    @Test
    void aRecordSpeaksForItsComponentsAndItsConstructor() {
        assertThat(javadoc.of("int Thing.width()")).containsExactly("the width, at least 1");
        assertThat(javadoc.of("a.b.Thing(int width)"))
                .containsExactly("Holds e.g. List<Integer> and names.", "  width: the width, at least 1");
    }

    @Test
    void whatHasNoCommentOrNoSourceSaysNothing() {
        assertThat(javadoc.of("int Thing.bare(int n)")).isEmpty();
        assertThat(javadoc.of("int String.length()")).isEmpty();
        assertThat(javadoc.of("n:int")).isEmpty();
    }

    @Test
    void signaturesLoseTheirPackages() {
        assertThat(Javadoc.shortNames("Plot Plots.lines(double[] x, java.util.Map<String,tech.tablesaw.api.Table> y)"))
                .isEqualTo("Plot Plots.lines(double[] x, Map<String,Table> y)");
    }
}
