package org.kymograph.notebook;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.kymograph.plot.Plots;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.plotly.components.Figure;

/** How each kind of object is shown: the latest renderer whose class fits. Those of the labs come by {@link ResultRenderers}. */
public final class Renderers {
    private static final int SHOWN = 20;
    private final Map<Class<?>, Function<Object, Map<String, String>>> byClass = new LinkedHashMap<>();

    Renderers() {
        add(Figure.class, FigureHtml::bundle);
        add(Table.class, TableHtml::bundle);
        add(Column.class, column -> TableHtml.bundle(Table.create(column.name(), (Column<?>) column)));
        add(NDArray.class, NDArrayHtml::bundle);
        add(BufferedImage.class, Renderers::image);
        new TrainingTables().addTo(this);
        ServiceLoader.load(ResultRenderers.class, Renderers.class.getClassLoader())
                .forEach(lab -> lab.addTo(this));
    }

    /**
     * Shows objects of a class as another object: a figure, a table, a sentence, or a list of such things below each other.
     *
     * @param <T> the class
     * @param type the class
     * @param view makes what is shown instead
     */
    public <T> void show(Class<T> type, Function<? super T, ?> view) {
        add(type, value -> bundle(view.apply(value)));
    }

    private Map<String, String> bundle(Object view) {
        if (view instanceof List<?> parts) {
            Map<String, String> all = new LinkedHashMap<>();
            for (Object part : parts) {
                bundle(part)
                        .forEach((mime, content) -> all.merge(mime, content, (above, below) -> above + "\n" + below));
            }
            return all;
        }
        if (view instanceof String sentence) {
            return bundle("<p>" + escape(sentence) + "</p>", sentence);
        }
        Function<Object, Map<String, String>> renderer = of(view);
        return renderer == null ? plain(view) : renderer.apply(view);
    }

    /**
     * Shows objects of a class in a way of their own.
     *
     * @param <T> the class
     * @param type the class
     * @param renderer makes contents by MIME type
     */
    public synchronized <T> void add(Class<T> type, Function<? super T, Map<String, String>> renderer) {
        // Put last, also where it replaces one.
        byClass.remove(type);
        byClass.put(type, value -> renderer.apply(type.cast(value)));
    }

    /** Tells whether all objects of a class are shown by a renderer. */
    synchronized boolean shows(Class<?> type) {
        return type.isRecord() && isOurs(type)
                || byClass.keySet().stream().anyMatch(known -> known.isAssignableFrom(type));
    }

    /** Records of the library are shown as tables of their components; those of a notebook are left to its kernel. */
    private static boolean isOurs(Class<?> type) {
        return type.getPackageName().startsWith("org.kymograph.");
    }

    /** The renderer of a value's class, or null. */
    synchronized Function<Object, Map<String, String>> of(Object value) {
        Function<Object, Map<String, String>> fitting = null;
        for (Map.Entry<Class<?>, Function<Object, Map<String, String>>> entry : byClass.entrySet()) {
            if (entry.getKey().isInstance(value)) {
                fitting = entry.getValue();
            }
        }
        return fitting == null && value instanceof Record && isOurs(value.getClass())
                ? record -> TableHtml.bundle(TrainingTables.fields((Record) record))
                : fitting;
    }

    static Map<String, String> plain(Object value) {
        // Outside String.valueOf, since an object may give null for its text.
        return new LinkedHashMap<>(Map.of("text/plain", isArray(value) ? array(value, List.of()) : "" + value));
    }

    /**
     * Returns content in two forms.
     *
     * @param html the HTML
     * @param plain the text, for front ends without HTML
     * @return the content by MIME type
     */
    public static Map<String, String> bundle(String html, String plain) {
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put("text/html", html);
        bundle.put("text/plain", plain);
        return bundle;
    }

    /**
     * Returns text that HTML shows as it is.
     *
     * @param text any text
     * @return the text with the five characters escaped that mean something in HTML
     */
    public static String escape(String text) {
        return Plots.escape(text).replace("\"", "&quot;").replace("'", "&#39;");
    }

    private static boolean isArray(Object value) {
        return value != null && value.getClass().isArray();
    }

    private static String array(Object array, List<Object> around) {
        if (around.stream().anyMatch(outer -> outer == array)) {
            return "[…]";
        }
        List<Object> path = new ArrayList<>(around);
        path.add(array);
        int n = Array.getLength(array);
        String shown = IntStream.range(0, Math.min(n, SHOWN))
                .mapToObj(i -> Array.get(array, i))
                .map(v -> isArray(v) ? array(v, path) : v instanceof Double d ? Numbers.text(d) : String.valueOf(v))
                .collect(Collectors.joining(", "));
        return "[" + shown + (n > SHOWN ? ", " + TableHtml.more(n - SHOWN, "value") : "") + "]";
    }

    /**
     * Returns a picture as text.
     *
     * @param image the picture
     * @param format {@code png} or {@code jpeg}
     * @return its file's bytes in Base64
     */
    public static String base64(BufferedImage image, String format) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }

    private static Map<String, String> image(BufferedImage image) {
        Map<String, String> bundle = new LinkedHashMap<>();
        bundle.put("image/png", base64(image, "png"));
        bundle.put("text/plain", "Image " + image.getWidth() + " × " + image.getHeight());
        return bundle;
    }
}
