package org.kymograph.notebook;

import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.kymograph.base.Progress;

/** What a notebook's cells share: where their output goes and how each kind of object is shown. */
public final class Notebook {
    private static volatile Output output = (id, bundle, update) -> {};
    private static final ProgressBars PROGRESS =
            new ProgressBars((id, bundle, update) -> output.show(id, bundle, update), System::nanoTime);
    private static final Renderers RENDERERS = new Renderers();

    private Notebook() {}

    /**
     * Connects the running kernel; a kernel's start-up script calls it before the first cell. From then on progress is
     * shown in the notebook too.
     *
     * @param kernel the kernel's display call
     */
    public static void connect(Output kernel) {
        output = kernel;
        Progress.showOn(PROGRESS);
    }

    /** Tells that the running cell has ended: progress of one kind folds into one bar within a cell, not from one to the next. */
    public static void endCell() {
        PROGRESS.endCell();
    }

    /**
     * Shows any object in the running cell.
     *
     * @param value a figure, a table, an array, or anything else
     */
    public static void show(Object value) {
        output.show(newId(), bundle(value), false);
    }

    /**
     * An object's content in the forms that front ends choose from: text and, where there is a renderer, HTML or a picture.
     *
     * @param value any object, or null
     * @return content by MIME type, images as base64
     */
    public static Map<String, String> bundle(Object value) {
        Function<Object, Map<String, String>> renderer = RENDERERS.of(value);
        return renderer == null ? Renderers.plain(value) : renderer.apply(value);
    }

    /**
     * Asks whether an object has a renderer, so that a kernel can leave all others to its own.
     *
     * @param value any object, or null
     * @return true if {@link #bundle} gives more than its text
     */
    public static boolean renders(Object value) {
        return RENDERERS.of(value) != null;
    }

    /**
     * Says a sentence and whether this run bears it out: another size, seed or processor must not leave a false sentence in a notebook. Where the environment
     * has {@code KYMOGRAPH_SENTENCES=strict}, as in {@code ./kymograph test --sentences}, a sentence that does not hold stops the cell; in the smallest size,
     * whose numbers mean little, it never does.
     *
     * @param sentence what the text around the cell says, without the numbers
     * @param holds whether the numbers of this run say so
     * @return the sentence, marked by ✓, or by ✗ and the words "not in this run"
     * @throws IllegalStateException if it does not hold and sentences are checked
     */
    public static String claim(String sentence, boolean holds) {
        return claim(
                sentence, holds, "strict".equals(System.getenv("KYMOGRAPH_SENTENCES")) && Size.current() != Size.SMOKE);
    }

    static String claim(String sentence, boolean holds, boolean strict) {
        if (!holds && strict) {
            throw new IllegalStateException("this run does not bear out: " + sentence);
        }
        return holds ? "✓ " + sentence : "✗ not in this run: " + sentence;
    }

    /**
     * Sets how objects of a class and its subclasses are shown; of several that fit, the one set last is used.
     *
     * @param type the class
     * @param renderer gives an object's content by MIME type
     * @param <T> the class
     */
    public static <T> void render(Class<T> type, Function<? super T, Map<String, String>> renderer) {
        RENDERERS.add(type, renderer);
    }

    /**
     * Opens a display whose content can be replaced.
     *
     * @return a display that is empty until its first {@link Display#show}
     */
    public static Display display() {
        return new Display(newId(), (id, bundle, update) -> output.show(id, bundle, update));
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /** A kernel's own display call: what a start-up script below {@code kernel} connects to {@link Notebook}. */
    @FunctionalInterface
    public interface Output {
        /**
         * Shows a MIME bundle in the running cell, or replaces one that was shown before.
         *
         * @param id names the display, so that it can be replaced
         * @param bundle content by MIME type, such as {@code text/html}; text, or base64 for images
         * @param update true to replace the display of that id, false to show a new one
         */
        void show(String id, Map<String, String> bundle, boolean update);
    }

    /** One place in a cell's output, whose content each call replaces. */
    public static final class Display {
        private final String id;
        private final Output output;
        private boolean placed;

        Display(String id, Output output) {
            this.id = id;
            this.output = output;
        }

        /**
         * Shows an object here, in place of the one before.
         *
         * @param value a figure, a table, an array, or anything else
         */
        public synchronized void show(Object value) {
            output.show(id, Notebook.bundle(value), placed);
            placed = true;
        }
    }
}
